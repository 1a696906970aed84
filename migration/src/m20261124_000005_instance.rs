//! Facts about this installation, such as the fingerprint of its root key.

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
                    .table("instance")
                    .col(words("name", 64).primary_key())
                    .col(ColumnDef::new("value").text().not_null())
                    .col(big("updated_at"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("instance").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
