//! The built-in commands, by slash and by prefix.
#![allow(clippy::unwrap_used, missing_docs)]

use casey_core::{Effect, Facts, Outcome, testing::Stage};
use serde_json::json;

async fn stage() -> Stage {
    Stage::builder().raise().await
}

#[tokio::test]
async fn ping_answers_both_ways() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",ping").await;
    assert!(stage.reply().content.starts_with("Pong!"));
    stage.slash(Stage::BOB, "ping", json!([])).await;
    assert!(stage.reply().content.starts_with("Pong!"));
}

#[tokio::test]
async fn prefixes_are_set_by_admins_and_refused_to_others() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",prefix set !").await;
    assert_eq!(stage.reply().content, "You need **Manage Server** here to use this command.");
    stage.says(Stage::ALICE, ",prefix set !").await;
    assert_eq!(stage.reply().content, "The prefix is `!` now. Try `!help`.");
    stage.says(Stage::BOB, ",ping").await;
    assert_eq!(stage.replies(), []);
    stage.says(Stage::BOB, "!ping").await;
    assert!(stage.reply().content.starts_with("Pong!"));
    stage.slash(Stage::ALICE, "prefix", json!([{ "name": "reset", "type": 1, "options": [] }])).await;
    assert_eq!(stage.reply().content, "The prefix is `,` again.");
    stage.says(Stage::BOB, ",ping").await;
    assert_eq!(stage.replies().len(), 1);
}

#[tokio::test]
async fn several_prefixes_are_added_and_removed() {
    let stage = stage().await;
    stage.says(Stage::ALICE, ",prefix add ?").await;
    assert_eq!(stage.reply().content, "`?` works now, too. All prefixes here: `,` `?`");
    stage.says(Stage::ALICE, "?prefix add ?").await;
    assert_eq!(stage.reply().content, "`?` is a prefix here already.");
    stage.says(Stage::ALICE, ",prefix remove ,").await;
    assert_eq!(stage.reply().content, "`,` is no prefix any more. What remains: `?`");
    stage.says(Stage::ALICE, "?prefix remove nothing").await;
    assert_eq!(stage.reply().content, "`nothing` is no prefix here. There are: `?`");
    stage.says(Stage::ALICE, "?prefix").await;
    assert!(stage.reply().content.starts_with("The prefix here is `?`."));
}

#[tokio::test]
async fn a_bad_prefix_is_refused_and_changes_nothing() {
    let stage = stage().await;
    for (typed, said) in [
        ("12345678901", "A prefix has at most 10 characters."),
        ("\"a b\"", "A prefix has no spaces, backticks or invisible characters in it."),
        ("@everyone", "A prefix cannot begin with @, #, <, > or /, which Discord uses itself."),
    ] {
        stage.says(Stage::ALICE, &format!(",prefix set {typed}")).await;
        assert_eq!(stage.reply().content, said);
    }
    stage.says(Stage::BOB, ",ping").await;
    assert_eq!(stage.replies().len(), 1);
}

#[tokio::test]
async fn a_personal_prefix_works_for_its_owner_alone() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",prefix personal c!").await;
    assert_eq!(stage.reply().content, "`c!` works for you everywhere now.");
    stage.says(Stage::BOB, "c!ping").await;
    assert_eq!(stage.replies().len(), 1);
    stage.says(Stage::ALICE, "c!ping").await;
    assert_eq!(stage.replies(), []);
    stage.says(Stage::BOB, ",prefix personal --clear").await;
    assert_eq!(stage.reply().content, "You have no prefix of your own any more.");
    stage.says(Stage::BOB, "c!ping").await;
    assert_eq!(stage.replies(), []);
}

