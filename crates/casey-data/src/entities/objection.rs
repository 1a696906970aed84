use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// What a person objected to.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "objection")]
#[privacy(
    owner = "core",
    subject = user_id,
    scope = user,
    since = 1,
    retention = until_erased,
    label = "What you objected to",
    explain = "Purposes for which I store nothing about you any more, because you said so. It is kept so that I can heed it."
)]
pub struct Model {
    /// Your Discord id.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.unique_id", purpose = RightsFulfil, source = Observed, erase = DeleteRow,
        rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: i64,
    /// The purpose, by its id.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(
        category = "user.privacy_preferences", purpose = RightsFulfil, source = Provided, erase = DeleteRow,
        export = Portability, rectify = "privacy.object", label = "Purpose"
    )]
    pub purpose: String,
    /// Whether it holds; if not, somebody of the server looks at it.
    #[privacy(
        category = "user.privacy_preferences", purpose = RightsFulfil, source = Observed, erase = DeleteRow,
        label = "In force"
    )]
    pub in_force: bool,
    /// The day it was made.
    #[privacy(
        category = "user.privacy_preferences", purpose = RightsFulfil, source = Observed, erase = DeleteRow,
        label = "Since"
    )]
    pub since_day: i64,
}

impl ActiveModelBehavior for ActiveModel {}
