//! Effects, performed on a simulated Discord.

#![allow(clippy::unwrap_used)]

use crate::common::{connected, world};
use casey_core::{DiscordErrorKind, Effect, InteractionRef, Method, Receipt, Reply};
use casey_sim::{Authorization, Fault, Sim, reply};
use serde_json::json;
use twilight_model::id::Id;

fn say(channel: u64, text: &str, nonce: Option<u64>) -> Effect {
    Effect::Say { channel: Id::new(channel), message: Reply::text(text), reply_to: None, nonce }
}

#[tokio::test]
async fn a_message_pings_nobody_unless_the_reply_names_them() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let harbour = sim.guild("Harbour").unwrap();
    let (general, bob) = (harbour.channel("general").unwrap(), harbour.person("Bob").unwrap());
    let text = format!("@everyone @here {}", bob.mention());
    hands.perform(say(general.id().get(), &text, None)).await.unwrap();
    general.expects(reply().containing("@everyone").pinging_nobody()).await.unwrap();
    let message = Reply::text(text).pinging(Id::new(bob.id().get()));
    let named = Effect::Say { channel: Id::new(general.id().get()), message, reply_to: None, nonce: None };
    hands.perform(named).await.unwrap();
    general.expects(reply().containing("@everyone").pinging(&bob)).await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn a_nonce_makes_sending_again_harmless() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    // It arrives, but the answer does not.
    sim.faults().next("POST", "/channels", Fault::Drop);
    let receipt = hands.perform(say(general.id().get(), "once", Some(77))).await.unwrap();
    assert!(receipt.message().is_some());
    general.expects(reply().exactly("once")).await.unwrap();
    general.expects_no_more().await.unwrap();
}

#[tokio::test]
async fn without_a_nonce_nothing_is_sent_twice() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    sim.faults().next("POST", "/channels", Fault::Status(503));
    let error = hands.perform(say(general.id().get(), "lost", None)).await.unwrap_err();
    assert_eq!(error.kind(), DiscordErrorKind::Unavailable);
    general.expects_no_more().await.unwrap();
}

#[tokio::test]
async fn what_is_down_for_a_moment_is_asked_again() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    let (channel, id) =
        hands.perform(say(general.id().get(), "first", None)).await.unwrap().message().unwrap();
    sim.faults().next("PATCH", "/channels", Fault::Status(500));
    hands.perform(Effect::Edit { channel, id, message: Reply::text("second") }).await.unwrap();
    let heard = general.messages();
    assert_eq!(heard.iter().map(casey_sim::Heard::text).collect::<Vec<_>>(), ["second"]);
    // It is deleted, but the answer is lost; at the second attempt it is gone already.
    sim.faults().next("DELETE", "/channels", Fault::Drop);
    assert_eq!(hands.perform(Effect::Delete { channel, id }).await.unwrap(), Receipt::Done);
    let error = hands.perform(Effect::Delete { channel, id }).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (DiscordErrorKind::Missing, Some(10_008)));
}

#[tokio::test]
async fn direct_messages_go_to_the_person_or_say_that_they_are_closed() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let carol = sim.guild("Harbour").unwrap().person("Carol").unwrap();
    let whisper =
        || Effect::Whisper { user: Id::new(carol.id().get()), message: Reply::text("psst"), nonce: None };
    hands.perform(whisper()).await.unwrap();
    hands.perform(whisper()).await.unwrap();
    carol.dm().unwrap().expects(reply().exactly("psst")).await.unwrap();
    let opened = sim.calls().iter().filter(|call| call.path.ends_with("/users/@me/channels")).count();
    assert_eq!(opened, 1, "the channel is remembered");
    carol.closes_dms();
    let error = hands.perform(whisper()).await.unwrap_err();
    assert_eq!(error.kind(), DiscordErrorKind::CannotMessage);
}

#[tokio::test]
async fn an_unknown_interaction_has_expired_and_is_asked_once() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let interaction = InteractionRef { id: Id::new(99), token: "never-given".into() };
    let answer = Effect::Answer { interaction: interaction.clone(), message: Reply::text("late") };
    let error = hands.perform(answer).await.unwrap_err();
    assert_eq!(error.kind(), DiscordErrorKind::Expired);
    assert!(!format!("{error} {error:?}").contains("never-given"));
    let calls = sim.calls();
    let answers: Vec<_> = calls.iter().filter(|call| call.path.contains("/interactions/")).collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].authorization, Authorization::None);
}

#[tokio::test]
async fn files_go_along_with_their_description() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    let message = Reply::text("look").with_file("a.txt", b"hello".to_vec(), Some("a greeting".into()));
    let effect = Effect::Say { channel: Id::new(general.id().get()), message, reply_to: None, nonce: None };
    hands.perform(effect).await.unwrap();
    let heard = general.expects(reply().exactly("look").with_file("a.txt")).await.unwrap();
    assert_eq!(heard.file("a.txt").unwrap().text(), "hello");
    hands.perform(say(general.id().get(), &"ü".repeat(2_001), None)).await.unwrap();
    general.expects(reply().with_file("message.txt")).await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn other_requests_carry_their_reason() {
    let sim = Sim::start(world()).await.unwrap();
    let hands = connected(&sim).await.discord();
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    let request = Effect::Request {
        method: Method::Patch,
        path: format!("channels/{}", general.id()),
        body: Some(json!({ "topic": "new" })),
        reason: Some("case 12 | ünï".into()),
    };
    let error = hands.perform(request.clone()).await;
    let call = sim.calls().into_iter().find(|call| call.method == "PATCH").unwrap();
    assert_eq!(call.reason.as_deref(), Some("case 12 | ünï"));
    assert_eq!(call.body, json!({ "topic": "new" }));
    match error {
        Ok(receipt) => assert!(matches!(receipt, Receipt::Body(body) if body["topic"] == "new")),
        Err(error) => assert_eq!(error.kind(), DiscordErrorKind::Forbidden),
    }
}
