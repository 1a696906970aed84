use std::time::Duration;

use casey_core::{Clock as _, GatewaySession, Timestamp};
use futures_util::future::join_all;
use twilight_model::id::{Id, marker::ApplicationMarker};

use super::Ports;

const CASEY: Id<ApplicationMarker> = Id::new(77);
const GATEWAY: &str = "wss://gateway.example";
const WINDOW: Duration = Duration::from_secs(5);

fn session(shard: u32, received: u64, saved_at: Timestamp) -> GatewaySession {
    GatewaySession {
        shard,
        shards: 4,
        application: CASEY,
        gateway: GATEWAY.to_owned(),
        id: format!("session {shard}"),
        resume_url: "wss://resume.example".to_owned(),
        received,
        unfinished: vec![3, u64::from(shard) + 4],
        saved_at,
    }
}

pub(crate) async fn a_session_is_taken_up_whole(ports: Ports) {
    let now = ports.clock.now();
    let all = [session(0, 1, now), session(3, 9_007_199_254_740_993, now)];
    ports.gateway.save(&all).await.unwrap();
    let mut found = ports.gateway.sessions(CASEY, 4).await.unwrap();
    found.sort_by_key(|session| session.shard);
    assert_eq!(found, all);
}

pub(crate) async fn a_session_replaces_the_one_before(ports: Ports) {
    let now = ports.clock.now();
    ports.gateway.save(&[session(0, 1, now), session(1, 5, now)]).await.unwrap();
    let newer = GatewaySession { id: "another".to_owned(), ..session(0, 7, now + WINDOW) };
    ports.gateway.save(std::slice::from_ref(&newer)).await.unwrap();
    ports.gateway.save(&[]).await.unwrap();
    let mut found = ports.gateway.sessions(CASEY, 4).await.unwrap();
    found.sort_by_key(|session| session.shard);
    assert_eq!(found, [newer, session(1, 5, now)]);
}

pub(crate) async fn sessions_of_others_are_not_mixed_up(ports: Ports) {
    let now = ports.clock.now();
    let other = GatewaySession { application: Id::new(78), ..session(0, 2, now) };
    let wider = GatewaySession { shards: 8, ..session(0, 3, now) };
    ports.gateway.save(&[session(0, 1, now), other.clone(), wider.clone()]).await.unwrap();
    assert_eq!(ports.gateway.sessions(CASEY, 4).await.unwrap(), [session(0, 1, now)]);
    assert_eq!(ports.gateway.sessions(CASEY, 8).await.unwrap(), [wider]);
    assert_eq!(ports.gateway.sessions(Id::new(78), 4).await.unwrap(), [other]);
    assert_eq!(ports.gateway.sessions(CASEY, 16).await.unwrap(), []);
}

pub(crate) async fn a_bucket_is_taken_by_one(ports: Ports) {
    let now = ports.clock.now();
    let claims = (0..8).map(|_| ports.gateway.claim_identify(CASEY, GATEWAY, 0, now, now + WINDOW));
    let got = join_all(claims).await.into_iter().filter(|claimed| matches!(claimed, Ok(true))).count();
    assert_eq!(got, 1);
    assert!(ports.gateway.claim_identify(CASEY, GATEWAY, 1, now, now + WINDOW).await.unwrap());
    assert!(ports.gateway.claim_identify(CASEY, "wss://another", 0, now, now + WINDOW).await.unwrap());
    assert!(ports.gateway.claim_identify(Id::new(78), GATEWAY, 0, now, now + WINDOW).await.unwrap());
}

pub(crate) async fn a_bucket_is_free_again_in_time(ports: Ports) {
    let claim = |now| ports.gateway.claim_identify(CASEY, GATEWAY, 0, now, now + WINDOW);
    let now = ports.clock.now();
    assert!(claim(now).await.unwrap());
    assert!(!claim(now + WINDOW - Duration::from_millis(1)).await.unwrap());
    assert!(claim(now + WINDOW).await.unwrap());
    // The clock is set back by hours: the claim made before holds nobody up.
    assert!(claim(now - Duration::from_hours(3)).await.unwrap());
}
