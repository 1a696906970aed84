//! `casey keys`: the keys that secrets in the database are sealed with.

use casey_config::{Config, Exit, RootKey};
use casey_core::Timestamp;
use casey_data::{Database, KeyInfo, Keyring, Rotated};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{database, error::CaseyError, output};

/// Prints the keys, oldest first, and how many values are sealed with each. Makes none, and needs no root key.
pub(crate) async fn list(config: &Config, as_json: bool) -> Result<Exit, CaseyError> {
    let keys = with_database(config, async |database| Ok(Keyring::list(database).await?)).await?;
    if as_json {
        output::json(&keys.iter().map(told).collect::<Value>());
    } else if keys.is_empty() {
        output::line("There is no key yet: the first start of the bot makes it.");
    } else {
        keys.iter().map(line).for_each(output::line);
    }
    Ok(Exit::Done)
}

/// Makes a new key, seals everything anew with it and prints what was done.
pub(crate) async fn rotate(config: &Config, as_json: bool) -> Result<Exit, CaseyError> {
    let rotated = with_database(config, async |database| {
        let key = RootKey::existing(config)?.ok_or(CaseyError::NoKey)?;
        casey_bot::belongs_to(database, &key).await?;
        let wrapping = key.derive(Keyring::DERIVED_FOR);
        Ok(Keyring::open(database, wrapping, config.clock()).await?.rotate().await?)
    });
    let rotated = rotated.await?;
    if as_json {
        output::json(&json!({
            "key": rotated.kid,
            "resealed": rotated.resealed,
            "left": rotated.left,
            "unreadable": rotated.unreadable,
            "removed": rotated.removed,
        }));
    } else {
        say(&rotated).iter().for_each(output::line);
    }
    Ok(if rotated.left == 0 { Exit::Done } else { Exit::Failed })
}

/// Does something with the configured database. It is neither made nor migrated: a new one has no keys, and the bot makes one.
async fn with_database<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Database) -> Result<T, CaseyError>,
) -> Result<T, CaseyError> {
    if !database::exists(config) {
        return Err(CaseyError::NoDatabase);
    }
    database::with(database::open(config).await?, async |database| {
        match database.pending().await?.as_slice() {
            [] => work(database).await,
            [first, ..] => Err(CaseyError::Pending { step: first.clone() }),
        }
    })
    .await
}

fn told(key: &KeyInfo) -> Value {
    json!({
        "key": key.kid,
        "made": moment(key.created),
        "retired": key.retired.map(moment),
        "values": key.values,
    })
}

fn line(key: &KeyInfo) -> String {
    let state = match key.retired {
        None => "in use".to_owned(),
        Some(since) => format!("retired {}", moment(since)),
    };
    format!("{}  made {}, {state}, {}", key.kid, moment(key.created), values(key.values))
}

fn say(rotated: &Rotated) -> Vec<String> {
    let mut lines = vec![format!(
        "The key {} is in use now. Sealed anew with it: {}.",
        rotated.kid,
        values(rotated.resealed)
    )];
    lines.extend(rotated.removed.iter().map(|kid| format!("The key {kid} was removed: nothing needs it.")));
    if rotated.unreadable > 0 {
        lines.push(format!("Damaged, and left as it was: {}.", values(rotated.unreadable)));
    }
    if rotated.left > rotated.unreadable {
        lines.push("Some values are still sealed with an old key: run `casey keys rotate` again.".to_owned());
    }
    lines
}

fn values(count: u64) -> String {
    if count == 1 { "1 value".to_owned() } else { format!("{count} values") }
}

/// A moment to the second, in UTC (RFC 3339).
fn moment(at: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp(at.as_millis().div_euclid(1_000))
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| "at no known moment".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rotation_did_is_told() {
        let mut rotated = Rotated::default();
        rotated.kid = "ab".to_owned();
        rotated.resealed = 3;
        assert_eq!(say(&rotated), ["The key ab is in use now. Sealed anew with it: 3 values."]);
        rotated.left = 1;
        rotated.unreadable = 1;
        rotated.removed = vec!["cd".to_owned()];
        assert_eq!(
            say(&rotated)[1..],
            ["The key cd was removed: nothing needs it.", "Damaged, and left as it was: 1 value."]
        );
        rotated.left = 2;
        assert!(say(&rotated)[3].contains("`casey keys rotate` again"));
    }

    #[test]
    fn moments_are_read_by_people_and_programs() {
        assert_eq!(moment(Timestamp::from_millis(1_795_521_600_999)), "2026-11-24T12:00:00Z");
        assert_eq!(moment(Timestamp::from_millis(i64::MAX)), "at no known moment");
    }
}
