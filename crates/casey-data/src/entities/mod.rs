//! The tables, one file each. Every column says what it is, what for, how long, and what erasure and export do with it.
#![allow(unreachable_pub, reason = "sea-orm's macros want public structs; nothing here leaves the crate")]

pub(crate) mod command_count;
pub(crate) mod command_usage;
pub(crate) mod data_key;
pub(crate) mod discord_user;
pub(crate) mod gateway_session;
pub(crate) mod guild_override;
pub(crate) mod guild_prefix;
pub(crate) mod guild_settings;
pub(crate) mod identify_claim;
pub(crate) mod instance;
pub(crate) mod job;
pub(crate) mod membership;
pub(crate) mod objection;
pub(crate) mod reminder;
pub(crate) mod settings_counter;
pub(crate) mod user_prefix;
pub(crate) mod user_settings;
