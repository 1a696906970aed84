//! Redis: whether it answers, how the way to it is kept safe, and whether what is in it goes when it has to.

use std::time::Duration;

use casey_data::{KeyFinding, Redis, RedisCause, RedisError, RedisFacts};
use casey_privacy::Inventory;

use super::{
    check::{Check, count, within},
    code::Code,
    context::Context,
};

/// The oldest Redis that knows every command Casey uses.
const OLDEST: (u32, u32) = (6, 2);
/// How old anything about people in Redis may become, and so what Redis writes to disk.
const LONGEST: Duration = Duration::from_hours(48);
/// Findings that are told at most.
const SHOWN: usize = 3;

pub(super) async fn look(context: &Context, inventory: &Inventory) -> Vec<Check> {
    if !context.is_right(&["redis_url"]) {
        return vec![Check::skipped(Code::RedisOpen, "CASEY_REDIS_URL is wrong")];
    }
    let Some(url) = &context.config.redis_url else { return vec![absent(context.production)] };
    let redis = match Redis::open(url.expose(), context.clock.clone()) {
        Ok(redis) => redis,
        Err(error) => return vec![refused(&error)],
    };
    match within(redis.check()).await {
        None => return vec![Check::late(Code::RedisOpen, "connecting to Redis")],
        Some(Err(error)) => return vec![refused(&error)],
        Some(Ok(())) => {}
    }
    let mut checks = vec![
        Check::ok(Code::RedisOpen, format!("{} answers and can be written to", redis.place())),
        way(redis.place()),
    ];
    let (facts, keys) = tokio::join!(within(redis.facts()), within(redis.scan(inventory)));
    match facts {
        None => checks.push(Check::late(Code::RedisVersion, "asking Redis about itself")),
        Some(Err(error)) => checks.push(unasked(&error)),
        Some(Ok(facts)) => {
            checks.extend([version(&facts), persistence(&facts, context.production), memory(&facts)]);
        }
    }
    checks.push(match keys {
        None => Check::skipped(Code::RedisKeys, "there are too many keys to look at in five seconds"),
        Some(Err(error)) => Check::told(Code::RedisKeys, error),
        Some(Ok(findings)) => told(&findings, context.production),
    });
    checks
}

/// One process keeps to every bound in its own memory; several would not know of each other.
fn absent(production: bool) -> Check {
    if production {
        return Check::warning(
            Code::RedisOpen,
            "no Redis is configured: cooldowns and caches are each process's own, and gone with it",
            "set CASEY_REDIS_URL if there is more than one process, or leave it so on purpose",
        );
    }
    Check::skipped(Code::RedisOpen, "no Redis is configured; caches are in the memory of the process")
}

fn refused(error: &RedisError) -> Check {
    let is_tls = match error {
        RedisError::Plaintext { .. }
        | RedisError::Insecure
        | RedisError::NoUseForAuthority
        | RedisError::Authority { .. } => true,
        other => matches!(
            other.cause(),
            Some(
                RedisCause::UntrustedCertificate
                    | RedisCause::WrongName
                    | RedisCause::BadCertificate
                    | RedisCause::NoEncryption
            )
        ),
    };
    Check::told(if is_tls { Code::RedisTls } else { Code::RedisOpen }, error)
}

/// An account may well be kept from `INFO`.
fn unasked(error: &RedisError) -> Check {
    if error.cause() == Some(RedisCause::NotPermitted) {
        return Check::skipped(Code::RedisVersion, "the account may not ask Redis about itself (INFO)");
    }
    Check::told(Code::RedisVersion, error)
}

/// Redis is never spoken to in any other way: see casey-data.
fn way(place: &str) -> Check {
    let found = if place.starts_with("rediss://") {
        "TLS; the server's certificate and name are verified"
    } else {
        "Redis is on this machine, where nothing needs to be encrypted"
    };
    Check::ok(Code::RedisTls, found)
}

fn version(facts: &RedisFacts) -> Check {
    let mut numbers = facts.version.split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        return Check::skipped(Code::RedisVersion, "Redis does not tell its version");
    };
    let found = format!("Redis {}", facts.version);
    if (major, minor) < OLDEST {
        let found = format!("{found} lacks commands that Casey uses");
        return Check::problem(Code::RedisVersion, found, "update Redis to 6.2 or later");
    }
    Check::ok(Code::RedisVersion, found)
}

