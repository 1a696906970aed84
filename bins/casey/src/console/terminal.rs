//! Lines from stdin.

use std::io::BufRead as _;

use tokio::sync::mpsc::{Receiver, channel};

/// Lines that may wait to be said.
const ROOM: usize = 64;

/// Lines from stdin as they come, until its end. A thread of its own reads them, which nobody waits for: reading blocks, and must not keep the process from
/// ending.
pub(crate) fn lines() -> Receiver<String> {
    let (sender, receiver) = channel(ROOM);
    let reading = std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        let lines = std::io::stdin().lock().lines();
        // What cannot be read is the end, and so is that nobody listens any more.
        for line in lines.map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    if let Err(error) = reading {
        tracing::warn!(%error, "stdin cannot be read");
    }
    receiver
}

/// Whether this process may read from its terminal. A process in the background is stopped when it tries. Known on Linux; elsewhere taken for granted.
pub(crate) fn in_foreground() -> bool {
    std::fs::read_to_string("/proc/self/stat").ok().and_then(|stat| has_terminal(&stat)).unwrap_or(true)
}

/// Whether the process group (field 5) is the one that the terminal listens to (field 8; `proc_pid_stat(5)`). The name in field 2 may contain anything.
fn has_terminal(stat: &str) -> Option<bool> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let group: i64 = fields.nth(2)?.parse().ok()?;
    let listening: i64 = fields.nth(2)?.parse().ok()?;
    Some(group == listening)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_in_the_background_is_known() {
        assert_eq!(has_terminal("12 (a (b) c) S 1 12 12 34816 12 4194304"), Some(true));
        assert_eq!(has_terminal("12 (casey) S 1 12 10 34816 99 4194304"), Some(false));
        assert_eq!(has_terminal("12 (casey) S 1 12 10 0 -1 4194304"), Some(false));
        assert_eq!(has_terminal("nonsense"), None);
    }
}
