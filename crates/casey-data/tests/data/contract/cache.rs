use std::{sync::Arc, time::Duration};

use casey_privacy::cache_family;

use super::Ports;

cache_family! {
    /// A value about a person, for a day or two.
    pub(crate) struct PersonKey { user: u64 } = "c:test-person:{user}",
    class = cache, purpose = PerfCache, category = "user.behavior", subject = user, owner = "test",
    label = "Test", explain = "A value about a person."
}

cache_family! {
    /// State of a conversation, for an hour at most.
    pub(crate) struct StateKey { user: u64, part: &str } = "e:test-state:{user}:{part}",
    class = ephemeral, purpose = CoreCommands, category = "user.behavior", subject = user, max_ttl = 1 h,
    owner = "test", label = "Test", explain = "State of a conversation."
}

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

pub(crate) async fn a_value_is_read_until_its_end(ports: Ports) {
    let key = StateKey::new(1, "a");
    assert_eq!(ports.cache.get(&key).await.unwrap(), None);
    ports.cache.put(&key, b"value".to_vec(), 10 * MINUTE).await.unwrap();
    ports.clock.advance(Duration::from_millis(599_999));
    assert_eq!(ports.cache.get(&key).await.unwrap().as_deref(), Some(&b"value"[..]));
    ports.clock.advance(Duration::from_millis(1));
    assert_eq!(ports.cache.get(&key).await.unwrap(), None);
}

pub(crate) async fn reading_never_extends(ports: Ports) {
    let key = PersonKey::new(1);
    ports.cache.put(&key, vec![1], 48 * HOUR).await.unwrap();
    for _ in 0..47 {
        ports.clock.advance(HOUR);
        assert!(ports.cache.get(&key).await.unwrap().is_some());
    }
    ports.clock.advance(HOUR);
    assert_eq!(ports.cache.get(&key).await.unwrap(), None);
}

pub(crate) async fn writing_again_replaces_value_and_end(ports: Ports) {
    let key = StateKey::new(1, "a");
    ports.cache.put(&key, vec![1], MINUTE).await.unwrap();
    ports.cache.put(&key, vec![2], 5 * MINUTE).await.unwrap();
    ports.clock.advance(2 * MINUTE);
    assert_eq!(ports.cache.get(&key).await.unwrap(), Some(vec![2]));
    ports.cache.put(&key, vec![3], MINUTE).await.unwrap();
    ports.clock.advance(2 * MINUTE);
    assert_eq!(ports.cache.get(&key).await.unwrap(), None);
}

pub(crate) async fn a_value_is_taken_once(ports: Ports) {
    let key = StateKey::new(1, "a");
    ports.cache.put(&key, vec![1], MINUTE).await.unwrap();
    assert_eq!(ports.cache.take(&key).await.unwrap(), Some(vec![1]));
    assert_eq!(ports.cache.take(&key).await.unwrap(), None);
    ports.cache.put(&key, vec![2], MINUTE).await.unwrap();
    ports.clock.advance(MINUTE);
    assert_eq!(ports.cache.take(&key).await.unwrap(), None);
}

pub(crate) async fn of_many_takers_one_gets_it(ports: Ports) {
    ports.cache.put(&StateKey::new(1, "a"), vec![1], MINUTE).await.unwrap();
    let takers: Vec<_> = (0..20)
        .map(|_| {
            let cache = Arc::clone(&ports.cache);
            tokio::spawn(async move { cache.take(&StateKey::new(1, "a")).await.unwrap() })
        })
        .collect();
    let mut got = 0;
    for taker in takers {
        got += usize::from(taker.await.unwrap().is_some());
    }
    assert_eq!(got, 1);
}

/// Whoever asks for more than the family permits is refused or given less; in no case is the value there afterwards.
pub(crate) async fn nothing_outlives_its_family(ports: Ports) {
    let (state, person) = (StateKey::new(1, "a"), PersonKey::new(1));
    let _ = ports.cache.put(&state, vec![1], 100 * HOUR).await;
    let _ = ports.cache.put(&person, vec![1], 100 * HOUR).await;
    ports.clock.advance(HOUR);
    assert_eq!(ports.cache.get(&state).await.unwrap(), None);
    ports.clock.advance(47 * HOUR);
    assert_eq!(ports.cache.get(&person).await.unwrap(), None);
}

pub(crate) async fn keys_do_not_meet(ports: Ports) {
    ports.cache.put(&StateKey::new(1, "a:b"), vec![1], MINUTE).await.unwrap();
    ports.cache.put(&StateKey::new(1, "a"), vec![2], MINUTE).await.unwrap();
    ports.cache.put(&PersonKey::new(1), vec![3], 24 * HOUR).await.unwrap();
    assert_eq!(ports.cache.get(&StateKey::new(1, "a:b")).await.unwrap(), Some(vec![1]));
    assert_eq!(ports.cache.get(&StateKey::new(1, "a")).await.unwrap(), Some(vec![2]));
    assert_eq!(ports.cache.get(&StateKey::new(2, "a")).await.unwrap(), None);
}
