//! `casey migrate`.

use casey_config::{Config, DataDir};
use casey_data::Database;

use crate::{error::CaseyError, output};

/// Brings the configured database up to date and says what was done.
pub(crate) async fn run(config: &Config) -> Result<(), CaseyError> {
    if config.database_url.is_none() {
        DataDir::open(&config.data_dir)?;
    }
    let database = Database::open(config.database().expose(), config.clock()).await?;
    let migrated = database.migrate().await;
    if let Err(error) = database.close().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the database was not closed well");
    }
    for step in say(&migrated?) {
        output::line(step);
    }
    Ok(())
}

/// What was done, line by line.
fn say(steps: &[String]) -> Vec<String> {
    if steps.is_empty() {
        return vec!["The database's schema is up to date; there was nothing to do.".to_owned()];
    }
    let mut lines: Vec<String> = steps.iter().map(|step| format!("applied {step}")).collect();
    lines.push("The database's schema is up to date.".to_owned());
    lines
}
