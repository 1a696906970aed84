//! Columns in the forms that SQLite and PostgreSQL share.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// A Discord id, or a moment in Unix milliseconds.
pub(crate) fn big(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// The same where it may be absent.
pub(crate) fn big_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

/// Text of at most so many characters.
pub(crate) fn words(name: &'static str, characters: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(characters).not_null().take()
}

/// A key that the database counts by itself.
///
/// SQLite does so for every integer primary key; its `AUTOINCREMENT` would add a table of its own and buy nothing.
pub(crate) fn counted(backend: DbBackend, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name).big_integer().take();
    if backend != DbBackend::Sqlite {
        column.auto_increment();
    }
    column.not_null().primary_key().take()
}

/// An index named after its table and column.
pub(crate) fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("idx_{table}_{column}")).table(table).col(column).take()
}
