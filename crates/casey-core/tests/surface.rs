//! Context menus, completion, forms and select menus, as modules use them.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use casey_core::{
    Call, Choice, Command, DiscordErrorKind, Effect, Failure, Input, Menu, Module, Press, Pressed, Reply,
    Rules, Select, SelectOption, Submission, Submitted, Wording, testing::Stage,
};
use serde_json::{Value, json};
use twilight_interactions::command::{CommandModel, CreateCommand, ResolvedUser};
use twilight_model::{
    channel::message::{Component, component::SelectMenuType},
    guild::Permissions,
    id::Id,
};

const HOUR: Duration = Duration::from_hours(1);

#[derive(CommandModel, CreateCommand)]
#[command(name = "warn", desc = "Warn a member")]
struct Warn {
    /// Whom
    who: ResolvedUser,
    /// Why
    #[command(max_length = 100)]
    reason: String,
    /// How many days it counts
    #[command(min_value = 1, max_value = 30)]
    days: Option<i64>,
}

async fn warn(call: Call, warn: Warn) -> Result<Reply, Failure> {
    let member = if warn.who.member.is_some() { "member" } else { "nobody here" };
    let name = warn.who.resolved.name;
    Ok(Reply::text(format!("{name} ({member}): {} {:?} by {}", warn.reason, warn.days, call.path())))
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "wave", desc = "Wave at somebody")]
struct Wave {
    /// At whom
    who: Option<ResolvedUser>,
    /// Which message
    message: Option<String>,
}

async fn wave(_: Call, Wave { who, message }: Wave) -> Result<Reply, Failure> {
    let who = who.map(|who| who.resolved.name);
    Ok(Reply::text(format!("{who:?} {message:?}")))
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "note", desc = "Keep a note")]
struct Note {
    /// What it says
    #[command(autocomplete = true)]
    text: Option<String>,
}

async fn note(_: Call, Note { text }: Note) -> Result<Reply, Failure> {
    Ok(Reply::text(format!("noted: {text:?}")))
}

fn note_form(call: &Call, note: &Note) -> Result<Option<casey_core::Modal>, Failure> {
    if note.text.is_some() {
        return Ok(None);
    }
    let text = Input::paragraph("text", "Your note").between(1, 500);
    Ok(Some(call.modal("A note", "note", "7").input(text).build()?))
}

async fn offer(call: Call, typed: String) -> Result<Vec<Choice>, Failure> {
    match typed.as_str() {
        "late" => Ok(std::future::pending().await),
        "panic" => panic!("over the top"),
        "fail" => Err(Failure::Broken("the store is gone".into())),
        _ => Ok((0..40)
            .map(|at| Choice::text(format!("{typed} {at} {}", call.path()), typed.clone()))
            .collect()),
    }
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "choose", desc = "Choose something")]
struct Choose {
    /// Of what
    kind: String,
}

async fn choose(call: Call, Choose { kind }: Choose) -> Result<Reply, Failure> {
    let select = match kind.as_str() {
        "users" => Select::users().between(1, 2),
        "once" => Select::strings([SelectOption::new("A", "a"), SelectOption::new("B", "b")]).once(),
        _ => Select::strings([SelectOption::new("A", "a"), SelectOption::new("B", "b")]),
    };
    Ok(Reply::text("Choose").with_row(call.select(select, "chosen", kind, HOUR)?))
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "button", desc = "Show buttons that open forms")]
struct Button {}

async fn button(call: Call, _: Button) -> Result<Reply, Failure> {
    use twilight_model::channel::message::component::ButtonStyle::Primary;
    let quick = call.button("Quick", Primary, "quick", "", HOUR)?;
    let slow = call.button("Slow", Primary, "slow", "", HOUR)?;
    Ok(Reply::text("Open").with_row(casey_core::row([quick, slow])))
}

struct Yard;

