//! What one process changes, the others hear.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use casey_data::{Bus, Change, News, Subscription};
use tokio::time::timeout;

use super::{
    proxy::{Proxy, Way},
    server::{Server, lease, system},
};

/// Tests share the channel, so each tells of a store of its own.
fn change(server: &Server, store: &str, scope: u64) -> Change {
    Change::new(format!("{store}-{}-{}", std::process::id(), server.authority), scope)
}

async fn connected(bus: &Bus) {
    let mut connected = bus.connected();
    timeout(Duration::from_secs(10), connected.wait_for(|yes| *yes)).await.unwrap().unwrap();
}

async fn hears(news: &mut Subscription, wanted: &News) -> bool {
    let heard = async { while news.next().await.as_ref() != Some(wanted) {} };
    timeout(Duration::from_secs(10), heard).await.is_ok()
}

#[tokio::test]
async fn a_change_is_heard_within_a_second_by_everybody_else() {
    let Some(server) = lease().await else { return };
    let buses: Vec<_> = (0..3).map(|_| Bus::start(server.open(system()))).collect();
    let mut news: Vec<_> = buses.iter().map(Bus::subscribe).collect();
    for bus in &buses {
        connected(bus).await;
    }
    let began = Instant::now();
    let (first, last) = (change(&server, "heard", 1), change(&server, "heard", u64::MAX));
    buses[0].publish(first.clone()).await;
    buses[0].publish(last.clone()).await;
    for heard in &mut news[1..] {
        assert!(hears(heard, &News::Changed(first.clone())).await);
        assert!(hears(heard, &News::Changed(last.clone())).await);
    }
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    // The one that told it hears what the others tell, and not itself.
    let answer = change(&server, "heard", 2);
    buses[1].publish(answer.clone()).await;
    let own = async {
        loop {
            match news[0].next().await.unwrap() {
                News::Changed(heard) if heard == answer => return,
                News::Changed(heard) => assert!(heard != first && heard != last, "it heard itself"),
                News::Everything => {}
            }
        }
    };
    timeout(Duration::from_secs(10), own).await.unwrap();
}

#[tokio::test]
async fn what_was_missed_while_the_connection_was_gone_counts_as_everything() {
    let Some(server) = lease().await else { return };
    let proxy = Proxy::start("127.0.0.1:0", server.authority.clone()).await;
    let (far, near) =
        (Bus::start(server.open_at(&proxy.addr.to_string(), system())), Bus::start(server.open(system())));
    connected(&far).await;
    connected(&near).await;
    let (mut heard_far, mut heard_near) = (far.subscribe(), near.subscribe());
    proxy.set(Way::Cut);
    let mut connected_far = far.connected();
    timeout(Duration::from_secs(5), connected_far.wait_for(|yes| !yes)).await.unwrap().unwrap();
    near.publish(change(&server, "missed", 1)).await;
    // Told while Redis is gone, and heard once it is back.
    let late = change(&server, "late", 1);
    far.publish(late.clone()).await;

    proxy.set(Way::Open);
    assert!(hears(&mut heard_far, &News::Everything).await);
    assert!(hears(&mut heard_near, &News::Changed(late)).await);
    let now = change(&server, "now", 1);
    near.publish(now.clone()).await;
    assert!(hears(&mut heard_far, &News::Changed(now)).await);
}

/// A connection that only listens would not notice by itself that nothing can come any more.
#[tokio::test]
async fn a_silent_connection_is_noticed() {
    let Some(server) = lease().await else { return };
    let proxy = Proxy::start("127.0.0.1:0", server.authority.clone()).await;
    let bus = Bus::start(server.open_at(&proxy.addr.to_string(), system()));
    connected(&bus).await;
    proxy.set(Way::Silent);
    let mut connected = bus.connected();
    timeout(Duration::from_secs(10), connected.wait_for(|yes| !yes)).await.unwrap().unwrap();
}

#[tokio::test]
async fn messages_that_are_not_understood_count_as_everything() {
    let Some(server) = lease().await else { return };
    let bus = Bus::start(server.open(system()));
    connected(&bus).await;
    let mut news = bus.subscribe();
    let () = deadpool_redis::redis::cmd("PUBLISH")
        .arg("casey:x:changed")
        .arg("from the future")
        .query_async(&mut server.raw().await)
        .await
        .unwrap();
    assert!(hears(&mut news, &News::Everything).await);
}
