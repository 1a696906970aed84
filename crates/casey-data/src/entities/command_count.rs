use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// How often a command was used on a day, from rows of the history that have gone since. About nobody: there is no person, server or channel in it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "command_count")]
#[privacy(
    owner = "core",
    subject = none,
    scope = none,
    since = 1,
    retention = while_in_use,
    label = "How often commands were used",
    explain = "Counted by day when the history goes: so many uses of a command, without who or where."
)]
pub struct Model {
    /// The day.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "a day on which anybody may have used the command", label = "Day")]
    pub day: i64,
    /// Command and sub-command.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "the name of a command", label = "Command")]
    pub command: String,
    /// Whether it was done, refused or failed.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "one of three fixed words", label = "Outcome")]
    pub outcome: String,
    /// How often.
    #[privacy(not_personal, why = "a count of everybody's uses", label = "Uses")]
    pub uses: i64,
    /// How long Casey took in all, in milliseconds.
    #[privacy(not_personal, why = "a sum over everybody's uses", label = "Milliseconds in all")]
    pub total_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
