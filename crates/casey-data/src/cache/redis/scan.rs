//! The look at every key (check K7): each belongs to one declared family and ends within its bounds.

use std::{collections::BTreeMap, time::Duration};

use casey_core::Timestamp;
use casey_privacy::{Inventory, Retention, StoreDecl, StoreKind};
use deadpool_redis::{
    Connection,
    redis::{Value, cmd, from_redis_value, pipe},
};

use super::{
    connection::Redis,
    error::{RedisCause, RedisError},
    finding::{KeyFault, KeyFinding},
    record::Record,
};

/// Keys asked for at a time.
const PAGE: usize = 500;
/// Bytes of a value that hold its birth.
const HEAD: isize = 63;
/// Redis ends keys to the millisecond, and our clock is another one.
const SKEW: Duration = Duration::from_mins(5);

impl Redis {
    /// Looks at every key under `casey:` and tells what is not as the inventory declares it. Empty means all is well. Sorted.
    ///
    /// It walks in small steps beside other work and holds no key longer than its step. Keys that come or go meanwhile may be missed.
    ///
    /// # Errors
    ///
    /// [`RedisError::Refused`] when Redis does not answer within 30 seconds per step.
    pub async fn scan(&self, inventory: &Inventory) -> Result<Vec<KeyFinding>, RedisError> {
        self.walk(inventory).await.map_err(|cause| self.refused("looking at the keys of Redis", cause))
    }

    async fn walk(&self, inventory: &Inventory) -> Result<Vec<KeyFinding>, RedisCause> {
        let families = families(inventory);
        let mut found: BTreeMap<(KeyFault, String), u64> = BTreeMap::new();
        let mut connection = self.patient().await?;
        let mut cursor = 0_u64;
        loop {
            let mut scan = cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg("casey:*").arg("COUNT").arg(PAGE);
            let (next, keys): (u64, Vec<Vec<u8>>) =
                scan.query_async(&mut connection).await.map_err(|error| RedisCause::of(&error))?;
            for key in read(&mut connection, keys).await? {
                if let Some(fault) = judge(&families, &key, self.clock().now()) {
                    *found.entry(fault).or_default() += 1;
                }
            }
            cursor = next;
            if cursor == 0 {
                break;
            }
        }
        Ok(found.into_iter().map(|((fault, place), keys)| KeyFinding { fault, place, keys }).collect())
    }
}

/// A key as it was found.
struct Seen {
    key: String,
    /// How long it still lives; `None` for ever.
    left: Option<Duration>,
    /// The beginning of its value; empty for anything but plain values.
    head: Vec<u8>,
}

async fn read(connection: &mut Connection, keys: Vec<Vec<u8>>) -> Result<Vec<Seen>, RedisCause> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut ask = pipe();
    for key in &keys {
        ask.cmd("TYPE").arg(key).cmd("PTTL").arg(key);
    }
    // Pairs, one after the other, read as what each is.
    let answers: Vec<Value> = ask.query_async(connection).await.map_err(|error| RedisCause::of(&error))?;
    let mut seen = Vec::with_capacity(keys.len());
    for (key, pair) in keys.into_iter().zip(answers.chunks_exact(2)) {
        let (kind, left): (String, i64) =
            from_redis_value(Value::Array(pair.to_vec())).map_err(|_| RedisCause::Unexpected)?;
        // -2: it ended since.
        if left == -2 {
            continue;
        }
        let head = if kind == "string" {
            let mut head = cmd("GETRANGE");
            head.arg(&key).arg(0).arg(HEAD);
            head.query_async(connection).await.map_err(|error| RedisCause::of(&error))?
        } else {
            Vec::new()
        };
        let key = String::from_utf8_lossy(&key).into_owned();
        seen.push(Seen { key, left: u64::try_from(left).ok().map(Duration::from_millis), head });
    }
    Ok(seen)
}

fn families(inventory: &Inventory) -> Vec<&'static StoreDecl> {
    inventory.stores().filter(|store| store.kind == StoreKind::CacheFamily).collect()
}

/// What is wrong with a key, and where.
fn judge(families: &[&'static StoreDecl], seen: &Seen, now: Timestamp) -> Option<(KeyFault, String)> {
    let mut fitting = families.iter().filter(|family| fits(family.name, &seen.key));
    let Some(family) = fitting.next() else {
        return Some((KeyFault::Undeclared, masked(&seen.key)));
    };
    let place = family.name.to_owned();
    if fitting.next().is_some() {
        return Some((KeyFault::Ambiguous, place));
    }
    let longest = match family.retention {
        Retention::Ttl { max, .. } => Some(max),
        _ => None,
    };
    let fault = match (seen.left, longest) {
        (None, Some(_)) => Some(KeyFault::NoEnd),
        (None, None) if family.is_personal() => Some(KeyFault::NoEnd),
        (Some(left), Some(longest)) if left > longest => Some(KeyFault::TooLong),
        _ => None,
    };
    let fault = fault.or_else(|| {
        // What the probe and others of us write without a birth holds nothing personal.
        if !family.is_personal() {
            return None;
        }
        match (birth(&seen.head), seen.left, longest) {
            (None, _, _) => Some(KeyFault::Foreign),
            (Some(born), Some(left), Some(longest)) if now + left > born + longest + SKEW => {
                Some(KeyFault::TooLong)
            }
            _ => None,
        }
    })?;
    Some((fault, place))
}

/// When a value of the cache or of a counter was written.
fn birth(head: &[u8]) -> Option<Timestamp> {
    if let Some(record) = Record::decode(head) {
        return Some(record.born);
    }
    let mut parts = std::str::from_utf8(head).ok()?.split(':');
    if parts.next() != Some("q1") {
        return None;
    }
    parts.next()?.parse().ok().map(Timestamp::from_millis)
}

/// Whether the family could have made the key: parts never hold a colon, and nothing but what its escaping leaves.
fn fits(template: &str, key: &str) -> bool {
    let mut parts = key.split(':');
    let fit = template.split(':').all(|pattern| {
        parts
            .next()
            .is_some_and(|part| if pattern.starts_with('{') { is_escaped(part) } else { part == pattern })
    });
    fit && parts.next().is_none()
}

fn is_escaped(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'%'))
}

