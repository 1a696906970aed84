/// What the operating system says of this process, as far as it does.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Process {
    pub(super) resident: Option<u64>,
    pub(super) cpu_hundredths: Option<u32>,
    pub(super) open_files: Option<u64>,
}

impl Process {
    /// Reads it from `/proc` (Linux manual, `proc(5)`); elsewhere nothing is known.
    pub(crate) fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        // Behind the name, which may have spaces in it, the 12th and 13th words are times in hundredths of a second.
        let words: Vec<&str> =
            stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let time = |at: usize| words.get(at).and_then(|word| word.parse::<u32>().ok());
        Self {
            resident: resident.map(|kibibytes| kibibytes * 1_024),
            cpu_hundredths: time(11).zip(time(12)).map(|(user, system)| user.saturating_add(system)),
            open_files: std::fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as u64),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn linux_tells_everything() {
        let process = Process::now();
        assert!(process.resident.is_some_and(|bytes| bytes > 100_000), "{process:?}");
        assert!(process.open_files.is_some_and(|files| files >= 3), "{process:?}");
        assert!(process.cpu_hundredths.is_some(), "{process:?}");
    }
}
