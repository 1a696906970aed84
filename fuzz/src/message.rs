use std::{sync::Arc, time::Duration};

use casey_core::{
    Effect, Jobs, MemoryJobs, Reply,
    testing::{ManualClock, Stage},
};
use casey_management::{Management, MemoryReminders};
use casey_privacy::{MemoryObjections, WriteGate, purposes::CoreCommands};
use twilight_model::id::{Id, marker::MessageMarker};

/// Messages in a row at most, so that an input is soon played.
const MOST: usize = 8;

/// How an answer begins when Casey made a mistake.
const OUR_MISTAKE: &str = "Something went wrong on my side";

/// Whole messages to a bot with all modules, one a line: `A:` is Alice, who owns the server, `D:` is Bob in direct messages, `E:` changes the message before, and
/// everything else Bob says. A carriage return stands for a line break. Whatever is said, nothing breaks, nobody is pinged, and what is answered is what Discord takes.
pub fn message(data: &[u8]) {
    let text = crate::text(data);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("there is no runtime: {error}"));
    runtime.block_on(async {
        let stage = stage().await;
        let mut last = None;
        for line in text.split('\n').take(MOST) {
            if let Some(id) = said(&stage, line, last).await {
                last = Some(id);
            }
            stage.waits(Duration::from_secs(1)).await;
            let effects = stage.discord().take();
            let messages: Vec<Reply> = effects.into_iter().filter_map(answer).collect();
            assert!(messages.len() <= 2, "{line:?} has {} answers", messages.len());
            for message in messages {
                taken(message, line);
            }
        }
    });
}

/// A server with Alice and Bob in it.
async fn stage() -> Stage {
    let kept = Arc::new(MemoryJobs::new());
    let jobs = Jobs::new(Arc::clone(&kept) as _, Arc::new(ManualClock::default()));
    let gate = WriteGate::builder(Arc::new(MemoryObjections::new())).allow::<CoreCommands>().build();
    let management = Management::new(Arc::new(MemoryReminders::new(kept)), jobs, gate);
    Stage::builder().module(Arc::new(management)).raise().await
}

/// Somebody says a line; gives the message, if it can be changed later.
async fn said(stage: &Stage, line: &str, last: Option<Id<MessageMarker>>) -> Option<Id<MessageMarker>> {
    let line = line.replace('\r', "\n");
    match (line.split_at_checked(2), last) {
        (Some(("A:", text)), _) => Some(stage.says(Stage::ALICE, text).await),
        (Some(("D:", text)), _) => {
            stage.whispers(Stage::BOB, text).await;
            None
        }
        (Some(("E:", text)), Some(last)) => {
            stage.edits(Stage::BOB, last, text).await;
            None
        }
        _ => Some(stage.says(Stage::BOB, &line).await),
    }
}

fn answer(effect: Effect) -> Option<Reply> {
    match effect {
        Effect::Say { message, .. } | Effect::Whisper { message, .. } | Effect::Edit { message, .. } => {
            Some(message)
        }
        _ => None,
    }
}

/// Discord would take it, and it pings nobody.
fn taken(message: Reply, line: &str) {
    let allowed = message.pings.allowed_mentions();
    assert!(
        allowed.parse.is_empty() && allowed.users.is_empty() && allowed.roles.is_empty(),
        "{line:?} pings"
    );
    assert!(!message.is_empty(), "{line:?} is answered by nothing");
    assert!(!message.content.starts_with(OUR_MISTAKE), "{line:?} broke something");
    let message = message.fitted();
    let check = twilight_validate::message::content(&message.content);
    assert!(check.is_ok(), "the answer to {line:?}: {check:?}");
    for embed in &message.embeds {
        let check = twilight_validate::embed::embed(embed);
        assert!(check.is_ok(), "the answer to {line:?}: {check:?}");
    }
    let check = twilight_validate::message::components(&message.components, false);
    assert!(check.is_ok(), "the answer to {line:?}: {check:?}");
}
