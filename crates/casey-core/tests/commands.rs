//! Commands of a module of one's own: arguments, guards, answers in time, failures.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use casey_core::{
    Call, Command, DiscordErrorKind, Effect, Failure, Limit, Module, Press, Pressed, Reply, Rules, row,
    testing::Stage,
};
use serde_json::json;
use twilight_interactions::command::{
    CommandModel, CommandOption, CreateCommand, CreateOption, ResolvedUser,
};
use twilight_model::{channel::message::component::ButtonStyle, guild::Permissions};

#[derive(CommandModel, CreateCommand)]
#[command(name = "greet", desc = "Greet somebody")]
struct Greet {
    /// Whom
    who: ResolvedUser,
    /// How often
    #[command(min_value = 1, max_value = 5)]
    times: Option<i64>,
    /// Manner
    manner: Option<Manner>,
    /// Words to add
    words: Option<String>,
}

#[derive(CommandOption, CreateOption, Debug)]
enum Manner {
    #[option(name = "Kindly", value = "kind")]
    Kind,
    #[option(name = "Briefly", value = "brief")]
    Brief,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "slow", desc = "Take some time")]
struct Slow {
    /// Seconds
    seconds: i64,
    /// Whether the answer is private
    private: Option<bool>,
}

macro_rules! plain {
    ($($type:ident $name:literal),*) => {$(
        #[derive(CommandModel, CreateCommand)]
        #[command(name = $name, desc = "A test")]
        struct $type {}
    )*};
}
plain!(Panics "panics", Breaks "breaks", Adult "adult", Often "often", Secret "secret", Sure "sure", Pages "pages", Long "long", Gated "gated");

struct Manners;

#[async_trait]
impl Module for Manners {
    fn name(&self) -> &'static str {
        "manners"
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        vec![
            Command::new(greet).rules(Rules::new().aliases(["hi"]).example("@Bob 2")),
            Command::new(async |call: Call, slow: Slow| {
                let until = call.now() + Duration::from_secs(slow.seconds.unsigned_abs());
                // A handler waits for something outside; here it is the clock.
                while call.now() < until {
                    tokio::task::yield_now().await;
                }
                let reply = Reply::text("done at last");
                Ok(if slow.private.unwrap_or(false) { reply.private() } else { reply })
            }),
            Command::new(async |_: Call, _: Panics| -> Result<Reply, Failure> {
                panic!("secret words of the person")
            }),
            Command::new(async |_: Call, _: Breaks| Err(Failure::Broken("the flux capacitor is out".into()))),
            Command::new(async |_: Call, _: Adult| Ok(Reply::text("boo"))).rules(Rules::new().nsfw()),
            Command::new(async |_: Call, _: Often| Ok(Reply::text("again")))
                .rules(Rules::new().cooldown(Limit::new(2, Duration::from_secs(10)))),
            Command::new(async |_: Call, _: Secret| Ok(Reply::text("between us").private())),
            Command::new(async |call: Call, _: Sure| Ok(call.confirm("Really?", "really", "42")?)),
            Command::new(async |call: Call, _: Pages| {
                let row = call.pages("turn", "list", 0, 3)?;
                Ok(row.into_iter().fold(Reply::text("page 0"), Reply::with_row))
            }),
            Command::new(async |_: Call, _: Long| Ok(Reply::text("x".repeat(3_000)))),
            Command::new(async |_: Call, _: Gated| Ok(Reply::text("passed")))
                .rules(Rules::new().needs(Permissions::BAN_MEMBERS).bot_needs(Permissions::MANAGE_MESSAGES)),
        ]
    }

    async fn press(&self, call: &Call, press: &Press) -> Result<Pressed, Failure> {
        match press.action.as_str() {
            "really" => Ok(Pressed::update(Reply::text(format!(
                "done to {} by {}",
                press.state,
                call.display_name()
            )))),
            "turn" => Ok(Pressed::update(Reply::text(format!("page {}", press.state)))),
            _ => Err(Failure::refused("no")),
        }
    }
}

async fn greet(_: Call, greet: Greet) -> Result<Reply, Failure> {
    let Greet { who, times, manner, words } = greet;
    Ok(Reply::text(format!("{} {times:?} {manner:?} {words:?}", who.resolved.name)))
}

