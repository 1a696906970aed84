//! The website as a process: see the library of the same name.

use std::io::Write;
use std::process::ExitCode;

use casey_config::{Config, Exit, Sources, init_logging};
use casey_web::{Alone, WebError, stop_signal};

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::args_os().len() > 1 {
        eprintln!("casey-web takes no arguments: it reads casey.toml and CASEY_… variables");
        return Exit::Misused.into();
    }
    match run().await {
        Ok(()) => Exit::Done.into(),
        Err(error) => {
            eprintln!("casey-web: {error}");
            error.exit().into()
        }
    }
}

async fn run() -> Result<(), WebError> {
    let config = Config::load(&Sources::from_process())?;
    init_logging(&config)?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let site = Alone::open(&config, []).await?;
    // Whoever started this may have closed the other end; the site runs all the same.
    let _ = writeln!(std::io::stdout(), "website  {}", site.address());
    site.serve(stop_signal()).await
}
