//! Which modules Casey has and what they stand on. The one place that lists them.

use std::sync::Arc;

use casey_config::Config;
use casey_core::{Bot, BuildError, Clock, Discord, Facts, JobRunner, Jobs, Observer, Ports, PrivacyDesk};
use casey_data::{Database, FileSweeper, Files, RetentionSweeper};
use casey_discord::Connected;
use casey_management::{Management, ReminderStore};
use casey_privacy::{
    Holder, Inventory, InventoryError, ObjectionBook, Objections, WriteGate,
    purposes::{CoreCommands, CoreSettings, PerfCache, RightsFulfil, SecurityAbuse, StatsUsage},
};
use twilight_model::gateway::Intents;

use crate::{
    metrics::{Measured, Meters},
    short_term::ShortTerm,
};

/// Everything that Casey stores, declared. No purpose outside this list is allowed; a longer list is a new policy.
///
/// # Errors
///
/// [`InventoryError`] if declarations contradict each other or use another purpose.
pub fn inventory() -> Result<Inventory, InventoryError> {
    Inventory::builder()
        .purpose::<CoreCommands>()
        .purpose::<CoreSettings>()
        .purpose::<PerfCache>()
        .purpose::<RightsFulfil>()
        .purpose::<SecurityAbuse>()
        .purpose::<StatsUsage>()
        .module("core", casey_core::privacy::STORES)
        .module("core", casey_data::STORES)
        .module("core", casey_data::REDIS_STORES)
        .module("core", casey_data::FILE_STORES)
        .module("core", casey_discord::KEEPS)
        .module("management", casey_data::MANAGEMENT_STORES)
        .build()
}

/// The gate that every write about a person passes.
pub(crate) fn gate(objections: Arc<dyn Objections>) -> WriteGate {
    WriteGate::builder(objections)
        .allow::<CoreCommands>()
        .allow::<CoreSettings>()
        .allow::<PerfCache>()
        .allow::<RightsFulfil>()
        .allow::<SecurityAbuse>()
        .allow::<StatsUsage>()
        .build()
}

/// What the bot stands on.
pub(crate) fn ports(
    discord: &Connected,
    database: &Database,
    short_term: &ShortTerm,
    clock: &Arc<dyn Clock>,
    meters: &Arc<Meters>,
    objections: Arc<dyn Objections>,
) -> Ports {
    let measured = Measured::new(discord.discord(), Arc::clone(meters), Arc::clone(clock));
    Ports {
        discord: Arc::new(measured),
        directory: discord.directory(),
        cache: Arc::clone(&short_term.cache),
        quota: Arc::clone(&short_term.quota),
        settings: database.settings(),
        usage: database.usage(),
        clock: Arc::clone(clock),
        gate: gate(objections),
    }
}

/// The modules beside the built-in ones.
pub(crate) struct Modules {
    pub(crate) management: Arc<Management>,
}

impl Modules {
    /// Modules that keep reminders here and have their jobs done by these.
    pub(crate) fn new(ports: &Ports, reminders: Arc<dyn ReminderStore>, jobs: Jobs) -> Self {
        Self { management: Arc::new(Management::new(reminders, jobs, ports.gate.clone())) }
    }
}

/// What does the jobs of all modules.
pub(crate) fn runner(
    modules: &Modules,
    jobs: Jobs,
    discord: Arc<dyn Discord>,
    database: &Database,
    files: &Arc<Files>,
    clock: &Arc<dyn Clock>,
) -> JobRunner {
    JobRunner::new(jobs, Arc::clone(clock))
        .recurring(RetentionSweeper::EVERY, database.sweeper())
        .recurring(FileSweeper::EVERY, Arc::new(FileSweeper::new(Arc::clone(files), Arc::clone(clock))))
        .handler(Arc::new(modules.management.delivery(discord, Arc::clone(clock))))
}

/// The bot with all its modules. `key` signs its buttons, `holders` are asked what they hold about a person, `observer` counts.
pub(crate) async fn bot(
    ports: Ports,
    config: &Config,
    key: [u8; 32],
    inventory: Arc<Inventory>,
    (holders, objections): (Vec<Arc<dyn Holder>>, Arc<dyn ObjectionBook>),
    modules: &Modules,
    observer: Arc<dyn Observer>,
) -> Result<Bot, BuildError> {
    let facts = Facts {
        about: Some(format!(
            "I am **Casey** {}. What I store is declared in my code, and what is not declared there cannot be stored.",
            env!("CARGO_PKG_VERSION")
        )),
        site: Some(config.public_url.as_ref().map_or("https://casey.best", |url| url.as_str()).to_owned()),
    };
    Bot::builder(ports)
        .prefix(config.prefix.clone())
        .signing_key(key)
        .privileged_intents(privileged(config))
        .facts(facts)
        .privacy(PrivacyDesk { inventory, holders, objections, policy: None })
        .module(Arc::clone(&modules.management))
        .observer(observer)
        .build()
        .await
}

/// The privileged intents that the operator has been granted.
fn privileged(config: &Config) -> Intents {
    let granted = config.discord_intents;
    [
        (granted.members, Intents::GUILD_MEMBERS),
        (granted.message_content, Intents::MESSAGE_CONTENT),
        (granted.presences, Intents::GUILD_PRESENCES),
    ]
    .into_iter()
    .filter_map(|(granted, intent)| granted.then_some(intent))
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_stored_is_declared_without_contradiction() {
        let inventory = inventory().unwrap();
        assert!(inventory.about_people().count() > 0);
    }
}
