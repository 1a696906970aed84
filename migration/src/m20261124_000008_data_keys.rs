//! Keys that columns are sealed with, themselves wrapped with the root key.

use sea_orm_migration::prelude::*;

use crate::columns::{big, big_null, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table("data_key")
            .col(words("kid", 16).primary_key())
            .col(ColumnDef::new("wrapped").text().not_null())
            .col(big("created_at"))
            .col(big_null("retired_at"))
            .take();
        manager.create_table(keys).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("data_key").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
