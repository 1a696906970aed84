//! What another process changes is noticed within a second, prefixes too.
#![allow(clippy::unwrap_used)]

use std::{future::Future, time::Duration};

use casey_core::{GuildSettings, PrefixEntry};
use casey_data::{Changes, Database};
use casey_privacy::purposes::CoreSettings;
use twilight_model::id::Id;

use crate::support::{TempDatabase, permit, prefixes, user};

on_both!(tests: migrated, migrated_on_server;
    settings_changed_elsewhere_are_seen_within_a_second
    prefixes_changed_elsewhere_are_told_within_a_second
    what_this_process_changes_is_told_too
    what_was_before_is_not_told
    much_at_once_is_told_whole
    a_database_from_a_backup_is_read_anew
    the_end_of_the_database_ends_the_telling
);

/// Lets a second pass, half by half, with time for whoever wakes.
async fn a_second(there: &TempDatabase) {
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        there.clock.advance(Duration::from_millis(500));
    }
}

async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.unwrap()
}

/// Waits without the clock going on.
async fn becomes<F: Future<Output = bool>>(mut so: impl FnMut() -> F) {
    for _ in 0..1_000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never came");
}

async fn set_guild(database: &Database, guild: u64, texts: &[&str]) {
    let settings = GuildSettings { prefixes: prefixes(texts), ..GuildSettings::default() };
    database.settings().set_guild(permit::<CoreSettings>(1).await, Id::new(guild), settings).await.unwrap();
}

async fn set_person(database: &Database, person: u64, texts: &[&str]) {
    let permit = permit::<CoreSettings>(person).await;
    database.settings().set_personal_prefixes(permit, prefixes(texts)).await.unwrap();
}

async fn next(changes: &mut Changes) -> Vec<PrefixEntry> {
    soon(changes.next()).await.unwrap()
}

async fn settings_changed_elsewhere_are_seen_within_a_second(there: TempDatabase) {
    let other = there.elsewhere().await;
    let settings = there.database.settings();
    set_guild(&there.database, 10, &["!"]).await;
    a_second(&there).await;
    assert_eq!(settings.guild(Id::new(10)).await.unwrap().prefixes, prefixes(&["!"]));
    for text in ["?", "!!", "."] {
        set_guild(&other, 10, &[text]).await;
        a_second(&there).await;
        becomes(|| async { settings.guild(Id::new(10)).await.unwrap().prefixes == prefixes(&[text]) }).await;
    }
}

async fn prefixes_changed_elsewhere_are_told_within_a_second(there: TempDatabase) {
    let other = there.elsewhere().await;
    let mut changes = there.database.changes().await.unwrap();
    set_guild(&other, 10, &["!", "?"]).await;
    a_second(&there).await;
    assert_eq!(next(&mut changes).await, [PrefixEntry::Guild(Id::new(10), prefixes(&["!", "?"]))]);

    set_person(&other, 1, &["a"]).await;
    set_guild(&other, 10, &[]).await;
    a_second(&there).await;
    let told = next(&mut changes).await;
    let gone = PrefixEntry::Guild(Id::new(10), Vec::new());
    assert_eq!(told, [gone, PrefixEntry::User(user(1), prefixes(&["a"]))]);

    set_person(&other, 1, &[]).await;
    a_second(&there).await;
    assert_eq!(next(&mut changes).await, [PrefixEntry::User(user(1), Vec::new())]);
}

async fn what_this_process_changes_is_told_too(there: TempDatabase) {
    let mut changes = there.database.changes().await.unwrap();
    set_person(&there.database, 1, &["a", "b"]).await;
    a_second(&there).await;
    assert_eq!(next(&mut changes).await, [PrefixEntry::User(user(1), prefixes(&["a", "b"]))]);
}

async fn what_was_before_is_not_told(there: TempDatabase) {
    set_guild(&there.database, 10, &["!"]).await;
    let mut changes = there.database.changes().await.unwrap();
    a_second(&there).await;
    set_guild(&there.database, 11, &["?"]).await;
    a_second(&there).await;
    assert_eq!(next(&mut changes).await, [PrefixEntry::Guild(Id::new(11), prefixes(&["?"]))]);
}

async fn much_at_once_is_told_whole(there: TempDatabase) {
    const MANY: u64 = 1_200;
    let other = there.elsewhere().await;
    set_guild(&other, 1, &["!"]).await;
    let mut changes = there.database.changes().await.unwrap();
    // As if each had been set, in one go.
    let rows = |row: fn(u64) -> String| (2..MANY).map(row).collect::<Vec<_>>().join(", ");
    let settings = rows(|guild| format!("({guild}, NULL, '[]', NULL, 0, 1, 2)"));
    there.execute(&format!("INSERT INTO guild_settings VALUES {settings}")).await;
    let own = rows(|guild| format!("({guild}, 'p{guild}', 0, NULL)"));
    there.execute(&format!("INSERT INTO guild_prefix VALUES {own}")).await;
    there.execute("UPDATE settings_counter SET changes = 2").await;
    a_second(&there).await;
    let told = next(&mut changes).await;
    let expected =
        (2..MANY).map(|guild| PrefixEntry::Guild(Id::new(guild), prefixes(&[&format!("p{guild}")])));
    assert_eq!(told.len() as u64, MANY - 2);
    assert!(expected.into_iter().all(|entry| told.contains(&entry)));
}

async fn a_database_from_a_backup_is_read_anew(there: TempDatabase) {
    let settings = there.database.settings();
    for guild in [10, 11] {
        set_guild(&there.database, guild, &["!"]).await;
    }
    a_second(&there).await;
    let mut changes = there.database.changes().await.unwrap();
    settings.guild(Id::new(10)).await.unwrap();
    there.execute("UPDATE guild_prefix SET prefix = 'old' WHERE guild_id = 10").await;
    there.execute("UPDATE settings_counter SET changes = 1").await;
    a_second(&there).await;
    becomes(|| async { settings.guild(Id::new(10)).await.unwrap().prefixes == prefixes(&["old"]) }).await;
    assert!(next(&mut changes).await.contains(&PrefixEntry::Guild(Id::new(10), prefixes(&["old"]))));
}

async fn the_end_of_the_database_ends_the_telling(there: TempDatabase) {
    let mut changes = there.database.changes().await.unwrap();
    let waiting = tokio::spawn(async move { changes.next().await });
    there.database.close().await.unwrap();
    a_second(&there).await;
    assert_eq!(soon(waiting).await.unwrap(), None);
    assert!(there.database.changes().await.is_err());
}
