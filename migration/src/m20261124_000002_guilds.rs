//! Settings and prefixes of servers.

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
                    .table("guild_settings")
                    .col(big("guild_id").primary_key())
                    .col(ColumnDef::new("language").string_len(35).null())
                    .col(ColumnDef::new("disabled_modules").text().not_null())
                    .col(big_null("configured_by"))
                    .col(big("updated_at"))
                    .col(big("revision"))
                    .take(),
            )
            .await?;
        manager.create_index(index("guild_settings", "configured_by")).await?;
        manager
            .create_table(
                Table::create()
                    .table("guild_prefix")
                    .col(big("guild_id"))
                    .col(words("prefix", 10))
                    .col(ColumnDef::new("position").integer().not_null())
                    .col(big_null("set_by"))
                    .primary_key(Index::create().col("guild_id").col("prefix"))
                    .take(),
            )
            .await?;
        manager.create_index(index("guild_prefix", "set_by")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("guild_prefix").take()).await?;
        manager.drop_table(Table::drop().table("guild_settings").take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
