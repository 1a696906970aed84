//! What people objected to.

use sea_orm_migration::prelude::*;

use crate::columns::{big, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let objections = Table::create()
            .table("objection")
            .col(big("user_id"))
            .col(words("purpose", 64))
            .col(ColumnDef::new("in_force").boolean().not_null())
            .col(big("since_day"))
            .primary_key(Index::create().col("user_id").col("purpose"))
            .take();
        manager.create_table(objections).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("objection").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
