use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// How often settings were changed, by whomever and wherever.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "settings_counter")]
#[privacy(
    owner = "core",
    subject = none,
    scope = none,
    since = 1,
    retention = while_in_use,
    label = "Number of changes of settings",
    explain = "A number that grows with each change, so that every part of Casey notices it."
)]
pub struct Model {
    /// What is counted.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "a fixed word", label = "Name")]
    pub name: String,
    /// How many changes there were.
    #[privacy(not_personal, why = "a counter", label = "Changes")]
    pub changes: i64,
}

impl ActiveModelBehavior for ActiveModel {}