#[async_trait]
impl Module for Yard {
    fn name(&self) -> &'static str {
        "yard"
    }

    fn title(&self) -> &'static str {
        "Yard"
    }

    fn wording(&self) -> &'static [Wording] {
        &[Wording {
            language: "de",
            table: "warn = verwarnen: Ein Mitglied verwarnen\nwarn reason = grund: Warum\n[Warn for this] = Dafür verwarnen",
        }]
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        let mods = Rules::new().needs(Permissions::MODERATE_MEMBERS).guild_only();
        vec![
            Command::new(warn)
                .rules(mods)
                .on_user("Warn")
                .menu(Menu::message("Warn for this").asks(["days"])),
            Command::new(wave).on_user("Wave").on_message("Wave back"),
            Command::new(note).form(|call, note: Note| note_form(call, &note)).complete("text", offer),
            Command::new(choose),
            Command::new(button),
        ]
    }

    async fn press(&self, call: &Call, press: &Press) -> Result<Pressed, Failure> {
        let form =
            || call.modal("Quick", "quick", press.state.clone()).input(Input::line("text", "Text")).build();
        match press.action.as_str() {
            "quick" => Ok(Pressed::modal(form()?)),
            "slow" => {
                let clock = call.now() + Duration::from_secs(3);
                while call.now() < clock {
                    tokio::task::yield_now().await;
                }
                Ok(Pressed::modal(form()?))
            }
            _ => {
                let users: Vec<&str> =
                    press.chosen.users.iter().map(|user| user.resolved.name.as_str()).collect();
                Ok(Pressed::reply(Reply::text(format!("{}: {:?} {users:?}", press.state, press.values))))
            }
        }
    }

    async fn submit(&self, _: &Call, submission: &Submission) -> Result<Submitted, Failure> {
        match submission.text("text") {
            "nothing" => Ok(Submitted::Nothing),
            "refuse" => Err(Failure::refused("Not like that.")),
            text => {
                let said = format!("{} {}: {text}", submission.action, submission.state);
                Ok(Submitted::update(Reply::text(said)))
            }
        }
    }
}

async fn stage() -> Stage {
    Stage::builder().module(Arc::new(Yard)).raise().await
}