/// A key that belongs to no family, without what may be an id or a name: `casey:e:old-family:…`.
fn masked(key: &str) -> String {
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let plain: Vec<_> = key.split(':').take(3).take_while(plain).collect();
    format!("{}:…", plain.join(":"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use casey_privacy::{PersonalData, cache_family};

    use super::*;

    cache_family! {
        /// A value about a person.
        struct PersonKey { user: u64 } = "c:test:{user}",
        class = cache, purpose = PerfCache, category = "user.behavior", subject = user, owner = "test", label = "Test"
    }
    cache_family! {
        /// A cooldown.
        struct CooldownKey { user: u64, command: &str } = "e:test:{user}:{command}",
        class = ephemeral, purpose = SecurityAbuse, category = "user.behavior", subject = user, max_ttl = 1 h,
        owner = "test", label = "Test"
    }
    cache_family! {
        /// Who leads.
        struct LeaderKey { job: &str } = "x:test:{job}",
        class = coordination, purpose = CoreCommands, not_personal, why = "the name of a job", owner = "test", label = "Test"
    }

    const FAMILIES: &[&StoreDecl] = &[PersonKey::STORE, CooldownKey::STORE, LeaderKey::STORE];
    const HOUR: Duration = Duration::from_hours(1);
    const NOW: i64 = 1_767_225_600_000;

    fn fault(key: &str, left: Option<Duration>, head: &str) -> Option<(KeyFault, String)> {
        let seen = Seen { key: key.to_owned(), left, head: head.as_bytes().to_vec() };
        judge(FAMILIES, &seen, Timestamp::from_millis(NOW))
    }

    #[test]
    fn what_is_declared_and_ends_in_time_is_well() {
        let (value, counter) = (format!("c1:{NOW}:{NOW}:x"), format!("q1:{NOW}:{NOW}:3"));
        assert_eq!(fault("casey:c:test:1", Some(48 * HOUR), &value), None);
        assert_eq!(fault("casey:e:test:1:fm%20now", Some(HOUR), &counter), None);
        assert_eq!(fault("casey:x:test:sweep", None, ""), None);
        assert_eq!(fault("casey:x:test:sweep", Some(HOUR), &value), None);
    }

    #[test]
    fn each_fault_is_found_where_it_is() {
        let value = format!("c1:{NOW}:{NOW}:x");
        let old = format!("c1:{}:{NOW}:x", NOW - 47 * 3_600_000);
        let place = |name: &str| name.to_owned();
        for (key, left, head, expected) in [
            ("casey:c:test:1", Some(49 * HOUR), &value, (KeyFault::TooLong, "casey:c:test:{user}")),
            ("casey:c:test:1", Some(2 * HOUR), &old, (KeyFault::TooLong, "casey:c:test:{user}")),
            ("casey:c:test:1", None, &value, (KeyFault::NoEnd, "casey:c:test:{user}")),
            ("casey:c:test:1", Some(HOUR), &place("x"), (KeyFault::Foreign, "casey:c:test:{user}")),
            (
                "casey:e:test:1:x",
                Some(2 * HOUR),
                &value,
                (KeyFault::TooLong, "casey:e:test:{user}:{command}"),
            ),
            ("casey:e:test:1", Some(HOUR), &value, (KeyFault::Undeclared, "casey:e:test:…")),
            ("casey:c:test:1:2", Some(HOUR), &value, (KeyFault::Undeclared, "casey:c:test:…")),
            ("casey:e:test:1:a b", Some(HOUR), &value, (KeyFault::Undeclared, "casey:e:test:…")),
            ("casey:c:8035:name", None, &value, (KeyFault::Undeclared, "casey:c:…")),
        ] {
            let (fault_of, place_of) = fault(key, left, head).unwrap();
            assert_eq!((fault_of, place_of.as_str()), expected, "{key}");
        }
        let twice = [PersonKey::STORE, PersonKey::STORE];
        let seen = Seen { key: place("casey:c:test:1"), left: Some(HOUR), head: value.into_bytes() };
        assert_eq!(judge(&twice, &seen, Timestamp::from_millis(NOW)).unwrap().0, KeyFault::Ambiguous);
    }

    #[test]
    fn a_finding_reads_as_one_line_without_the_key() {
        let finding = KeyFinding { fault: KeyFault::NoEnd, place: "casey:c:test:{user}".to_owned(), keys: 2 };
        assert_eq!(
            finding.to_string(),
            "K7-no-end casey:c:test:{user} (2 keys): Delete the keys, and find what removed their end: nothing but Casey may write to them."
        );
    }
}
