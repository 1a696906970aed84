//! German, the first translation: whole, fitting, and used.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{path::Path, sync::Arc};

use casey_core::{
    PrivacyDesk,
    privacy::STORES,
    testing::{Stage, unnamed, untranslated},
};
use casey_privacy::Inventory;
use serde_json::json;

async fn stage() -> Stage {
    let inventory = Inventory::builder()
        .purpose::<casey_privacy::purposes::CoreCommands>()
        .purpose::<casey_privacy::purposes::CoreSettings>()
        .purpose::<casey_privacy::purposes::SecurityAbuse>()
        .module("core", STORES)
        .build()
        .unwrap();
    let desk = PrivacyDesk {
        inventory: Arc::new(inventory),
        holders: Vec::new(),
        objections: Arc::new(casey_privacy::MemoryObjections::new()),
        policy: None,
    };
    Stage::builder().with(|bot| bot.privacy(desk)).raise().await
}

#[test]
fn every_language_has_every_sentence_with_the_same_arguments() {
    assert_eq!(untranslated(&Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")), Vec::<String>::new());
}

#[tokio::test]
async fn every_command_has_a_german_name_and_description() {
    assert_eq!(unnamed(&stage().await.bot().schemas(), "de"), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_registered() {
    let schemas = stage().await.bot().schemas();
    insta::with_settings!({ sort_maps => true }, {
        insta::assert_json_snapshot!("commands", schemas);
    });
}

#[tokio::test]
async fn people_are_answered_in_their_language_where_it_is_spoken() {
    let stage = stage().await;
    let help = |name: &str| json!([{ "name": "command", "type": 3, "value": name }]);
    for (locale, said) in [
        ("de", "Einen Befehl `pnig` gibt es nicht. Meinst du `/hilfe ping`?"),
        ("en-US", "There is no command `pnig`. Did you mean `/help ping`?"),
        ("fr", "There is no command `pnig`. Did you mean `/help ping`?"),
    ] {
        stage.in_language(locale);
        stage.slash(Stage::BOB, "help", help("pnig")).await;
        assert_eq!(stage.reply().content, said, "{locale}");
    }
    stage.in_language("de");
    stage.slash(Stage::BOB, "help", json!([])).await;
    let shown = serde_json::to_string(&stage.reply().embeds).unwrap();
    assert!(shown.contains("`/hilfe`: Was ich kann, und wie es geht"), "{shown}");
    stage.slash(Stage::BOB, "help", help("einstellungen sprache")).await;
    let german = stage.reply().embeds;
    stage.slash(Stage::BOB, "help", help("settings language")).await;
    assert_eq!(stage.reply().embeds, german);
    assert_eq!(german[0].title.as_deref(), Some("/einstellungen sprache"));
}

#[tokio::test]
async fn a_server_chooses_among_the_languages_there_are() {
    let stage = stage().await;
    stage.says(Stage::ALICE, ",settings language").await;
    assert_eq!(stage.reply().content, "I answer in English here. I speak: English (`en`), Deutsch (`de`)");
    stage.says(Stage::ALICE, ",settings language deutsch").await;
    assert_eq!(stage.reply().content, "Hier antworte ich jetzt auf Deutsch.");
    stage.says(Stage::BOB, ",settings language").await;
    assert_eq!(stage.reply().content, "Für diesen Befehl brauchst du hier **Manage Server**.");
    stage.says(Stage::BOB, ",einstellungen zeigen").await;
    assert_eq!(stage.reply().embeds[0].title.as_deref(), Some("Einstellungen dieses Servers"));
    stage.says(Stage::BOB, ",help ping").await;
    assert_eq!(
        stage.reply().embeds[0].title.as_deref(),
        Some(",ping"),
        "a prefix is followed by English names"
    );
    stage.says(Stage::ALICE, ",settings language en").await;
    assert_eq!(stage.reply().content, "I answer in English here now.");
}

#[tokio::test]
async fn names_are_completed_in_both_languages() {
    let stage = stage().await;
    let typing = |typed: &str| json!([{ "name": "command", "type": 3, "value": typed, "focused": true }]);
    let offered = stage.types(Stage::BOB, "help", typing("pref")).await;
    assert_eq!(offered[0].name, "prefix show: Show the prefixes that work here");
    stage.in_language("de");
    for typed in ["spra", "lang"] {
        let offered = stage.types(Stage::BOB, "help", typing(typed)).await;
        let value = serde_json::to_value(&offered[0]).unwrap();
        assert_eq!(value["value"], "settings language", "{typed}");
        assert!(
            offered[0].name.starts_with("einstellungen sprache: Die Sprache setzen"),
            "{}",
            offered[0].name
        );
    }
    let languages = json!([{ "name": "language", "type": 1, "options": [
        { "name": "language", "type": 3, "value": "", "focused": true },
    ] }]);
    let offered = stage.types(Stage::ALICE, "settings", languages.clone()).await;
    assert_eq!(
        offered.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["English (en)", "Deutsch (de)"]
    );
    assert_eq!(stage.types(Stage::BOB, "settings", languages).await, [], "Bob may not set it");
}