/// The custom id of the first button or menu of a reply, from the row and place given.
fn custom_id(reply: &Reply, place: usize) -> String {
    match &reply.components[0] {
        Component::ActionRow(row) => match &row.components[place] {
            Component::SelectMenu(menu) => menu.custom_id.clone(),
            Component::Button(button) => button.custom_id.clone().unwrap(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn labels(modal: &casey_core::Modal) -> Vec<(String, String)> {
    let inputs = modal.components().iter().map(|component| match component {
        Component::Label(label) => {
            let name = match &*label.component {
                Component::TextInput(input) => input.custom_id.clone(),
                Component::SelectMenu(menu) => menu.custom_id.clone(),
                other => panic!("{other:?}"),
            };
            (name, label.label.clone())
        }
        other => panic!("{other:?}"),
    });
    inputs.collect()
}

#[tokio::test]
async fn a_menu_runs_its_command_with_what_was_clicked_on() {
    let stage = stage().await;
    stage.on_user(Stage::BOB, "Wave", Stage::ALICE).await;
    assert_eq!(stage.reply().content, "Some(\"Alice\") None");
    stage.on_message(Stage::BOB, "Wave back", Id::new(5), Stage::ALICE).await;
    let link = "https://discord.com/channels/800000000000000001/800000000000000002/5";
    assert_eq!(stage.reply().content, format!("Some(\"Alice\") Some({link:?})"));
    let uses = stage.usage().uses();
    assert!(uses.iter().all(|used| used.command == "wave"), "it is the same command: {uses:?}");
}

#[tokio::test]
async fn what_a_menu_cannot_tell_is_asked_for_in_a_form() {
    let stage = stage().await;
    stage.on_user(Stage::ALICE, "Warn", Stage::BOB).await;
    let form = stage.form();
    assert_eq!((form.title(), labels(&form)), ("Warn", vec![("reason".to_owned(), "Reason".to_owned())]));
    assert_eq!(stage.usage().uses(), [], "it was not used yet");
    stage.submits(Stage::ALICE, form.custom_id(), &[("reason", "spam")], false).await;
    assert_eq!(stage.reply().content, "Bob (member): spam None by warn");

    stage.on_message(Stage::ALICE, "Warn for this", Id::new(5), Stage::BOB).await;
    let form = stage.form();
    assert_eq!(labels(&form).into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["reason", "days"]);
    stage.submits(Stage::ALICE, form.custom_id(), &[("reason", "spam"), ("days", "7")], false).await;
    assert_eq!(stage.reply().content, "Bob (member): spam Some(7) by warn");
    stage.submits(Stage::ALICE, form.custom_id(), &[("reason", "spam"), ("days", "")], false).await;
    assert_eq!(stage.reply().content, "Bob (member): spam None by warn", "what is optional may stay empty");
    stage.submits(Stage::ALICE, form.custom_id(), &[("reason", "spam"), ("days", "99")], false).await;
    let refused = stage.reply();
    assert!(refused.private, "{refused:?}");
    assert_eq!(refused.content, "I read `99` for `days`, but expected a whole number between 1 and 30.");
}

#[tokio::test]
async fn guards_hold_for_menus_before_and_after_the_form() {
    let stage = stage().await;
    stage.on_user(Stage::BOB, "Warn", Stage::ALICE).await;
    let refused = stage.reply();
    assert!(refused.private);
    assert_eq!(refused.content, "You need **Timeout Members** here to use this command.");
    stage.on_user(Stage::ALICE, "Warn", Stage::BOB).await;
    let form = stage.form();
    stage.submits(Stage::BOB, form.custom_id(), &[("reason", "spam")], false).await;
    assert_eq!(stage.reply().content, "Only the person who used the command can press this.");
    stage.says(Stage::ALICE, ",settings disable yard").await;
    stage.replies();
    stage.submits(Stage::ALICE, form.custom_id(), &[("reason", "spam")], false).await;
    assert_eq!(stage.reply().content, "Yard is switched off in this server.");
    stage.on_user(Stage::ALICE, "Wave", Stage::BOB).await;
    assert_eq!(stage.reply().content, "Yard is switched off in this server.");
}

#[tokio::test]
async fn an_entry_that_is_gone_and_an_author_who_is_none_are_told() {
    let stage = stage().await;
    stage.on_user(Stage::BOB, "Gone", Stage::ALICE).await;
    assert!(stage.reply().content.starts_with("There is no command"));
}

#[tokio::test]
async fn a_form_that_came_too_late_gives_back_what_was_written() {
    let stage = stage().await;
    stage.on_user(Stage::ALICE, "Warn", Stage::BOB).await;
    let form = stage.form();
    stage.waits(HOUR).await;
    stage.submits(Stage::ALICE, form.custom_id(), &[("reason", "a long story")], false).await;
    let reply = stage.reply();
    assert!(reply.private && reply.content.starts_with("This form has expired"), "{reply:?}");
    assert!(reply.content.contains("a long story"));
    stage.submits(Stage::ALICE, "/:ask:x.AAAAAAAAAAA.AAAAAA.AAAAAAAAAAAAAAAAAAAAAA", &[], false).await;
    assert!(stage.reply().content.starts_with("I do not know this button"));
}

#[tokio::test]
async fn people_see_names_in_their_language_and_may_type_them() {
    let stage = stage().await;
    stage.in_language("de");
    stage.on_message(Stage::ALICE, "Warn for this", Id::new(5), Stage::BOB).await;
    let form = stage.form();
    assert_eq!(form.title(), "Dafür verwarnen");
    assert_eq!(labels(&form)[0], ("reason".to_owned(), "Grund".to_owned()));
    stage.on_user(Stage::BOB, "Warn", Stage::ALICE).await;
    assert!(stage.reply().content.starts_with("Für diesen Befehl brauchst du hier"));
    stage.says(Stage::ALICE, ",verwarnen bob spam").await;
    assert_eq!(stage.reply().content, "Bob (member): spam None by warn");
    stage.slash(Stage::BOB, "help", json!([{ "name": "command", "type": 3, "value": "verwarnen" }])).await;
    let shown = serde_json::to_string(&stage.reply().embeds).unwrap();
    assert!(shown.contains("/verwarnen <who> <grund…> [--days days]"), "{shown}");
    assert!(shown.contains("Dafür verwarnen (Rechtsklick auf eine Nachricht, Apps)"), "{shown}");
}

fn typing(text: &str) -> Value {
    json!([{ "name": "text", "type": 3, "value": text, "focused": true }])
}

#[tokio::test]
async fn what_is_typed_is_completed_with_what_fits() {
    let stage = stage().await;
    let offered = stage.types(Stage::BOB, "note", typing("so")).await;
    assert_eq!((offered.len(), offered[0].name.as_str()), (25, "so 0 note"));
    for text in ["panic", "fail"] {
        assert_eq!(stage.types(Stage::BOB, "note", typing(text)).await, [], "{text}");
    }
    assert_eq!(stage.types(Stage::BOB, "gone", typing("so")).await, []);
    assert_eq!(stage.usage().uses(), [], "typing is no use of a command");
    stage.says(Stage::ALICE, ",settings disable yard").await;
    assert_eq!(stage.types(Stage::BOB, "note", typing("so")).await, [], "it is switched off");
}

#[tokio::test]
async fn a_late_completion_offers_nothing_in_time() {
    let stage = Arc::new(stage().await);
    let typing = {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move { stage.types(Stage::BOB, "note", typing("late")).await })
    };
    // The first look at it ends without an offer, and fails for that.
    assert!(typing.await.is_err());
    stage.waits(Duration::from_secs(2)).await;
    assert_eq!(stage.offered(), Some(Vec::new()));
}

#[tokio::test]
async fn a_command_asks_in_a_form_and_a_prefix_by_a_button() {
    let stage = stage().await;
    stage.slash(Stage::BOB, "note", json!([])).await;
    let form = stage.form();
    assert_eq!(form.title(), "A note");
    stage.submits(Stage::BOB, form.custom_id(), &[("text", "milk")], false).await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Answer { message, .. }] if message.content == "note 7: milk"),
        "there is no message to change: {effects:?}"
    );
    stage.slash(Stage::BOB, "note", json!([{ "name": "text", "type": 3, "value": "milk" }])).await;
    assert_eq!(stage.reply().content, "noted: Some(\"milk\")");
    stage.says(Stage::BOB, ",note milk").await;
    assert_eq!(stage.reply().content, "noted: Some(\"milk\")");
    stage.says(Stage::BOB, ",note").await;
    let asked = stage.reply();
    assert_eq!(asked.content, "This needs a few words from you.");
    stage.presses(Stage::BOB, &custom_id(&asked, 0)).await;
    assert_eq!(stage.form().title(), "A note");
    stage.presses(Stage::ALICE, &custom_id(&asked, 0)).await;
    assert_eq!(stage.reply().content, "Only the person who used the command can press this.");
    let commands: Vec<String> = stage.usage().uses().into_iter().map(|used| used.command).collect();
    assert_eq!(commands, ["note"; 5], "the form counts as the use");
}

