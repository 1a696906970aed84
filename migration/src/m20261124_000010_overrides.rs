//! Where and for whom servers allow commands.

use sea_orm_migration::prelude::*;

use crate::columns::{big, big_null, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let overrides = Table::create()
            .table("guild_override")
            .col(big("guild_id"))
            .col(ColumnDef::new("position").integer().not_null())
            .col(ColumnDef::new("module").string_len(64).null())
            .col(ColumnDef::new("command").string_len(128).null())
            .col(big_null("channel_id"))
            .col(big_null("role_id"))
            .col(big_null("member_id"))
            .col(ColumnDef::new("allowed").boolean().not_null())
            .col(big_null("made_by"))
            .primary_key(Index::create().col("guild_id").col("position"))
            .take();
        manager.create_table(overrides).await?;
        for column in ["member_id", "made_by"] {
            manager.create_index(index("guild_override", column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("guild_override").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
