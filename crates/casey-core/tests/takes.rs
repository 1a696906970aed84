//! Options that say which words they take.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use casey_core::{Call, Command, Module, Reply, Rules, duration, testing::Stage};
use serde_json::json;
use twilight_interactions::command::{CommandModel, CreateCommand};

#[derive(CommandModel, CreateCommand)]
#[command(name = "hush", desc = "Be quiet for a while")]
struct Hush {
    /// How long
    time: Option<String>,
    /// Why
    reason: Option<String>,
}

struct Quiet;

impl Module for Quiet {
    fn name(&self) -> &'static str {
        "quiet"
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        let hush = |_: Call, Hush { time, reason }: Hush| async move {
            Ok(Reply::text(format!("{time:?} {reason:?}")))
        };
        vec![Command::new(hush).takes("time", duration::is_duration).rules(Rules::new())]
    }
}

#[tokio::test]
async fn a_word_that_is_no_duration_is_left_to_the_reason() {
    let stage = Stage::builder().module(Arc::new(Quiet)).raise().await;
    for (typed, read) in [
        (",hush 10m too loud", r#"Some("10m") Some("too loud")"#),
        (",hush too loud", r#"None Some("too loud")"#),
        (",hush 10m", r#"Some("10m") None"#),
        (",hush", "None None"),
    ] {
        stage.says(Stage::BOB, typed).await;
        assert_eq!(stage.reply().content, read, "{typed}");
    }
    // In slash use options have names, and the handler says what is wrong.
    stage.slash(Stage::BOB, "hush", json!([{ "name": "time", "type": 3, "value": "too loud" }])).await;
    assert_eq!(stage.reply().content, r#"Some("too loud") None"#);
}
