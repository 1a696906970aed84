//! Folders, processes, and a simulated Discord to run them against.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use casey_sim::{Sim, World, contract::OpenApi};
use serde_json::Value;
use tempfile::TempDir;

/// The bot's token in [`sim`].
pub(crate) const TOKEN: &str = "a-token-canary";

/// How long something may take before it counts as missing.
const PATIENCE: Duration = Duration::from_secs(20);

/// A working folder that goes when the test ends.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// `casey …` in this folder, without anything of this environment, its website on a free port.
    pub(crate) fn casey(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casey"));
        command.args(arguments).env_clear().env("CASEY_WEB_ADDR", "127.0.0.1:0").current_dir(self.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// `casey bot` in this folder, against this Discord.
    pub(crate) fn bot(&self, sim: &Sim) -> Command {
        let mut command = self.casey(&["bot"]);
        command.env("CASEY_DISCORD_TOKEN", TOKEN).env("CASEY_DISCORD_API_URL", sim.api_url());
        command
    }
}

/// A process that is ended even if the test fails.
pub(crate) struct Process(Option<Child>);

impl Process {
    /// Starts it and waits until its ready file is there.
    pub(crate) fn ready(mut command: Command, home: &Home) -> (Self, Value) {
        let file = home.file("ready.json");
        command.env("CASEY_READY_FILE", &file);
        let mut process = Self(Some(command.spawn().unwrap()));
        let begun = Instant::now();
        loop {
            let said =
                fs::read_to_string(&file).ok().map(|text| serde_json::from_str::<Value>(&text).unwrap());
            // What an earlier process left is there until this one has begun.
            if let Some(ready) = said.filter(|ready| ready["pid"] == process.id()) {
                return (process, ready);
            }
            if process.child().try_wait().unwrap().is_some() {
                let output = process.end();
                panic!("it ended: {}", String::from_utf8_lossy(&output.stderr));
            }
            assert!(begun.elapsed() < PATIENCE, "it is not ready in time");
            nap();
        }
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        self.0.as_mut().unwrap()
    }

    pub(crate) fn id(&mut self) -> u32 {
        self.child().id()
    }

    /// Sends a signal.
    pub(crate) fn tell(&mut self, signal: &str) {
        let id = self.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Output {
        self.0.take().unwrap().wait_with_output().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "another process is waited for, which has no clock of ours")]
pub(crate) fn nap() {
    std::thread::sleep(Duration::from_millis(10));
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "{what} did not become so");
        nap();
    }
}

/// A Discord like that of the demo, which checks every request against Discord's own description, if that is at hand.
pub(crate) async fn sim() -> Sim {
    let world = World::new()
        .bot("Casey", TOKEN)
        .guild("Harbour", |guild| guild.owner("Alice").member("Bob").member("Carol").channel("general"));
    let builder = Sim::builder(world);
    let builder = if let Some(path) = OpenApi::find(env!("CARGO_MANIFEST_DIR")) {
        builder.contract(Arc::new(OpenApi::load(path).unwrap()))
    } else {
        println!("SKIPPED: checking requests against Discord's OpenAPI file, which is not there");
        builder
    };
    builder.start().await.unwrap()
}

/// What it said on stdout.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it ended with: the exit code, and the one sentence on stderr that is no log line.
pub(crate) fn refusal(output: &Output) -> (i32, String) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    let sentences: Vec<&str> = stderr.lines().filter_map(|line| line.strip_prefix("casey: ")).collect();
    let [sentence] = sentences[..] else { panic!("not one sentence, but: {stderr}") };
    assert_eq!(stderr.lines().last(), Some(format!("casey: {sentence}").as_str()), "the sentence comes last");
    (output.status.code().unwrap(), sentence.to_owned())
}

/// A page, with its head.
pub(crate) fn page(address: &str, path: &str) -> String {
    let host = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// A small disk of its own for a program, if this machine lets one have it: the folder `disk` is one, in which `prepare` runs first.
pub(crate) fn on_small_disk(home: &Home, prepare: &str, arguments: &str) -> Option<Command> {
    let disk = home.file("disk");
    fs::create_dir_all(&disk).unwrap();
    let mount = format!("mount -t tmpfs -o size=64k tmpfs '{}'", disk.display());
    let possible = Command::new("unshare")
        .args(["-rm", "sh", "-c", &mount])
        .output()
        .is_ok_and(|output| output.status.success());
    if !possible {
        println!("SKIPPED: this machine does not let a test mount a disk of its own");
        return None;
    }
    let script = format!(
        "{mount} && cd '{}' && {prepare} && cd .. && exec '{}' {arguments}",
        disk.display(),
        env!("CARGO_BIN_EXE_casey")
    );
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &script]).current_dir(home.path());
    command.env("CASEY_WEB_ADDR", "127.0.0.1:0").env("CASEY_DATA_DIR", disk.join("data"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Some(command)
}
