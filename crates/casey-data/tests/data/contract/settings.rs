use std::{collections::BTreeSet, sync::Arc};

use casey_core::{GuildSettings, Override, PrefixEntry, What, Whom};
use casey_privacy::purposes::CoreSettings;
use twilight_model::id::Id;

use super::Ports;
use crate::support::{permit, prefixes, user};

fn settings(texts: &[&str], language: Option<&str>, off: &[&str]) -> GuildSettings {
    GuildSettings {
        prefixes: prefixes(texts),
        language: language.map(str::to_owned),
        disabled_modules: off.iter().map(|name| (*name).to_owned()).collect(),
        overrides: off.iter().flat_map(|name| rules(name)).collect(),
    }
}

fn rules(module: &str) -> Vec<Override> {
    let module = || What::Module(module.to_owned());
    let command = || What::Command("prefix set".to_owned());
    [
        (module(), Whom::Everyone, false),
        (module(), Whom::Role(Id::new(u64::MAX >> 1)), true),
        (command(), Whom::Channel(Id::new(5)), false),
        (command(), Whom::Member(Id::new(6)), true),
        (What::Everything, Whom::Everyone, false),
        (What::Everything, Whom::Channel(Id::new(5)), true),
    ]
    .into_iter()
    .map(|(what, whom, allowed)| Override { what, whom, allowed })
    .collect()
}

pub(crate) async fn a_server_without_settings_has_the_defaults(ports: Ports) {
    assert_eq!(*ports.settings.guild(Id::new(10)).await.unwrap(), GuildSettings::default());
    assert_eq!(ports.settings.prefixes().await.unwrap(), []);
}

pub(crate) async fn what_was_set_is_read_whole(ports: Ports) {
    // Read before, so that whatever holds it in memory holds the old.
    ports.settings.guild(Id::new(10)).await.unwrap();
    let wanted = settings(&["!!", "!", "casey"], Some("pt-BR"), &["fm", "fun"]);
    ports.settings.set_guild(permit::<CoreSettings>(1).await, Id::new(10), wanted.clone()).await.unwrap();
    assert_eq!(*ports.settings.guild(Id::new(10)).await.unwrap(), wanted);
}

pub(crate) async fn setting_replaces_everything(ports: Ports) {
    for wanted in
        [settings(&["!", "?"], Some("de"), &["fm"]), settings(&["?"], None, &[]), settings(&[], None, &[])]
    {
        ports.settings.set_guild(permit::<CoreSettings>(1).await, Id::new(10), wanted.clone()).await.unwrap();
        assert_eq!(*ports.settings.guild(Id::new(10)).await.unwrap(), wanted);
    }
    assert_eq!(ports.settings.prefixes().await.unwrap(), []);
}

pub(crate) async fn servers_do_not_share_settings(ports: Ports) {
    let wanted = settings(&["!"], None, &[]);
    ports.settings.set_guild(permit::<CoreSettings>(1).await, Id::new(10), wanted).await.unwrap();
    assert_eq!(*ports.settings.guild(Id::new(11)).await.unwrap(), GuildSettings::default());
}

/// Whether a store keeps the second or not: nobody is refused for typing a prefix twice, and the order stays.
pub(crate) async fn a_prefix_given_twice_counts_once(ports: Ports) {
    let twice = settings(&["!", "?", "!"], None, &[]);
    ports.settings.set_guild(permit::<CoreSettings>(1).await, Id::new(10), twice).await.unwrap();
    let read = ports.settings.guild(Id::new(10)).await.unwrap();
    assert_eq!(read.prefixes[..2], prefixes(&["!", "?"]));
    assert_eq!(read.prefixes.iter().collect::<BTreeSet<_>>().len(), 2);
}

pub(crate) async fn personal_prefixes_belong_to_who_is_permitted(ports: Ports) {
    let mine = prefixes(&["z", "a"]);
    ports.settings.set_personal_prefixes(permit::<CoreSettings>(1).await, mine.clone()).await.unwrap();
    assert_eq!(ports.settings.personal_prefixes(user(1)).await.unwrap(), mine);
    assert_eq!(ports.settings.personal_prefixes(user(2)).await.unwrap(), []);
    ports.settings.set_personal_prefixes(permit::<CoreSettings>(1).await, Vec::new()).await.unwrap();
    assert_eq!(ports.settings.personal_prefixes(user(1)).await.unwrap(), []);
}

pub(crate) async fn all_prefixes_are_listed_with_their_owners(ports: Ports) {
    for (guild, texts) in [(10, &["!", "?"][..]), (u64::MAX >> 1, &["$"])] {
        let wanted = settings(texts, None, &[]);
        ports.settings.set_guild(permit::<CoreSettings>(1).await, Id::new(guild), wanted).await.unwrap();
    }
    ports.settings.set_personal_prefixes(permit::<CoreSettings>(3).await, prefixes(&["c"])).await.unwrap();
    let mut listed = ports.settings.prefixes().await.unwrap();
    listed.sort_by_key(|entry| match entry {
        PrefixEntry::Guild(guild, _) => (0, guild.get()),
        PrefixEntry::User(user, _) => (1, user.get()),
    });
    assert_eq!(
        listed,
        [
            PrefixEntry::Guild(Id::new(10), prefixes(&["!", "?"])),
            PrefixEntry::Guild(Id::new(u64::MAX >> 1), prefixes(&["$"])),
            PrefixEntry::User(user(3), prefixes(&["c"])),
        ]
    );
}

pub(crate) async fn of_many_writers_one_wins_whole(ports: Ports) {
    let wanted: Vec<_> = (0..20)
        .map(|number| {
            settings(&[&format!("{number}!"), &format!("{number}?")], Some(&format!("x-{number}")), &[])
        })
        .collect();
    let writers = wanted.iter().cloned().map(|wanted| {
        let store = Arc::clone(&ports.settings);
        tokio::spawn(async move {
            store.set_guild(permit::<CoreSettings>(1).await, Id::new(10), wanted).await.unwrap();
            store.guild(Id::new(10)).await.unwrap()
        })
    });
    let writers: Vec<_> = writers.collect();
    for writer in writers {
        let read = writer.await.unwrap();
        assert!(wanted.contains(&read), "half of one and half of another: {read:?}");
    }
    assert!(wanted.contains(&*ports.settings.guild(Id::new(10)).await.unwrap()));
}
