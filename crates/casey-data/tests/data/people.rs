//! What is stored about a person, and that all of it is counted.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, time::Duration};

use casey_core::{Clock, CommandUse, GuildSettings, StoreErrorKind};
use casey_data::Fact;
use casey_privacy::{
    MemoryObjections, SubjectId, Summary, WriteGate,
    purposes::{CoreCommands, CoreSettings, StatsUsage},
};
use twilight_model::id::Id;

use crate::support::{TempDatabase, permit, prefixes, used};

on_both!(tests: migrated, migrated_on_server;
    every_row_that_names_a_person_is_counted
    the_summary_speaks_of_all_of_it
    who_set_a_prefix_stays_when_another_changes_the_rest
    an_impersonal_permit_leaves_no_name
    people_are_known_by_day
    who_comes_back_has_not_left
    direct_messages_leave_no_channel_and_no_membership
    who_objects_has_no_history_and_a_permit_counts_for_its_person
    times_are_coarse_and_names_short
    another_process_is_noticed_within_a_minute
    what_cannot_be_understood_is_said_and_harms_nobody_else
    a_fact_is_settled_once
);

const DAY: Duration = Duration::from_hours(24);

async fn counts(there: &TempDatabase, person: u64) -> BTreeMap<&'static str, u64> {
    let counted = there.database.holder().count(SubjectId::new(person)).await.unwrap();
    counted.into_iter().filter(|(_, rows)| *rows > 0).map(|(store, rows)| (store.name, rows)).collect()
}

async fn record(there: &TempDatabase, person: u64, entry: CommandUse) {
    let (met, stats) = (permit::<CoreCommands>(person).await, permit::<StatsUsage>(person).await);
    there.database.usage().used(met, Some(stats), entry);
}

fn server_settings(texts: &[&str]) -> GuildSettings {
    GuildSettings { prefixes: prefixes(texts), ..GuildSettings::default() }
}

async fn every_row_that_names_a_person_is_counted(there: TempDatabase) {
    let settings = there.database.settings();
    settings
        .set_guild(permit::<CoreSettings>(1).await, Id::new(10), server_settings(&["!", "?"]))
        .await
        .unwrap();
    settings.set_personal_prefixes(permit::<CoreSettings>(1).await, prefixes(&["a", "b"])).await.unwrap();
    // Still in memory when it is counted.
    record(&there, 1, used(1, "ping", there.clock.now())).await;

    let expected = [
        ("command_usage", 1),
        ("discord_user", 1),
        ("guild_prefix", 2),
        ("guild_settings", 1),
        ("membership", 1),
        ("user_prefix", 2),
        ("user_settings", 1),
    ];
    assert_eq!(counts(&there, 1).await, BTreeMap::from(expected));
    assert_eq!(counts(&there, 2).await, BTreeMap::new());
}

async fn the_summary_speaks_of_all_of_it(there: TempDatabase) {
    record(&there, 1, used(1, "ping", there.clock.now())).await;
    let holders = [there.database.holder()];
    let summary = Summary::of(&crate::support::inventory(), &holders, SubjectId::new(1)).await.unwrap();
    let text = summary.to_string();
    assert!(text.contains("Commands you used: 1 row"), "{text}");
    assert!(text.contains("30 days"), "{text}");
    let nobody = Summary::of(&crate::support::inventory(), &holders, SubjectId::new(2)).await.unwrap();
    assert!(nobody.holds_nothing());
}

async fn who_set_a_prefix_stays_when_another_changes_the_rest(there: TempDatabase) {
    let settings = there.database.settings();
    let guild = Id::new(10);
    settings.set_guild(permit::<CoreSettings>(1).await, guild, server_settings(&["!"])).await.unwrap();
    settings.set_guild(permit::<CoreSettings>(2).await, guild, server_settings(&["?", "!"])).await.unwrap();
    assert_eq!(counts(&there, 1).await, BTreeMap::from([("guild_prefix", 1)]));
    assert_eq!(counts(&there, 2).await, BTreeMap::from([("guild_prefix", 1), ("guild_settings", 1)]));
    assert_eq!(there.database.settings_store().revision(guild).await.unwrap(), 2);
    assert_eq!(there.database.settings_store().revision(Id::new(11)).await.unwrap(), 0);
}

async fn an_impersonal_permit_leaves_no_name(there: TempDatabase) {
    let gate =
        WriteGate::builder(std::sync::Arc::new(MemoryObjections::new())).allow::<CoreSettings>().build();
    let settings = there.database.settings();
    let permit = gate.permit_impersonal::<CoreSettings>().unwrap();
    settings.set_guild(permit, Id::new(10), server_settings(&["!"])).await.unwrap();
    let named = "SELECT count(configured_by) + (SELECT count(set_by) FROM guild_prefix) FROM guild_settings";
    assert_eq!(there.numbers(named).await, [0]);
    let permit = gate.permit_impersonal::<CoreSettings>().unwrap();
    let error = settings.set_personal_prefixes(permit, prefixes(&["!"])).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Missing);
}

