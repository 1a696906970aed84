//! What this crate keeps in memory, as declarations for the privacy inventory.

use std::time::Duration;

use casey_privacy::{
    Category, ColumnDecl, OnLeave, Purpose, PurposeDecl, Rectify, Retention, Scope, Source, StoreDecl,
    StoreKind, Subject,
    purposes::{CoreCommands, PerfCache},
};

const ANSWERING: &[&PurposeDecl] = &[CoreCommands::ENTRY];
const REMEMBERING: &[&PurposeDecl] = &[CoreCommands::ENTRY, PerfCache::ENTRY];

/// Everything this crate keeps. Nothing of it is written to disk, and all of it is gone when the process ends.
pub const KEEPS: &[&StoreDecl] = &[&MIRROR, &PEOPLE, &MEMBERS, &CHANNELS, &DIRECT];

const fn for_at_most(max: Duration) -> Retention {
    Retention::Ttl { min: Duration::ZERO, max }
}

const fn from_discord(
    name: &'static str,
    category: Category,
    purposes: &'static [&'static PurposeDecl],
    explain: &'static str,
) -> ColumnDecl {
    ColumnDecl {
        source: Source::ThirdParty,
        rectify: Rectify::RefreshFromDiscord,
        explain,
        ..ColumnDecl::new(name, category, purposes)
    }
}

const MIRROR: StoreDecl = StoreDecl {
    scope: Scope::Guild,
    on_guild_leave: OnLeave::EraseNow,
    retention: Retention::WhileInUse,
    label: "channels and roles of servers",
    explain: "Which channels and roles a server has and what they permit, held in memory while Casey is in the server. No names, no \
              members, no messages.",
    columns: &[
        from_discord(
            "owner",
            Category::UserUniqueId,
            ANSWERING,
            "Who owns the server: owners may do everything.",
        ),
        from_discord(
            "overwrite",
            Category::UserUniqueId,
            ANSWERING,
            "Exceptions that a channel makes for single people, by their id.",
        ),
        ColumnDecl::not_personal("guild", "the id of a server"),
        ColumnDecl::not_personal("channel", "id, kind, parent and age restriction of a channel"),
        ColumnDecl::not_personal("role", "id, position and permissions of a role"),
        ColumnDecl::not_personal("own_member", "the roles of Casey itself"),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "discord.mirror", "core")
};

const PEOPLE: StoreDecl = StoreDecl {
    subject: Subject::Column("user"),
    scope: Scope::User,
    retention: for_at_most(Duration::from_mins(1)),
    label: "people a command named",
    explain: "The profile of a person whom a command named, as Discord shows it to everybody, in memory for a minute.",
    columns: &[
        from_discord("user", Category::UserUniqueId, REMEMBERING, "The person's id on Discord."),
        from_discord(
            "profile",
            Category::UserAccountUsername,
            REMEMBERING,
            "Name, display name and picture.",
        ),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "discord.users", "core")
};

const MEMBERS: StoreDecl = StoreDecl {
    subject: Subject::Column("user"),
    scope: Scope::Member,
    on_member_leave: OnLeave::Unaffected,
    retention: for_at_most(Duration::from_mins(1)),
    label: "members a command named",
    explain: "Nickname and roles of a member whom a command named, in memory for a minute.",
    columns: &[
        from_discord("user", Category::UserUniqueId, REMEMBERING, "The person's id on Discord."),
        from_discord(
            "membership",
            Category::UserSocialMembership,
            REMEMBERING,
            "Server, roles, date of joining, time-out.",
        ),
        from_discord("profile", Category::UserAccountUsername, REMEMBERING, "Name, nickname and pictures."),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "discord.members", "core")
};

const CHANNELS: StoreDecl = StoreDecl {
    scope: Scope::Guild,
    retention: for_at_most(Duration::from_mins(1)),
    label: "threads and direct messages in use",
    explain: "Id, kind and overwrites of private threads and direct-message channels that were used, in memory for a minute.",
    columns: &[
        from_discord(
            "overwrite",
            Category::UserUniqueId,
            REMEMBERING,
            "Exceptions that a channel makes for single people, by their id.",
        ),
        ColumnDecl::not_personal(
            "channel",
            "id, kind, parent and age restriction of a channel, without its participants",
        ),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "discord.channels", "core")
};

const DIRECT: StoreDecl = StoreDecl {
    subject: Subject::Column("user"),
    scope: Scope::User,
    retention: for_at_most(Duration::from_hours(1)),
    label: "direct-message channels",
    explain: "Which channel leads to a person whom Casey wrote to, in memory for an hour.",
    columns: &[
        from_discord("user", Category::UserUniqueId, REMEMBERING, "The person's id on Discord."),
        from_discord(
            "channel",
            Category::UserUniqueId,
            REMEMBERING,
            "The id of the direct-message channel, which stands for the person.",
        ),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "discord.direct_channels", "core")
};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_privacy::Inventory;

    use super::*;

    #[test]
    fn the_inventory_takes_them() {
        let inventory = Inventory::builder()
            .purpose::<CoreCommands>()
            .purpose::<PerfCache>()
            .module("core", KEEPS)
            .build()
            .unwrap();
        for store in KEEPS {
            assert!(store.is_personal(), "{}", store.name);
            assert!(!store.explain.is_empty(), "{}", store.name);
        }
        assert!(inventory.to_json().contains("discord.mirror"));
    }
}
