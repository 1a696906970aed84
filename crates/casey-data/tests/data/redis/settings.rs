//! Settings that one process changes are known to the others at once, through Redis.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use casey_core::{GuildSettings, PrefixEntry};
use casey_data::Bus;
use casey_privacy::purposes::CoreSettings;
use tokio::time::timeout;
use twilight_model::id::Id;

use super::{
    proxy::{Proxy, Way},
    server::{Server, lease, system},
};
use crate::support::{TempDatabase, permit, prefixes};

async fn bus(server: &Server, authority: &str) -> Bus {
    let bus = Bus::start(server.open_at(authority, system()));
    timeout(Duration::from_secs(10), bus.connected().wait_for(|yes| *yes)).await.unwrap().unwrap();
    bus
}

/// The databases' clock stands still, so that nobody looks by himself: what is known was told.
async fn told_at_once(there: TempDatabase) {
    let Some(server) = lease().await else { return };
    let other = there.elsewhere().await;
    let guild = Id::new(10);
    let mut changes = other.changes().await.unwrap();
    assert_eq!(*other.settings().guild(guild).await.unwrap(), GuildSettings::default());
    there.database.tell_through(bus(&server, &server.authority).await);
    other.tell_through(bus(&server, &server.authority).await);
    for text in ["!", "?"] {
        let wanted = GuildSettings { prefixes: prefixes(&[text]), ..GuildSettings::default() };
        there
            .database
            .settings()
            .set_guild(permit::<CoreSettings>(1).await, guild, wanted.clone())
            .await
            .unwrap();
        let told = timeout(Duration::from_secs(1), changes.next()).await.unwrap().unwrap();
        assert_eq!(told, [PrefixEntry::Guild(guild, prefixes(&[text]))]);
        assert_eq!(*other.settings().guild(guild).await.unwrap(), wanted);
    }
}

/// As above: what is known of a change was told, or found out when Redis was there again.
#[tokio::test]
async fn what_changed_while_redis_was_away_is_known_when_it_is_back() {
    let Some(server) = lease().await else { return };
    let proxy = Proxy::start("127.0.0.1:0", server.authority.clone()).await;
    let way = proxy.addr.to_string();
    let there = TempDatabase::migrated().await;
    let other = there.elsewhere().await;
    let mut changes = other.changes().await.unwrap();
    let (mine, its) = (bus(&server, &way).await, bus(&server, &way).await);
    let (mut heard_here, mut told_there) = (mine.connected(), its.connected());
    there.database.tell_through(mine);
    other.tell_through(its);
    let change = async |text: &str| {
        let wanted = GuildSettings { prefixes: prefixes(&[text]), ..GuildSettings::default() };
        let permit = permit::<CoreSettings>(1).await;
        there.database.settings().set_guild(permit, Id::new(10), wanted).await.unwrap();
        [PrefixEntry::Guild(Id::new(10), prefixes(&[text]))]
    };

    proxy.set(Way::Cut);
    for heard in [&mut heard_here, &mut told_there] {
        timeout(Duration::from_secs(10), heard.wait_for(|yes| !*yes)).await.unwrap().unwrap();
    }
    let expected = change("!").await;
    proxy.set(Way::Open);
    // Redis is tried again at growing pauses.
    let told = timeout(Duration::from_secs(30), changes.next()).await.unwrap().unwrap();
    assert_eq!(told, expected);
    for heard in [&mut heard_here, &mut told_there] {
        timeout(Duration::from_secs(30), heard.wait_for(|yes| *yes)).await.unwrap().unwrap();
    }
    let expected = change("?").await;
    let told = timeout(Duration::from_secs(1), changes.next()).await.unwrap().unwrap();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn on_sqlite() {
    told_at_once(TempDatabase::migrated().await).await;
}

#[tokio::test]
async fn on_postgres() {
    if let Some(there) = TempDatabase::migrated_on_server().await {
        told_at_once(there).await;
    }
}
