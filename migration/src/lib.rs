#![doc = include_str!("../README.md")]
#![allow(
    elided_lifetimes_in_paths,
    reason = "the trait of sea-orm-migration is written so, and its implementations must be"
)]

mod columns;
mod m20261124_000001_people;
mod m20261124_000002_guilds;
mod m20261124_000003_personal_prefixes;
mod m20261124_000004_command_usage;
mod m20261124_000005_instance;
mod m20261124_000006_changes;
mod m20261124_000007_jobs;
mod m20261124_000008_data_keys;
mod m20261124_000009_gateway;
mod m20261124_000010_overrides;
mod m20261124_000011_given_up;
mod m20261124_000012_objections;
mod migrator;

pub use self::migrator::Migrator;
pub use sea_orm_migration;
