use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A rule of a server: a command or module is allowed, or not, for somebody.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "guild_override")]
#[privacy(
    owner = "core",
    subject = member_id,
    scope = member,
    since = 1,
    retention = while_in_use,
    label = "Who may use which commands in a server",
    explain = "Rules that a server made about commands: for everybody, a channel, a role, or a member by id."
)]
pub struct Model {
    /// The server.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "names a server, not a person", label = "Server id")]
    pub guild_id: i64,
    /// Its place among the server's rules.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "an order", label = "Position")]
    pub position: i32,
    /// The module, if the rule is about all of its commands.
    #[privacy(not_personal, why = "the name of a module", label = "Module")]
    pub module: Option<String>,
    /// The command, if it is about one.
    #[privacy(not_personal, why = "the name of a command", label = "Command")]
    pub command: Option<String>,
    /// The channel, if the rule is about one.
    #[privacy(not_personal, why = "names a channel, not a person", label = "Channel id")]
    pub channel_id: Option<i64>,
    /// The role, if it is about one.
    #[privacy(not_personal, why = "names a role, not a person", label = "Role id")]
    pub role_id: Option<i64>,
    /// The member, if it is about one.
    #[privacy(
        category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = DeleteRow,
        rectify = Immutable("a rule of the server; its admins can change it"), label = "Member"
    )]
    pub member_id: Option<i64>,
    /// Whether it allows.
    #[privacy(
        category = "user.social.membership", purpose = CoreSettings, source = Observed, erase = DeleteRow,
        rectify = Immutable("a rule of the server; its admins can change it"), label = "Allowed"
    )]
    pub allowed: bool,
    /// Who made it.
    #[privacy(
        category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = Nullify,
        rectify = Immutable("recorded as it happened"), label = "Made by"
    )]
    pub made_by: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
