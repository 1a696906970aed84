use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A person who set something for themselves. What they set is in tables of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "user_settings")]
#[privacy(
    owner = "core",
    subject = user_id,
    scope = user,
    since = 1,
    retention = until_erased,
    label = "That you set something for yourself",
    explain = "Your Discord id beside the number of your last change, so that every part of Casey notices it."
)]
pub struct Model {
    /// Your Discord id.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = DeleteRow,
        rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: i64,
    /// The number of the last change.
    #[privacy(not_personal, why = "a counter of everybody's changes", label = "Last change")]
    pub changed: i64,
}

impl ActiveModelBehavior for ActiveModel {}
