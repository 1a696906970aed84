use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// Settings of a server.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "guild_settings")]
#[privacy(
    owner = "core",
    subject = none,
    scope = guild,
    since = 1,
    retention = while_in_use,
    label = "Settings of servers",
    explain = "What a server chose, and the id of the member who last changed it."
)]
pub struct Model {
    /// The server.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "names a server, not a person", label = "Server id")]
    pub guild_id: i64,
    /// The language Casey answers in.
    #[privacy(not_personal, why = "a choice for the whole server", label = "Language")]
    pub language: Option<String>,
    /// Names of modules that are switched off, as a JSON array.
    #[privacy(not_personal, why = "a choice for the whole server", label = "Modules switched off")]
    pub disabled_modules: String,
    /// Who last changed them.
    #[privacy(
        category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = Nullify,
        rectify = Immutable("recorded as it happened"), label = "Changed by"
    )]
    pub configured_by: Option<i64>,
    /// When they were last changed.
    #[privacy(
        not_personal,
        why = "tells when a server's settings changed; who did it is in a column of its own, which erasure clears",
        label = "Changed at"
    )]
    pub updated_at: i64,
    /// Grows by one with each change.
    #[privacy(not_personal, why = "a counter", label = "Revision")]
    pub revision: i64,
    /// The number of the last change among everybody's; empty for rows from before changes were numbered.
    #[privacy(not_personal, why = "a counter", label = "Last change")]
    pub changed: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
