use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A session with Discord's gateway, as another process can take it up.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "gateway_session")]
#[privacy(
    owner = "core",
    subject = none,
    scope = none,
    since = 1,
    retention = after("it was last in use", 1),
    aged_by = saved_at,
    label = "Place in Discord's stream of events",
    explain = "How far each connection to Discord got, so that after a restart nothing is missed. No events are in it."
)]
pub struct Model {
    /// The application whose session it is.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "the id of Casey itself", label = "Application")]
    pub application_id: i64,
    /// Number of the shard.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "a number of a connection", label = "Shard")]
    pub shard: i32,
    /// How many shards there are.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "a number of connections", label = "Shards")]
    pub shards: i32,
    /// The gateway it began at.
    #[privacy(not_personal, why = "an address of Discord", label = "Gateway")]
    pub gateway: String,
    /// What Discord calls it, sealed.
    #[privacy(not_personal, why = "names a connection of Casey", encrypted, label = "Session")]
    pub session_id: String,
    /// Where it is resumed.
    #[privacy(not_personal, why = "an address of Discord", label = "Address")]
    pub resume_url: String,
    /// The last event that was received.
    #[privacy(not_personal, why = "a number that counts events", label = "Last event")]
    pub received: i64,
    /// Those among them that are not finished, as a JSON array of numbers.
    #[privacy(not_personal, why = "numbers that count events", label = "Unfinished events")]
    pub unfinished: String,
    /// When it was last in use.
    #[privacy(not_personal, why = "about a connection of Casey", label = "Last used")]
    pub saved_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
