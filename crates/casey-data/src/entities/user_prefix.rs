use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A command prefix that a person set for themselves.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "user_prefix")]
#[privacy(
    owner = "core",
    subject = user_id,
    scope = user,
    since = 1,
    retention = until_erased,
    label = "Your own command prefixes",
    explain = "Prefixes that you set for yourself and that work in every server."
)]
pub struct Model {
    /// Your Discord id.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = DeleteRow,
        rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: i64,
    /// The prefix, as you typed it.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.account.settings", purpose = CoreSettings, source = Provided, erase = DeleteRow,
        export = Portability, rectify = "prefix.personal", free_text, label = "Prefix"
    )]
    pub prefix: String,
    /// Its place among your prefixes.
    #[privacy(
        category = "user.account.settings", purpose = CoreSettings, source = Provided, erase = DeleteRow,
        export = Portability, rectify = "prefix.personal", label = "Position"
    )]
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
