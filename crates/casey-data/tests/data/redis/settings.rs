//! Settings that one process changes are known to the others at once, through Redis.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use casey_core::{GuildSettings, PrefixEntry};
use casey_data::Bus;
use casey_privacy::purposes::CoreSettings;
use tokio::time::timeout;
use twilight_model::id::Id;

use super::server::{Server, lease, system};
use crate::support::{TempDatabase, permit, prefixes};

async fn bus(server: &Server) -> Bus {
    let bus = Bus::start(server.open(system()));
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
    there.database.tell_through(bus(&server).await);
    other.tell_through(bus(&server).await);
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
