//! What this crate stores, for the inventory of whoever puts a bot together.

use std::time::Duration;

use casey_privacy::{
    Category, ColumnDecl, PersonalData, Purpose, Retention, Scope, StoreDecl, StoreKind, Subject,
    purposes::{CoreCommands, StatsUsage},
};

use crate::entities;

/// The core's tables, the migration tool's own among them.
const TABLES: &[&StoreDecl] = &[
    entities::command_count::Model::STORE,
    entities::command_usage::Model::STORE,
    entities::data_key::Model::STORE,
    entities::discord_user::Model::STORE,
    entities::gateway_session::Model::STORE,
    entities::guild_override::Model::STORE,
    entities::guild_prefix::Model::STORE,
    entities::guild_settings::Model::STORE,
    entities::identify_claim::Model::STORE,
    entities::instance::Model::STORE,
    entities::job::Model::STORE,
    entities::membership::Model::STORE,
    entities::objection::Model::STORE,
    entities::settings_counter::Model::STORE,
    entities::user_prefix::Model::STORE,
    entities::user_settings::Model::STORE,
    MIGRATIONS,
];

/// What this crate stores for the module "management".
pub const MANAGEMENT_STORES: &[&StoreDecl] = &[entities::reminder::Model::STORE];

const ALL_TABLES: &[&StoreDecl] = &every_table();

const fn every_table() -> [&'static StoreDecl; TABLES.len() + MANAGEMENT_STORES.len()] {
    let mut all = [MIGRATIONS; TABLES.len() + MANAGEMENT_STORES.len()];
    let mut next = 0;
    while next < all.len() {
        all[next] = if next < TABLES.len() { TABLES[next] } else { MANAGEMENT_STORES[next - TABLES.len()] };
        next += 1;
    }
    all
}

/// The prefixes of files that this version keeps. There are none yet.
pub const FILE_STORES: &[&StoreDecl] = &[];

/// The tables of all modules.
pub(crate) const fn tables() -> &'static [&'static StoreDecl] {
    ALL_TABLES
}

/// Everything this crate stores for the core: its tables, the migration tool's, and what it holds in memory by itself. What is put into
/// [`LocalCache`](crate::LocalCache) is declared by whoever declares the keys.
pub const STORES: &[&StoreDecl] = &all();

const fn all() -> [&'static StoreDecl; TABLES.len() + 2] {
    let mut all = [SETTINGS_IN_MEMORY; TABLES.len() + 2];
    let mut next = 0;
    while next < TABLES.len() {
        all[next] = TABLES[next];
        next += 1;
    }
    all[next] = USAGE_QUEUE;
    all
}

/// The migration tool's own table.
const MIGRATIONS: &StoreDecl = &StoreDecl {
    label: "Steps of the database schema",
    explain: "Which changes of the schema were applied, and when.",
    columns: &[
        ColumnDecl::not_personal("version", "the name of a step"),
        ColumnDecl::not_personal("applied_at", "when the step was applied"),
    ],
    ..StoreDecl::new(StoreKind::Table, "seaql_migrations", "core")
};

const SETTINGS_IN_MEMORY: &StoreDecl = &StoreDecl {
    scope: Scope::Guild,
    retention: Retention::Ttl { min: Duration::ZERO, max: Duration::from_mins(1) },
    label: "Settings of servers, in memory",
    explain: "What a server chose, held for a minute so that not every command asks the database.",
    columns: &[
        ColumnDecl::not_personal("guild_id", "names a server, not a person"),
        ColumnDecl::not_personal("settings", "choices for the whole server, without who made them"),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "settings", "core")
};

const USAGE_QUEUE: &StoreDecl = &StoreDecl {
    subject: Subject::Column("user_id"),
    scope: Scope::User,
    retention: Retention::Ttl { min: Duration::ZERO, max: Duration::from_hours(48) },
    label: "Uses of commands that wait to be written",
    explain: "Held in memory until the next write to the database, a second later as a rule, and never longer than two days.",
    columns: &[
        ColumnDecl {
            label: "Discord id",
            ..ColumnDecl::new("user_id", Category::UserUniqueId, &[CoreCommands::ENTRY, StatsUsage::ENTRY])
        },
        ColumnDecl {
            label: "Use",
            ..ColumnDecl::new(
                "use",
                Category::UserBehaviorCommandUsage,
                &[CoreCommands::ENTRY, StatsUsage::ENTRY],
            )
        },
    ],
    ..StoreDecl::new(StoreKind::MemCache, "usage_queue", "core")
};
