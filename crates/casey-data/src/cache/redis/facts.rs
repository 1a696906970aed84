//! What a Redis server tells about itself, for whoever looks whether it is set up well. Only reads.

use std::{collections::BTreeMap, time::Duration};

use deadpool_redis::redis::cmd;

use super::{connection::Redis, error::RedisError};

/// A Redis server as it describes itself (Redis, “INFO” and “CONFIG GET”). Nothing in it is stored by Casey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisFacts {
    /// Its version, such as `7.0.15`; empty if it does not say.
    pub version: String,
    /// Whether it writes dumps of its memory to disk by itself; `None` if this account may not see that.
    pub dumps: Option<bool>,
    /// How old the last dump is, or how long it has been running without one; `None` if it does not say.
    pub dump_age: Option<Duration>,
    /// Whether it logs every write to disk; `None` if it does not say.
    pub append_only: Option<bool>,
    /// Bytes it may use; 0 is as many as there are.
    pub memory_limit: u64,
    /// What it throws away when these are used up, such as `noeviction` or `allkeys-lru`; empty if it does not say.
    pub eviction: String,
}

impl Redis {
    /// What Redis tells about itself. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`RedisError::Refused`] with the cause, within two seconds.
    pub async fn facts(&self) -> Result<RedisFacts, RedisError> {
        let info: String = self
            .query(&cmd("INFO"))
            .await
            .map_err(|cause| self.refused("asking Redis about itself", cause))?;
        // An account that is kept from everything it does not need may not see this, and some services have no such command.
        let rules: Option<Vec<String>> = self.query(cmd("CONFIG").arg("GET").arg("save")).await.ok();
        Ok(facts(&info, rules.as_deref(), self.clock().now().as_secs()))
    }
}

fn facts(info: &str, rules: Option<&[String]>, now: i64) -> RedisFacts {
    let fields: BTreeMap<&str, &str> = info.lines().filter_map(|line| line.trim().split_once(':')).collect();
    let field = |name: &str| fields.get(name).copied();
    // Its own clock, where it tells it, makes the age right even if ours is not.
    let now = field("server_time_usec")
        .and_then(|text| text.parse::<i64>().ok())
        .map_or(now, |micros| micros / 1_000_000);
    let age = |then: i64| Duration::from_secs(u64::try_from(now.saturating_sub(then)).unwrap_or(0));
    RedisFacts {
        version: field("redis_version").unwrap_or_default().to_owned(),
        dumps: rules.and_then(|pair| pair.get(1)).map(|rules| !rules.is_empty()),
        dump_age: field("rdb_last_save_time").and_then(|text| text.parse().ok()).map(age),
        append_only: field("aof_enabled").map(|text| text == "1"),
        memory_limit: field("maxmemory").and_then(|text| text.parse().ok()).unwrap_or_default(),
        eviction: field("maxmemory_policy").unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use casey_core::SystemClock;

    use super::*;

    const INFO: &str = "# Server\r\nredis_version:7.0.15\r\nserver_time_usec:1700000100000000\r\n\r\n# Persistence\r\n\
        rdb_last_save_time:1700000000\r\naof_enabled:0\r\n# Memory\r\nmaxmemory:1048576\r\nmaxmemory_policy:allkeys-lru\r\n";

    #[test]
    fn what_redis_says_is_read() {
        let rules = ["save".to_owned(), "3600 1 300 100".to_owned()];
        let told = facts(INFO, Some(&rules), 0);
        let expected = RedisFacts {
            version: "7.0.15".to_owned(),
            dumps: Some(true),
            dump_age: Some(Duration::from_secs(100)),
            append_only: Some(false),
            memory_limit: 1_048_576,
            eviction: "allkeys-lru".to_owned(),
        };
        assert_eq!(told, expected);
        let silent = facts("", None, 5);
        assert_eq!((silent.dumps, silent.dump_age, silent.append_only), (None, None, None));
        assert_eq!(facts("", Some(&["save".to_owned(), String::new()]), 5).dumps, Some(false));
    }

    #[tokio::test]
    async fn a_server_tells_what_the_tests_started_it_with() {
        let Ok(url) = std::env::var("TEST_REDIS_URL") else {
            eprintln!("SKIPPED: no TEST_REDIS_URL, so that no Redis tells about itself");
            return;
        };
        let told = Redis::open(&url, Arc::new(SystemClock)).unwrap().facts().await.unwrap();
        assert!(!told.version.is_empty() && !told.eviction.is_empty(), "{told:?}");
        assert!(told.append_only.is_some() && told.dump_age.is_some(), "{told:?}");
    }
}