async fn stage() -> Stage {
    Stage::builder().module(Arc::new(Manners)).raise().await
}

async fn said(stage: &Stage, text: &str) -> String {
    stage.says(Stage::BOB, text).await;
    stage.reply().content
}

#[tokio::test]
async fn words_become_the_options_discord_would_have_sent() {
    let stage = stage().await;
    assert_eq!(said(&stage, ",greet <@700000000000000001>").await, "Alice None None None");
    assert_eq!(
        said(&stage, ",hi alice 3 kindly  and  warmly").await,
        "Alice Some(3) Some(Kind) Some(\"and  warmly\")"
    );
    assert_eq!(
        said(&stage, ",GREET @Alice --manner brief \"so long\"").await,
        "Alice None Some(Brief) Some(\"so long\")"
    );
    stage
        .slash(Stage::BOB, "greet", json!([{ "name": "who", "type": 6, "value": "700000000000000001" }]))
        .await;
    let failed = stage.reply();
    assert!(
        failed.private && failed.content.contains("Something went wrong"),
        "a user that Discord did not resolve is our failure"
    );
}

#[tokio::test]
async fn a_refusal_points_at_the_argument() {
    let stage = stage().await;
    insta::assert_snapshot!("refusal_range", said(&stage, ",greet alice --times 9").await);
    insta::assert_snapshot!("refusal_missing", said(&stage, ",greet").await);
    insta::assert_snapshot!("refusal_unknown_person", said(&stage, ",greet nobody").await);
    insta::assert_snapshot!("refusal_choice", said(&stage, ",greet alice --manner brifely").await);
    insta::assert_snapshot!("refusal_surplus", said(&stage, ",often @everyone `x`").await);
}

#[tokio::test]
async fn a_late_answer_is_announced_and_then_given() {
    let stage = stage().await;
    stage.slash(Stage::BOB, "slow", json!([{ "name": "seconds", "type": 4, "value": 5 }])).await;
    assert_eq!(stage.discord().take(), []);
    stage.waits(Duration::from_secs(2)).await;
    assert!(matches!(stage.discord().take()[..], [Effect::Defer { private: false, .. }]));
    stage.waits(Duration::from_secs(3)).await;
    assert!(
        matches!(&stage.discord().take()[..], [Effect::Amend { message, .. }] if message.content == "done at last")
    );
}

#[tokio::test]
async fn a_private_answer_stays_private_though_it_was_announced_in_public() {
    let stage = stage().await;
    let options = json!([{ "name": "seconds", "type": 4, "value": 3 }, { "name": "private", "type": 5, "value": true }]);
    stage.slash(Stage::BOB, "slow", options).await;
    stage.waits(Duration::from_secs(2)).await;
    stage.waits(Duration::from_secs(2)).await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Defer { private: false, .. }, Effect::Withdraw { .. }, Effect::FollowUp { message, .. }] if message.private),
        "{effects:?}"
    );
}

#[tokio::test]
async fn a_late_answer_to_a_message_shows_typing() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",slow 15").await;
    for _ in 0..8 {
        stage.waits(Duration::from_secs(2)).await;
    }
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Typing { .. }, Effect::Typing { .. }, Effect::Say { message, .. }] if message.content == "done at last"),
        "{effects:?}"
    );
}

#[tokio::test]
async fn a_handler_that_never_ends_is_given_up() {
    let stage = stage().await;
    stage.slash(Stage::BOB, "slow", json!([{ "name": "seconds", "type": 4, "value": 100_000 }])).await;
    for _ in 0..15 {
        stage.waits(Duration::from_secs(61)).await;
    }
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Defer { .. }, Effect::Withdraw { .. }, Effect::FollowUp { message, .. }]
            if message.private && message.content.contains("Something went wrong")),
        "{effects:?}"
    );
}

#[tokio::test]
async fn panics_and_failures_become_an_apology_with_a_code() {
    let stage = stage().await;
    for command in [",panics", ",breaks"] {
        let apology = said(&stage, command).await;
        assert!(apology.starts_with("Something went wrong on my side"), "{apology}");
        assert!(!apology.contains("flux") && !apology.contains("secret"), "{apology}");
    }
    assert!(said(&stage, ",ping").await.starts_with("Pong!"));
}

