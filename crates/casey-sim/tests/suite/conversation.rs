//! People talk to a bot, as a script would have them.

use build::{command, option};
use std::time::Duration;

use crate::common::{http, run_bot, start, start_with, world};
use casey_sim::{Channel, Guild, Sim, SimError, edit, reply};
use serde_json::json;
use twilight_http::Client;
use twilight_model::{
    application::command::{Command, CommandType},
    guild::Permissions,
    id::Id,
};

/// The few builders needed here, so that the tests depend on the wire and not on another library's helpers.
mod build {
    use serde_json::{Value, json};

    pub(super) fn command(name: &str, options: &[Value]) -> Value {
        json!({ "name": name, "description": name, "type": 1, "options": options, "version": "1" })
    }

    pub(super) fn option(kind: u8, name: &str, required: bool) -> Value {
        json!({ "type": kind, "name": name, "description": name, "required": required })
    }
}

async fn register(http: &Client) {
    let mut commands: Vec<Command> = ["ping", "secret", "later", "pages", "silent"]
        .iter()
        .map(|name| serde_json::from_value(command(name, &[])).unwrap())
        .collect();
    let mut sub = option(1, "set", false);
    sub["options"] = json!([option(3, "text", true), option(6, "who", false), option(4, "count", false)]);
    commands.push(serde_json::from_value(command("prefix", &[sub])).unwrap());
    let mut admin: Command = serde_json::from_value(command("admin", &[])).unwrap();
    admin.default_member_permissions = Some(Permissions::MANAGE_GUILD);
    commands.push(admin);
    let mut adult: Command = serde_json::from_value(command("adult", &[])).unwrap();
    adult.nsfw = Some(true);
    commands.push(adult);
    assert!(commands.iter().all(|command| command.kind == CommandType::ChatInput));
    let app = http.current_user_application().await.unwrap().model().await.unwrap().id;
    http.interaction(app).set_global_commands(&commands).await.unwrap();
}

async fn harbour() -> (Sim, Guild, Channel) {
    harbour_with(Duration::from_secs(4)).await
}

async fn harbour_with(patience: Duration) -> (Sim, Guild, Channel) {
    let sim = start_with(world(), patience).await;
    run_bot(&sim);
    register(&http(&sim)).await;
    sim.gateway().expects_sessions(1).await.unwrap();
    let guild = sim.guild("Harbour").unwrap();
    let general = guild.channel("general").unwrap();
    (sim, guild, general)
}

fn why(error: SimError) -> String {
    match error {
        SimError::Refused { why, .. } => why,
        other => other.to_string(),
    }
}

