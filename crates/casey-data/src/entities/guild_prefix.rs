use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A command prefix of a server.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "guild_prefix")]
#[privacy(
    owner = "core",
    subject = none,
    scope = guild,
    since = 1,
    retention = while_in_use,
    label = "Command prefixes of servers",
    explain = "The prefixes a server uses, and the id of the member who set each."
)]
pub struct Model {
    /// The server.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "names a server, not a person", label = "Server id")]
    pub guild_id: i64,
    /// The prefix.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        not_personal,
        why = "a setting of the server, which it keeps when the person who set it is erased",
        label = "Prefix"
    )]
    pub prefix: String,
    /// Its place among the server's prefixes.
    #[privacy(not_personal, why = "an order", label = "Position")]
    pub position: i32,
    /// Who set it.
    #[privacy(
        category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = Nullify,
        rectify = Immutable("recorded as it happened"), label = "Set by"
    )]
    pub set_by: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
