//! The database against the inventory, clean and with seeded faults.
#![allow(clippy::unwrap_used)]

use casey_data::{MANAGEMENT_STORES, STORES};
use casey_privacy::{Inventory, StoreDecl, StoreKind, purposes};

use crate::support::{TempDatabase, inventory};

on_both!(clean: migrated, migrated_alone_on_server;
    the_migrated_schema_is_what_is_declared
    a_table_that_nobody_lists_is_found
);
on_both!(empty: empty, empty_alone_on_server;
    an_empty_database_lacks_every_table
);

async fn findings(there: &TempDatabase, inventory: &Inventory) -> Vec<String> {
    let findings = there.database.check(inventory).await.unwrap();
    findings.iter().map(|finding| format!("{} {}", finding.code, finding.place)).collect()
}

async fn the_migrated_schema_is_what_is_declared(there: TempDatabase) {
    assert_eq!(findings(&there, &inventory()).await, Vec::<String>::new());
}

async fn an_empty_database_lacks_every_table(there: TempDatabase) {
    let tables = STORES.iter().chain(MANAGEMENT_STORES).filter(|store| store.kind == StoreKind::Table);
    let mut expected: Vec<_> = tables.map(|store| format!("K3-missing-table {}", store.name)).collect();
    expected.sort_unstable();
    assert_eq!(findings(&there, &inventory()).await, expected);
}

#[tokio::test]
async fn every_seeded_fault_is_found() {
    for (fault, expected) in [
        ("CREATE TABLE stray (id INTEGER PRIMARY KEY, note TEXT)", vec!["K3-undeclared-table stray"]),
        ("ALTER TABLE user_prefix ADD COLUMN nick TEXT", vec!["K3-undeclared-column user_prefix.nick"]),
        (
            "ALTER TABLE discord_user DROP COLUMN last_seen_day",
            vec!["K3-missing-column discord_user.last_seen_day"],
        ),
        ("DROP TABLE instance", vec!["K3-missing-table instance"]),
        ("CREATE VIEW people AS SELECT user_id FROM discord_user", vec!["K3-undeclared-view people"]),
        ("DROP INDEX idx_command_usage_user_id", vec!["K4-no-index command_usage.user_id"]),
        ("DROP INDEX idx_guild_prefix_set_by", vec!["K4-no-index guild_prefix.set_by"]),
        (
            "ALTER TABLE membership ADD COLUMN pair TEXT GENERATED ALWAYS AS (user_id || guild_id) VIRTUAL",
            vec!["K3-undeclared-column membership.pair"],
        ),
        (
            "ALTER TABLE reminder DROP COLUMN text; ALTER TABLE reminder ADD COLUMN text INTEGER NOT NULL DEFAULT 0",
            vec!["K3-other-type reminder.text"],
        ),
        (
            "ALTER TABLE reminder DROP COLUMN text; ALTER TABLE reminder ADD COLUMN text TEXT",
            vec!["K3-other-type reminder.text"],
        ),
        (
            "DROP INDEX idx_guild_settings_configured_by; \
             CREATE INDEX partly ON guild_settings (configured_by) WHERE revision > 5",
            vec!["K4-no-index guild_settings.configured_by"],
        ),
        ("ANALYZE", vec!["K3-undeclared-table sqlite_stat1"]),
    ] {
        let there = TempDatabase::migrated().await;
        there.execute("INSERT INTO user_prefix VALUES (1, '!', 0)").await;
        there.execute(fault).await;
        let found = findings(&there, &inventory()).await;
        // Builds of SQLite differ in which statistics they keep.
        let found: Vec<_> = found.iter().filter(|found| !found.ends_with("sqlite_stat4")).collect();
        assert_eq!(found, expected, "{fault}");
    }
}

/// Takes back whatever a fault was. A table that was given to the extension is taken from it first.
const AFRESH: &str = "\
    DO $$ BEGIN ALTER EXTENSION plpgsql DROP TABLE theirs; EXCEPTION WHEN OTHERS THEN NULL; END $$; \
    DROP SCHEMA IF EXISTS attic CASCADE; DROP FOREIGN DATA WRAPPER IF EXISTS far CASCADE; \
    DROP SCHEMA public CASCADE; CREATE SCHEMA public";

