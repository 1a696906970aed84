//! Changing the key: everything is sealed anew, while everybody goes on reading and writing.

use std::sync::Arc;

use casey_core::StoreError;
use casey_privacy::SubjectId;
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait, QueryResult,
    sea_query::{Expr, Order, Query, UpdateStatement},
};

use super::{
    SEALED,
    column::SealedColumn,
    decl::{Row, SealedDecl},
    error::SealError,
    keyring::{FRESH, Keyring},
    stored::{self, Key, With},
};
use crate::{
    connect::{read, write},
    error::while_doing,
};

/// Values that are sealed anew in one transaction.
const BATCH: u64 = 200;

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rotated {
    /// The name of the new key.
    pub kid: String,
    /// Values sealed anew.
    pub resealed: u64,
    /// Values still sealed with an older key: zero when it is complete.
    pub left: u64,
    /// Values that do not open, and stay as they are.
    pub unreadable: u64,
    /// Old keys that were removed.
    pub removed: Vec<String>,
}

/// A value and where it stands.
struct Value {
    row: Row,
    subject: Option<SubjectId>,
    text: String,
}

/// One pass over all sealed columns.
#[derive(Default)]
struct Pass {
    resealed: u64,
    unreadable: u64,
}

impl Keyring {
    /// Makes a new key and seals every value anew with it.
    ///
    /// It may be interrupted at any point and begun again; both keys open what is sealed with them all the while, and whoever writes meanwhile is
    /// right. Takes ten seconds longer than the work: by then every process seals with the new key. Keys that were retired a day ago and that
    /// nothing is sealed with any more are removed.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the database cannot be read or written, or another rotation began meanwhile. What was done stays.
    pub async fn rotate(self: &Arc<Self>) -> Result<Rotated, SealError> {
        let (kid, key) = self.replace().await?;
        let first = self.pass(&kid, &key).await?;
        // Other processes seal with the key before until they look again, and what they sealed is on its way for a while.
        self.clock.sleep_until(self.clock.now() + 2 * FRESH).await;
        let second = self.pass(&kid, &key).await?;
        let mut removed = Vec::new();
        for old in stored::infos(&self.connections).await? {
            let unused = old.kid != kid && old.values == 0;
            if unused && stored::remove(&self.connections, &old.kid, self.clock.now()).await? {
                removed.push(old.kid);
            }
        }
        Ok(Rotated {
            left: stored::count(&self.connections, With::Another(&kid)).await?,
            kid,
            resealed: first.resealed + second.resealed,
            unreadable: second.unreadable,
            removed,
        })
    }

    async fn pass(self: &Arc<Self>, kid: &str, key: &Key) -> Result<Pass, SealError> {
        let mut pass = Pass::default();
        for decl in SEALED {
            let column = self.column(decl);
            let mut after = None;
            loop {
                let values = self.old_values(decl, kid, after.as_ref()).await?;
                let Some(last) = values.last() else { break };
                after = Some(last.row.clone());
                let mut updates = Vec::new();
                for value in &values {
                    match anew(&column, kid, key, value).await? {
                        Some(text) => updates.push(update(decl, value, &text)),
                        None => pass.unreadable += 1,
                    }
                }
                pass.resealed += self.write_anew(kid, &updates).await?;
            }
        }
        Ok(pass)
    }

    /// The next values that are sealed with another key, in the order of their rows.
    async fn old_values(
        &self,
        decl: &SealedDecl,
        kid: &str,
        after: Option<&Row>,
    ) -> Result<Vec<Value>, StoreError> {
        const DOING: &str = "reading sealed values";
        let query = Query::select()
            .columns(decl.keys.iter().map(|key| key.name()).chain(decl.subject))
            .expr_as(Expr::col(decl.column), "sealed")
            .from(decl.table)
            .and_where(With::Another(kid).on(decl.column))
            .and_where_option(after.map(|row| decl.key().gt(row.key())))
            .order_by_columns(decl.keys.iter().map(|key| (key.name(), Order::Asc)))
            .limit(BATCH)
            .take();
        let rows = read(async || self.connections.reader.query_all(&query).await).await;
        let rows = rows.map_err(while_doing(DOING))?;
        rows.iter().map(|row| value(decl, row)).collect::<Result<_, _>>().map_err(while_doing(DOING))
    }

    /// Writes them unless another rotation began meanwhile, which then is right.
    async fn write_anew(&self, kid: &str, updates: &[UpdateStatement]) -> Result<u64, SealError> {
        let written = write(&self.connections.writer, async |transaction| {
            if !stored::is_active(transaction, kid).await? {
                return Ok(None);
            }
            let mut written = 0;
            for update in updates {
                written += transaction.execute(update).await?.rows_affected();
            }
            Ok(Some(written))
        });
        written.await.map_err(while_doing("sealing values anew"))?.ok_or(SealError::Overtaken)
    }
}

fn value(decl: &SealedDecl, found: &QueryResult) -> Result<Value, DbErr> {
    let id: Option<i64> = decl.subject.map(|subject| found.try_get("", subject)).transpose()?;
    let subject = id.map(|id| SubjectId::new(id.cast_unsigned()));
    Ok(Value { row: decl.row(found)?, subject, text: found.try_get("", "sealed")? })
}

/// The value under the new key; `None` if it does not open.
async fn anew(
    column: &SealedColumn,
    kid: &str,
    key: &Key,
    Value { row, subject, text }: &Value,
) -> Result<Option<String>, SealError> {
    match column.open(&row.name, *subject, text).await {
        Ok(opened) => column.seal_with(kid, key, &row.name, *subject, &opened).map(Some),
        Err(SealError::Altered { .. } | SealError::UnknownKey { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts the new text in place of the old, if that is still there: whoever wrote meanwhile is right.
fn update(decl: &SealedDecl, old: &Value, new: &str) -> UpdateStatement {
    Query::update()
        .table(decl.table)
        .value(decl.column, new)
        .and_where(decl.key().eq(old.row.key()))
        .and_where(Expr::col(decl.column).eq(old.text.as_str()))
        .take()
}
