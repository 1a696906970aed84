//! One file for each port of the core, and one for the facts about this installation.

mod away;
mod changes;
mod counting;
mod gateway;
mod holder;
mod instance;
mod jobs;
mod objections;
mod overrides;
mod reminders;
mod retention;
mod settings;
mod tell;
mod usage;
mod usage_queue;

pub use self::{
    changes::Changes,
    gateway::GatewayTable,
    holder::DataHolder,
    instance::{Fact, InstanceStore},
    jobs::JobTable,
    reminders::ReminderTable,
    retention::RetentionSweeper,
    settings::SettingsStore,
    usage::UsageStore,
};
pub(crate) use self::{objections::ObjectionTable, tell::begin as tell_changes};
