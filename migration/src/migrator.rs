use sea_orm_migration::prelude::*;

use crate::{
    m20261124_000001_people, m20261124_000002_guilds, m20261124_000003_personal_prefixes,
    m20261124_000004_command_usage, m20261124_000005_instance, m20261124_000006_changes,
    m20261124_000007_jobs, m20261124_000008_data_keys, m20261124_000009_gateway, m20261124_000010_overrides,
    m20261124_000011_given_up, m20261124_000012_objections,
};

/// Applies the steps, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_people::Migration),
            Box::new(m20261124_000002_guilds::Migration),
            Box::new(m20261124_000003_personal_prefixes::Migration),
            Box::new(m20261124_000004_command_usage::Migration),
            Box::new(m20261124_000005_instance::Migration),
            Box::new(m20261124_000006_changes::Migration),
            Box::new(m20261124_000007_jobs::Migration),
            Box::new(m20261124_000008_data_keys::Migration),
            Box::new(m20261124_000009_gateway::Migration),
            Box::new(m20261124_000010_overrides::Migration),
            Box::new(m20261124_000011_given_up::Migration),
            Box::new(m20261124_000012_objections::Migration),
        ]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use sea_orm_migration::sea_orm::{Database, DatabaseConnection, Statement};

    use super::*;

    async fn tables(database: &DatabaseConnection) -> BTreeSet<String> {
        let statement = Statement::from_string(
            database.get_database_backend(),
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'index', 'view', 'trigger') \
             UNION ALL SELECT t.name || '.' || c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c \
             WHERE t.type = 'table'",
        );
        let rows = database.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", "name").unwrap()).collect()
    }

    #[tokio::test]
    async fn up_down_and_up_again() {
        let database = Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        let after_up = tables(&database).await;
        for name in ["discord_user", "membership", "guild_settings.changed", "user_prefix", "instance"] {
            assert!(after_up.contains(name), "{name} is missing");
        }
        assert!(!after_up.contains("sqlite_sequence"), "a key that counts makes a table nobody declared");

        Migrator::down(&database, None).await.unwrap();
        let left: Vec<_> =
            tables(&database).await.into_iter().filter(|name| !name.contains("seaql_migrations")).collect();
        assert!(left.is_empty(), "left after down: {left:?}");

        Migrator::up(&database, None).await.unwrap();
        assert_eq!(tables(&database).await, after_up);
    }

    #[tokio::test]
    async fn every_step_can_be_taken_back_alone() {
        let database = Database::connect("sqlite::memory:").await.unwrap();
        for _ in Migrator::migrations() {
            Migrator::up(&database, Some(1)).await.unwrap();
            let with = tables(&database).await;
            Migrator::down(&database, Some(1)).await.unwrap();
            assert_ne!(tables(&database).await, with);
            Migrator::up(&database, Some(1)).await.unwrap();
            assert_eq!(tables(&database).await, with);
        }
    }

    #[test]
    fn every_step_runs_in_a_transaction_and_is_named_in_order() {
        let steps = Migrator::migrations();
        let names: Vec<_> = steps.iter().map(|step| step.name().to_owned()).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert!(steps.iter().all(|step| step.use_transaction() == Some(true)));
    }
}
