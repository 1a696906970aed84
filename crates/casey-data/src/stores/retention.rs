//! What has outlived its time goes, as the declarations of the tables say.

use std::{
    fmt::{self, Formatter},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Clock, Failure, Job, JobHandler, JobOutcome, StoreError, Timestamp};
use casey_privacy::StoreDecl;
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, Query},
};

use super::counting;
use crate::{
    connect::{Connections, write},
    error::while_doing,
    inventory::tables,
};

/// The history, which leaves counts behind.
const HISTORY: &str = "command_usage";

/// What a declaration asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Rows of this age go.
    Delete { table: &'static str, aged_by: &'static str, days: u16 },
    /// In rows of this age, a column is emptied.
    Clear { table: &'static str, aged_by: &'static str, column: &'static str, days: u16 },
    /// The declaration counts in days and does not say from when.
    Ageless { table: &'static str },
}

/// What the declarations ask for. A column is cleared if its time is shorter than its row's.
fn rules(stores: &[&'static StoreDecl]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for store in stores {
        let (table, row) = (store.name, store.retention.most_days());
        let columns = store.columns.iter().filter_map(|column| {
            let days = column.retention?.most_days()?;
            row.is_none_or(|row| days < row).then_some((column.name, days))
        });
        let columns: Vec<_> = columns.collect();
        match store.aged_by {
            Some(aged_by) => {
                rules.extend(row.map(|days| Rule::Delete { table, aged_by, days }));
                rules.extend(columns.into_iter().map(|(column, days)| Rule::Clear {
                    table,
                    aged_by,
                    column,
                    days,
                }));
            }
            None if row.is_some() || !columns.is_empty() => rules.push(Rule::Ageless { table }),
            None => {}
        }
    }
    rules
}

/// Removes what has outlived its time. As [`JobHandler`] it is meant to run every [`EVERY`](Self::EVERY), once across all processes.
pub struct RetentionSweeper {
    connections: Connections,
    clock: Arc<dyn Clock>,
}

impl RetentionSweeper {
    /// How often it is to run: nothing outlives its time by more than an hour.
    pub const EVERY: Duration = Duration::from_mins(30);

    pub(crate) const fn new(connections: Connections, clock: Arc<dyn Clock>) -> Self {
        Self { connections, clock }
    }

    /// Sweeps every table once and tells how many rows went or were cleared. Doing it twice comes to the same. Uses of commands are counted as
    /// they go.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database could not be written; what was swept before stays so.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut rows = 0;
        for rule in rules(tables()) {
            rows += self.apply(rule, now).await.map_err(while_doing("removing what outlived its time"))?;
        }
        Ok(rows)
    }

    async fn apply(&self, rule: Rule, now: Timestamp) -> Result<u64, DbErr> {
        let until = |days: u16| (now - Duration::from_hours(24) * u32::from(days)).as_millis();
        let writer = &self.connections.writer;
        match rule {
            Rule::Delete { table: HISTORY, days, .. } => counting::fold(&self.connections, until(days)).await,
            Rule::Delete { table, aged_by, days } => {
                let delete =
                    Query::delete().from_table(table).and_where(Expr::col(aged_by).lte(until(days))).take();
                let done = write(writer, async |transaction| transaction.execute(&delete).await).await?;
                Ok(done.rows_affected())
            }
            Rule::Clear { table, aged_by, column, days } => {
                let clear = Query::update()
                    .table(table)
                    .value(column, None::<i64>)
                    .and_where(Expr::col(aged_by).lte(until(days)))
                    .and_where(Expr::col(column).is_not_null())
                    .take();
                let done = write(writer, async |transaction| transaction.execute(&clear).await).await?;
                Ok(done.rows_affected())
            }
            Rule::Ageless { table } => {
                tracing::error!(table, "a table's declaration does not say what its age counts from");
                Ok(0)
            }
        }
    }
}

impl fmt::Debug for RetentionSweeper {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetentionSweeper").finish_non_exhaustive()
    }
}

#[async_trait]
impl JobHandler for RetentionSweeper {
    fn kind(&self) -> &'static str {
        "privacy.retention"
    }

    async fn run(&self, _: &Job) -> Result<JobOutcome, Failure> {
        let rows = self.sweep().await?;
        if rows > 0 {
            tracing::info!(rows, "what outlived its time is gone");
        }
        Ok(JobOutcome::Done)
    }
}

#[cfg(test)]
mod tests {
    use casey_privacy::{ColumnDecl, Retention, StoreKind};

    use super::*;

    const AT: ColumnDecl = ColumnDecl::not_personal("at", "a moment");
    const SOON: ColumnDecl =
        ColumnDecl { retention: Some(Retention::Days(7)), ..ColumnDecl::not_personal("place", "a test") };
    const BASE: StoreDecl = StoreDecl {
        retention: Retention::Days(30),
        aged_by: Some("at"),
        columns: &[AT, SOON],
        ..StoreDecl::new(StoreKind::Table, "visit", "test")
    };

    #[test]
    fn a_declaration_becomes_rules() {
        static LONG: StoreDecl = BASE;
        static OPEN: StoreDecl = StoreDecl { retention: Retention::UntilErased, ..BASE };
        static WEEK: StoreDecl = StoreDecl { retention: Retention::Days(7), ..BASE };
        static AGELESS: StoreDecl = StoreDecl { aged_by: None, ..BASE };
        static KEPT: StoreDecl =
            StoreDecl { retention: Retention::WhileInUse, aged_by: None, columns: &[AT], ..BASE };
        let (table, aged_by) = ("visit", "at");
        let clear = Rule::Clear { table, aged_by, column: "place", days: 7 };
        let delete = |days| Rule::Delete { table, aged_by, days };
        assert_eq!(rules(&[&LONG]), [delete(30), clear]);
        assert_eq!(rules(&[&OPEN]), [clear]);
        assert_eq!(rules(&[&WEEK]), [delete(7)]);
        assert_eq!(rules(&[&AGELESS]), [Rule::Ageless { table }]);
        assert_eq!(rules(&[&KEPT]), []);
    }

    #[test]
    fn every_table_that_ages_says_from_when() {
        let ageless = |rule: &Rule| matches!(rule, Rule::Ageless { .. });
        let found: Vec<_> = rules(tables()).into_iter().filter(ageless).collect();
        assert_eq!(found, []);
    }
}
