//! `casey doctor`: is everything as it has to be, and what is to be done if not? Looks only: the schema is not migrated, no key is made, no command
//! registered.

mod addresses;
mod check;
mod clocks;
mod code;
mod configuration;
mod context;
mod database;
mod discord;
mod files;
mod folder;
mod key;
mod promises;
mod redis;
mod report;

use casey_bot::BotError;
use casey_config::Exit;
use casey_core::{Clock as _, SystemClock};
use casey_privacy::Inventory;

use self::{
    check::Check,
    code::Code,
    configuration::{Given, Reading},
    context::Context,
    report::Report,
};
use crate::{cli::Settings, error::CaseyError, output};

/// Looks at everything and prints what was found.
///
/// # Errors
///
/// [`CaseyError`] only for a mistake in Casey; what is wrong around it is in the report.
pub(crate) async fn run(settings: &Settings, production: bool, as_json: bool) -> Result<Exit, CaseyError> {
    let inventory = casey_bot::inventory().map_err(BotError::from)?;
    let mut reading = Reading::of(Given::of_process(settings.pairs()));
    let mut checks = std::mem::take(&mut reading.checks);
    if let Some(context) = reading.context(production) {
        casey_bot::init_logging(&context.config)?;
        checks.extend(Box::pin(look(&context, &inventory)).await);
    } else {
        checks.push(promises::build(SystemClock.now()));
        let why = "without the whole configuration nobody knows where to look";
        checks.extend(UNREAD.iter().map(|code| Check::skipped(*code, why)));
    }
    let report = Report { production, checks };
    if as_json {
        output::json(&report.json());
    } else {
        for line in report.lines() {
            output::line(line);
        }
    }
    Ok(report.exit())
}

/// One for each part that is not looked at without a configuration.
const UNREAD: &[Code] = &[
    Code::DataFolder,
    Code::KeyFile,
    Code::DatabaseOpen,
    Code::RedisOpen,
    Code::FilesStore,
    Code::DiscordApi,
    Code::WebAddress,
];

/// Everything beside the configuration: what does not depend on each other at the same time, told in an order that does not change.
async fn look(context: &Context, inventory: &Inventory) -> Vec<Check> {
    let (here, redis, files, discord, addresses) = tokio::join!(
        look_here(context, inventory),
        redis::look(context, inventory),
        files::look(context, inventory),
        discord::look(context),
        addresses::look(context),
    );
    let mut checks = promises::look(context);
    for part in [here, redis, files, discord, addresses] {
        checks.extend(part);
    }
    checks
}

/// One after the other: the folder is tried with a file that has one name in a process, and the database is held against the key.
async fn look_here(context: &Context, inventory: &Inventory) -> Vec<Check> {
    let mut checks = folder::look(context).await;
    let (key, check) = key::look(context).await;
    checks.push(check);
    checks.extend(database::look(context, inventory, &key).await);
    checks
}
