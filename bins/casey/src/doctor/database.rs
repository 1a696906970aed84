//! The database: whether it answers, how the way to it is kept safe, and whether it holds what is declared and nothing else.

use std::path::PathBuf;

use casey_config::DatabaseKind;
use casey_core::{StoreError, Timestamp};
use casey_data::{DataError, Database, DatabaseFacts, Fact, PostgresFacts, SqliteFacts};
use casey_privacy::{Finding, Inventory};

use super::{
    check::{Check, count, within},
    clocks,
    code::Code,
    context::Context,
    folder::open_to_others,
    key::{self, Key},
};

/// The oldest PostgreSQL whose makers still mend it, as `server_version_num`.
const OLDEST: i32 = 140_000;
/// Findings that are told at most; `casey privacy check` tells all.
const SHOWN: usize = 3;

pub(super) async fn look(context: &Context, inventory: &Inventory, key: &Key) -> Vec<Check> {
    if !context.is_right(&["database_url", "data_dir"]) {
        return vec![Check::skipped(Code::DatabaseOpen, "CASEY_DATABASE_URL or CASEY_DATA_DIR is wrong")];
    }
    let url = context.config.database();
    let mut checks = Vec::new();
    if url.kind() == DatabaseKind::Sqlite {
        checks.extend(kind(context.production));
        let file = file(url.expose());
        if let Some(missing) = file.as_ref().filter(|file| !file.exists()) {
            let found = format!("{} is not there yet; the first start makes it", missing.display());
            checks.push(Check::ok(Code::DatabaseOpen, found));
            return checks;
        }
        checks.extend(file.and_then(|file| mode(&file, context.production)));
    }
    let database = match within(Database::open(url.expose(), context.clock.clone())).await {
        None => {
            checks.push(Check::late(Code::DatabaseOpen, "opening the database"));
            return checks;
        }
        Some(Err(error)) => {
            let is_tls = matches!(error, DataError::Transport { .. });
            checks.push(Check::told(if is_tls { Code::DatabaseTls } else { Code::DatabaseOpen }, error));
            return checks;
        }
        Some(Ok(database)) => database,
    };
    checks.push(Check::ok(Code::DatabaseOpen, format!("{} answers", database.place())));
    let (facts, sound, schema) =
        tokio::join!(facts(context, &database), sound(&database), schema(&database, inventory, key));
    checks.extend(facts.into_iter().chain(sound).chain(schema));
    // It was only looked at, so nothing can be lost.
    let _ = within(database.close()).await;
    checks
}

/// SQLite serves one process on one disk well; the published policy speaks of PostgreSQL over an encrypted connection.
fn kind(production: bool) -> Option<Check> {
    production.then(|| {
        Check::warning(
            Code::DatabaseKind,
            "the database is a file of SQLite: one process on one machine, and backups are yours to make",
            "set CASEY_DATABASE_URL to a PostgreSQL server for more than one process, or leave it so on purpose",
        )
    })
}

/// The file in an address of SQLite; nothing for memory.
fn file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.split('?').next()?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    let path = String::from_utf8(bytes).ok()?;
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

fn mode(file: &std::path::Path, production: bool) -> Option<Check> {
    let mode = open_to_others(file)?;
    let file = file.display();
    let found = format!("others on this machine can read {file} (mode {mode:04o})");
    let remedy = format!("run chmod 600 {file} {file}-wal {file}-shm");
    Some(Check::promise(production, Code::DatabaseMode, found, remedy))
}

async fn facts(context: &Context, database: &Database) -> Vec<Check> {
    let before = context.clock.now();
    match within(database.facts()).await {
        None => vec![Check::late(Code::DatabaseVersion, "asking the database about itself")],
        Some(Err(error)) => vec![Check::told(Code::DatabaseVersion, error)],
        Some(Ok(DatabaseFacts::Sqlite(facts))) => of_sqlite(&facts),
        Some(Ok(DatabaseFacts::Postgres(facts))) => {
            let mut checks = of_postgres(&facts, context.production);
            let now = middle(before, context.clock.now());
            checks.push(clocks::compare(
                Code::DatabaseClock,
                "the database's server",
                context,
                facts.now,
                now,
            ));
            checks
        }
        Some(Ok(_)) => {
            vec![Check::skipped(Code::DatabaseVersion, "this database tells nothing about itself")]
        }
    }
}

