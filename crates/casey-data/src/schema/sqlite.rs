//! The shape of an SQLite database.

use std::collections::BTreeMap;

use casey_privacy::{ColumnShape, ShapeKind, TableShape, ValueKind};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement};

/// Tables and views with all their columns, hidden and generated ones too. SQLite's own bookkeeping is left out, but not its statistics,
/// which hold samples of values: they would have to be declared.
const COLUMNS: &str = "\
    SELECT t.name AS table_name, t.type AS table_kind, c.name, c.type AS sql_type, c.\"notnull\" AS not_null, \
    c.pk AS key_place, c.hidden FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c \
    WHERE t.schema = 'main' AND (t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR t.name LIKE 'sqlite\\_stat%' ESCAPE '\\') \
    ORDER BY t.name, c.cid";

/// Columns of every index, in the index's order. An index over an expression has a column without a name.
const INDEXES: &str = "\
    SELECT t.name AS table_name, i.name AS \"index\", c.name FROM pragma_table_list AS t \
    JOIN pragma_index_list(t.name) AS i JOIN pragma_index_info(i.name) AS c \
    WHERE t.schema = 'main' AND i.partial = 0 ORDER BY t.name, i.seq, c.seqno";

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    table_kind: String,
    name: String,
    sql_type: String,
    not_null: i64,
    key_place: i64,
    hidden: i64,
}

#[derive(FromQueryResult)]
struct IndexRow {
    table_name: String,
    index: String,
    name: Option<String>,
}

/// Reads it.
pub(super) async fn read(connection: &DatabaseConnection) -> Result<Vec<TableShape>, DbErr> {
    let statement = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql);
    let columns = connection.query_all_raw(statement(COLUMNS)).await?;
    let indexes = connection.query_all_raw(statement(INDEXES)).await?;
    let columns = columns.iter().map(|row| ColumnRow::from_query_result(row, ""));
    let indexes = indexes.iter().map(|row| IndexRow::from_query_result(row, ""));
    Ok(shapes(columns.collect::<Result<_, _>>()?, indexes.collect::<Result<_, _>>()?))
}

fn shapes(columns: Vec<ColumnRow>, indexes: Vec<IndexRow>) -> Vec<TableShape> {
    let mut tables: BTreeMap<String, TableShape> = BTreeMap::new();
    let mut keys: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
    for column in columns {
        let kind = kind(&column.table_kind);
        if column.key_place > 0 {
            keys.entry(column.table_name.clone()).or_default().insert(column.key_place, column.name.clone());
        }
        let shape = ColumnShape {
            nullable: column.not_null == 0 && column.key_place == 0,
            hidden: column.hidden == 1,
            generated: column.hidden > 1,
            kind: of_affinity(&column.sql_type),
            ..ColumnShape::new(column.name, column.sql_type)
        };
        let table = tables.entry(column.table_name).or_insert_with_key(|name| TableShape::table(name));
        table.kind = kind;
        table.columns.push(shape);
    }
    // The key of a table whose rows are numbered is the table itself and no index that could be listed.
    for (table, key) in keys {
        if let Some(table) = tables.get_mut(&table) {
            table.indexes.push(key.into_values().collect());
        }
    }
    let mut grouped: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for IndexRow { table_name, index, name } in indexes {
        grouped.entry((table_name, index)).or_default().push(name.unwrap_or_default());
    }
    for ((table, _), columns) in grouped {
        if let Some(table) = tables.get_mut(&table) {
            table.indexes.push(columns);
        }
    }
    tables.into_values().collect()
}

/// What a column of this declared type is meant to hold. SQLite goes by parts of the word, and its whole numbers are of any length (SQLite,
/// “Determination Of Column Affinity”).
fn of_affinity(sql_type: &str) -> Option<ValueKind> {
    let word = sql_type.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    Some(match () {
        () if has(&["INT"]) => ValueKind::Int,
        () if has(&["CHAR", "CLOB", "TEXT"]) => ValueKind::Text,
        () if has(&["BLOB", "BINARY"]) => ValueKind::Bytes,
        () if has(&["REAL", "FLOA", "DOUB"]) => ValueKind::Real,
        () if has(&["BOOL"]) => ValueKind::Bool,
        () => return None,
    })
}

fn kind(word: &str) -> ShapeKind {
    match word {
        "view" => ShapeKind::View,
        "virtual" | "shadow" => ShapeKind::Virtual,
        _ => ShapeKind::Table,
    }
}
