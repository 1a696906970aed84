//! When a job was given up: what waits, however late, is nothing that has outlived its time.

use sea_orm_migration::prelude::*;

use crate::columns::{big_null, index};

/// Tables and columns by which rows age.
const AGED_BY: [(&str, &str); 2] = [("job", "given_up_at"), ("reminder", "undeliverable_at")];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("job").add_column(big_null("given_up_at")).take();
        manager.alter_table(column).await?;
        let known = Query::update()
            .table("job")
            .value("given_up_at", Expr::col("run_at"))
            .and_where(Expr::col("state").eq("failed"))
            .take();
        manager.execute(known).await?;
        for (table, column) in AGED_BY {
            manager.create_index(index(table, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in AGED_BY {
            let name = format!("idx_{table}_{column}");
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("job").drop_column("given_up_at").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
