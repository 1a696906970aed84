//! A small bot: two tables, a child table, a cache family, a log field.

use casey_privacy::{
    ColumnDecl, Inventory, InventoryBuilder, PersonalData, Retention, StoreDecl, StoreKind, cache_family,
    purposes,
};

/// The prefix a person chose for themselves.
#[derive(Clone, Debug, PartialEq, PersonalData)]
#[sea_orm(table_name = "user_prefix")]
#[privacy(owner = "core", subject = user_id, scope = user, since = 1, retention = until_erased, label = "your prefix")]
pub struct UserPrefix {
    #[privacy(category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = DeleteRow, rectify = Immutable("identifies you"))]
    pub user_id: i64,
    /// What you type before a command.
    #[privacy(category = "user.account.settings", purposes(PersonalPrefs, CoreSettings), source = Provided, erase = DeleteRow, rectify = "prefix.set")]
    pub prefix: String,
}

#[derive(Clone, Debug, PartialEq, PersonalData)]
#[privacy(
    table = "mod_case",
    owner = "moderation",
    subject = target,
    scope = member,
    since = 2,
    retention = guild_setting(30, 730, 365),
    on_member_leave = keep("leaving must not clear a record"),
    label = "moderation case",
    explain = "What a server's moderators decided."
)]
pub struct ModCase {
    #[privacy(not_personal, why = "a counter")]
    pub id: i64,
    #[sea_orm(column_name = "target_id")]
    #[privacy(category = "user.unique_id", purpose = ModEnforcement, source = Observed, erase = KeepUntil(LegitimateInterestOverride, after("the sanction ends", 0)))]
    pub target: i64,
    #[privacy(category = "user.unique_id", purpose = ModEnforcement, source = Observed, erase = Nullify)]
    pub moderator_id: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, PersonalData)]
#[privacy(table = "case_note", owner = "moderation", subject = through(case_id, "mod_case.id"), scope = member, since = 2, retention = days(90), aged_by = written, label = "case note", explain = "What a moderator noted.")]
pub struct CaseNote {
    #[privacy(not_personal, why = "refers to a case")]
    pub case_id: i64,
    #[privacy(category = "user.content.private", purpose = ModEnforcement, source = Provided, free_text, erase = WithParent, rectify = "case.note", export = Withhold(ThirdPartyRightsImpaired))]
    pub r#text: String,
    #[sea_orm(column_name = "written_at")]
    #[privacy(not_personal, why = "tells when the note goes")]
    pub written: i64,
}

cache_family! {
    /// When a person may use a command again.
    pub struct CooldownKey { user: u64, command: &str } = "e:cd:{user}:{command}",
    class = ephemeral, purpose = SecurityAbuse, category = "user.behavior.command_usage", subject = user,
    max_ttl = 1 h, owner = "core", label = "cooldown"
}

pub const COMMAND_FIELD: StoreDecl = StoreDecl {
    retention: Retention::Days(14),
    label: "command in the log",
    explain: "Which command ran, without what was typed after it.",
    columns: &[ColumnDecl::not_personal("value", "the name of a command")],
    ..StoreDecl::new(StoreKind::LogField, "command", "core")
};

pub const CORE: &[&StoreDecl] = &[&COMMAND_FIELD, UserPrefix::STORE, CooldownKey::STORE];
pub const MODERATION: &[&StoreDecl] = &[ModCase::STORE, CaseNote::STORE];

pub fn builder() -> InventoryBuilder {
    Inventory::builder().purposes(purposes::ALL)
}

pub fn inventory() -> Inventory {
    builder().module("moderation", MODERATION).module("core", CORE).build().unwrap()
}