#[tokio::test]
async fn a_message_is_answered_once_and_a_doubled_answer_is_found() {
    let (sim, guild, general) = harbour().await;
    let alice = guild.owner().unwrap();
    let asked = alice.says(&general, "!echo ahoy").await.unwrap();
    let heard =
        general.expects_next(reply().exactly("ahoy").in_reply_to(asked).pinging(&alice)).await.unwrap();
    assert_eq!(heard.author, "Echo");
    general.expects_no_more().await.unwrap();

    alice.says(&general, "!twice").await.unwrap();
    general.expects(reply().exactly("again")).await.unwrap();
    let error = general.expects_no_more().await.unwrap_err().to_string();
    assert!(error.contains("but there was \"again\" by Echo"), "{error}");
    assert!(error.contains("Alice  !twice"), "the transcript is part of it: {error}");

    general.passes_over();
    alice.says(&general, "!edit").await.unwrap();
    general.expects(reply().exactly("first")).await.unwrap();
    general.expects(edit().exactly("second")).await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn slash_commands_are_answered_at_once_ephemerally_or_later() {
    let (sim, guild, general) = harbour().await;
    let carol = guild.person("Carol").unwrap();
    assert_eq!(carol.slash(&general, "ping").await.unwrap().content, "Pong");
    let secret = carol.slash(&general, "/secret").await.unwrap();
    assert_eq!(secret.only_for.as_deref(), Some("Carol"));
    let bob = guild.person("Bob").unwrap();
    assert_eq!(
        why(bob.replies_to(&secret, "what?").await.unwrap_err()),
        "that message is not there for them"
    );
    assert_eq!(carol.slash(&general, "later").await.unwrap().content, "here at last");
    general.expects(reply().exactly("and more")).await.unwrap();
    general.expects_no_more().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn options_are_checked_like_discords_client_does() {
    let (_sim, guild, general) = harbour().await;
    let (carol, bob) = (guild.person("Carol").unwrap(), guild.person("Bob").unwrap());
    let heard = carol
        .slash(&general, "prefix set")
        .option("text", "!")
        .option("who", &bob)
        .option("count", 3)
        .await
        .unwrap();
    assert!(heard.content.contains(&bob.id().to_string()), "{}", heard.content);
    let refused = carol.slash(&general, "prefix").await.unwrap_err();
    assert_eq!(why(refused), "one of its subcommands must be chosen: set");
    let refused = carol.slash(&general, "prefix set").await.unwrap_err();
    assert_eq!(why(refused), "the option \"text\" is required");
    let refused = carol.slash(&general, "prefix set").option("text", 3).await.unwrap_err();
    assert!(why(refused).contains("takes text"));
    let raw = json!([{ "name": "set", "type": 1, "options": [{ "name": "text", "type": 3, "value": "" }] }]);
    carol.slash(&general, "prefix").raw_options(raw).await.unwrap();
    let refused = carol.slash(&general, "nothing").await.unwrap_err();
    assert!(why(refused).contains("/ping"), "the known commands are named");
}

#[tokio::test]
async fn commands_are_offered_only_where_and_to_whom_they_should() {
    let (_sim, guild, general) = harbour().await;
    let (carol, bob) = (guild.person("Carol").unwrap(), guild.person("Bob").unwrap());
    assert!(why(carol.slash(&general, "admin").await.unwrap_err()).contains("MANAGE_GUILD"));
    bob.slash(&general, "admin").await.unwrap();
    assert!(why(bob.slash(&general, "adult").await.unwrap_err()).contains("age-restricted"));
    bob.slash(&guild.channel("night").unwrap(), "adult").await.unwrap();
    let hidden = guild.channel("hidden").unwrap();
    assert!(why(carol.says(&hidden, "hello?").await.unwrap_err()).contains("VIEW_CHANNEL"));
    let dm = carol.dm().unwrap();
    assert_eq!(carol.slash(&dm, "ping").await.unwrap().content, "Pong");
}

#[tokio::test]
async fn buttons_can_be_pressed_if_they_are_there_and_switched_on() {
    let (sim, guild, general) = harbour().await;
    let carol = guild.person("Carol").unwrap();
    let pages = carol.slash(&general, "pages").await.unwrap();
    assert_eq!(why(carol.presses(&pages, "Back").await.unwrap_err()), "it is switched off");
    assert_eq!(why(carol.presses(&pages, "Delete").await.unwrap_err()), "there is no such component");
    let turned = carol.presses(&pages, "Next").await.unwrap();
    assert!(turned.edited);
    assert_eq!((turned.id, turned.content.as_str()), (pages.id, "page 2"));
    assert_eq!(general.messages().len(), 1);
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn a_silent_bot_is_told_from_a_slow_one() {
    let (_sim, guild, general) = harbour_with(Duration::from_millis(700)).await;
    let carol = guild.person("Carol").unwrap();
    let used = carol.slash(&general, "silent").sends().await.unwrap();
    let error = used.answer().await.unwrap_err().to_string();
    assert!(error.contains("an answer to /silent by Carol, but the bot did not acknowledge it"), "{error}");
}

#[tokio::test]
async fn the_transcript_reads_like_a_conversation() {
    let (sim, guild, general) = harbour().await;
    let (alice, carol) = (guild.owner().unwrap(), guild.person("Carol").unwrap());
    let asked = alice.says(&general, &format!("!echo ahoy {}", carol.mention())).await.unwrap();
    let heard = general.expects(reply().containing("ahoy")).await.unwrap();
    carol.reacts(&heard, "👍").await.unwrap();
    carol.slash(&general, "prefix set").option("text", "!").option("who", &alice).await.unwrap();
    let pages = carol.slash(&general, "pages").await.unwrap();
    carol.presses(&pages, "Next").await.unwrap();
    carol.slash(&general, "secret").await.unwrap();
    carol.attaches(&general, "look", "log.txt", "line").await.unwrap();
    alice.edits(&asked, "never mind").await.unwrap();
    alice.deletes(&asked).await.unwrap();
    let dm = carol.dm().unwrap();
    carol.slash(&dm, "ping").await.unwrap();
    let text = sim.transcript().to_string();
    let id = alice.id().to_string();
    insta::assert_snapshot!(text.replace(&id, "ALICE"));
}

#[tokio::test]
async fn application_ids_differ_from_user_ids() {
    let sim = start(world()).await;
    let http = http(&sim);
    let app = http.current_user_application().await.unwrap().model().await.unwrap();
    let user = http.current_user().await.unwrap().model().await.unwrap();
    assert_ne!(app.id.get(), user.id.get());
    assert_eq!(http.user(Id::new(user.id.get())).await.unwrap().model().await.unwrap().name, "Echo");
}

#[tokio::test]
async fn an_expectation_can_insist_on_the_next_message() {
    let (_sim, guild, general) = harbour().await;
    let carol = guild.person("Carol").unwrap();
    carol.says(&general, "!echo one").await.unwrap();
    carol.says(&general, "!echo two").await.unwrap();
    let error = general.expects_next(reply().exactly("two")).await.unwrap_err().to_string();
    assert!(error.contains("expected a message exactly \"two\", but \"one\" by Echo came first"), "{error}");
    general.expects_next(reply().exactly("two")).await.unwrap();
    general.expects_no_more().await.unwrap();
}

#[tokio::test]
async fn menus_take_the_values_they_offer() {
    let (sim, guild, general) = harbour_with(Duration::from_millis(300)).await;
    let carol = guild.person("Carol").unwrap();
    let menu = json!({ "type": 3, "custom_id": "colour", "placeholder": "Colour", "options": [
        { "label": "Red", "value": "r" }, { "label": "Blue", "value": "b" },
    ] });
    let users = json!({ "type": 5, "custom_id": "who", "max_values": 2 });
    let rows = json!([{ "type": 1, "components": [menu] }, { "type": 1, "components": [users] }]);
    let path = format!("/channels/{}/messages", general.id());
    let body = json!({ "content": "choose", "components": rows });
    let (status, _) =
        crate::common::raw(&http(&sim), twilight_http::request::Method::Post, &path, Some(body)).await;
    assert_eq!(status, 200);
    let asked = general.expects(reply().exactly("choose")).await.unwrap();
    carol.selects(&asked, "Colour", vec!["Red".into()]).sends().await.unwrap();
    let refused = carol.selects(&asked, "Colour", vec!["Green".into()]).await.unwrap_err();
    assert_eq!(why(refused), "there is no choice \"Green\"");
    let refused = carol.selects(&asked, "Colour", vec!["Red".into(), "Blue".into()]).await.unwrap_err();
    assert_eq!(why(refused), "between 1 and 1 values must be chosen");
    carol
        .selects(&asked, "who", vec![(&carol).into(), (&guild.owner().unwrap()).into()])
        .sends()
        .await
        .unwrap();
    let refused = carol.presses(&asked, "Colour").await.unwrap_err();
    assert_eq!(why(refused), "there is no such component", "a menu is no button");
}
