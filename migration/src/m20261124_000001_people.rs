//! People who used Casey, and the servers they used it in. Nobody else is stored.

use sea_orm_migration::prelude::*;

use crate::columns::{big, big_null, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("discord_user")
                    .col(big("user_id").primary_key())
                    .col(big("first_seen_day"))
                    .col(big("last_seen_day"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("membership")
                    .col(big("user_id"))
                    .col(big("guild_id"))
                    .col(big("first_seen_day"))
                    .col(big_null("left_at"))
                    .primary_key(Index::create().col("user_id").col("guild_id"))
                    .take(),
            )
            .await?;
        // The key serves erasure of a person; this one serves erasure of a server.
        manager.create_index(index("membership", "guild_id")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("membership").take()).await?;
        manager.drop_table(Table::drop().table("discord_user").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