/// What ended in memory is still in a dump or a log on disk, until the next one is written. The policy says 48 hours.
fn persistence(facts: &RedisFacts, production: bool) -> Check {
    let off = "in redis.conf: save \"\" and appendonly no; Casey loses nothing with it that has to last";
    if facts.append_only == Some(true) {
        let found = "Redis logs every write to disk (AOF), where values stay after their end";
        return Check::promise(production, Code::RedisPersistence, found, off);
    }
    match (facts.dumps, facts.dump_age) {
        (Some(false), _) => Check::ok(Code::RedisPersistence, "Redis writes nothing to disk"),
        (None, _) | (_, None) => Check::skipped(
            Code::RedisPersistence,
            "whether Redis writes to disk cannot be seen with this account (CONFIG GET)",
        ),
        (Some(true), Some(age)) if age > LONGEST => {
            let hours = age.as_secs() / 3_600;
            let found =
                format!("the last dump of Redis is {hours} hours old, and may hold what has ended since");
            Check::promise(production, Code::RedisPersistence, found, off)
        }
        (Some(true), Some(age)) => {
            let hours = age.as_secs() / 3_600;
            let found = format!("Redis writes dumps to disk; the last one is {hours} hours old, 48 at most");
            Check::ok(Code::RedisPersistence, found)
        }
    }
}

/// What must not be lost has no end; only the policies that throw away anything reach it.
fn memory(facts: &RedisFacts) -> Check {
    let limit = match facts.memory_limit {
        0 => "no limit".to_owned(),
        bytes => format!("{} MiB", bytes / (1_024 * 1_024)),
    };
    let found = format!("memory: {limit}, policy {}", facts.eviction);
    if facts.eviction.is_empty() {
        return Check::skipped(Code::RedisMemory, "Redis does not tell what it does when its memory is full");
    }
    if facts.eviction.starts_with("allkeys") {
        return Check::warning(
            Code::RedisMemory,
            format!("{found}: when it is full, Redis silently throws away what processes agreed upon"),
            "in redis.conf: maxmemory-policy volatile-ttl, or noeviction",
        );
    }
    Check::ok(Code::RedisMemory, found)
}

fn told(findings: &[KeyFinding], production: bool) -> Check {
    if findings.is_empty() {
        return Check::ok(Code::RedisKeys, "every key under casey: is declared and ends in time");
    }
    let mut shown: Vec<String> = findings
        .iter()
        .take(SHOWN)
        .map(|finding| {
            let keys = usize::try_from(finding.keys).unwrap_or(usize::MAX);
            format!("{} {} ({})", finding.fault.text(), finding.place, count(keys, "key"))
        })
        .collect();
    if findings.len() > SHOWN {
        shown.push(format!("{} more", findings.len() - SHOWN));
    }
    let found = format!("Redis is not as Casey declares: {}", shown.join(", "));
    let remedy = "give Casey a Redis, or a database number, to itself, and delete those keys";
    Check::promise(production, Code::RedisKeys, found, remedy)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use casey_core::SystemClock;

    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn without_redis_only_production_hears_of_it() {
        assert_eq!(absent(false).state, State::Skipped);
        assert_eq!(absent(true).state, State::Warning);
    }

    fn facts() -> RedisFacts {
        RedisFacts {
            version: "7.0.15".to_owned(),
            dumps: Some(false),
            dump_age: Some(Duration::ZERO),
            append_only: Some(false),
            memory_limit: 0,
            eviction: "noeviction".to_owned(),
        }
    }

    #[test]
    fn what_is_on_disk_is_no_older_than_what_is_promised() {
        let hours = Duration::from_hours;
        for (dumps, age, append_only, state) in [
            (Some(false), None, Some(false), State::Ok),
            (Some(true), Some(hours(48)), Some(false), State::Ok),
            (Some(true), Some(hours(49)), Some(false), State::Problem),
            (Some(false), None, Some(true), State::Problem),
            (None, Some(hours(1)), Some(false), State::Skipped),
        ] {
            let facts = RedisFacts { dumps, dump_age: age, append_only, ..facts() };
            assert_eq!(persistence(&facts, true).state, state, "{facts:?}");
        }
        let old = RedisFacts { append_only: Some(true), ..facts() };
        assert_eq!(persistence(&old, false).state, State::Warning);
    }

    #[test]
    fn an_old_or_silent_redis_is_told() {
        for (text, state) in [("6.2.0", State::Ok), ("6.0.16", State::Problem), ("", State::Skipped)] {
            let facts = RedisFacts { version: text.to_owned(), ..facts() };
            assert_eq!(version(&facts).state, state, "{text}");
        }
    }

    #[test]
    fn only_policies_that_throw_away_everything_are_dangerous() {
        for (policy, state) in
            [("noeviction", State::Ok), ("volatile-ttl", State::Ok), ("allkeys-lru", State::Warning)]
        {
            let facts = RedisFacts { eviction: policy.to_owned(), ..facts() };
            assert_eq!(memory(&facts).state, state, "{policy}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_way_is_told_as_that() {
        let open = |url: &str| Redis::open(url, Arc::new(SystemClock)).unwrap_err();
        let check = refused(&open("redis://cache"));
        assert_eq!((check.code, check.state), (Code::RedisTls, State::Problem));
        assert!(check.remedy.unwrap().starts_with("write rediss://"));
        assert_eq!(refused(&open("hunter2")).code, Code::RedisOpen);
    }
}
