//! Prefixes that people set for themselves.

use sea_orm_migration::prelude::*;

use crate::columns::{big, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("user_prefix")
                    .col(big("user_id"))
                    .col(words("prefix", 10))
                    .col(ColumnDef::new("position").integer().not_null())
                    .primary_key(Index::create().col("user_id").col("prefix"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("user_prefix").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