#[tokio::test]
async fn every_fault_seeded_on_a_server_is_found() {
    let Some(there) = TempDatabase::migrated_alone_on_server().await else { return };
    for (fault, expected) in [
        ("CREATE TABLE stray (id BIGINT PRIMARY KEY, note TEXT)", vec!["K3-undeclared-table stray"]),
        ("CREATE TABLE nothing ()", vec!["K3-undeclared-table nothing"]),
        ("CREATE UNLOGGED TABLE fast (id BIGINT)", vec!["K3-undeclared-table fast"]),
        ("ALTER TABLE user_prefix ADD COLUMN nick TEXT", vec!["K3-undeclared-column user_prefix.nick"]),
        // A dropped column leaves a trace in the catalogue, which is no column.
        ("ALTER TABLE user_prefix ADD COLUMN nick TEXT; ALTER TABLE user_prefix DROP COLUMN nick", vec![]),
        (
            "ALTER TABLE discord_user DROP COLUMN last_seen_day",
            vec!["K3-missing-column discord_user.last_seen_day"],
        ),
        ("DROP TABLE instance", vec!["K3-missing-table instance"]),
        ("CREATE VIEW people AS SELECT user_id FROM discord_user", vec!["K3-undeclared-view people"]),
        (
            "CREATE MATERIALIZED VIEW frozen AS SELECT user_id FROM discord_user",
            vec!["K3-undeclared-view frozen"],
        ),
        (
            "CREATE SCHEMA attic; CREATE TABLE attic.discord_user (user_id BIGINT PRIMARY KEY)",
            vec!["K3-undeclared-table attic.discord_user"],
        ),
        (
            "CREATE TABLE parts (id BIGINT) PARTITION BY RANGE (id); \
             CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (9)",
            vec!["K3-undeclared-table part", "K3-undeclared-table parts"],
        ),
        (
            "CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far; \
             CREATE FOREIGN TABLE abroad (id BIGINT) SERVER away",
            vec!["K3-undeclared-table abroad"],
        ),
        (
            "ALTER TABLE membership ADD COLUMN pair TEXT GENERATED ALWAYS AS (user_id::text || guild_id::text) STORED",
            vec!["K3-undeclared-column membership.pair"],
        ),
        ("ALTER TABLE reminder ALTER COLUMN due_at TYPE INTEGER", vec!["K3-other-type reminder.due_at"]),
        (
            "ALTER TABLE reminder ALTER COLUMN text TYPE JSONB USING to_jsonb(text)",
            vec!["K3-other-type reminder.text"],
        ),
        ("ALTER TABLE reminder ALTER COLUMN text DROP NOT NULL", vec!["K3-other-type reminder.text"]),
        (
            "DELETE FROM guild_override; ALTER TABLE guild_override ALTER COLUMN module SET NOT NULL",
            vec!["K3-other-type guild_override.module"],
        ),
        ("DROP INDEX idx_command_usage_user_id", vec!["K4-no-index command_usage.user_id"]),
        (
            "DROP INDEX idx_guild_settings_configured_by; \
             CREATE INDEX partly ON guild_settings (configured_by) WHERE revision > 5",
            vec!["K4-no-index guild_settings.configured_by"],
        ),
        (
            "DROP INDEX idx_guild_prefix_set_by; CREATE INDEX beside ON guild_prefix (position) INCLUDE (set_by)",
            vec!["K4-no-index guild_prefix.set_by"],
        ),
        (
            "DROP INDEX idx_guild_prefix_set_by; CREATE INDEX computed ON guild_prefix ((set_by + 1))",
            vec!["K4-no-index guild_prefix.set_by"],
        ),
        (
            "ALTER TABLE guild_prefix ALTER COLUMN set_by SET NOT NULL",
            vec!["K3-nullify-not-null guild_prefix.set_by"],
        ),
        // What belongs to an extension is the extension's.
        ("CREATE TABLE theirs (id BIGINT); ALTER EXTENSION plpgsql ADD TABLE theirs", vec![]),
        ("ANALYZE", vec![]),
    ] {
        there.execute(fault).await;
        assert_eq!(findings(&there, &inventory()).await, expected, "{fault}");
        there.execute(AFRESH).await;
        there.database.migrate().await.unwrap();
    }
}

#[tokio::test]
async fn a_search_table_and_what_it_keeps_behind_are_found() {
    let there = TempDatabase::migrated().await;
    there.execute("CREATE VIRTUAL TABLE notes USING fts5(body)").await;
    let found = findings(&there, &inventory()).await;
    assert!(found.contains(&"K3-undeclared-table notes".to_owned()), "{found:?}");
    assert!(found.contains(&"K3-undeclared-table notes_content".to_owned()), "{found:?}");
}

async fn a_table_that_nobody_lists_is_found(there: TempDatabase) {
    const MISSING: &str = "user_prefix";
    static REST: std::sync::LazyLock<Vec<&'static StoreDecl>> =
        std::sync::LazyLock::new(|| STORES.iter().copied().filter(|store| store.name != MISSING).collect());
    let inventory = Inventory::builder()
        .purposes(purposes::ALL)
        .module("core", &REST)
        .module("management", MANAGEMENT_STORES)
        .build()
        .unwrap();
    assert_eq!(findings(&there, &inventory).await, ["K3-undeclared-table user_prefix"]);
}

#[test]
fn every_declaration_can_be_shown_to_a_person() {
    for store in STORES.iter().chain(MANAGEMENT_STORES) {
        assert!(!store.explain.is_empty(), "{}", store.name);
        for column in store.columns {
            assert!(!column.label.is_empty(), "{}.{}", store.name, column.name);
        }
    }
}
