//! The simulated Discord of embedded use.

use std::{sync::Arc, time::Duration};

use casey_bot::Upstream;
use casey_config::{Config, Secret};
use casey_core::{Clock, SystemClock};
use casey_sim::{Sim, World};
use time::OffsetDateTime;
use tokio::task::JoinHandle;

use crate::error::CaseyError;

/// The token of the bot in [`World::demo`]. It opens nothing but the simulation.
const TOKEN: &str = "demo-token";

/// How often the simulated time is set by a clock that can be moved.
const TICK: Duration = Duration::from_millis(50);

/// A simulated Discord with a server and people in it.
pub(crate) struct Simulation {
    sim: Sim,
    /// Sets the simulated time, if the clock is one that can be moved.
    following: Option<JoinHandle<()>>,
}

impl Drop for Simulation {
    fn drop(&mut self) {
        if let Some(following) = &self.following {
            following.abort();
        }
    }
}

impl Simulation {
    /// Starts it at `CASEY_SIM_ADDR`.
    ///
    /// # Errors
    ///
    /// [`CaseyError::Listen`] if it cannot listen there.
    pub(crate) async fn start(config: &Config, clock: &Arc<dyn Clock>) -> Result<Self, CaseyError> {
        let sim = Sim::builder(World::demo()).listen(config.sim_addr).start().await?;
        let moved = config.clock_file.is_some() && config.discord_is_loopback();
        let following = moved.then(|| tokio::spawn(follow(sim.clock(), Arc::clone(clock))));
        Ok(Self { sim, following })
    }

    /// How the bot reaches it.
    pub(crate) fn upstream(&self) -> Upstream {
        Upstream { token: Secret::new(TOKEN), api_url: Some(self.sim.api_url()) }
    }

    /// The simulation itself.
    pub(crate) const fn sim(&self) -> &Sim {
        &self.sim
    }

    /// Stops it.
    pub(crate) fn stop(&self) {
        self.sim.stop();
    }
}

/// Sets the simulated time by the clock: both sides have to agree what time it is, or ids would tell another time than Casey's.
async fn follow(simulated: casey_sim::Clock, clock: Arc<dyn Clock>) {
    loop {
        let nanoseconds = i128::from(clock.now().as_millis()) * 1_000_000;
        if let Ok(now) = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds) {
            simulated.set(now);
        }
        SystemClock.sleep_until(SystemClock.now() + TICK).await;
    }
}
