//! One file for each port of the core, and one for the facts about this installation.

mod changes;
mod holder;
mod instance;
mod settings;
mod usage;
mod usage_queue;

pub use self::{
    changes::Changes,
    holder::DataHolder,
    instance::{Fact, InstanceStore},
    settings::SettingsStore,
    usage::UsageStore,
};
