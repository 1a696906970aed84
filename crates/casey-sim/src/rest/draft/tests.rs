#![allow(clippy::unwrap_used)]
use serde_json::json;

use super::*;

fn codes(body: &Value) -> String {
    Draft::read(body, &[], Place::Channel)
        .map_or_else(|error| error.body()["errors"].to_string(), |_| String::new())
}

#[test]
fn limits_of_messages_and_embeds_are_kept() {
    assert_eq!(codes(&json!({ "content": "x".repeat(2_000) })), "");
    assert!(codes(&json!({ "content": "x".repeat(2_001) })).contains("BASE_TYPE_MAX_LENGTH"));
    assert!(codes(&json!({ "embeds": vec![json!({ "title": "t" }); 11] })).contains("10 or fewer"));
    let long = json!({ "description": "x".repeat(3_001) });
    assert!(codes(&json!({ "embeds": [long, long] })).contains("MAX_EMBED_SIZE_EXCEEDED"));
    let fields = vec![json!({ "name": "n", "value": "v" }); 26];
    assert!(codes(&json!({ "embeds": [{ "title": "t", "fields": fields }] })).contains("25 or fewer"));
    assert!(codes(&json!({ "embeds": [{ "color": 3 }] })).contains("BASE_TYPE_REQUIRED"));
    assert!(
        codes(&json!({ "embeds": [{ "title": "t", "url": "nonsense" }] })).contains("URL_TYPE_INVALID_URL")
    );
}

#[test]
fn components_follow_their_rules() {
    let rows = |parts: Value| json!({ "components": [{ "type": 1, "components": parts }] });
    let button = |id: &str| json!({ "type": 2, "style": 1, "label": "Go", "custom_id": id });
    assert_eq!(codes(&rows(json!([button("a"), button("b")]))), "");
    assert!(codes(&rows(json!([button("a"), button("a")]))).contains("COMPONENT_CUSTOM_ID_DUPLICATED"));
    assert!(codes(&rows(json!([button(&"x".repeat(101))]))).contains("100 or fewer"));
    assert!(codes(&rows(json!([{ "type": 2, "style": 5, "label": "Go" }]))).contains("BASE_TYPE_REQUIRED"));
    assert!(codes(&rows(json!([{ "type": 2, "style": 1, "custom_id": "a" }]))).contains("LABEL_OR_EMOJI"));
    assert!(codes(&rows(json!([]))).contains("BASE_TYPE_BAD_LENGTH"));
    assert!(codes(&rows(json!(vec![button("a"); 6]))).contains("5 or fewer"));
    assert!(codes(&json!({ "components": [{ "type": 17 }] })).contains("UNION_TYPE_CHOICES"));
}

#[test]
fn a_message_of_components_has_nothing_else_and_is_bounded() {
    let whole = |parts: Value| json!({ "flags": 1 << 15, "components": parts });
    let text = |length: usize| json!({ "type": 10, "content": "x".repeat(length) });
    let inside = json!({ "type": 17, "components": [text(5), { "type": 14 }, { "type": 9, "components": [text(1)],
        "accessory": { "type": 2, "style": 1, "label": "Go", "custom_id": "go" } }] });
    assert_eq!(codes(&whole(json!([text(3_000), inside]))), "");
    assert!(codes(&whole(json!([text(3_000), text(1_001)]))).contains("TEXT_SIZE_EXCEEDED"));
    assert!(codes(&whole(json!(vec![inside.clone(); 7]))).contains("MAX_TOTAL_COMPONENTS"));
    let mut both = whole(json!([text(1)]));
    both["content"] = json!("hi");
    assert!(codes(&both).contains("CANNOT_USE_LEGACY_FIELDS"));
    assert!(codes(&whole(json!([{ "type": 17, "components": [inside] }]))).contains("BASE_TYPE_CHOICES"));
}

#[test]
fn a_draft_keeps_what_discord_gives_back() {
    let body = json!({
        "content": "hi", "embeds": [{ "title": "t", "timestamp": "2026-01-01T00:00:00Z" }],
        "allowed_mentions": { "parse": ["users"] }, "nonce": "n", "enforce_nonce": true,
    });
    let draft = Draft::read(&body, &[], Place::Channel).unwrap();
    let embed = json!({ "type": "rich", "title": "t", "timestamp": "2026-01-01T00:00:00.000000+00:00" });
    assert_eq!(draft.embeds.unwrap(), [embed]);
    assert_eq!(draft.allowed.unwrap(), AllowedMentions { users: Which::All, ..AllowedMentions::none() });
}

#[test]
fn what_libraries_send_without_meaning_anything_is_taken() {
    assert_eq!(
        codes(&json!({ "embeds": [{ "title": "t", "flags": 0, "video": {}, "provider": { "name": "x" } }] })),
        ""
    );
    let forward = |content: &str| {
        json!({ "content": content, "components": [], "message_reference": {
        "type": 1, "message_id": "1", "channel_id": "2" } })
    };
    assert_eq!(codes(&forward("")), "");
    assert!(codes(&forward("x")).contains("MESSAGE_FORWARD_WITH_CONTENT"));
    let select = json!({ "type": 3, "custom_id": "a", "required": false, "options": [{ "label": "l", "value": "v" }] });
    let row = |part: Value| json!({ "components": [{ "type": 1, "components": [part] }] });
    assert_eq!(codes(&row(select)), "");
    let button = json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "a", "required": false });
    assert!(codes(&row(button)).contains("UNKNOWN_FIELD"));
}

fn edit(body: &Value) -> Result<Draft, String> {
    Draft::read(body, &[], Place::ChannelEdit).map_err(|error| error.body()["errors"].to_string())
}

#[test]
fn an_edit_may_repeat_what_the_message_is() {
    assert!(edit(&json!({ "content": "x", "tts": false })).is_ok());
    assert!(edit(&json!({ "content": "x", "tts": true })).unwrap_err().contains("UNKNOWN_FIELD"));
    let draft = edit(&json!({ "flags": 1 << 2 | 1 << 12 })).unwrap();
    assert_eq!((draft.flags, draft.kept_flags), (Some(1 << 2), 1 << 12));
    let file = json!({ "id": "7", "attachment": "u", "name": "n", "proxyURL": "u", "contentType": null,
        "duration": null, "waveform": null, "title": null, "spoiler": false, "flags": 0 });
    assert_eq!(edit(&json!({ "attachments": [file] })).unwrap().kept, Some(vec![Snowflake::new(7)]));
    let odd = edit(&json!({ "attachments": [{ "id": "7", "colour": 1 }] }));
    assert!(odd.unwrap_err().contains("UNKNOWN_FIELD"));
}

#[test]
fn allowed_mentions_cannot_say_everyone_and_some() {
    let both = json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } });
    assert!(codes(&both).contains("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"));
}