#[tokio::test]
async fn help_shows_everything_one_command_and_the_nearest() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",help").await;
    let help = stage.reply();
    let text = serde_json::to_string(&help.embeds).unwrap();
    for name in ["`,ping`", "`,help`", "`,about`", "`,prefix`", "`,settings`"] {
        assert!(text.contains(name), "{name} in {text}");
    }
    stage.says(Stage::BOB, ",help prefix set").await;
    insta::assert_json_snapshot!("help_prefix_set", stage.reply().embeds);
    stage.says(Stage::BOB, ",help prefix").await;
    insta::assert_json_snapshot!("help_prefix", stage.reply().embeds);
    stage.says(Stage::BOB, ",help pnig").await;
    assert_eq!(stage.reply().content, "There is no command `pnig`. Did you mean `,help ping`?");
}

#[tokio::test]
async fn about_tells_what_the_bot_is_and_where_to_find_more() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",about").await;
    let plain = stage.reply().content;
    assert!(plain.contains(env!("CARGO_PKG_VERSION")) && !plain.contains("privacy"), "{plain}");
    let facts = Facts { about: Some("I am Greeter.".into()), site: Some("https://greeter.example".into()) };
    let stage = Stage::builder().with(|bot| bot.facts(facts)).raise().await;
    stage.slash(Stage::BOB, "about", json!([])).await;
    let said = stage.reply().content;
    assert!(said.starts_with("I am Greeter.") && said.ends_with("<https://greeter.example>"), "{said}");
}

#[tokio::test]
async fn settings_are_shown_in_servers_and_not_elsewhere() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",settings").await;
    assert_eq!(stage.reply().embeds.len(), 1);
    stage.whispers(Stage::BOB, ",settings").await;
    assert_eq!(stage.reply().content, "This command works in servers only.");
    stage.says(Stage::ALICE, ",settings language tlh").await;
    assert_eq!(stage.reply().content, "I do not speak `tlh` yet. There are: English (`en`), Deutsch (`de`)");
}

#[tokio::test]
async fn a_mention_is_a_prefix_and_explains_itself() {
    let stage = stage().await;
    stage.says(Stage::BOB, "<@900000000000000001> ping").await;
    assert!(stage.reply().content.starts_with("Pong!"));
    stage.says(Stage::BOB, "<@900000000000000001>").await;
    assert_eq!(stage.reply().content, "Hello! My prefix here is `,`. Try `,help`.");
    stage.says(Stage::BOB, "<@900000000000000001> pnig").await;
    assert_eq!(stage.reply().content, "I have no command `pnig`. Did you mean `,ping`?");
    stage.says(Stage::BOB, "<@900000000000000001> is quite something").await;
    assert_eq!(stage.replies(), []);
}

#[tokio::test]
async fn usage_is_kept_without_arguments_and_not_against_an_objection() {
    let stage = stage().await;
    stage.says(Stage::ALICE, ",prefix set canary").await;
    stage.whispers(Stage::BOB, ",ping").await;
    let uses = stage.usage().uses();
    assert_eq!(uses.len(), 2);
    assert_eq!((uses[0].command.as_str(), uses[0].outcome), ("prefix set", Outcome::Done));
    assert!(!format!("{uses:?}").contains("canary"));
    assert_eq!(uses[0].hour, uses[0].hour.hour());
    assert_eq!(uses[1].channel, None, "the ids of direct messages are not kept");

    let bob = casey_privacy::SubjectId::new(Stage::BOB.get());
    stage.objections().object::<casey_privacy::purposes::StatsUsage>(bob);
    stage.whispers(Stage::BOB, ",ping").await;
    assert_eq!(stage.usage().uses().len(), 2);
}

#[tokio::test]
async fn nobody_is_pinged_by_what_people_type() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",help @everyone").await;
    stage.says(Stage::BOB, ",ping <@&800000000000000001> @here").await;
    for effect in stage.discord().take() {
        let Effect::Say { message, .. } = effect else { panic!("only answers were expected: {effect:?}") };
        let allowed = message.pings.allowed_mentions();
        assert!(allowed.parse.is_empty() && allowed.users.is_empty() && allowed.roles.is_empty());
    }
}
