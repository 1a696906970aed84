//! A bot as a process of its own.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::{
    error::BenchError,
    usage::{Meter, Usage},
};

/// How often quiet is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// How long nothing must happen. Casey writes command usage once a second; that belongs to the figure.
const QUIET: Duration = Duration::from_millis(1_500);

/// Processor seconds that still count as quiet: a timer here and there.
const NOTHING_S: f64 = 0.015;

/// How long a bot may stay busy.
const PATIENCE: Duration = Duration::from_mins(3);

/// A running bot. It is ended when this is dropped.
pub(crate) struct Child {
    name: &'static str,
    process: std::process::Child,
    meter: Meter,
    folder: TempDir,
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Child {
    /// This program as the bare loop.
    pub(crate) fn bare<'a>(
        name: &'static str,
        options: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BenchError> {
        let path =
            std::env::current_exe().map_err(|error| BenchError::Start(PathBuf::from("itself"), error))?;
        let mut command = Command::new(&path);
        command.arg("bare");
        for (option, value) in options {
            command.args([option, value]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Self::start(name, &path, command)
    }

    /// The built `casey`, with the settings it has unless told otherwise.
    pub(crate) fn casey(
        path: &Path,
        name: &'static str,
        api_url: &str,
        token: &str,
    ) -> Result<Self, BenchError> {
        // It runs in a folder of its own, so a path relative to ours would be another.
        let path = path.canonicalize().map_err(|error| BenchError::Start(path.to_owned(), error))?;
        let mut command = Command::new(&path);
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("CASEY_") {
                command.env_remove(variable);
            }
        }
        command
            .arg("bot")
            .env("CASEY_DISCORD_TOKEN", token)
            .env("CASEY_DISCORD_API_URL", api_url)
            .env("CASEY_DISCORD_GLOBAL_LIMIT", "0")
            .env("CASEY_DATA_DIR", "data")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        Self::start(name, &path, command)
    }

    fn start(name: &'static str, path: &Path, mut command: Command) -> Result<Self, BenchError> {
        let folder = tempfile::tempdir().map_err(BenchError::Folder)?;
        let log = File::create(folder.path().join("log")).map_err(BenchError::Folder)?;
        let process = command
            .current_dir(folder.path())
            .stderr(log)
            .spawn()
            .map_err(|error| BenchError::Start(path.to_owned(), error))?;
        Ok(Self { name, process, meter: Meter::new(), folder })
    }

    /// What it has used so far.
    pub(crate) fn usage(&self) -> Result<Usage, BenchError> {
        self.meter.read(self.process.id())
    }

    /// Waits until it and this process, where the simulation runs, have nothing left to do.
    pub(crate) async fn settles(&mut self) -> Result<(), BenchError> {
        let begin = Instant::now();
        let (mut since, mut busy_at) = (Instant::now(), self.work_s()?);
        while since.elapsed() < QUIET {
            sleep(LOOK).await;
            self.runs()?;
            let work = self.work_s()?;
            if work - busy_at > NOTHING_S {
                (since, busy_at) = (Instant::now(), work);
            }
            if begin.elapsed() > PATIENCE {
                return Err(BenchError::Restless { subject: self.name, seconds: PATIENCE.as_secs() });
            }
        }
        Ok(())
    }

    fn work_s(&self) -> Result<f64, BenchError> {
        Ok(self.meter.cpu_s(self.process.id())? + self.meter.cpu_s(std::process::id())?)
    }

    /// Makes sure that it has not ended.
    pub(crate) fn runs(&mut self) -> Result<(), BenchError> {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(_) => Err(BenchError::Ended { subject: self.name, said: self.log() }),
        }
    }

    /// Ends the bare loop and reads what it saw.
    pub(crate) fn seen(mut self) -> Result<Value, BenchError> {
        drop(self.process.stdin.take());
        let mut text = String::new();
        if let Some(mut stdout) = self.process.stdout.take() {
            // Nothing read is nothing seen, which is told below.
            let _ = stdout.read_to_string(&mut text);
        }
        serde_json::from_str(&text).map_err(|_| BenchError::Ended { subject: self.name, said: self.log() })
    }

    /// The end of what it wrote to stderr.
    fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
    }
}
