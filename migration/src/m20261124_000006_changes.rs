//! What lets one process notice that another changed settings: every change has a number, and whoever changed last bears the latest.

use sea_orm_migration::prelude::*;

use crate::columns::{big, big_null, index, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("settings_counter")
                    .col(words("name", 16).primary_key())
                    .col(big("changes"))
                    .take(),
            )
            .await?;
        // Rows of before have no number: nobody waits for them.
        manager
            .alter_table(Table::alter().table("guild_settings").add_column(big_null("changed")).take())
            .await?;
        manager.create_index(index("guild_settings", "changed")).await?;
        manager
            .create_table(
                Table::create()
                    .table("user_settings")
                    .col(big("user_id").primary_key())
                    .col(big("changed"))
                    .take(),
            )
            .await?;
        manager.create_index(index("user_settings", "changed")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("user_settings").take()).await?;
        let index = Index::drop().name("idx_guild_settings_changed").table("guild_settings").to_owned();
        manager.drop_index(index).await?;
        manager.alter_table(Table::alter().table("guild_settings").drop_column("changed").take()).await?;
        manager.drop_table(Table::drop().table("settings_counter").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
