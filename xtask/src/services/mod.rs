//! Private servers for the tests: a PostgreSQL and a Redis of their own, on free loopback ports, in a folder that goes with them.

mod certificates;
mod janitor;
mod postgres;
mod redis;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use janitor::Janitor;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every variable by which tests find the services.
pub(crate) const VARIABLES: &[&str] =
    &["TEST_POSTGRES_URL", "TEST_POSTGRES_TLS_DIR", "TEST_REDIS_URL", "TEST_REDIS_TLS_URL", "TEST_REDIS_CA"];

/// The programs the services are made of.
pub(crate) struct Programs {
    pub(crate) initdb: PathBuf,
    pub(crate) redis: PathBuf,
    pub(crate) openssl: PathBuf,
}

/// Running services. They end with this, and with the process in whatever way it ends.
pub(crate) struct Services {
    variables: Vec<(&'static str, String)>,
    running: Vec<Child>,
    janitor: Janitor,
}

impl Services {
    /// Starts them. What was started before one could not be is stopped.
    pub(crate) fn start(programs: &Programs) -> Result<Self, String> {
        let folder = private_folder()?;
        let janitor = Janitor::hire(&folder)?;
        let mut services = Self { variables: Vec::new(), running: Vec::new(), janitor };
        let certificates = certificates::make(&programs.openssl, &folder.join("tls"))?;
        postgres::start(&mut services, &programs.initdb, &folder.join("postgres"), &certificates)?;
        redis::start(&mut services, &programs.redis, &folder.join("redis"), &certificates)?;
        Ok(services)
    }

    /// By which tests find them.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// One of them.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables().find_map(|(known, value)| (known == name).then_some(value))
    }

    fn tell(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.push((name, value.into()));
    }

    /// Starts a server in a process group of its own, so that Ctrl-C in the terminal leaves its end to the janitor, and waits until it is ready.
    fn run(
        &mut self,
        name: &str,
        command: &mut Command,
        log: &Path,
        ready: impl Fn() -> bool,
    ) -> Result<(), String> {
        use std::os::unix::process::CommandExt;

        let output = fs::File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let errors = output.try_clone().map_err(|error| format!("{}: {error}", log.display()))?;
        let mut child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{name} cannot be started: {error}"))?;
        self.janitor.mind(child.id())?;
        let end = Instant::now() + PATIENCE;
        let state = loop {
            if ready() {
                break Ok(());
            }
            match child.try_wait() {
                Ok(Some(status)) => break Err(format!("ended with {status}")),
                _ if Instant::now() > end => break Err("was not ready in time".to_owned()),
                _ => nap(),
            }
        };
        self.running.push(child);
        state.map_err(|problem| {
            let said = fs::read_to_string(log).unwrap_or_default();
            let last: Vec<&str> = said.lines().rev().take(5).collect();
            format!("{name} {problem}: {}", last.into_iter().rev().collect::<Vec<_>>().join(" | "))
        })
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.janitor.dismiss();
        for child in &mut self.running {
            // The janitor has told it to end, and kills it if it does not.
            let _ = child.wait();
        }
        self.janitor.wait();
    }
}

/// A folder that others may pass through, because a server may run as another user, and in which each server has a private one.
fn private_folder() -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("casey-xtask-{}", std::process::id()));
    // What a process of the same number left behind is nobody's.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// A port of the loopback that nobody has at the moment.
fn free_port() -> Result<u16, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

#[allow(clippy::disallowed_methods, reason = "this program has one thread, and nothing else to do")]
fn nap() {
    std::thread::sleep(Duration::from_millis(50));
}

/// Runs a program to its end; what it said if it failed.
fn done(name: &str, command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{name} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} ended with {}: {}", output.status, said.trim().replace('\n', " | ")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn services(folder: &Path) -> Services {
        Services { variables: Vec::new(), running: Vec::new(), janitor: Janitor::hire(folder).unwrap() }
    }

    fn is_there(pid: u32) -> bool {
        Command::new("kill").args(["-0", &pid.to_string()]).stderr(Stdio::null()).status().unwrap().success()
    }

    #[test]
    fn what_runs_ends_with_its_services_and_so_does_the_folder() {
        let folder = std::env::temp_dir().join(format!("casey-xtask-test-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut services = services(&folder);
        let mut command = Command::new("sleep");
        services.run("sleep", command.arg("1000"), &folder.join("log"), || true).unwrap();
        let pid = services.running[0].id();
        assert!(is_there(pid) && folder.exists());
        drop(services);
        assert!(!is_there(pid) && !folder.exists());
    }

    #[test]
    fn a_server_that_ends_at_once_is_told_with_its_last_words() {
        let folder = std::env::temp_dir().join(format!("casey-xtask-last-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut services = services(&folder);
        let mut command = Command::new("sh");
        command.args(["-c", "echo no room >&2; exit 3"]);
        let told = services.run("sh", &mut command, &folder.join("log"), || false).unwrap_err();
        assert_eq!(told, "sh ended with exit status: 3: no room");
    }

    #[test]
    fn a_process_that_is_killed_leaves_nothing_running() {
        // What a killed process leaves of its pipe is its end.
        let folder = std::env::temp_dir().join(format!("casey-xtask-kill-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut janitor = Janitor::hire(&folder).unwrap();
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        janitor.mind(child.id()).unwrap();
        janitor.dismiss();
        assert!(!child.wait().unwrap().success());
        janitor.wait();
        assert!(!folder.exists());
    }
}
