//! `casey up`: everything in one process, until it is told to stop.

use std::io::{self, IsTerminal as _};

use casey_bot::{BotError, Signals};
use casey_config::{Config, Discord, Ready, ReadyFile};
use tokio::task::JoinHandle;

use crate::{
    console::{self, Console},
    error::CaseyError,
    output,
    whole::Whole,
};

/// Runs everything until SIGTERM, Ctrl-C, or until a part ends. A second signal ends it at once.
///
/// # Errors
///
/// What kept a part from starting, made it end, or kept it from being stopped as it should.
pub(crate) async fn run(config: &Config, talk: bool) -> Result<(), CaseyError> {
    if talk && !matches!(config.discord()?, Discord::Simulated) {
        return Err(CaseyError::NobodyToTalkTo);
    }
    let mut signals = Signals::listen().map_err(CaseyError::Process)?;
    if let Some(path) = &config.ready_file {
        ReadyFile::clear(path)?;
    }
    let mut whole = tokio::select! {
        started = Whole::start(config) => started?,
        () = signals.next() => return Ok(()),
    };
    let outcome = tokio::select! {
        outcome = until_ended(config, talk, &mut whole) => outcome,
        () = signals.next() => Ok(()),
    };
    tracing::info!("stopping");
    tokio::select! {
        stopped = whole.stop() => outcome.and(stopped),
        () = signals.next() => Err(BotError::Forced.into()),
    }
}

async fn until_ended(config: &Config, talk: bool, whole: &mut Whole) -> Result<(), CaseyError> {
    if !whole.ready().await {
        return whole.ended().await;
    }
    // Both are held until a part ends: dropping them removes the file and ends the conversation.
    let _ready = announce(config, &whole.addresses())?;
    let _console = converse(config, talk, whole);
    whole.ended().await
}

/// Says where everything is, on stdout and in the ready file.
fn announce(config: &Config, ready: &Ready) -> Result<Option<ReadyFile>, CaseyError> {
    let file = config.ready_file.as_deref().map(|path| ReadyFile::write(path, ready)).transpose()?;
    let simulated = matches!(config.discord()?, Discord::Simulated);
    let discord = if simulated { "simulated Discord" } else { "Discord" };
    let lines = [
        ("website", &ready.web),
        (discord, &ready.discord_api),
        ("gateway", &ready.gateway),
        ("metrics", &ready.metrics),
    ];
    for (name, address) in lines {
        if let Some(address) = address {
            output::address(name, address);
        }
    }
    output::address("data folder", config.data_dir.display());
    tracing::info!("ready");
    Ok(file)
}

/// A conversation that ends when this is dropped.
struct Conversing(JoinHandle<()>);

impl Drop for Conversing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Lets whoever sits at the terminal talk to the simulated Discord, if there is both.
fn converse(config: &Config, talk: bool, whole: &Whole) -> Option<Conversing> {
    let simulation = whole.simulation()?;
    let at_terminal = || io::stdin().is_terminal() && console::in_foreground();
    if !(talk || at_terminal()) {
        output::line(
            "To talk to the bot here, run it in a terminal, or with --talk. Ctrl-C stops everything.",
        );
        return None;
    }
    let console = Console::new(simulation.sim().clone(), whole.bot().bot().schemas());
    match console {
        Ok(console) => {
            output::text(console::greeting(config.prefix.as_str()));
            Some(Conversing(tokio::spawn(console.run(console::lines()))))
        }
        Err(error) => {
            tracing::warn!(%error, "nobody can talk to the simulated Discord");
            None
        }
    }
}