async fn people_are_known_by_day(there: TempDatabase) {
    let first = there.clock.now();
    record(&there, 1, used(1, "ping", first)).await;
    there.database.usage().flush().await.unwrap();
    there.clock.advance(3 * DAY);
    record(&there, 1, used(1, "ping", there.clock.now())).await;
    there.database.usage().flush().await.unwrap();
    // A use that was late to be written takes nothing back.
    record(&there, 1, used(1, "ping", first + DAY)).await;
    there.database.usage().flush().await.unwrap();
    let days = [first.day().as_millis(), there.clock.now().day().as_millis()];
    let stored = "SELECT first_seen_day FROM discord_user UNION ALL SELECT last_seen_day FROM discord_user";
    assert_eq!(there.numbers(stored).await, days);
    assert_eq!(there.numbers("SELECT first_seen_day FROM membership").await, [days[0]]);
}

async fn who_comes_back_has_not_left(there: TempDatabase) {
    record(&there, 1, used(1, "ping", there.clock.now())).await;
    there.database.usage().flush().await.unwrap();
    there.execute("UPDATE membership SET left_at = 5").await;
    record(&there, 1, used(1, "ping", there.clock.now())).await;
    there.database.usage().flush().await.unwrap();
    assert_eq!(there.numbers("SELECT count(*) FROM membership WHERE left_at IS NULL").await, [1]);
}

async fn direct_messages_leave_no_channel_and_no_membership(there: TempDatabase) {
    record(&there, 1, CommandUse { guild: None, ..used(1, "ping", there.clock.now()) }).await;
    there.database.usage().flush().await.unwrap();
    assert_eq!(there.numbers("SELECT count(channel_id) FROM command_usage").await, [0]);
    assert_eq!(there.numbers("SELECT count(*) FROM membership").await, [0]);
}

async fn who_objects_has_no_history_and_a_permit_counts_for_its_person(there: TempDatabase) {
    let entry = used(1, "ping", there.clock.now());
    there.database.usage().used(permit::<CoreCommands>(1).await, None, entry.clone());
    assert_eq!(counts(&there, 1).await, BTreeMap::from([("discord_user", 1), ("membership", 1)]));
    record(&there, 2, CommandUse { user: Id::new(3), ..entry }).await;
    assert_eq!(counts(&there, 2).await, BTreeMap::new());
    assert_eq!(counts(&there, 3).await, BTreeMap::new());
}

async fn times_are_coarse_and_names_short(there: TempDatabase) {
    let moment = there.clock.now() + Duration::from_secs(1_234);
    record(&there, 1, CommandUse { hour: moment, ..used(1, &"x".repeat(300), moment) }).await;
    there.database.usage().flush().await.unwrap();
    assert_eq!(there.numbers("SELECT hour FROM command_usage").await, [moment.hour().as_millis()]);
    assert_eq!(there.numbers("SELECT length(command) FROM command_usage").await, [100]);
}

async fn another_process_is_noticed_within_a_minute(there: TempDatabase) {
    let settings = there.database.settings();
    settings.guild(Id::new(10)).await.unwrap();
    there.execute("INSERT INTO guild_prefix VALUES (10, '!', 0, NULL)").await;
    assert_eq!(settings.guild(Id::new(10)).await.unwrap().prefixes, []);
    there.clock.advance(Duration::from_mins(1));
    assert_eq!(settings.guild(Id::new(10)).await.unwrap().prefixes, prefixes(&["!"]));
}

async fn what_cannot_be_understood_is_said_and_harms_nobody_else(there: TempDatabase) {
    let settings = there.database.settings();
    there.execute("INSERT INTO guild_settings VALUES (10, NULL, 'not json', NULL, 0, 1, NULL)").await;
    there.execute("INSERT INTO guild_prefix VALUES (11, '@here', 0, NULL), (12, '!', 0, NULL)").await;
    for guild in [10, 11] {
        let error = settings.guild(Id::new(guild)).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        assert!(!format!("{error:?}").contains("@here"), "{error:?}");
    }
    assert_eq!(settings.prefixes().await.unwrap().len(), 1);
    // Setting anew heals it.
    settings.set_guild(permit::<CoreSettings>(1).await, Id::new(11), server_settings(&["?"])).await.unwrap();
    assert_eq!(settings.guild(Id::new(11)).await.unwrap().prefixes, prefixes(&["?"]));
}

async fn a_fact_is_settled_once(there: TempDatabase) {
    let instance = there.database.instance();
    assert_eq!(instance.get(Fact::RootKeyFingerprint).await.unwrap(), None);
    let tries = (0..8).map(|number| async move {
        instance.settle(Fact::RootKeyFingerprint, &format!("key {number}")).await.unwrap()
    });
    let told = futures_util::future::join_all(tries).await;
    let settled = instance.get(Fact::RootKeyFingerprint).await.unwrap();
    assert!(told.iter().all(|told| Some(told) == settled.as_ref()), "{told:?}");
}
