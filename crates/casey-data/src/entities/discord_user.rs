use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A person who used Casey.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "discord_user")]
#[privacy(
    owner = "core",
    subject = user_id,
    scope = user,
    since = 1,
    retention = until_erased,
    label = "That you used Casey",
    explain = "Your Discord id with the first and the last day on which you used Casey. No name, no picture."
)]
pub struct Model {
    /// Your Discord id.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.unique_id", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: i64,
    /// The day on which you first used Casey.
    #[privacy(
        category = "user.behavior", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "First day"
    )]
    pub first_seen_day: i64,
    /// The day on which you last used Casey.
    #[privacy(
        category = "user.behavior", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Last day"
    )]
    pub last_seen_day: i64,
}

impl ActiveModelBehavior for ActiveModel {}
