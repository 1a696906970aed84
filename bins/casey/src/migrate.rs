//! `casey migrate`.

use casey_config::{Config, DataDir};

use crate::{database, error::CaseyError, output};

/// Brings the configured database up to date and says what was done.
pub(crate) async fn run(config: &Config) -> Result<(), CaseyError> {
    if config.database_url.is_none() {
        DataDir::open(&config.data_dir)?;
    }
    let migrated =
        database::with(database::open(config).await?, async |database| Ok(database.migrate().await?)).await?;
    for step in say(&migrated) {
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
