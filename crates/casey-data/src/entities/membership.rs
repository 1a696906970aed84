use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A server in which a person used Casey. Members who never did have no row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "membership")]
#[privacy(
    owner = "core",
    subject = user_id,
    scope = member,
    since = 1,
    retention = until_erased,
    label = "Servers in which you used Casey",
    explain = "The ids of servers in which you used Casey, so that what it keeps about you there can be found."
)]
pub struct Model {
    /// Your Discord id.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.unique_id", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: i64,
    /// The server.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.social.membership", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        rectify = RefreshFromDiscord, label = "Server id"
    )]
    pub guild_id: i64,
    /// The day on which you first used Casey there.
    #[privacy(
        category = "user.social.membership", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "First day"
    )]
    pub first_seen_day: i64,
    /// When you left the server, where that is known.
    #[privacy(
        category = "user.social.membership", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        rectify = RefreshFromDiscord, label = "Left"
    )]
    pub left_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
