//! What every look has at hand.

use std::{collections::BTreeSet, sync::Arc};

use casey_config::{Config, Discord};
use casey_core::Clock;

/// The configuration, and what it is held against.
pub(super) struct Context {
    pub(super) config: Config,
    /// Whether people are to be served with it.
    pub(super) production: bool,
    pub(super) clock: Arc<dyn Clock>,
    /// Settings that could not be read, and stand at their defaults.
    pub(super) wrong: BTreeSet<String>,
}

impl Context {
    /// Whether what was read of these settings is what the operator meant.
    pub(super) fn is_right(&self, settings: &[&str]) -> bool {
        settings.iter().all(|setting| !self.wrong.contains(*setting))
    }

    /// Whether Casey's clock is moved away from the machine's, so that nobody else's says anything about it.
    pub(super) fn clock_is_moved(&self) -> bool {
        self.config.clock_file.is_some() && self.config.discord_is_loopback()
    }

    /// Whether Casey would simulate Discord.
    pub(super) fn is_simulated(&self) -> bool {
        matches!(self.config.discord(), Ok(Discord::Simulated))
    }
}
