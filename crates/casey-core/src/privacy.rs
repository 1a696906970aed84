//! What the core keeps, declared. Ports that store more declare it where they store it.

use casey_privacy::{
    Category, ColumnDecl, Purpose, Retention, Scope, StoreDecl, StoreKind, Subject, cache_family,
    purposes::{CoreCommands, CoreSettings},
};

/// Name of the core's own module.
pub(crate) const CORE: &str = "core";

cache_family! {
    /// How often a person used a command lately.
    pub struct CooldownKey { user: u64, command: &str } = "e:cd:{user}:{command}",
    class = ephemeral,
    purpose = SecurityAbuse,
    category = "user.behavior.command_usage",
    subject = user,
    max_ttl = 1 h,
    owner = "core",
    label = "cooldowns",
    explain = "How often you used a command in the last seconds or minutes, so that nobody can flood a channel."
}

/// The in-memory list of prefixes that messages are matched against: a mirror of rows in the database.
pub const PREFIX_BOOK: StoreDecl = StoreDecl {
    subject: Subject::Column("user_id"),
    scope: Scope::User,
    retention: Retention::WhileInUse,
    label: "your own prefixes, in memory",
    explain: "A copy of your own prefixes in the memory of the running bot, so that messages can be matched without asking the database.",
    columns: &[
        ColumnDecl::new("user_id", Category::UserUniqueId, &[CoreSettings::ENTRY]),
        ColumnDecl::new("prefixes", Category::UserAccountSettings, &[CoreSettings::ENTRY]),
        ColumnDecl::not_personal(
            "server_prefixes",
            "which prefixes a server has says nothing about a person",
        ),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "prefix_book", CORE)
};

/// The in-memory list of messages that were answered lately.
pub const ANSWERED: StoreDecl = StoreDecl {
    retention: Retention::Ttl {
        min: std::time::Duration::from_secs(1),
        max: std::time::Duration::from_mins(15),
    },
    label: "answered messages",
    explain: "Ids of messages that began like a command and of uses of slash commands and buttons, with a fingerprint of the text and the id of the answer, for fifteen minutes, so that nothing is done twice and edits can correct a command.",
    columns: &[
        ColumnDecl::new("message_id", Category::UserBehaviorCommandUsage, &[CoreCommands::ENTRY]),
        ColumnDecl::new("fingerprint", Category::UserBehaviorCommandUsage, &[CoreCommands::ENTRY]),
    ],
    ..StoreDecl::new(StoreKind::MemCache, "answered_messages", CORE)
};

/// Everything the core keeps.
pub const STORES: &[&StoreDecl] = &[&CooldownKey::FAMILY.store, &PREFIX_BOOK, &ANSWERED];
