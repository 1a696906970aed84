use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A fact about this installation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "instance")]
#[privacy(
    owner = "core",
    subject = none,
    scope = none,
    since = 1,
    retention = while_in_use,
    label = "Facts about this installation",
    explain = "Such as the fingerprint of the root key, by which Casey notices that it was given another."
)]
pub struct Model {
    /// What it is about.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "one of a few fixed words", label = "Name")]
    pub name: String,
    /// What is so.
    #[privacy(not_personal, why = "about this installation, never about a person", label = "Value")]
    pub value: String,
    /// Since when.
    #[privacy(not_personal, why = "about this installation, never about a person", label = "Since")]
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