#[tokio::test]
async fn age_restriction_holds_both_ways() {
    let stage = stage().await;
    assert_eq!(said(&stage, ",adult").await, "This command works only in age-restricted channels.");
    stage.slash(Stage::BOB, "adult", json!([])).await;
    assert!(stage.reply().private);
    stage.directory().set_nsfw(true);
    assert_eq!(said(&stage, ",adult").await, "boo");
}

#[tokio::test]
async fn a_cooldown_is_told_and_ends() {
    let stage = stage().await;
    assert_eq!(said(&stage, ",often").await, "again");
    assert_eq!(said(&stage, ",often").await, "again");
    assert!(said(&stage, ",often").await.starts_with("That was a little fast. Try again <t:"));
    stage.waits(Duration::from_secs(10)).await;
    assert_eq!(said(&stage, ",often").await, "again");
}

#[tokio::test]
async fn permissions_of_person_and_bot_are_checked_both_ways() {
    let stage = stage().await;
    assert_eq!(said(&stage, ",gated").await, "You need **Ban Members** here to use this command.");
    stage.slash(Stage::BOB, "gated", json!([])).await;
    assert_eq!(stage.reply().content, "You need **Ban Members** here to use this command.");
    stage.says(Stage::ALICE, ",gated").await;
    assert_eq!(
        stage.reply().content,
        "I need **Manage Messages** here to do that. Please ask an admin to give it to me."
    );
}

#[tokio::test]
async fn a_private_answer_to_a_message_is_whispered() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",secret").await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Whisper { message, .. }, Effect::Say { .. }] if message.content == "between us")
    );
    stage.discord().fail_next(DiscordErrorKind::CannotMessage);
    stage.says(Stage::BOB, ",secret").await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Whisper { .. }, Effect::Say { message, .. }] if message.content.contains("`/secret`") || message.content.contains("/secret"))
    );
    stage.slash(Stage::BOB, "secret", json!([])).await;
    assert!(stage.reply().private);
}

#[tokio::test]
async fn an_answer_that_discord_refuses_becomes_an_apology() {
    let stage = stage().await;
    stage.discord().fail_next(DiscordErrorKind::Invalid);
    stage.says(Stage::BOB, ",ping").await;
    let replies = stage.replies();
    assert_eq!(replies.len(), 2);
    assert!(replies[1].content.starts_with("Something went wrong"));
}

#[tokio::test]
async fn where_casey_may_not_speak_the_person_is_told_elsewhere() {
    let stage = stage().await;
    let casey = twilight_model::id::Id::new(900_000_000_000_000_001);
    stage.directory().member(casey, "Casey", Permissions::VIEW_CHANNEL);
    stage.says(Stage::BOB, ",ping").await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Whisper { message, .. }] if message.content.contains("I lack Send Messages there")),
        "{effects:?}"
    );
}

#[tokio::test]
async fn without_embed_links_help_is_text() {
    let stage = stage().await;
    let casey = twilight_model::id::Id::new(900_000_000_000_000_001);
    stage.directory().member(casey, "Casey", Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES);
    stage.says(Stage::BOB, ",help").await;
    let reply = stage.reply();
    assert!(reply.embeds.is_empty() && reply.content.contains("`,ping`"));
}

#[tokio::test]
async fn an_edit_corrects_what_was_refused_and_repeats_nothing_else() {
    let stage = stage().await;
    let message = stage.says(Stage::BOB, ",greet nobody").await;
    assert_eq!(stage.replies().len(), 1);
    stage.edits(Stage::BOB, message, ",greet nobody").await;
    assert_eq!(stage.replies(), [], "an embed that Discord added is no edit");
    stage.edits(Stage::BOB, message, ",greet alice").await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Edit { message, .. }] if message.content.starts_with("Alice")),
        "{effects:?}"
    );
    stage.edits(Stage::BOB, message, ",greet bob").await;
    assert_eq!(stage.replies(), [], "it was carried out, and is not repeated");
    let typo = stage.says(Stage::BOB, ",pnig").await;
    assert_eq!(stage.replies(), []);
    stage.edits(Stage::BOB, typo, ",ping").await;
    assert_eq!(stage.replies().len(), 1);
    let late = stage.says(Stage::BOB, ",pnig").await;
    stage.waits(Duration::from_mins(15)).await;
    stage.edits(Stage::BOB, late, ",ping").await;
    assert_eq!(stage.replies(), []);
}

