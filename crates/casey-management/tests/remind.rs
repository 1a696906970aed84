//! `remind`, from the sentence to the message.
#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use casey_core::{
    Clock, DiscordErrorKind, Effect, JobRunner, Jobs, MemoryJobs,
    testing::{ManualClock, RecordedDiscord, Stage},
};
use casey_management::{Management, MemoryReminders};
use casey_privacy::{MemoryObjections, WriteGate, purposes::CoreCommands};
use serde_json::json;
use tokio::{sync::oneshot, task::JoinHandle};

const HOUR: Duration = Duration::from_hours(1);

/// A stage with reminders whose jobs are done when `starts` is called.
struct Scene {
    stage: Stage,
    management: Arc<Management>,
    jobs: Jobs,
    clock: ManualClock,
    discord: Arc<RecordedDiscord>,
}

impl Scene {
    async fn new() -> Self {
        let kept = Arc::new(MemoryJobs::new());
        let clock = ManualClock::default();
        let jobs = Jobs::new(Arc::clone(&kept) as _, Arc::new(clock.clone()));
        let gate = WriteGate::builder(Arc::new(MemoryObjections::new())).allow::<CoreCommands>().build();
        let management = Arc::new(Management::new(Arc::new(MemoryReminders::new(kept)), jobs.clone(), gate));
        let stage = Stage::builder().module(Arc::clone(&management)).raise().await;
        Self { stage, management, jobs, clock, discord: Arc::default() }
    }

    fn starts(&self) -> (oneshot::Sender<()>, JoinHandle<()>) {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let delivery = self.management.delivery(Arc::clone(&self.discord) as _, Arc::clone(&clock));
        let runner = JobRunner::new(self.jobs.clone(), clock).handler(Arc::new(delivery));
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(runner.run(async {
            let _ = stopped.await;
        }));
        (stop, task)
    }

    /// Moves both clocks, the stage's and the jobs'.
    async fn waits(&self, time: Duration) {
        self.clock.advance(time);
        self.stage.waits(time).await;
    }

    /// What Bob is answered.
    async fn says(&self, text: &str) -> String {
        self.stage.says(Stage::BOB, text).await;
        self.stage.replies().remove(0).content
    }

    async fn list(&self) -> String {
        self.stage.says(Stage::BOB, ",remind list").await;
        let reply = self.stage.replies().remove(0);
        reply.embeds.first().and_then(|embed| embed.description.clone()).unwrap_or(reply.content)
    }
}

#[tokio::test]
async fn it_is_set_in_the_ways_people_say_it_and_delivered_once() {
    for said in [",remind me in 2h to stretch", ",remind 2h stretch", ",remindme to stretch in 2 hours"] {
        let scene = Scene::new().await;
        let _running = scene.starts();
        let set = scene.says(said).await;
        let due = (scene.clock.now() + 2 * HOUR).as_secs();
        assert_eq!(set, format!("Reminder 1 is set for <t:{due}:f> (<t:{due}:R>)."), "{said}");
        scene.waits(Duration::from_secs(2 * 3_600 - 1)).await;
        assert_eq!(scene.discord.take(), []);
        scene.waits(Duration::from_secs(1)).await;
        let [Effect::Say { message, reply_to: None, nonce: Some(_), .. }] = &scene.discord.take()[..] else {
            panic!("one message was expected");
        };
        assert_eq!(message.content, format!("<@{}>, you asked me to remind you: stretch", Stage::BOB));
        assert_eq!(message.pings.allowed_mentions().users, [Stage::BOB]);
        scene.waits(2 * HOUR).await;
        assert_eq!(scene.discord.take(), []);
        assert_eq!(scene.list().await, "You have no reminders.");
    }
}

#[tokio::test]
async fn slash_options_stay_apart() {
    let scene = Scene::new().await;
    let _running = scene.starts();
    let options = json!([{ "name": "me", "type": 1, "options": [
        { "name": "when", "type": 3, "value": "1h" },
        { "name": "what", "type": 3, "value": "30m of @everyone" },
        { "name": "dm", "type": 5, "value": true },
    ] }]);
    scene.stage.slash(Stage::BOB, "remind", options).await;
    assert!(scene.stage.reply().content.ends_with("I will send you a direct message."));
    scene.waits(HOUR).await;
    let [Effect::Whisper { user, message, .. }] = &scene.discord.take()[..] else {
        panic!("one direct message was expected");
    };
    assert_eq!(*user, Stage::BOB);
    assert!(message.content.contains("30m of @\u{200b}everyone"));
}

