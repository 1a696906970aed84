//! How the website looks at the other parts.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use casey_bot::Running;
use casey_core::Directory;
use casey_discord::Counts;
use casey_sim::Sim;
use casey_web::{Health, Probe};

/// Looks at the bot's connection to Discord.
pub(crate) struct BotProbe {
    counts: Arc<Counts>,
    directory: Arc<dyn Directory>,
    connected_before: AtomicBool,
}

impl BotProbe {
    pub(crate) fn new(bot: &Running) -> Self {
        Self {
            counts: Arc::clone(bot.counts()),
            directory: Arc::clone(bot.directory()),
            connected_before: AtomicBool::new(false),
        }
    }
}

#[async_trait]
impl Probe for BotProbe {
    async fn check(&self) -> Health {
        let counts = self.counts.now();
        let health = if self.counts.is_ready() {
            self.connected_before.store(true, Ordering::Relaxed);
            Health::up("connected to Discord")
        } else if self.connected_before.load(Ordering::Relaxed) {
            Health::starting("connecting to Discord again")
        } else {
            Health::starting("connecting to Discord")
        };
        health
            .figure("servers", self.directory.guild_count())
            .figure("shards", format_args!("{} of {}", counts.ready, counts.shards))
    }
}

/// Looks at the simulated Discord. It ends with this process, so that it answers whenever anybody can ask.
pub(crate) struct SimulationProbe(Sim);

impl SimulationProbe {
    pub(crate) const fn new(sim: Sim) -> Self {
        Self(sim)
    }
}

#[async_trait]
impl Probe for SimulationProbe {
    async fn check(&self) -> Health {
        Health::up("answers").figure("sessions", self.0.gateway().sessions())
    }
}
