use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// That a command was used. Never what was typed with it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "command_usage")]
#[privacy(
    owner = "core",
    subject = user_id,
    scope = user,
    since = 1,
    on_member_leave = erase_after_grace,
    on_guild_leave = erase_after_grace,
    retention = days(30),
    aged_by = hour,
    label = "Commands you used",
    explain = "Which command you used, where and in which hour, and whether it worked. Never what you typed with it."
)]
pub struct Model {
    /// Number of the row.
    #[sea_orm(primary_key)]
    #[privacy(not_personal, why = "a counter", label = "Number")]
    pub id: i64,
    /// Your Discord id.
    #[privacy(
        category = "user.unique_id", purpose = StatsUsage, source = Observed, retention = days(30),
        erase = DeleteRow, rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: i64,
    /// The server; empty in direct messages.
    #[privacy(
        category = "user.behavior.command_usage", purpose = StatsUsage, source = Observed, erase = DeleteRow,
        label = "Server id"
    )]
    pub guild_id: Option<i64>,
    /// The channel; empty in direct messages, whose ids are not stored.
    #[privacy(
        category = "user.behavior.command_usage", purpose = StatsUsage, source = Observed,
        retention = days(30), erase = DeleteRow, label = "Channel id"
    )]
    pub channel_id: Option<i64>,
    /// Command and sub-command.
    #[privacy(
        category = "user.behavior.command_usage", purpose = StatsUsage, source = Observed, erase = DeleteRow,
        label = "Command"
    )]
    pub command: String,
    /// Whether it was done, refused or failed.
    #[privacy(
        category = "user.behavior.command_usage", purpose = StatsUsage, source = Observed, erase = DeleteRow,
        label = "Outcome"
    )]
    pub outcome: String,
    /// How long Casey took, in milliseconds.
    #[privacy(
        category = "user.telemetry", purpose = StatsUsage, source = Observed, erase = DeleteRow,
        label = "Milliseconds"
    )]
    pub took_ms: i64,
    /// The hour in which it was.
    #[privacy(
        category = "user.behavior.command_usage", purpose = StatsUsage, source = Observed, erase = DeleteRow,
        label = "Hour"
    )]
    pub hour: i64,
}

impl ActiveModelBehavior for ActiveModel {}
