use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// Which process may begin a session with Discord's gateway.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "identify_claim")]
#[privacy(
    owner = "core",
    subject = none,
    scope = none,
    since = 1,
    retention = after("it ended", 1),
    aged_by = claimed_until,
    label = "Turns at connecting to Discord",
    explain = "Keeps several processes of Casey from connecting to Discord at the same moment."
)]
pub struct Model {
    /// The application whose turn it is.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "the id of Casey itself", label = "Application")]
    pub application_id: i64,
    /// The gateway.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "an address of Discord", label = "Gateway")]
    pub gateway: String,
    /// Which of those that may connect at the same time.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "a small number", label = "Bucket")]
    pub bucket: i32,
    /// How long it lasts.
    #[privacy(not_personal, why = "about a connection of Casey", label = "Taken until")]
    pub claimed_until: i64,
}

impl ActiveModelBehavior for ActiveModel {}
