//! The website, beside a bot in the same process.

use std::sync::Arc;

use casey_bot::Running;
use casey_config::Config;
use casey_core::Clock;
use casey_web::{CommandLine, Part, Site, WebError, serve};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{
    Simulation,
    probes::{BotProbe, SimulationProbe},
};
use crate::error::CaseyError;

/// A website that is served.
pub(crate) struct Website {
    address: String,
    stop: watch::Sender<bool>,
    ended: watch::Receiver<bool>,
    serving: JoinHandle<Result<(), WebError>>,
}

impl Website {
    /// Serves the site from now on.
    pub(crate) fn open(
        listener: TcpListener,
        config: &Config,
        clock: Arc<dyn Clock>,
        bot: &Running,
        simulation: Option<&Simulation>,
    ) -> Self {
        let address = listener
            .local_addr()
            .map_or_else(|_| format!("http://{}", config.web_addr), |address| format!("http://{address}"));
        let origin = config.public_url.as_ref().map_or(address.as_str(), |url| url.as_str());
        let commands: Vec<CommandLine> =
            bot.bot().catalogue().describe().iter().map(CommandLine::from).collect();
        let mut site = Site::new(clock, origin)
            .prefix(config.prefix.as_str())
            .commands(commands)
            .part(bot_part(bot))
            .part(Part::database(config, bot.database().clone()));
        if let Some(simulation) = simulation {
            site = site.part(simulated(simulation));
        }
        let (stop, mut stopped) = watch::channel(false);
        let (ending, ended) = watch::channel(false);
        let router = site.router();
        let serving = tokio::spawn(async move {
            let stopped = async move {
                // That the sender is gone means the same.
                let _ = stopped.wait_for(|stop| *stop).await.is_ok();
            };
            let served = serve(listener, router, stopped).await;
            let _ = ending.send(true);
            served
        });
        Self { address, stop, ended, serving }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Waits until it ends, by itself or because it was stopped.
    pub(crate) async fn ended(&self) {
        let mut ended = self.ended.clone();
        // That the sender is gone means that the task is.
        let _ = ended.wait_for(|ended| *ended).await.is_ok();
    }

    /// Lets requests that are under way finish for at most five seconds, and stops.
    ///
    /// # Errors
    ///
    /// Why it had ended before, if it had.
    pub(crate) async fn stop(self) -> Result<(), CaseyError> {
        let _ = self.stop.send(true);
        let served = self.serving.await.map_err(|_| CaseyError::Stopped("the website"))?;
        Ok(served?)
    }
}

fn bot_part(bot: &Running) -> Part {
    let part = Part::new("bot", "The bot")
        .about("Reads commands and answers them.")
        .place("in this process")
        .probe(Arc::new(BotProbe::new(bot)));
    match bot.metrics() {
        Some(address) => part.address(format!("http://{address}")),
        None => part,
    }
}

fn simulated(simulation: &Simulation) -> Part {
    Part::new("discord", "Simulated Discord")
        .about("Stands in for Discord, because no bot token is set. Its people and messages are gone when it stops.")
        .place("in this process")
        .address(simulation.sim().api_url())
        .probe(Arc::new(SimulationProbe::new(simulation.sim().clone())))
}