#[tokio::test]
async fn a_button_opens_a_form_whose_answer_changes_its_message() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",button").await;
    let buttons = stage.reply();
    stage.presses(Stage::BOB, &custom_id(&buttons, 0)).await;
    let form = stage.form();
    stage.submits(Stage::BOB, form.custom_id(), &[("text", "hello")], true).await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Update { message, .. }] if message.content == "quick : hello"),
        "{effects:?}"
    );
    stage.submits(Stage::BOB, form.custom_id(), &[("text", "refuse")], true).await;
    let refused = stage.reply();
    assert!(refused.private && refused.content == "Not like that.");
    stage.submits(Stage::BOB, form.custom_id(), &[("text", "nothing")], true).await;
    assert!(matches!(stage.discord().take()[..], [Effect::Acknowledge { .. }]));
    stage.submits(Stage::BOB, form.custom_id(), &[("text", "nothing")], false).await;
    assert!(matches!(
        stage.discord().take()[..],
        [Effect::Defer { private: true, .. }, Effect::Withdraw { .. }]
    ));
}

#[tokio::test]
async fn a_form_that_would_open_too_late_is_told() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",button").await;
    let buttons = stage.reply();
    stage.presses(Stage::BOB, &custom_id(&buttons, 1)).await;
    stage.waits(Duration::from_secs(2)).await;
    stage.waits(Duration::from_secs(1)).await;
    let effects = stage.discord().take();
    assert!(
        matches!(&effects[..], [Effect::Acknowledge { .. }, Effect::FollowUp { message, .. }]
            if message.private && message.content.starts_with("That took me too long")),
        "{effects:?}"
    );
}

