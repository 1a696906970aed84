//! `remind` in the context menu of messages, its completion, and in German.
#![allow(clippy::unwrap_used)]

use std::{path::Path, sync::Arc, time::Duration};

use casey_core::{Effect, JobRunner};
use casey_core::{
    Jobs, MemoryJobs,
    testing::{ManualClock, RecordedDiscord, Stage, unnamed, untranslated},
};
use casey_management::{Management, MemoryReminders};
use casey_privacy::{MemoryObjections, WriteGate, purposes::CoreCommands};
use serde_json::json;
use twilight_model::id::Id;

const LINK: &str = "https://discord.com/channels/800000000000000001/800000000000000002/5";

async fn stage() -> (Stage, Arc<Management>, Jobs, ManualClock) {
    let kept = Arc::new(MemoryJobs::new());
    let clock = ManualClock::default();
    let jobs = Jobs::new(Arc::clone(&kept) as _, Arc::new(clock.clone()));
    let gate = WriteGate::builder(Arc::new(MemoryObjections::new())).allow::<CoreCommands>().build();
    let management = Arc::new(Management::new(Arc::new(MemoryReminders::new(kept)), jobs.clone(), gate));
    (Stage::builder().module(Arc::clone(&management)).raise().await, management, jobs, clock)
}

#[tokio::test]
async fn a_message_is_remembered_by_its_link() {
    let (stage, management, jobs, clock) = stage().await;
    stage.on_message(Stage::BOB, "Remind me", Id::new(5), Stage::ALICE).await;
    let form = stage.form();
    assert_eq!(form.title(), "Remind me");
    stage.submits(Stage::BOB, form.custom_id(), &[("when", "soon")], false).await;
    let refused = stage.reply();
    assert!(refused.private && refused.content.starts_with("I found no time in that."), "{refused:?}");
    stage.submits(Stage::BOB, form.custom_id(), &[("when", "in 2h")], false).await;
    let set = stage.reply();
    assert!(set.private && set.content.starts_with("Reminder 1 is set for"), "{set:?}");
    stage.slash(Stage::BOB, "remind", json!([{ "name": "list", "type": 1, "options": [] }])).await;
    let list = stage.reply().embeds.remove(0).description.unwrap();
    assert!(list.ends_with(LINK), "a link can be followed: {list}");

    let discord: Arc<RecordedDiscord> = Arc::default();
    let delivery = management.delivery(Arc::clone(&discord) as _, Arc::new(clock.clone()));
    let runner = JobRunner::new(jobs, Arc::new(clock.clone())).handler(Arc::new(delivery));
    tokio::spawn(runner.run(std::future::pending()));
    clock.advance(Duration::from_hours(2));
    stage.rests().await;
    let [Effect::Say { message, .. }] = &discord.take()[..] else { panic!("one message was expected") };
    assert_eq!(message.content, format!("<@{}>, you asked me to remind you: {LINK}", Stage::BOB));
}

#[tokio::test]
async fn cancelling_completes_the_persons_own_reminders() {
    let (stage, ..) = stage().await;
    for said in [",remind 2h water the plants", ",remind 1h tea", ",remind 3h call *Bob*"] {
        stage.says(Stage::BOB, said).await;
    }
    stage.says(Stage::ALICE, &format!(",remind 1h {}", "long ".repeat(60))).await;
    let typing = |typed: &str| {
        json!([{ "name": "cancel", "type": 1, "options": [
            { "name": "number", "type": 4, "value": typed, "focused": true },
        ] }])
    };
    let names = |offered: Vec<twilight_model::application::command::CommandOptionChoice>| {
        offered.into_iter().map(|choice| choice.name).collect::<Vec<_>>()
    };
    let all = names(stage.types(Stage::BOB, "remind", typing("")).await);
    assert_eq!(all, ["2: tea", "1: water the plants", "3: call *Bob*"], "the next one first");
    assert_eq!(names(stage.types(Stage::BOB, "remind", typing("3")).await), ["3: call *Bob*"]);
    let offered = stage.types(Stage::BOB, "remind", typing("PLANTS")).await;
    assert_eq!(
        serde_json::to_value(&offered).unwrap(),
        json!([{ "name": "1: water the plants", "value": 1 }])
    );
    let long = names(stage.types(Stage::ALICE, "remind", typing("")).await);
    assert!(long.len() == 1 && long[0].ends_with('…') && long[0].chars().count() < 60, "{long:?}");
}

#[tokio::test]
async fn reminders_speak_german() {
    let (stage, ..) = stage().await;
    stage.in_language("de");
    let cancel =
        json!([{ "name": "cancel", "type": 1, "options": [{ "name": "number", "type": 4, "value": 3 }] }]);
    stage.slash(Stage::BOB, "remind", cancel).await;
    let said = stage.reply().content;
    assert_eq!(said, "Eine Erinnerung 3 hast du nicht. `/erinnern liste` zeigt die, die du hast.");
    let me = |when: &str| {
        json!([{ "name": "me", "type": 1, "options": [
            { "name": "when", "type": 3, "value": when }, { "name": "what", "type": 3, "value": "Tee" },
        ] }])
    };
    stage.slash(Stage::BOB, "remind", me("1s")).await;
    assert_eq!(stage.reply().content, "Die kürzeste Zeit ist 10 Sekunden, die längste 365 Tage.");
    stage.slash(Stage::BOB, "remind", me("bald")).await;
    assert!(stage.reply().content.ends_with("etwa `/erinnern mich wann:2h woran:stretch`."));
    stage.says(Stage::BOB, ",erinnern mich 2h Tee").await;
    assert!(stage.reply().content.starts_with("Reminder 1 is set for"), "the server's language is English");
    assert_eq!(unnamed(&stage.bot().schemas(), "de"), Vec::<String>::new());
}

#[test]
fn every_language_has_every_sentence_with_the_same_arguments() {
    assert_eq!(untranslated(&Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")), Vec::<String>::new());
}
