//! What a running bot is made of. Private: modules get their ports when they are built, not from here.

use std::{collections::HashMap, sync::Arc};

use casey_privacy::WriteGate;
use twilight_model::gateway::event::EventType;

use crate::{
    catalogue::Catalogue,
    custom_id::Signer,
    module::Module,
    ports::{Cache, Directory, Discord, Observer, Quota, Settings, UsageLog},
    prefix::PrefixBook,
    running::Running,
    text::Texts,
    time::Clock,
    tracker::Tracker,
};

/// Everything outside that a bot needs.
#[derive(Clone)]
pub struct Ports {
    /// Does things to Discord.
    pub discord: Arc<dyn Discord>,
    /// Knows servers, channels, members.
    pub directory: Arc<dyn Directory>,
    /// Values with a lifetime.
    pub cache: Arc<dyn Cache>,
    /// Cooldowns.
    pub quota: Arc<dyn Quota>,
    /// Settings of servers and people.
    pub settings: Arc<dyn Settings>,
    /// Which commands are used.
    pub usage: Arc<dyn UsageLog>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Permission to store.
    pub gate: WriteGate,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}

pub(crate) struct House {
    pub(crate) ports: Ports,
    pub(crate) modules: Vec<Arc<dyn Module>>,
    pub(crate) listeners: HashMap<EventType, Vec<Arc<dyn Module>>>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) book: Arc<PrefixBook>,
    pub(crate) signer: Signer,
    /// Messages that began like a command.
    pub(crate) tracker: Tracker,
    /// Interactions that were answered. Apart from messages: nothing says that their ids never meet.
    pub(crate) interactions: Tracker,
    /// Messages with a prompt that was confirmed or cancelled.
    pub(crate) prompts: Tracker,
    pub(crate) texts: Texts,
    pub(crate) running: Running,
    pub(crate) observer: Arc<dyn Observer>,
}

impl House {
    pub(crate) fn module(&self, name: &str) -> Option<&Arc<dyn Module>> {
        self.modules.iter().find(|module| module.name() == name)
    }
}
