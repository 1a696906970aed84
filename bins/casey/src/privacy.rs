//! `casey privacy check`: do database, Redis and files hold what is declared, and nothing else?

use casey_bot::BotError;
use casey_config::{Config, Exit};
use casey_data::{Database, KeyFinding, Redis, StrayFiles};
use casey_privacy::{Finding, Inventory};
use serde_json::{Value, json};

use crate::{database, error::CaseyError, output};

/// What a check found.
struct Report {
    /// Whether there was a database, or only the schema that this version would make.
    found: bool,
    /// Steps that are still to be applied.
    pending: Vec<String>,
    findings: Vec<Finding>,
    /// Keys in Redis; none without Redis.
    keys: Option<Vec<KeyFinding>>,
    /// Files that nobody declared; none where there are no files yet.
    strays: Option<Vec<StrayFiles>>,
}

impl Report {
    fn is_good(&self) -> bool {
        let none = |count: Option<usize>| count.unwrap_or_default() == 0;
        self.pending.is_empty()
            && self.findings.is_empty()
            && none(self.keys.as_ref().map(Vec::len))
            && none(self.strays.as_ref().map(Vec::len))
    }

    fn json(&self) -> Value {
        let finding =
            |code, place: &str, remedy: &str| json!({ "code": code, "place": place, "remedy": remedy });
        let of_database = self.findings.iter().map(|it| finding(it.code.text(), &it.place, &it.remedy));
        let keys = self.keys.iter().flatten();
        let of_redis = keys.map(|it| finding(it.fault.text(), &it.place, it.fault.remedy()));
        let strays = self.strays.iter().flatten();
        let of_files = strays.map(|it| finding(StrayFiles::CODE, &it.place, StrayFiles::REMEDY));
        json!({
            "ok": self.is_good(),
            "database": if self.found { "existing" } else { "new" },
            "redis": if self.keys.is_some() { "checked" } else { "none" },
            "files": if self.strays.is_some() { "checked" } else { "none" },
            "pending": self.pending,
            "findings": of_database.chain(of_redis).chain(of_files).collect::<Vec<_>>(),
        })
    }

    fn say(&self) {
        for step in &self.pending {
            output::line(format_args!("{step} is still to be applied: run `casey migrate`."));
        }
        self.findings.iter().for_each(output::line);
        self.keys.iter().flatten().for_each(output::line);
        self.strays.iter().flatten().for_each(output::line);
        if self.pending.is_empty() && self.findings.is_empty() {
            output::line(if self.found {
                "Everything in the database is declared, and everything declared is there."
            } else {
                "There is no database yet. Everything in the schema of a new one is declared."
            });
        }
        if self.keys.as_ref().is_some_and(Vec::is_empty) {
            output::line("Every key of Casey in Redis is declared and ends in time.");
        }
        if self.strays.as_ref().is_some_and(Vec::is_empty) {
            output::line("Every file is declared.");
        }
    }
}

/// Compares database, Redis and files with the inventory. Changes nothing in them. Before there is a database in the data folder, the schema of a new
/// one is checked.
pub(crate) async fn check(config: &Config, as_json: bool) -> Result<Exit, CaseyError> {
    let report = look(config).await?;
    if as_json {
        output::json(&report.json());
    } else {
        report.say();
    }
    Ok(if report.is_good() { Exit::Done } else { Exit::Failed })
}

async fn look(config: &Config) -> Result<Report, CaseyError> {
    let inventory = casey_bot::inventory().map_err(BotError::from)?;
    let found = database::exists(config);
    let (pending, findings) = look_at_database(config, &inventory, found).await?;
    let keys = match &config.redis_url {
        None => None,
        Some(url) => {
            let redis = Redis::open(url.expose(), config.clock()).map_err(BotError::from)?;
            Some(redis.scan(&inventory).await.map_err(BotError::from)?)
        }
    };
    let strays = match casey_bot::existing_files(config).map_err(BotError::from)? {
        None => None,
        Some(files) => Some(files.strays().await.map_err(BotError::from)?),
    };
    Ok(Report { found, pending, findings, keys, strays })
}

/// Steps that are still to be applied, and what is not as declared.
async fn look_at_database(
    config: &Config,
    inventory: &Inventory,
    found: bool,
) -> Result<(Vec<String>, Vec<Finding>), CaseyError> {
    let database = if found {
        database::open(config).await?
    } else {
        let database = Database::open("sqlite::memory:", config.clock()).await?;
        database.migrate().await?;
        database
    };
    database::with(database, async |database| {
        let pending = database.pending().await?;
        // What is missing because a step is missing is not worth a line each.
        let findings = if pending.is_empty() { database.check(inventory).await? } else { Vec::new() };
        Ok((pending, findings))
    })
    .await
}