#[tokio::test]
async fn what_is_unclear_is_refused_with_a_sentence() {
    let scene = Scene::new().await;
    for (said, told) in [
        (
            ",remind me tomorrow to stretch",
            "I do not know your time zone, so I cannot tell when `tomorrow` is",
        ),
        (
            ",remind me to stretch",
            "I found no time in that. Say how long from now, like `,remind me in 2h to stretch`.",
        ),
        (
            ",remind 1s stretch",
            "I can remind you after 10 seconds at the soonest and 365 days at the latest.",
        ),
        (",remind in 2h", "What shall I remind you of?"),
        (",remind cancel 3", "You have no reminder 3. `,remind list` shows those you have."),
    ] {
        let reply = scene.says(said).await;
        assert!(reply.starts_with(told), "{said}: {reply}");
    }
    assert_eq!(scene.jobs.store().counts().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn the_list_is_for_its_owner_and_cancelling_forgets() {
    let scene = Scene::new().await;
    let _running = scene.starts();
    scene.says(",remind 3h later *bold*").await;
    scene.says(",remind 2h sooner --dm").await;
    scene.stage.says(Stage::ALICE, ",remind list").await;
    assert_eq!(scene.stage.replies()[0].content, "You have no reminders.");
    let list = scene.list().await;
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].starts_with("`2` <t:") && lines[0].ends_with("by direct message: sooner"), "{list}");
    assert!(lines[1].contains("in <#") && lines[1].ends_with(r": later \*bold\*"), "{list}");
    scene.stage.says(Stage::ALICE, ",remind cancel 1").await;
    assert!(scene.stage.reply().content.starts_with("You have no reminder 1."));
    assert_eq!(scene.says(",reminders cancel 1").await, "Reminder 1 is cancelled and forgotten.");
    scene.waits(4 * HOUR).await;
    assert_eq!(scene.discord.take().len(), 1, "only the other one is delivered");
}

#[tokio::test]
async fn overdue_ones_are_delivered_at_start_and_say_so() {
    let scene = Scene::new().await;
    scene.says(",remind 1h stretch").await;
    scene.waits(4 * HOUR + Duration::from_secs(7)).await;
    let (stop, task) = scene.starts();
    scene.stage.rests().await;
    let [Effect::Say { message, .. }] = &scene.discord.take()[..] else { panic!("one message was expected") };
    assert!(message.content.ends_with("\n-# This is 3 hours late: I could not tell you when it was due."));
    stop.send(()).unwrap();
    task.await.unwrap();
    let _again = scene.starts();
    scene.waits(HOUR).await;
    assert_eq!(scene.discord.take(), []);
}

#[tokio::test]
async fn a_closed_channel_leads_to_a_direct_message_and_closed_messages_to_the_list() {
    let scene = Scene::new().await;
    let _running = scene.starts();
    scene.says(",remind 1h one").await;
    scene.discord.fail_next(DiscordErrorKind::Forbidden);
    scene.waits(HOUR).await;
    assert!(matches!(scene.discord.take()[..], [Effect::Say { .. }, Effect::Whisper { .. }]));
    assert_eq!(scene.list().await, "You have no reminders.");

    scene.says(",remind 1h two").await;
    scene.discord.fail_next(DiscordErrorKind::Missing);
    scene.discord.fail_next(DiscordErrorKind::CannotMessage);
    scene.waits(HOUR).await;
    assert_eq!(scene.discord.take().len(), 2);
    let list = scene.list().await;
    assert!(list.starts_with("`1` was due <t:") && list.ends_with("I could not reach you: two"), "{list}");
    scene.waits(2 * HOUR).await;
    assert_eq!(scene.discord.take(), []);
    assert_eq!(scene.says(",remind cancel 1").await, "Reminder 1 is cancelled and forgotten.");
}

#[tokio::test]
async fn while_discord_is_away_it_is_tried_again_with_the_same_nonce() {
    let scene = Scene::new().await;
    let _running = scene.starts();
    scene.says(",remind 1h one").await;
    for _ in 0..3 {
        scene.discord.fail_next(DiscordErrorKind::Unavailable);
    }
    scene.waits(HOUR).await;
    for _ in 0..20 {
        scene.waits(Duration::from_secs(5)).await;
    }
    let nonces: Vec<_> = scene
        .discord
        .take()
        .iter()
        .map(|effect| match effect {
            Effect::Say { nonce, .. } => *nonce,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(nonces.len(), 4);
    assert!(nonces.iter().all(|nonce| nonce.is_some() && *nonce == nonces[0]));
    assert_eq!(scene.list().await, "You have no reminders.");
}

#[tokio::test]
async fn there_is_an_end_to_what_one_person_keeps() {
    let scene = Scene::new().await;
    for number in 0..25 {
        assert!(scene.says(&format!(",remind 1h number {number}")).await.starts_with("Reminder"));
    }
    let refused = scene.says(",remind 1h one more").await;
    assert!(refused.starts_with("You have 25 reminders, which is the most"), "{refused}");
    let list = scene.list().await;
    assert_eq!(list.lines().count(), 25);
    scene.stage.says(Stage::ALICE, ",remind 1h mine").await;
    assert!(scene.stage.reply().content.starts_with("Reminder 1 is set"));
}
