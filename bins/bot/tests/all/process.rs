//! The executable: exit codes, ready file, signals.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::process::{Child, Command, Output, Stdio};

use crate::common::{Home, sim, until};
use casey_sim::{Sim, reply};

pub(crate) fn command(home: &Home, env: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casey-bot"));
    command.env_clear().envs(env.iter().cloned()).current_dir(home.path());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn tell(child: &Child, signal: &str) {
    let told = Command::new("kill").arg(signal).arg(child.id().to_string()).status().unwrap();
    assert!(told.success());
}

pub(crate) async fn wait(child: Child) -> Output {
    tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap()
}

/// The last line of stderr, behind the program's name: the sentence for the operator.
fn sentence(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    let last = stderr.lines().last().unwrap_or_default();
    last.strip_prefix("casey: ").unwrap_or_else(|| panic!("no sentence in {stderr}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_when_it_is_ready_and_stops_when_told() {
    let (sim, home) = (sim().await, Home::new());
    let ready = home.path().join("ready.json");
    let mut env = home.env(&sim.api_url());
    env.push(("CASEY_READY_FILE".into(), ready.display().to_string()));
    env.push(("CASEY_METRICS_ADDR".into(), "127.0.0.1:0".into()));
    env.push(("CASEY_LOG".into(), "debug,twilight_http=trace".into()));
    let child = command(&home, &env).spawn().unwrap();
    until(|| ready.exists()).await;
    let said: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&ready).unwrap()).unwrap();
    assert_eq!(said["discord_api"], sim.api_url());
    assert_eq!(said["gateway"], sim.gateway_url());
    assert_eq!(said["pid"], child.id());
    let metrics = said["metrics"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
    assert_eq!(crate::common::page(metrics, "/readyz").await.0, 200);

    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    carol.says(&general, ",ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    let used = carol.slash(&general, "ping").sends().await.unwrap();
    used.answer().await.unwrap();
    tell(&child, "-TERM");
    let output = wait(child).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!ready.exists());
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains(&sim.api_url()), "{stdout}");
    let logged = String::from_utf8(output.stderr).unwrap();
    assert!(logged.contains("connected"), "{logged}");
    for secret in [crate::common::TOKEN, &carol.id().to_string(), &used.interaction().to_string(), ",ping"] {
        assert!(!logged.contains(secret), "{secret} is in the log:\n{logged}");
    }
    until(|| sim.gateway().sessions() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_has_to_change_is_one_sentence_and_exit_code_2() {
    let (sim, home) = (Sim::start(crate::common::world()).await.unwrap(), Home::new());
    let with = |name: &str, value: &str| {
        let mut env = home.env(&sim.api_url());
        env.retain(|(known, _)| known != name);
        env.push((name.to_owned(), value.to_owned()));
        env
    };
    let blocked = home.path().join("a-file");
    std::fs::write(&blocked, "").unwrap();
    let cases = [
        (with("CASEY_DISCORD_TOKEN", "wrong"), "does not accept the bot token"),
        (Vec::new(), "CASEY_DISCORD_TOKEN"),
        (with("CASEY_PREFICKS", "!"), "CASEY_PREFIX"),
        (with("CASEY_DATA_DIR", &blocked.display().to_string()), "a-file"),
        (with("CASEY_DATABASE_URL", "mysql://casey:hush@db/casey"), "CASEY_DATABASE_URL"),
    ];
    for (env, expected) in cases {
        let output = wait(command(&home, &env).spawn().unwrap()).await;
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("hush") && !said.contains("wrong"), "{said}");
    }
}