fn middle(before: Timestamp, after: Timestamp) -> Timestamp {
    before + after.since(before) / 2
}

fn of_sqlite(facts: &SqliteFacts) -> Vec<Check> {
    let journal = if facts.journal == "wal" {
        Check::ok(Code::DatabaseJournal, "changes go through a write-ahead log")
    } else {
        Check::problem(
            Code::DatabaseJournal,
            format!("the journal is {}, so that readers and writers wait for each other", facts.journal),
            "move the file to a local disk: network file systems have no write-ahead log",
        )
    };
    vec![Check::ok(Code::DatabaseVersion, format!("SQLite {}", facts.version)), journal]
}

fn of_postgres(facts: &PostgresFacts, production: bool) -> Vec<Check> {
    vec![tls(facts), version(facts), log_values(facts, production)]
}

/// Casey itself refuses every way to another machine that is not encrypted and verified, so that an open one is one of the three.
fn tls(facts: &PostgresFacts) -> Check {
    let found = match &facts.encrypted {
        Some(version) if facts.verified => {
            format!("{version}; the server's certificate and name are verified")
        }
        Some(version) => {
            format!("{version} to this machine itself, where the certificate need not be verified")
        }
        None => "the server is on this machine, where nothing needs to be encrypted".to_owned(),
    };
    Check::ok(Code::DatabaseTls, found)
}

fn version(facts: &PostgresFacts) -> Check {
    let found = format!("PostgreSQL {}", facts.version);
    if facts.version_number < OLDEST {
        return Check::warning(
            Code::DatabaseVersion,
            format!("{found}, which gets no more security fixes"),
            format!("update the server to PostgreSQL {} or later", OLDEST / 10_000),
        );
    }
    Check::ok(Code::DatabaseVersion, found)
}

/// Values of statements are what people gave Casey; in the server's log they would outlive their erasure.
fn log_values(facts: &PostgresFacts, production: bool) -> Check {
    let settings = [
        ("log_parameter_max_length", &facts.log_values),
        ("log_parameter_max_length_on_error", &facts.log_values_on_error),
    ];
    let open: Vec<String> = settings
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .filter(|(_, value)| *value != "0")
        .map(|(name, value)| format!("{name} is {value}"))
        .collect();
    if open.is_empty() {
        return Check::ok(Code::DatabaseLogValues, "the server logs no values of statements");
    }
    Check::promise(
        production,
        Code::DatabaseLogValues,
        format!("the server may log values of statements: {}", open.join(", ")),
        "as a superuser: ALTER SYSTEM SET log_parameter_max_length = 0; ALTER SYSTEM SET \
         log_parameter_max_length_on_error = 0; SELECT pg_reload_conf()",
    )
}

async fn sound(database: &Database) -> Option<Check> {
    let Some(looked) = within(database.is_sound()).await else {
        return Some(Check::skipped(
            Code::DatabaseSound,
            "the file is too large to be checked in five seconds",
        ));
    };
    match looked {
        Ok(None) => None,
        Ok(Some(true)) => Some(Check::ok(Code::DatabaseSound, "SQLite finds its file sound")),
        Ok(Some(false)) => Some(Check::problem(
            Code::DatabaseSound,
            "SQLite finds its file damaged",
            "stop Casey, keep a copy of the file, and restore it from a backup",
        )),
        Err(error) => Some(Check::told(Code::DatabaseSound, error)),
    }
}

