//! `casey privacy check`: does the database hold what is declared, and nothing else?

use casey_bot::BotError;
use casey_config::{Config, Exit};
use casey_data::{DataError, Database};
use casey_privacy::Finding;
use serde_json::json;

use crate::{error::CaseyError, output};

/// The database's file in the data folder, where `Config::database` has it.
const DATABASE: &str = "casey.sqlite";

/// What a check found.
struct Report {
    /// Whether there was a database, or only the schema that this version would make.
    found: bool,
    /// Steps that are still to be applied.
    pending: Vec<String>,
    findings: Vec<Finding>,
}

/// Compares the database with the inventory. Changes nothing in it. Before there is one in the data folder, the schema of a new one is checked.
pub(crate) async fn check(config: &Config, as_json: bool) -> Result<Exit, CaseyError> {
    let report = look(config).await?;
    let good = report.pending.is_empty() && report.findings.is_empty();
    if as_json {
        let findings = report.findings.iter().map(|finding| {
            json!({ "code": finding.code.text(), "place": finding.place, "remedy": finding.remedy })
        });
        output::json(&json!({
            "ok": good,
            "database": if report.found { "existing" } else { "new" },
            "pending": report.pending,
            "findings": findings.collect::<Vec<_>>(),
        }));
    } else {
        say(&report, good);
    }
    Ok(if good { Exit::Done } else { Exit::Failed })
}

fn say(report: &Report, good: bool) {
    for step in &report.pending {
        output::line(format_args!("{step} is still to be applied: run `casey migrate`."));
    }
    for finding in &report.findings {
        output::line(finding);
    }
    if good && report.found {
        output::line("Everything in the database is declared, and everything declared is there.");
    } else if good {
        output::line("There is no database yet. Everything in the schema of a new one is declared.");
    }
}

async fn look(config: &Config) -> Result<Report, CaseyError> {
    let inventory = casey_bot::inventory().map_err(BotError::from)?;
    let found = config.database_url.is_some() || config.data_dir.join(DATABASE).exists();
    let database = if found {
        Database::open(config.database().expose(), config.clock()).await?
    } else {
        let database = Database::open("sqlite::memory:", config.clock()).await?;
        database.migrate().await?;
        database
    };
    let looked = async {
        let pending = database.pending().await?;
        // What is missing because a step is missing is not worth a line each.
        let findings = if pending.is_empty() { database.check(&inventory).await? } else { Vec::new() };
        Ok::<_, DataError>(Report { found, pending, findings })
    };
    let report = looked.await;
    if let Err(error) = database.close().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the database was not closed well");
    }
    Ok(report?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_config::Sources;

    use super::*;

    #[test]
    fn the_file_is_where_the_configuration_has_it() {
        let sources = Sources::new([("CASEY_DATA_DIR", "data")], "/srv");
        let config = Config::load(&sources).unwrap();
        assert!(config.database().expose().contains(&format!("/srv/data/{DATABASE}")));
    }
}
