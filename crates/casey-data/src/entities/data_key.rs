use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A key that columns are sealed with, wrapped with the root key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "data_key")]
#[privacy(
    owner = "core",
    subject = none,
    scope = none,
    since = 1,
    retention = while_in_use,
    label = "Keys that secrets are sealed with",
    explain = "Encrypted with a key that is not in the database. They open what else is encrypted in it."
)]
pub struct Model {
    /// Its name.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "a random name", label = "Name")]
    pub kid: String,
    /// The key, wrapped.
    #[privacy(not_personal, why = "random bytes", encrypted, label = "Key")]
    pub wrapped: String,
    /// When it was made.
    #[privacy(not_personal, why = "about a key", label = "Made")]
    pub created_at: i64,
    /// Since when nothing new is sealed with it.
    #[privacy(not_personal, why = "about a key", label = "Retired")]
    pub retired_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
