//! The shape of a PostgreSQL database: all of it that is not the system's or an extension's, not only the schema that Casey uses, and whether or
//! not Casey may read it.

use std::collections::BTreeMap;

use casey_privacy::{ColumnShape, ShapeKind, TableShape};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement};

/// Tables, partitions, views, materialised views and foreign tables with their columns, computed ones too (PostgreSQL, “System Catalogs”).
/// A name outside Casey's own schema is led by its schema. A table without columns is a row without a column.
const COLUMNS: &str = "\
    SELECT CASE WHEN n.nspname = current_schema() THEN c.relname::text \
           ELSE n.nspname::text || '.' || c.relname::text END AS table_name, \
        c.oid::bigint AS oid, c.relkind::text AS table_kind, a.attname::text AS name, \
        format_type(a.atttypid, a.atttypmod) AS sql_type, a.attnotnull AS not_null, a.attgenerated::text AS computed \
    FROM pg_catalog.pg_class AS c \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
        AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' \
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d \
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') \
    ORDER BY table_name, a.attnum";

/// Columns of every index that finds rows by equality, in the index's order. An index over an expression has a column without a name there.
/// Indexes over some rows only, and those that are not valid, find nothing.
const INDEXES: &str = "\
    SELECT i.indrelid::bigint AS table_oid, i.indexrelid::bigint AS oid, a.attname::text AS name \
    FROM pg_catalog.pg_index AS i \
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
    JOIN pg_catalog.pg_am AS m ON m.oid = c.relam \
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) \
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0 \
    WHERE i.indpred IS NULL AND i.indisvalid AND k.place <= i.indnkeyatts AND m.amname IN ('btree', 'hash') \
    ORDER BY i.indexrelid, k.place";

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    oid: i64,
    table_kind: String,
    name: Option<String>,
    sql_type: Option<String>,
    not_null: Option<bool>,
    computed: Option<String>,
}

#[derive(FromQueryResult)]
struct IndexRow {
    table_oid: i64,
    oid: i64,
    name: Option<String>,
}

/// Reads it.
pub(super) async fn read(connection: &DatabaseConnection) -> Result<Vec<TableShape>, DbErr> {
    let statement = |sql: &str| Statement::from_string(DbBackend::Postgres, sql);
    let columns = connection.query_all_raw(statement(COLUMNS)).await?;
    let indexes = connection.query_all_raw(statement(INDEXES)).await?;
    let columns = columns.iter().map(|row| ColumnRow::from_query_result(row, ""));
    let indexes = indexes.iter().map(|row| IndexRow::from_query_result(row, ""));
    Ok(shapes(columns.collect::<Result<_, _>>()?, indexes.collect::<Result<_, _>>()?))
}

fn shapes(columns: Vec<ColumnRow>, indexes: Vec<IndexRow>) -> Vec<TableShape> {
    let mut tables: BTreeMap<i64, TableShape> = BTreeMap::new();
    for row in columns {
        let table = tables.entry(row.oid).or_insert_with(|| TableShape::table(row.table_name));
        table.kind = kind(&row.table_kind);
        if let Some(name) = row.name {
            table.columns.push(ColumnShape {
                nullable: row.not_null == Some(false),
                generated: row.computed.is_some_and(|how| !how.is_empty()),
                ..ColumnShape::new(name, row.sql_type.unwrap_or_default())
            });
        }
    }
    let mut grouped: BTreeMap<(i64, i64), Vec<String>> = BTreeMap::new();
    for IndexRow { table_oid, oid, name } in indexes {
        grouped.entry((table_oid, oid)).or_default().push(name.unwrap_or_default());
    }
    for ((table, _), columns) in grouped {
        if let Some(table) = tables.get_mut(&table) {
            table.indexes.push(columns);
        }
    }
    tables.into_values().collect()
}

fn kind(relation: &str) -> ShapeKind {
    match relation {
        "v" | "m" => ShapeKind::View,
        "f" => ShapeKind::Virtual,
        _ => ShapeKind::Table,
    }
}
