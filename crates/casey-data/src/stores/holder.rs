use std::{
    fmt::{self, Formatter},
    sync::Arc,
};

use async_trait::async_trait;
use casey_core::UsageLog;
use casey_privacy::{Holder, HolderError, StoreDecl, StoreKind, Subject, SubjectId};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, ExprTrait,
    sea_query::{Asterisk, Condition, Expr, Func, Query, SelectStatement},
};

use super::UsageStore;
use crate::{connect::read, error::Cause, ids, inventory::tables};

/// [`Holder`] of the tables of a database.
///
/// It is driven by the declarations: whichever columns of a table hold a person's id (the subject's, and others such as who changed a setting), or
/// lead through another table to one, its rows are found by them. A table that is declared is counted without a line of code.
///
/// What the usage log still holds in memory is written first, so that an answer leaves nothing out.
pub struct DataHolder {
    reader: DatabaseConnection,
    usage: Arc<UsageStore>,
}

impl DataHolder {
    pub(crate) const fn new(reader: DatabaseConnection, usage: Arc<UsageStore>) -> Self {
        Self { reader, usage }
    }

    async fn count_in(&self, store: &StoreDecl, subject: i64) -> Result<u64, DbErr> {
        let Some(condition) = rows_of(store, tables(), subject, DEPTH) else { return Ok(0) };
        let query = Query::select()
            .expr_as(Func::count(Expr::col(Asterisk)), "rows")
            .from(store.name)
            .cond_where(condition)
            .take();
        let row = read(async || self.reader.query_one(&query).await).await?;
        let rows: i64 = row.map_or(Ok(0), |row| row.try_get("", "rows"))?;
        Ok(rows.cast_unsigned())
    }
}

/// How many tables a row may lead through to a person. Declarations that go round in a circle end here.
const DEPTH: usize = 8;

/// What is true of a person's rows in a table; `None` if it has none.
fn rows_of(
    store: &StoreDecl,
    stores: &'static [&'static StoreDecl],
    subject: i64,
    depth: usize,
) -> Option<Condition> {
    let mut any = Condition::any();
    let mut columns: Vec<_> = store.person_columns().map(|column| column.name).collect();
    columns.dedup();
    let found = !columns.is_empty();
    for column in columns {
        any = any.add(Expr::col(column).eq(subject));
    }
    match store.subject {
        Subject::Through { column, store: next, key } if depth > 0 => {
            let next = stores.iter().find(|store| store.kind == StoreKind::Table && store.name == next)?;
            let keys = keys_of(next, key, rows_of(next, stores, subject, depth - 1)?);
            Some(any.add(Expr::col(column).in_subquery(keys)))
        }
        _ => found.then_some(any),
    }
}

fn keys_of(store: &StoreDecl, key: &'static str, condition: Condition) -> SelectStatement {
    Query::select().column(key).from(store.name).cond_where(condition).take()
}

impl fmt::Debug for DataHolder {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataHolder").finish_non_exhaustive()
    }
}

#[async_trait]
impl Holder for DataHolder {
    fn stores(&self) -> &'static [&'static StoreDecl] {
        tables()
    }

    async fn count(&self, subject: SubjectId) -> Result<Vec<(&'static StoreDecl, u64)>, HolderError> {
        let waiting = self.usage.flush().await;
        waiting.map_err(|error| HolderError::new("write what waits", "usage_queue", error))?;
        let subject = ids::subject_column(subject);
        let mut counts = Vec::new();
        for store in self.stores() {
            let rows = self
                .count_in(store, subject)
                .await
                .map_err(|error| HolderError::new("count rows", store.name, Cause::of(&error)))?;
            counts.push((*store, rows));
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use casey_privacy::{Category, ColumnDecl, Purpose, purposes::CoreSettings};
    use sea_orm::sea_query::SqliteQueryBuilder;

    use super::*;

    const PARENT: StoreDecl = StoreDecl {
        subject: Subject::Column("owner"),
        columns: &[
            ColumnDecl::not_personal("id", "a counter"),
            ColumnDecl::new("owner", Category::UserUniqueId, &[CoreSettings::ENTRY]),
            ColumnDecl::new("changed_by", Category::UserUniqueId, &[CoreSettings::ENTRY]),
        ],
        ..StoreDecl::new(StoreKind::Table, "parent", "test")
    };
    const CHILD: StoreDecl = StoreDecl {
        subject: Subject::Through { column: "parent_id", store: "parent", key: "id" },
        columns: &[ColumnDecl::not_personal("parent_id", "leads to a parent")],
        ..StoreDecl::new(StoreKind::Table, "child", "test")
    };
    const NOBODY: StoreDecl = StoreDecl::new(StoreKind::Table, "nobody", "test");
    const CIRCLE: StoreDecl = StoreDecl {
        subject: Subject::Through { column: "next", store: "circle", key: "id" },
        ..StoreDecl::new(StoreKind::Table, "circle", "test")
    };
    const ALL: &[&StoreDecl] = &[&PARENT, &CHILD, &NOBODY, &CIRCLE];

    fn sql(store: &StoreDecl) -> Option<String> {
        let condition = rows_of(store, ALL, 7, DEPTH)?;
        Some(keys_of(store, "id", condition).to_string(SqliteQueryBuilder))
    }

    #[test]
    fn rows_are_found_by_what_is_declared() {
        assert_eq!(
            sql(&PARENT).as_deref(),
            Some(r#"SELECT "id" FROM "parent" WHERE "owner" = 7 OR "changed_by" = 7"#)
        );
        assert_eq!(
            sql(&CHILD).as_deref(),
            Some(
                r#"SELECT "id" FROM "child" WHERE "parent_id" IN (SELECT "id" FROM "parent" WHERE "owner" = 7 OR "changed_by" = 7)"#
            )
        );
    }

    #[test]
    fn a_table_about_nobody_and_a_circle_have_no_rows_of_a_person() {
        assert_eq!(sql(&NOBODY), None);
        assert_eq!(sql(&CIRCLE), None);
    }
}
