use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// Something to be done later. What a person wrote is never in it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "job")]
#[privacy(
    owner = "core",
    subject = user_id,
    scope = user,
    since = 1,
    on_guild_leave = erase_after_grace,
    retention = after("it was given up", 30),
    aged_by = given_up_at,
    label = "What Casey does for you later",
    explain = "That something, such as a reminder of yours, is to be done at some moment. It goes when it is done; what could not be done, 30 days after it was given up."
)]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "made of the time and random bits", label = "Number")]
    pub id: i64,
    /// What is to be done.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "What is done"
    )]
    pub kind: String,
    /// Its name.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Name"
    )]
    #[sea_orm(unique)]
    pub key: String,
    /// When it is due.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Due"
    )]
    pub run_at: i64,
    /// Numbers that say what it is about, such as that of a reminder, as a JSON object. There is no way to put text into it.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Numbers"
    )]
    pub numbers: String,
    /// Whom it is about.
    #[privacy(
        category = "user.unique_id", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: Option<i64>,
    /// The server it is about.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Server id"
    )]
    pub guild_id: Option<i64>,
    /// How often it was begun.
    #[privacy(not_personal, why = "a counter", label = "Attempts")]
    pub attempts: i32,
    /// The process that does it now.
    #[privacy(not_personal, why = "names a process of Casey", label = "Done by")]
    pub lease_owner: Option<String>,
    /// How long that process has it.
    #[privacy(not_personal, why = "about a process of Casey", label = "Done until")]
    pub lease_until: Option<i64>,
    /// Whether it waits or was given up.
    #[privacy(not_personal, why = "one of two fixed words about the work of Casey", label = "State")]
    pub state: String,
    /// When it was given up; empty while it waits.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Given up"
    )]
    pub given_up_at: Option<i64>,
    /// When it was added.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Added"
    )]
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
