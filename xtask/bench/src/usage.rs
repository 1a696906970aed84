//! What a process has used, as Linux tells it.

use std::{io, path::PathBuf, process::Command};

use crate::error::BenchError;

/// What a process has used up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    /// Processor seconds, its own and the kernel's for it.
    pub(crate) cpu_s: f64,
    /// Resident memory in MiB.
    pub(crate) rss_mib: f64,
    /// Resident memory with shared pages divided among those that share them, in MiB, where it can be read.
    pub(crate) pss_mib: Option<f64>,
}

/// Reads `/proc`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    ticks_per_s: f64,
}

impl Meter {
    /// A meter by this system's clock tick, which is a hundredth of a second nearly everywhere.
    pub(crate) fn new() -> Self {
        let told = Command::new("getconf").arg("CLK_TCK").output().ok();
        let told = told.and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse().ok());
        Self { ticks_per_s: told.filter(|ticks| *ticks > 0.0).unwrap_or(100.0) }
    }

    /// Processor seconds of a process, in steps of a clock tick.
    pub(crate) fn cpu_s(self, pid: u32) -> Result<f64, BenchError> {
        let text = read(pid, "stat")?;
        let ticks = cpu_ticks(&text).ok_or_else(|| strange(pid, "stat", &text))?;
        Ok(ticks / self.ticks_per_s)
    }

    /// Everything of a process.
    pub(crate) fn read(self, pid: u32) -> Result<Usage, BenchError> {
        let status = read(pid, "status")?;
        let rss_mib = field_mib(&status, "VmRSS:").ok_or_else(|| strange(pid, "status", &status))?;
        let pss_mib = read(pid, "smaps_rollup").ok().and_then(|text| field_mib(&text, "Pss:"));
        Ok(Usage { cpu_s: self.cpu_s(pid)?, rss_mib, pss_mib })
    }
}

fn path(pid: u32, file: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/{file}"))
}

fn read(pid: u32, file: &str) -> Result<String, BenchError> {
    let path = path(pid, file);
    std::fs::read_to_string(&path)
        .map_err(|source: io::Error| BenchError::Usage { what: path.display().to_string(), source })
}

fn strange(pid: u32, file: &str, text: &str) -> BenchError {
    BenchError::Strange {
        what: path(pid, file).display().to_string(),
        text: text.chars().take(200).collect(),
    }
}

/// User and system time of a `stat` line (man page `proc_pid_stat`): the 14th and 15th field. The second one is the program's
/// name in parentheses, which may hold anything.
fn cpu_ticks(stat: &str) -> Option<f64> {
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some(ticks()? + ticks()?)
}

/// A line of `status` or `smaps_rollup`: `VmRSS:     1234 kB`.
fn field_mib(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1_024.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194560 3000 0 5 0 150 25 7 8 20 0 4 0 100 1000 200";
        assert_eq!(cpu_ticks(stat), Some(175.0));
        assert_eq!(cpu_ticks("42 (cut) S 1 2"), None);
        assert_eq!(cpu_ticks(""), None);
    }

    #[test]
    fn memory_is_found() {
        assert_eq!(field_mib("Name:\tx\nVmRSS:\t    2048 kB\n", "VmRSS:"), Some(2.0));
        assert_eq!(field_mib("VmRSS: many kB", "VmRSS:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_there() {
        let usage = Meter::new().read(std::process::id()).unwrap();
        assert!(usage.rss_mib > 1.0 && usage.rss_mib < 100_000.0, "{usage:?}");
        assert!(matches!(Meter::new().read(0), Err(BenchError::Usage { .. })));
    }
}
