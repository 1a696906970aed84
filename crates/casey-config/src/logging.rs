//! Log lines on stderr.

use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::error::ConfigError;
use crate::value::LogFormat;

/// Sends log lines to stderr, filtered and formatted as `config` says: for people on a terminal, one JSON object a line
/// elsewhere. Colours follow `NO_COLOR`. A panic is logged with its place and without its message, which may hold what people typed.
///
/// # Errors
///
/// [`ConfigError::Logging`] when it was done before in this process.
pub fn init(config: &Config) -> Result<(), ConfigError> {
    let terminal = io::stderr().is_terminal();
    let format = config.log_format.unwrap_or(if terminal { LogFormat::Pretty } else { LogFormat::Json });
    // The filter was checked when the configuration was read.
    let filter = EnvFilter::new(&config.log);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let done = match format {
        LogFormat::Json => lines.json().flatten_event(true).with_ansi(false).try_init(),
        LogFormat::Pretty if terminal => lines.try_init(),
        LogFormat::Pretty => lines.with_ansi(false).try_init(),
    };
    done.map_err(|_| ConfigError::Logging)?;
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "a part of Casey panicked");
    }));
    Ok(())
}
