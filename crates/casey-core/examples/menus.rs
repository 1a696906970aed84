//! A context menu that asks in a form, completion, a button that opens a form, a select menu, German:
//! `DISCORD_TOKEN=… cargo run -p casey-core --example menus`.
use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use casey_core::{
    Call, Choice, Command, Failure, Input, Menu, Module, Press, Pressed, Reply, Rules, Select, SelectOption,
    Submission, Submitted, Wording, escape, row,
};
use twilight_interactions::command::{CommandModel, CreateCommand, ResolvedUser};
use twilight_model::{channel::message::component::ButtonStyle, guild::Permissions};

const DAY: Duration = Duration::from_hours(24);

#[derive(CommandModel, CreateCommand)]
#[command(name = "warn", desc = "Warn a member")]
struct Warn {
    /// Whom
    who: ResolvedUser,
    /// Why
    #[command(max_length = 200, autocomplete = true)]
    reason: String,
}

async fn warn(_: Call, Warn { who, reason }: Warn) -> Result<Reply, Failure> {
    let name = escape::markdown(&who.resolved.name);
    Ok(Reply::text(format!("{name} is warned: {}", escape::markdown(&reason))))
}

/// Usual reasons that have in them what was typed.
async fn reasons(_: Call, typed: String) -> Result<Vec<Choice>, Failure> {
    let usual = ["Spam", "Insults", "Off topic"].into_iter();
    let fits = usual.filter(|reason| reason.to_lowercase().contains(&typed.to_lowercase()));
    Ok(fits.map(|reason| Choice::text(reason, reason)).collect())
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "report", desc = "Report something to the moderators")]
struct Report {}

async fn report(call: Call, _: Report) -> Result<Reply, Failure> {
    let kinds = [SelectOption::new("Spam", "spam"), SelectOption::new("Insults", "insults")];
    let kind = Select::strings(kinds).placeholder("What is it about?").once();
    let write = call.button("In your own words", ButtonStyle::Secondary, "write", "", DAY)?;
    let menu = call.select(kind, "kind", "", DAY)?;
    Ok(Reply::text("Tell the moderators:").with_row(menu).with_row(row([write])).private())
}

struct Yard;

#[async_trait]
impl Module for Yard {
    fn name(&self) -> &'static str {
        "yard"
    }

    fn wording(&self) -> &'static [Wording] {
        const GERMAN: &str = "
            warn = verwarnen: Ein Mitglied verwarnen
            warn who = wen: Wen
            warn reason = grund: Warum
            report = melden: Den Moderatoren etwas melden
            [Warn] = Verwarnen
            [Warn for this] = Dafür verwarnen
        ";
        &[Wording { language: "de", table: GERMAN }]
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        let rules = Rules::new().needs(Permissions::MODERATE_MEMBERS).guild_only().example("@Bob spam");
        let warn = Command::new(warn).rules(rules).complete("reason", reasons);
        vec![
            // The person clicked on is `who`; `reason` is asked for in a form. Of a message, its author is `who`.
            warn.on_user("Warn").menu(Menu::message("Warn for this").private()),
            Command::new(report),
        ]
    }

    async fn press(&self, call: &Call, press: &Press) -> Result<Pressed, Failure> {
        if press.action == "write" {
            let text = Input::paragraph("text", "What happened?").between(10, 1_000);
            return Ok(Pressed::modal(call.modal("Report", "report", "").input(text).build()?));
        }
        let kind = press.values.first().map_or("", String::as_str);
        Ok(Pressed::reply(Reply::text(format!("Thank you. The moderators know of the {kind}.")).private()))
    }

    async fn submit(&self, _: &Call, submission: &Submission) -> Result<Submitted, Failure> {
        let length = submission.text("text").chars().count();
        Ok(Submitted::update(Reply::text(format!("Thank you for {length} characters."))))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let settings = casey_discord::Settings::new(std::env::var("DISCORD_TOKEN")?)
        .api_url(std::env::var("DISCORD_API_URL").ok());
    casey_discord::run(settings, |bot| bot.module(Arc::new(Yard))).await
}
