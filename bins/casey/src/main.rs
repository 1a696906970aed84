//! Casey in one executable: bot, website, simulated Discord, and the operator's commands. `casey --help` tells them.

mod cli;
mod commands;
mod console;
mod database;
mod demo;
mod doctor;
mod error;
mod keys;
mod lock;
mod migrate;
mod output;
mod privacy;
mod up;
mod whole;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use casey_config::{Config, Exit, Sources};
use casey_web::{Alone, CommandLine};
use clap::Parser as _;

use crate::{
    cli::{Action, Cli},
    error::CaseyError,
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => {
            // Help and version are told this way, too. Nobody is left to tell if the output is gone.
            let _ = told.print();
            return ExitCode::from(if told.use_stderr() { Exit::Misused.code() } else { Exit::Done.code() });
        }
    };
    match begin(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            let _ = writeln!(io::stderr(), "casey: {}", error.sentence());
            error.exit().into()
        }
    }
}

fn begin(cli: Cli) -> Result<Exit, CaseyError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CaseyError::Process)?;
    runtime.block_on(act(cli.action()))
}

async fn act(action: Action) -> Result<Exit, CaseyError> {
    match action {
        Action::Up { settings, talk } => up::run(&configured(settings.pairs())?, talk).await?,
        Action::Bot(settings) => casey_bot::run(&configured(settings.pairs())?).await?,
        Action::Web(settings) => web(&configured(settings.pairs())?).await?,
        Action::Demo { json } => return demo::run(json).await,
        Action::Migrate(settings) => migrate::run(&configured(settings.pairs())?).await?,
        Action::Doctor { settings, production, json } => {
            return doctor::run(&settings, production, json).await;
        }
        Action::KeysList { settings, json } => {
            return keys::list(&configured(settings.pairs())?, json).await;
        }
        Action::KeysRotate { settings, json } => {
            return keys::rotate(&configured(settings.pairs())?, json).await;
        }
        Action::CommandsList { settings, json } => {
            commands::list(&configured(settings.pairs())?, json).await?;
        }
        Action::CommandsSync { settings, json } => {
            commands::sync(&configured(settings.pairs())?, json).await?;
        }
        Action::PrivacyLock { check, out } => return lock::run(&out, check),
        Action::PrivacyCheck { settings, json } => {
            return privacy::check(&configured(settings.pairs())?, json).await;
        }
    }
    Ok(Exit::Done)
}

/// Reads the configuration and begins to log as it says.
fn configured(flags: &[(&'static str, String)]) -> Result<Config, CaseyError> {
    let flags = flags.iter().map(|(name, value)| (*name, value.as_str()));
    let config = Config::load(&Sources::from_process().flags(flags))?;
    casey_bot::init_logging(&config)?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    Ok(config)
}

/// The website alone, beside a bot that runs elsewhere.
async fn web(config: &Config) -> Result<(), CaseyError> {
    config.connected_discord()?;
    let commands = casey_bot::commands(config).await?;
    let site = Alone::open(config, commands.iter().map(CommandLine::from)).await?;
    output::address("website", site.address());
    Ok(site.serve(casey_web::stop_signal()).await?)
}
