//! Sessions with Discord's gateway, and who identifies: what processes tell those after them and beside them.

use sea_orm_migration::prelude::*;

use crate::columns::{big, index, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sessions = Table::create()
            .table("gateway_session")
            .col(big("application_id"))
            .col(ColumnDef::new("shard").integer().not_null())
            .col(ColumnDef::new("shards").integer().not_null())
            .col(words("gateway", 512))
            .col(ColumnDef::new("session_id").text().not_null())
            .col(words("resume_url", 512))
            .col(big("received"))
            .col(ColumnDef::new("unfinished").text().not_null())
            .col(big("saved_at"))
            .primary_key(Index::create().col("application_id").col("shard").col("shards"))
            .take();
        manager.create_table(sessions).await?;
        manager.create_index(index("gateway_session", "saved_at")).await?;
        let claims = Table::create()
            .table("identify_claim")
            .col(big("application_id"))
            .col(words("gateway", 512))
            .col(ColumnDef::new("bucket").integer().not_null())
            .col(big("claimed_until"))
            .primary_key(Index::create().col("application_id").col("gateway").col("bucket"))
            .take();
        manager.create_table(claims).await?;
        manager.create_index(index("identify_claim", "claimed_until")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["identify_claim", "gateway_session"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