/// The schema, what is in it, and whose database it is. What a missing step would bring is not looked for.
async fn schema(database: &Database, inventory: &Inventory, key: &Key) -> Vec<Check> {
    let pending = match within(database.pending()).await {
        None => return vec![Check::late(Code::DatabaseSchema, "reading the schema of the database")],
        Some(Err(error)) => return vec![Check::told(Code::DatabaseSchema, error)],
        Some(Ok(pending)) => pending,
    };
    if let Some(first) = pending.first() {
        let found = format!("{} to be applied to the schema, from {first} on", count(pending.len(), "step"));
        return vec![Check::problem(Code::DatabaseSchema, found, "run `casey migrate`")];
    }
    let (findings, fingerprint) = tokio::join!(
        within(database.check(inventory)),
        within(database.instance().get(Fact::RootKeyFingerprint))
    );
    let mut checks = vec![Check::ok(Code::DatabaseSchema, "the schema is that of this version")];
    checks.push(match findings {
        None => Check::late(Code::DatabaseDeclared, "comparing the database with what is declared"),
        Some(Err(error)) => Check::told(Code::DatabaseDeclared, error),
        Some(Ok(findings)) => declared(&findings),
    });
    checks.push(fingerprint_check(key, fingerprint));
    checks
}

fn declared(findings: &[Finding]) -> Check {
    if findings.is_empty() {
        return Check::ok(
            Code::DatabaseDeclared,
            "everything in the database is declared, and nothing is missing",
        );
    }
    let mut shown: Vec<String> =
        findings.iter().take(SHOWN).map(|finding| format!("{} {}", finding.code, finding.place)).collect();
    if findings.len() > SHOWN {
        shown.push(format!("{} more", findings.len() - SHOWN));
    }
    let found = format!("the database is not what Casey declares to store: {}", shown.join(", "));
    Check::problem(
        Code::DatabaseDeclared,
        found,
        "move what is not Casey's to a database of its own; `casey privacy check` tells more",
    )
}

fn fingerprint_check(key: &Key, fingerprint: Option<Result<Option<String>, StoreError>>) -> Check {
    match fingerprint {
        Some(Ok(fingerprint)) => key::compare(key, fingerprint.as_deref()),
        Some(Err(_)) | None => {
            Check::skipped(Code::KeyDatabase, "the database did not tell which root key it belongs to")
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_privacy::{TableShape, schema};

    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn the_file_of_an_address_is_found() {
        for (url, expected) in [
            ("sqlite:///srv/a%20b%3F.sqlite?mode=rwc", Some("/srv/a b?.sqlite")),
            ("sqlite://casey.sqlite", Some("casey.sqlite")),
            ("sqlite::memory:", None),
            ("sqlite:///a%2", None),
        ] {
            assert_eq!(file(url), expected.map(PathBuf::from), "{url}");
        }
    }

    fn facts(log_values: Option<&str>) -> PostgresFacts {
        PostgresFacts {
            version_number: 150_018,
            version: "15.18".to_owned(),
            encrypted: Some("TLSv1.3".to_owned()),
            verified: true,
            log_values: log_values.map(ToOwned::to_owned),
            log_values_on_error: Some("0".to_owned()),
            now: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn a_server_that_may_log_values_breaks_a_promise() {
        for (value, state) in [(Some("0"), State::Ok), (Some("-1"), State::Problem), (None, State::Ok)] {
            assert_eq!(log_values(&facts(value), true).state, state, "{value:?}");
        }
        let check = log_values(&facts(Some("1kB")), false);
        assert!(check.state == State::Warning && check.found.ends_with("log_parameter_max_length is 1kB"));
    }

    #[test]
    fn an_old_server_is_told() {
        assert_eq!(version(&facts(None)).state, State::Ok);
        assert_eq!(version(&PostgresFacts { version_number: 130_020, ..facts(None) }).state, State::Warning);
    }

    #[test]
    fn what_is_not_declared_is_named_within_bounds() {
        let shapes: Vec<_> = (0..5).map(|number| TableShape::table(format!("t{number}"))).collect();
        let nothing = Inventory::builder().build().unwrap();
        let check = declared(&schema(&nothing, &shapes));
        assert_eq!(check.state, State::Problem);
        assert!(check.found.ends_with("K3-undeclared-table t2, 2 more"), "{check:?}");
        assert_eq!(declared(&[]).state, State::Ok);
    }
}
