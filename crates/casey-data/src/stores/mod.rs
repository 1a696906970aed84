//! One file for each port of the core, and one for the facts about this installation.

mod holder;
mod instance;
mod settings;
mod usage;
mod usage_queue;

pub use self::{
    holder::DataHolder,
    instance::{Fact, InstanceStore},
    settings::SettingsStore,
    usage::UsageStore,
};
