//! The bot as a process: signals, ready file, exit code.

use std::{io, io::Write as _, process::ExitCode};

use casey_config::{Config, ConfigError, Exit, Ready, ReadyFile, Sources};

use crate::{
    error::BotError,
    running::Running,
    signals::Signals,
    start::{Upstream, start},
};

/// Where Discord's HTTP API is unless another address is given.
const DISCORD: &str = "https://discord.com";

/// Reads the configuration, runs the bot until it is told to stop, and says in one sentence on stderr what went wrong.
pub fn main(sources: &Sources) -> ExitCode {
    match from_sources(sources) {
        Ok(()) => Exit::Done.into(),
        Err(error) => {
            // Nobody is left to tell if stderr is gone.
            let _ = writeln!(io::stderr(), "casey: {}", error.sentence());
            error.exit().into()
        }
    }
}

/// Sends log lines to stderr as configured, except for those that would tell tokens and ids: see
/// [`casey_discord::LOG_DIRECTIVES`].
///
/// # Errors
///
/// [`ConfigError::Logging`] if it was done before in this process.
pub fn init_logging(config: &Config) -> Result<(), ConfigError> {
    let mut config = config.clone();
    if config.log == "off" {
        return casey_config::init_logging(&config);
    }
    // Every step of a migration in two lines is more than a first start should say.
    config.log = format!("sea_orm_migration=warn,{},{}", config.log, casey_discord::LOG_DIRECTIVES);
    casey_config::init_logging(&config)
}

fn from_sources(sources: &Sources) -> Result<(), BotError> {
    let config = Config::load(sources)?;
    init_logging(&config)?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(BotError::Process)?;
    runtime.block_on(run(&config))
}

/// Runs the bot until SIGTERM, Ctrl-C, or until Discord ends it. A second signal ends it at once.
///
/// # Errors
///
/// [`BotError`] if it could not be started, if Discord ended it for good, or if it was not stopped cleanly.
pub async fn run(config: &Config) -> Result<(), BotError> {
    let upstream = Upstream::configured(config)?;
    let mut signals = Signals::listen().map_err(BotError::Process)?;
    if let Some(path) = &config.ready_file {
        ReadyFile::clear(path)?;
    }
    let mut running = tokio::select! {
        started = start(config, &upstream, config.clock()) => started?,
        () = signals.next() => return Ok(()),
    };
    let outcome = tokio::select! {
        outcome = until_ended(config, &upstream, &mut running) => outcome,
        () = signals.next() => Ok(()),
    };
    tracing::info!("stopping");
    tokio::select! {
        stopped = running.stop() => outcome.and(stopped),
        () = signals.next() => Err(BotError::Forced),
    }
}

async fn until_ended(config: &Config, upstream: &Upstream, running: &mut Running) -> Result<(), BotError> {
    // Held until the bot ends; dropping it removes the file.
    let _ready = if running.ready().await { announce(config, upstream, running)? } else { None };
    running.ended().await
}

/// Says where everything is, on stdout and in the ready file.
fn announce(config: &Config, upstream: &Upstream, running: &Running) -> Result<Option<ReadyFile>, BotError> {
    let ready = Ready {
        discord_api: Some(upstream.api_url.clone().unwrap_or_else(|| DISCORD.to_owned())),
        gateway: Some(running.gateway_url().to_owned()),
        metrics: running.metrics().map(|address| format!("http://{address}")),
        data_dir: Some(config.data_dir.clone()),
        pid: std::process::id(),
        ..Ready::default()
    };
    let lines = [("Discord", &ready.discord_api), ("gateway", &ready.gateway), ("metrics", &ready.metrics)];
    for (name, address) in lines {
        if let Some(address) = address {
            // That nobody reads stdout is no reason to stop.
            let _ = writeln!(io::stdout(), "{name:<8} {address}");
        }
    }
    let file = config.ready_file.as_deref().map(|path| ReadyFile::write(path, &ready)).transpose()?;
    tracing::info!(shards = running.counts().now().shards, "ready");
    Ok(file)
}
