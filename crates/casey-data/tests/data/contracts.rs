//! Every port against every implementation of it.
#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use casey_core::{
    CommandUse, MemoryCache, MemoryJobs, MemoryQuota, MemorySessions, MemorySettings, MemoryUsage, Outcome,
    Timestamp, testing::ManualClock,
};
use casey_data::{Keyring, LocalCache, LocalQuota};
use casey_management::MemoryReminders;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use twilight_model::id::Id;

use crate::{contract::Ports, support::TempDatabase};

contract_suite!(memory, crate::contracts::open_memory);
contract_suite!(sqlite, crate::contracts::open_sqlite);
contract_suite!(postgres, crate::contracts::open_postgres);
contract_suite!(caches redis, crate::redis::open_redis);
contract_suite!(caches resilient, crate::redis::open_resilient);
contract_suite!(caches resilient_without_redis, crate::redis::open_resilient_without_redis);

#[allow(clippy::unused_async, reason = "the suites await whatever they open")]
pub(crate) async fn open_memory() -> Ports {
    let clock = Arc::new(ManualClock::default());
    let jobs = Arc::new(MemoryJobs::new());
    let usage = Arc::new(MemoryUsage::new());
    let seen = Arc::clone(&usage);
    Ports {
        settings: Arc::new(MemorySettings::new()),
        usage,
        history: Box::new(move || {
            let uses = seen.uses();
            Box::pin(async move { uses })
        }),
        gateway: Arc::new(MemorySessions::new()),
        reminders: Arc::new(MemoryReminders::new(Arc::clone(&jobs))),
        jobs,
        cache: Arc::new(MemoryCache::new(clock.clone())),
        quota: Arc::new(MemoryQuota::new(clock.clone())),
        clock,
        _keep: Box::new(()),
    }
}

pub(crate) async fn open_sqlite() -> Ports {
    ports_of(TempDatabase::migrated().await).await
}

pub(crate) async fn open_postgres() -> Option<Ports> {
    Some(ports_of(TempDatabase::migrated_on_server().await?).await)
}

async fn ports_of(there: TempDatabase) -> Ports {
    let keyring = Keyring::open(&there.database, [7; 32], there.clock.clone()).await.unwrap();
    let (clock, url) = (Arc::clone(&there.clock), there.url.clone());
    Ports {
        settings: there.database.settings(),
        usage: there.database.usage(),
        history: Box::new(move || Box::pin(history(url.clone()))),
        jobs: there.database.jobs(),
        reminders: there.database.reminders(),
        gateway: there.database.gateway_sessions(&keyring),
        cache: Arc::new(LocalCache::new(clock.clone(), LocalCache::DEFAULT_BYTES)),
        quota: Arc::new(LocalQuota::new(clock.clone(), LocalQuota::DEFAULT_BYTES)),
        clock,
        _keep: Box::new(there),
    }
}

async fn history(url: String) -> Vec<CommandUse> {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    let all = Statement::from_string(raw.get_database_backend(), "SELECT * FROM command_usage ORDER BY id");
    raw.query_all_raw(all).await.unwrap().iter().map(read_use).collect()
}

fn read_use(row: &QueryResult) -> CommandUse {
    let number = |column: &str| row.try_get::<Option<i64>>("", column).unwrap();
    let text = |column: &str| row.try_get::<String>("", column).unwrap();
    let outcomes = [Outcome::Done, Outcome::Refused, Outcome::Failed];
    CommandUse {
        user: Id::new(number("user_id").unwrap().cast_unsigned()),
        guild: number("guild_id").map(|id| Id::new(id.cast_unsigned())),
        channel: number("channel_id").map(|id| Id::new(id.cast_unsigned())),
        command: text("command"),
        outcome: outcomes.into_iter().find(|outcome| outcome.name() == text("outcome")).unwrap(),
        took: Duration::from_millis(number("took_ms").unwrap().cast_unsigned()),
        hour: Timestamp::from_millis(number("hour").unwrap()),
    }
}
