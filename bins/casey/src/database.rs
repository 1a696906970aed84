//! The configured database, for commands that look at it or change it and end.

use casey_config::Config;
use casey_data::Database;

use crate::error::CaseyError;

/// The database's file in the data folder, where `Config::database` has it.
const FILE: &str = "casey.sqlite";

/// Whether there is a database already, or one is named.
pub(crate) fn exists(config: &Config) -> bool {
    config.database_url.is_some() || config.data_dir.join(FILE).exists()
}

/// Opens the configured database, which is made where it is a file that is missing.
pub(crate) async fn open(config: &Config) -> Result<Database, CaseyError> {
    Ok(Database::open(config.database().expose(), config.clock()).await?)
}

/// Does something with a database and closes it, whatever came of that.
pub(crate) async fn with<T>(
    database: Database,
    work: impl AsyncFnOnce(&Database) -> Result<T, CaseyError>,
) -> Result<T, CaseyError> {
    let done = work(&database).await;
    if let Err(error) = database.close().await {
        tracing::warn!(error = casey_core::causes(&error), "the database was not closed well");
    }
    done
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
        assert!(config.database().expose().contains(&format!("/srv/data/{FILE}")));
    }
}
