use casey_privacy::PersonalData;
use sea_orm::entity::prelude::*;

/// A reminder. Setting one is a command that is carried out later: hence its purpose.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, PersonalData)]
#[sea_orm(table_name = "reminder")]
#[privacy(
    owner = "management",
    subject = user_id,
    scope = user,
    since = 1,
    retention = after("it turned out that it cannot be delivered", 30),
    aged_by = undeliverable_at,
    label = "Your reminders",
    explain = "What you asked to be reminded of, when and where. It goes when it is delivered; what cannot be delivered, 30 days later."
)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(not_personal, why = "made of the time and random bits", label = "Id")]
    pub id: i64,
    /// Your Discord id.
    #[privacy(
        category = "user.unique_id", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        rectify = Immutable("it identifies you"), label = "Discord id"
    )]
    pub user_id: i64,
    /// Its number among your reminders.
    #[privacy(not_personal, why = "a counter", label = "Number")]
    pub number: i32,
    /// The channel it is delivered in; empty for a direct message.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Channel id"
    )]
    pub channel_id: Option<i64>,
    /// What you wrote.
    #[privacy(
        category = "user.content.private", purpose = CoreCommands, source = Provided, free_text, erase = DeleteRow,
        export = Portability, rectify = "remind.me", label = "Text"
    )]
    pub text: String,
    /// When it is due.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Provided, erase = DeleteRow,
        export = Portability, rectify = "remind.me", label = "Due"
    )]
    pub due_at: i64,
    /// When you asked for it.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Asked for"
    )]
    pub created_at: i64,
    /// When it turned out that it cannot be delivered.
    #[privacy(
        category = "user.behavior.command_usage", purpose = CoreCommands, source = Observed, erase = DeleteRow,
        label = "Undeliverable since"
    )]
    pub undeliverable_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
