//! Whoever cleans up: a shell that waits for the end of a pipe from this process. The pipe ends with the process, also when that is killed, so that
//! there is one way to stop the servers and it is always taken.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Reads process ids until the pipe ends, asks each to stop (PostgreSQL: fast shutdown), kills what is still there ten seconds later, and removes the
/// folder. Ctrl-C is not for it.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
all=
while read -r pid; do all="$all $pid"; done
for pid in $all; do kill -INT "$pid" 2>/dev/null; done
tries=100
for pid in $all; do
    while [ "$tries" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
        tries=$((tries - 1))
    done
    kill -KILL "$pid" 2>/dev/null
done
rm -rf -- "$1"
"#;

/// The janitor of one folder.
pub(super) struct Janitor {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Janitor {
    pub(super) fn hire(folder: &Path) -> Result<Self, String> {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "janitor"])
            .arg(folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("sh cannot be started: {error}"))?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe })
    }

    /// Has a process stopped at the end.
    pub(super) fn mind(&mut self, pid: u32) -> Result<(), String> {
        let Some(pipe) = &mut self.pipe else { return Err("the janitor has left".to_owned()) };
        writeln!(pipe, "{pid}").map_err(|error| format!("the janitor does not listen: {error}"))
    }

    /// Begins the cleaning.
    pub(super) fn dismiss(&mut self) {
        self.pipe = None;
    }

    /// Waits until it is done.
    pub(super) fn wait(&mut self) {
        let _ = self.shell.wait();
    }
}
