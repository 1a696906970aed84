//! The shape of a database, read from itself, for casey-privacy's check.

mod postgres;
mod sqlite;

use casey_privacy::TableShape;
use sea_orm::{DatabaseConnection, DbBackend, DbErr};

/// Reads the shape.
pub(crate) async fn read(connection: &DatabaseConnection) -> Result<Vec<TableShape>, DbErr> {
    match connection.get_database_backend() {
        DbBackend::Postgres => postgres::read(connection).await,
        _ => sqlite::read(connection).await,
    }
}
