use std::{sync::Arc, time::Duration};

use casey_core::{Allowance, Limit};
use casey_privacy::cache_family;

use super::Ports;

cache_family! {
    /// A cooldown.
    pub(crate) struct CooldownKey { user: u64, command: &str } = "e:test-cooldown:{user}:{command}",
    class = ephemeral, purpose = SecurityAbuse, category = "user.behavior", subject = user, max_ttl = 1 h,
    owner = "test", label = "Test", explain = "A cooldown."
}

const SECOND: Duration = Duration::from_secs(1);
const THREE_IN_TEN: Limit = Limit::new(3, Duration::from_secs(10));

async fn spend(ports: &Ports, user: u64) -> Allowance {
    ports.quota.spend(&CooldownKey::new(user, "fm now"), THREE_IN_TEN).await.unwrap()
}

pub(crate) async fn a_limit_holds_for_its_window(ports: Ports) {
    for _ in 0..3 {
        assert_eq!(spend(&ports, 1).await, Allowance::Granted);
        ports.clock.advance(2 * SECOND);
    }
    assert_eq!(spend(&ports, 1).await, Allowance::Wait(4 * SECOND));
    ports.clock.advance(4 * SECOND);
    for _ in 0..3 {
        assert_eq!(spend(&ports, 1).await, Allowance::Granted);
    }
    assert_eq!(spend(&ports, 1).await, Allowance::Wait(10 * SECOND));
}

pub(crate) async fn waiting_as_told_is_enough(ports: Ports) {
    for _ in 0..50 {
        if let Allowance::Wait(wait) = spend(&ports, 1).await {
            ports.clock.advance(wait);
            assert_eq!(spend(&ports, 1).await, Allowance::Granted);
        }
        ports.clock.advance(Duration::from_millis(700));
    }
}

pub(crate) async fn refused_uses_do_not_move_the_window(ports: Ports) {
    for _ in 0..3 {
        spend(&ports, 1).await;
    }
    for second in 0..10 {
        assert_eq!(spend(&ports, 1).await, Allowance::Wait((10 - second) * SECOND));
        ports.clock.advance(SECOND);
    }
    assert_eq!(spend(&ports, 1).await, Allowance::Granted);
}

pub(crate) async fn keys_are_counted_apart(ports: Ports) {
    for user in 1..=4 {
        for _ in 0..3 {
            assert_eq!(spend(&ports, user).await, Allowance::Granted);
        }
    }
    assert!(matches!(spend(&ports, 4).await, Allowance::Wait(_)));
}

pub(crate) async fn many_at_once_do_not_slip_through(ports: Ports) {
    let spenders: Vec<_> = (0..50)
        .map(|_| {
            let quota = Arc::clone(&ports.quota);
            tokio::spawn(async move { quota.spend(&CooldownKey::new(1, "x"), THREE_IN_TEN).await.unwrap() })
        })
        .collect();
    let mut granted = 0;
    for spender in spenders {
        granted += u32::from(spender.await.unwrap() == Allowance::Granted);
    }
    assert_eq!(granted, 3);
}
