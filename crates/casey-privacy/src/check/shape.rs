//! The shape of a database, as its adapter read it.

use crate::declare::ValueKind;

/// What a relation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShapeKind {
    /// An ordinary table.
    Table,
    /// A view, materialised or not.
    View,
    /// A virtual table, or a table the database keeps for one (a "shadow table").
    Virtual,
}

/// A table or view as it is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableShape {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ShapeKind,
    /// All its columns, generated and hidden ones too (`pragma_table_xinfo`, `pg_attribute`).
    pub columns: Vec<ColumnShape>,
    /// The columns of every index and of the primary key, in the index's order.
    pub indexes: Vec<Vec<String>>,
}

impl TableShape {
    /// An ordinary table without columns or indexes.
    pub fn table(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: ShapeKind::Table, columns: Vec::new(), indexes: Vec::new() }
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: ColumnShape) -> Self {
        self.columns.push(column);
        self
    }

    /// Adds an index over these columns, in this order.
    #[must_use]
    pub fn index<const N: usize>(mut self, columns: [&str; N]) -> Self {
        self.indexes.push(columns.map(str::to_owned).to_vec());
        self
    }

    /// Whether rows can be found by this column without reading all of them: it leads an index.
    pub fn finds_by(&self, column: &str) -> bool {
        self.indexes.iter().any(|index| index.first().is_some_and(|first| first == column))
    }
}

/// A column as it is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnShape {
    /// Its name.
    pub name: String,
    /// Its type, as the database writes it.
    pub sql_type: String,
    /// What that type can hold; `None` if it is none of the usual ones.
    pub kind: Option<ValueKind>,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether an ordinary listing leaves it out.
    pub hidden: bool,
    /// Whether the database computes it.
    pub generated: bool,
}

impl ColumnShape {
    /// An ordinary column that may not be NULL, of a type that is written as PostgreSQL writes it.
    pub fn new(name: impl Into<String>, sql_type: impl Into<String>) -> Self {
        let sql_type = sql_type.into();
        Self {
            name: name.into(),
            kind: kind(&sql_type),
            sql_type,
            nullable: false,
            hidden: false,
            generated: false,
        }
    }

    /// The same column, but it may be NULL.
    #[must_use]
    pub fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }
}

/// What a type of PostgreSQL holds (PostgreSQL, “Data Types”).
fn kind(sql_type: &str) -> Option<ValueKind> {
    let plain = sql_type.to_ascii_lowercase();
    let plain = plain.split('(').next().unwrap_or_default().trim();
    Some(match plain {
        "smallint" | "int2" => ValueKind::Int2,
        "integer" | "int" | "int4" => ValueKind::Int4,
        "bigint" | "int8" => ValueKind::Int8,
        "real" | "double precision" | "float4" | "float8" => ValueKind::Real,
        "boolean" | "bool" => ValueKind::Bool,
        "text" | "character varying" | "varchar" | "character" | "char" => ValueKind::Text,
        "bytea" | "blob" => ValueKind::Bytes,
        _ => return None,
    })
}
