//! Things to be done later, reminders, and how often commands were used when nobody is named any more.

use sea_orm_migration::prelude::*;

use crate::columns::{big, big_null, index, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(jobs()).await?;
        for column in ["run_at", "user_id", "guild_id"] {
            manager.create_index(index("job", column)).await?;
        }
        manager.create_table(reminders()).await?;
        // Numbers are a person's own; the index serves erasure of a person, too.
        let numbers = Index::create()
            .name("idx_reminder_user_id_number")
            .table("reminder")
            .col("user_id")
            .col("number")
            .unique()
            .take();
        manager.create_index(numbers).await?;
        manager.create_index(index("reminder", "due_at")).await?;
        manager.create_table(counts()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["command_count", "reminder", "job"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("job")
        .col(big("id").primary_key())
        .col(words("kind", 64))
        .col(words("key", 128).unique_key())
        .col(big("run_at"))
        .col(ColumnDef::new("numbers").text().not_null())
        .col(big_null("user_id"))
        .col(big_null("guild_id"))
        .col(ColumnDef::new("attempts").integer().not_null())
        .col(ColumnDef::new("lease_owner").string_len(64).null())
        .col(big_null("lease_until"))
        .col(words("state", 16))
        .col(big("created_at"))
        .take()
}

fn reminders() -> TableCreateStatement {
    Table::create()
        .table("reminder")
        .col(big("id").primary_key())
        .col(big("user_id"))
        .col(ColumnDef::new("number").integer().not_null())
        .col(big_null("channel_id"))
        .col(ColumnDef::new("text").text().not_null())
        .col(big("due_at"))
        .col(big("created_at"))
        .col(big_null("undeliverable_at"))
        .take()
}

fn counts() -> TableCreateStatement {
    Table::create()
        .table("command_count")
        .col(big("day"))
        .col(words("command", 100))
        .col(words("outcome", 16))
        .col(big("uses"))
        .col(big("total_ms"))
        .primary_key(Index::create().col("day").col("command").col("outcome"))
        .take()
}
