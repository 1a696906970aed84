//! Which commands are used. There is no column for what was typed with them.

use sea_orm_migration::prelude::*;

use crate::columns::{big, big_null, counted, index, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("command_usage")
                    .col(counted(manager.get_database_backend(), "id"))
                    .col(big("user_id"))
                    .col(big_null("guild_id"))
                    .col(big_null("channel_id"))
                    // Three names of 32 characters each (Discord Docs/Application Commands) and two spaces fit.
                    .col(words("command", 100))
                    .col(words("outcome", 16))
                    .col(big("took_ms"))
                    .col(big("hour"))
                    .take(),
            )
            .await?;
        for column in ["user_id", "guild_id", "hour"] {
            manager.create_index(index("command_usage", column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("command_usage").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
