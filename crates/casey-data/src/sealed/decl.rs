use sea_orm::{
    DbErr, QueryResult,
    sea_query::{Expr, Value},
};

use super::format::joined;

/// A column whose values are sealed.
#[derive(Debug, PartialEq, Eq)]
pub struct SealedDecl {
    /// The table.
    pub table: &'static str,
    /// The columns of its primary key, in order.
    pub keys: &'static [KeyColumn],
    /// The column.
    pub column: &'static str,
    /// The column with the id of the person whom the value is about; none if it is about nobody.
    pub subject: Option<&'static str>,
}

/// A column of a primary key. In a key of several columns no text may have a `/` in it: it stands between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyColumn {
    /// Of 32 bits.
    Integer(&'static str),
    /// Of 64 bits, such as an id of Discord.
    Big(&'static str),
    /// Text.
    Text(&'static str),
}

impl KeyColumn {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integer(name) | Self::Big(name) | Self::Text(name) => name,
        }
    }

    fn read(self, row: &QueryResult) -> Result<(Value, String), DbErr> {
        Ok(match self {
            Self::Integer(name) => {
                let number: i32 = row.try_get("", name)?;
                (number.into(), number.to_string())
            }
            Self::Big(name) => {
                let number: i64 = row.try_get("", name)?;
                (number.into(), number.to_string())
            }
            Self::Text(name) => {
                let text: String = row.try_get("", name)?;
                (text.clone().into(), text)
            }
        })
    }
}

/// Which row of a table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    values: Vec<Value>,
    /// As the value in it is bound to it.
    pub(super) name: String,
}

impl Row {
    /// For comparing with [`SealedDecl::key`].
    pub(super) fn key(&self) -> Expr {
        Expr::tuple(self.values.iter().cloned().map(Expr::value))
    }
}

impl SealedDecl {
    /// What a value in it belongs to: table, column, row, person.
    pub(super) fn about(&self, row: &str, subject: Option<u64>) -> Vec<u8> {
        let subject = subject.map(|id| id.to_string()).unwrap_or_default();
        joined(&[self.table.as_bytes(), self.column.as_bytes(), row.as_bytes(), subject.as_bytes()])
    }

    /// The primary key, for comparing.
    pub(super) fn key(&self) -> Expr {
        Expr::tuple(self.keys.iter().map(|key| Expr::col(key.name())))
    }

    pub(super) fn row(&self, found: &QueryResult) -> Result<Row, DbErr> {
        let parts: Result<Vec<(Value, String)>, DbErr> =
            self.keys.iter().map(|key| key.read(found)).collect();
        let (values, names): (Vec<_>, Vec<_>) = parts?.into_iter().unzip();
        Ok(Row { values, name: names.join("/") })
    }
}