#[tokio::test]
async fn a_deleted_command_takes_its_answer_along() {
    let stage = stage().await;
    let message = stage.says(Stage::BOB, ",ping").await;
    stage.discord().take();
    stage.deletes(message).await;
    assert!(matches!(stage.discord().take()[..], [Effect::Delete { .. }]));
    stage.deletes(message).await;
    assert_eq!(stage.discord().take(), []);
}

#[tokio::test]
async fn a_replayed_message_is_answered_once() {
    let stage = stage().await;
    let message = stage.says(Stage::BOB, ",ping").await;
    assert_eq!(stage.replies().len(), 1);
    let again = twilight_model::gateway::payload::incoming::MessageCreate {
        channel_type: None,
        message: serde_json::from_value(json!({
            "id": message, "channel_id": "800000000000000002", "guild_id": "800000000000000001",
            "author": { "id": Stage::BOB, "username": "Bob", "discriminator": "0", "avatar": null, "bot": false },
            "content": ",ping", "timestamp": "2026-01-01T00:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "pinned": false, "type": 0,
        }))
        .unwrap(),
    };
    stage.hears(twilight_model::gateway::event::Event::MessageCreate(Box::new(again))).await;
    assert_eq!(stage.replies(), []);
}

/// Custom ids of the buttons in a reply, with their labels.
fn buttons(reply: &Reply) -> Vec<(String, String, bool)> {
    let json = serde_json::to_value(&reply.components).unwrap();
    json.as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["components"].as_array().unwrap())
        .map(|button| {
            let text = |key: &str| button[key].as_str().unwrap().to_owned();
            (text("label"), text("custom_id"), button["disabled"].as_bool().unwrap_or(false))
        })
        .collect()
}

#[tokio::test]
async fn a_confirm_prompt_acts_once_confirmed_by_its_owner() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",sure").await;
    let prompt = buttons(&stage.reply());
    assert_eq!(prompt[0].0, "Confirm");
    stage.presses(Stage::ALICE, &prompt[0].1).await;
    let refused = stage.reply();
    assert!(refused.private && refused.content == "Only the person who used the command can press this.");
    stage.presses(Stage::BOB, &prompt[0].1).await;
    assert_eq!(stage.reply().content, "done to 42 by Bob");
    stage.presses(Stage::BOB, &prompt[1].1).await;
    assert_eq!(stage.reply().content, "Cancelled; nothing was changed.");
    stage.waits(Duration::from_secs(601)).await;
    stage.presses(Stage::BOB, &prompt[0].1).await;
    assert_eq!(stage.reply().content, "This button has expired. Please use the command again.");
    stage.presses(Stage::BOB, "manners:really:43.AAAAAAAAAAA.AAAAAA.AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(stage.reply().content, "I do not know this button. Please use the command again.");
}

#[tokio::test]
async fn buttons_survive_a_restart_of_the_bot() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",pages").await;
    let pages = buttons(&stage.reply());
    assert_eq!(pages.iter().map(|page| page.0.as_str()).collect::<Vec<_>>(), ["Back", "1 / 3", "Next"]);
    assert_eq!(pages.iter().map(|page| page.2).collect::<Vec<_>>(), [true, true, false]);
    let restarted = self::stage().await;
    restarted.presses(Stage::BOB, &pages[2].1).await;
    assert_eq!(restarted.reply().content, "page list,1");
}

#[tokio::test]
async fn long_text_arrives_as_a_file() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",long").await;
    let reply = stage.reply();
    assert_eq!((reply.files.len(), reply.content.as_str()), (1, ""));
}

#[test]
fn a_row_holds_its_buttons_in_order() {
    let button = |label: &str| twilight_model::channel::message::component::Button {
        id: None,
        custom_id: Some(label.into()),
        disabled: false,
        emoji: None,
        label: Some(label.into()),
        style: ButtonStyle::Primary,
        url: None,
        sku_id: None,
    };
    let reply = Reply::text("").with_row(row([button("a"), button("b")]));
    assert_eq!(buttons(&reply).iter().map(|found| found.0.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}