#[tokio::test]
async fn choices_arrive_typed_and_in_order() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",choose strings").await;
    let menu = stage.reply();
    stage.chooses(Stage::BOB, &menu.components, &custom_id(&menu, 0), &["b"]).await;
    assert_eq!(stage.reply().content, "strings: [\"b\"] []");
    stage.says(Stage::BOB, ",choose users").await;
    let menu = stage.reply();
    let chosen = [Stage::BOB, Stage::ALICE];
    stage.chooses_users(Stage::BOB, &menu.components, &custom_id(&menu, 0), &chosen).await;
    let said = stage.reply().content;
    assert!(said.ends_with("[\"Bob\", \"Alice\"]"), "{said}");
    stage.chooses(Stage::ALICE, &menu.components, &custom_id(&menu, 0), &["b"]).await;
    assert_eq!(stage.reply().content, "Only the person who used the command can press this.");
}

#[tokio::test]
async fn a_menu_for_one_choice_is_disabled_by_it() {
    let stage = stage().await;
    stage.says(Stage::BOB, ",choose once").await;
    let menu = stage.reply();
    stage.chooses(Stage::BOB, &menu.components, &custom_id(&menu, 0), &["a"]).await;
    let effects = stage.discord().take();
    let [Effect::UpdateComponents { components, announced: false, .. }, Effect::FollowUp { message, .. }] =
        &effects[..]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(message.content, "once: [\"a\"] []");
    let disabled = |components: &[Component]| match &components[0] {
        Component::ActionRow(row) => {
            matches!(&row.components[0], Component::SelectMenu(menu) if menu.disabled && menu.kind == SelectMenuType::Text)
        }
        _ => false,
    };
    assert!(disabled(components));
    stage.chooses(Stage::BOB, &menu.components, &custom_id(&menu, 0), &["b"]).await;
    assert!(matches!(stage.discord().take()[..], [Effect::Acknowledge { .. }]), "one choice counts");
}

#[tokio::test]
async fn a_form_opened_by_a_process_that_was_killed_is_not_opened_again_and_nothing_is_said() {
    let stage = stage().await;
    stage.discord().fail_next(DiscordErrorKind::Unavailable);
    stage.slash(Stage::BOB, "note", json!([])).await;
    assert_eq!(stage.discord().take().len(), 1, "it was tried once");
    assert_eq!(stage.usage().uses()[0].outcome, casey_core::Outcome::Failed);
}

#[tokio::test]
async fn entries_of_menus_that_are_registered() {
    let stage = stage().await;
    let schemas: Vec<_> = stage
        .bot()
        .schemas()
        .into_iter()
        .filter(|schema| schema.kind != twilight_model::application::command::CommandType::ChatInput)
        .collect();
    insta::assert_json_snapshot!("menus", schemas);
}
