use std::time::Duration;

use casey_privacy::{
    CacheClass, CacheKey, PersonalData, Retention, Scope, StoreKind, Subject, SubjectId, TtlError,
    cache_family,
};
use proptest::prelude::*;

use crate::fixture::CooldownKey;

cache_family! {
    /// A profile, remembered for a day or two.
    struct ProfileKey { user: u64 } = "c:profile:{user}",
    class = cache, purpose = PerfCache, category = "user.account.username", source = ThirdParty, subject = user,
    owner = "music", label = "profile"
}

cache_family! {
    /// A rendition of a public post.
    struct PostKey { post: &str, size: u32 } = "p:post:{post}:image:{size}",
    class = public, purpose = SocialTiktok, not_personal, why = "a public post, by its id", owner = "tiktok", label = "post"
}

cache_family! {
    /// Which process does the work.
    struct LeaderKey { key: &str } = "x:leader:{key}",
    class = coordination, purpose = CoreCommands, not_personal, why = "the name of a job", owner = "core", label = "leader"
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_family_declares_itself() {
    let store = CooldownKey::STORE;
    assert_eq!((store.kind, store.name), (StoreKind::CacheFamily, "casey:e:cd:{user}:{command}"));
    assert_eq!((store.subject, store.scope), (Subject::Column("user"), Scope::User));
    assert_eq!(store.explain, "When a person may use a command again.");
    assert_eq!(store.retention, Retention::Ttl { min: Duration::from_millis(1), max: HOUR });
    assert_eq!(CooldownKey::FAMILY.class, CacheClass::Ephemeral);
    assert!(store.is_personal());
    assert!(!PostKey::STORE.is_personal());
}

#[test]
fn keys_read_well_and_print_nothing() {
    let key = CooldownKey::new(7, "fm now");
    assert_eq!(key.key(), "casey:e:cd:7:fm%20now");
    assert_eq!(key.subject(), Some(SubjectId::new(7)));
    assert_eq!(format!("{key:?}"), "CooldownKey");
    assert_eq!(PostKey::new("a:b", 3).key(), "casey:p:post:a%3Ab:image:3");
    assert_eq!(PostKey::new("a", 3).subject(), None);
    let key: &dyn CacheKey = &key;
    assert_eq!(key.family().store.name, CooldownKey::STORE.name);
}

#[test]
fn lifetimes_keep_to_their_class() {
    let profile = ProfileKey::new(7);
    assert!(matches!(profile.ttl(HOUR), Err(TtlError::TooShort { .. })));
    assert!(matches!(profile.ttl(49 * HOUR), Err(TtlError::TooLong { .. })));
    assert_eq!(profile.ttl(24 * HOUR).unwrap().get(), Some(24 * HOUR));
    assert_eq!(profile.ttl(48 * HOUR).unwrap().get(), Some(48 * HOUR));
    assert_eq!(profile.expiring_ttl(HOUR).unwrap().get(), Some(HOUR));
    assert!(profile.expiring_ttl(49 * HOUR).is_err());
    assert!(profile.expiring_ttl(Duration::ZERO).is_err());
    assert!(matches!(profile.no_ttl(), Err(TtlError::Required { .. })));

    let cooldown = CooldownKey::new(7, "ping");
    let error = cooldown.ttl(2 * HOUR).unwrap_err();
    assert_eq!(
        error.to_string(),
        "casey:e:cd:{user}:{command}: a lifetime of 2 hours is above the most, 1 hour"
    );
    assert!(PostKey::new("a", 1).ttl(30 * 24 * HOUR).is_ok());
    assert!(PostKey::new("a", 1).ttl(31 * 24 * HOUR).is_err());
    assert_eq!(LeaderKey::new("sweep").no_ttl().unwrap().get(), None);
    assert_eq!(LeaderKey::new("sweep").ttl(HOUR).unwrap().family(), LeaderKey::STORE.name);
}

/// Whether the text is one the template could produce, read independently of how keys are built.
fn fits(template: &str, key: &str) -> bool {
    let (template, key): (Vec<_>, Vec<_>) = (template.split(':').collect(), key.split(':').collect());
    template.len() == key.len()
        && template.iter().zip(&key).all(|(pattern, text)| pattern.starts_with('{') || pattern == text)
}

proptest! {
    #[test]
    fn a_part_never_leaves_its_family(user: u64, command in any::<String>(), size: u32) {
        let keys: [(&str, Box<dyn CacheKey>); 4] = [
            (CooldownKey::STORE.name, Box::new(CooldownKey::new(user, &command))),
            (ProfileKey::STORE.name, Box::new(ProfileKey::new(user))),
            (PostKey::STORE.name, Box::new(PostKey::new(&command, size))),
            (LeaderKey::STORE.name, Box::new(LeaderKey::new(&command))),
        ];
        for (own, key) in &keys {
            for (template, _) in &keys {
                prop_assert_eq!(fits(template, &key.key()), own == template);
            }
        }
    }

    #[test]
    fn hostile_parts_stay_in_their_family(command in "[:{}%*?\\[\\] a-c]{0,12}") {
        let key = CooldownKey::new(1, &command).key();
        prop_assert_eq!(key.split(':').count(), 5);
        let special = key.contains(['{', '}', '*', '?', '[', ']', ' ']);
        prop_assert!(!special, "{}", key);
    }

    #[test]
    fn different_parts_make_different_keys(left in any::<(u64, String)>(), right in any::<(u64, String)>()) {
        let (a, b) = (CooldownKey::new(left.0, &left.1), CooldownKey::new(right.0, &right.1));
        prop_assert_eq!(left == right, a.key() == b.key());
    }

    #[test]
    fn near_parts_make_different_keys(left in "[:%a2]{0,4}", right in "[:%a2]{0,4}") {
        prop_assert_eq!(left == right, LeaderKey::new(&left).key() == LeaderKey::new(&right).key());
    }

    #[test]
    fn no_lifetime_leaves_its_bounds(millis in 0u64..5_000_000_000) {
        let wanted = Duration::from_millis(millis);
        let bounds: [(Box<dyn CacheKey>, Duration, Duration); 3] = [
            (Box::new(ProfileKey::new(1)), 24 * HOUR, 48 * HOUR),
            (Box::new(CooldownKey::new(1, "a")), Duration::from_millis(1), HOUR),
            (Box::new(PostKey::new("a", 1)), Duration::from_millis(1), 720 * HOUR),
        ];
        for (key, min, max) in bounds {
            let within = min <= wanted && wanted <= max;
            prop_assert_eq!(key.ttl(wanted).is_ok(), within);
            let clamped = key.clamped_ttl(wanted).get().unwrap();
            prop_assert!(min <= clamped && clamped <= max);
            prop_assert!(!within || clamped == wanted);
            prop_assert_eq!(key.expiring_ttl(wanted).is_ok(), !wanted.is_zero() && wanted <= max);
        }
    }
}
