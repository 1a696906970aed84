//! The database against the inventory, clean and with seeded faults.
#![allow(clippy::unwrap_used)]

use casey_data::STORES;
use casey_privacy::{Inventory, StoreDecl, StoreKind, purposes};

use crate::support::{TempDatabase, inventory};

async fn findings(there: &TempDatabase, inventory: &Inventory) -> Vec<String> {
    let findings = there.database.check(inventory).await.unwrap();
    findings.iter().map(|finding| format!("{} {}", finding.code, finding.place)).collect()
}

#[tokio::test]
async fn the_migrated_schema_is_what_is_declared() {
    let there = TempDatabase::migrated().await;
    assert_eq!(findings(&there, &inventory()).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_empty_database_lacks_every_table() {
    let there = TempDatabase::empty().await;
    let tables = STORES.iter().filter(|store| store.kind == StoreKind::Table);
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

#[tokio::test]
async fn a_search_table_and_what_it_keeps_behind_are_found() {
    let there = TempDatabase::migrated().await;
    there.execute("CREATE VIRTUAL TABLE notes USING fts5(body)").await;
    let found = findings(&there, &inventory()).await;
    assert!(found.contains(&"K3-undeclared-table notes".to_owned()), "{found:?}");
    assert!(found.contains(&"K3-undeclared-table notes_content".to_owned()), "{found:?}");
}

#[tokio::test]
async fn a_table_that_nobody_lists_is_found() {
    const MISSING: &str = "user_prefix";
    static REST: std::sync::LazyLock<Vec<&'static StoreDecl>> =
        std::sync::LazyLock::new(|| STORES.iter().copied().filter(|store| store.name != MISSING).collect());
    let inventory = Inventory::builder().purposes(purposes::ALL).module("core", &REST).build().unwrap();
    let there = TempDatabase::migrated().await;
    assert_eq!(findings(&there, &inventory).await, ["K3-undeclared-table user_prefix"]);
}

#[test]
fn every_declaration_can_be_shown_to_a_person() {
    for store in STORES {
        assert!(!store.explain.is_empty(), "{}", store.name);
        for column in store.columns {
            assert!(!column.label.is_empty(), "{}.{}", store.name, column.name);
        }
    }
}
