#![allow(clippy::unwrap_used)]

use casey_core::ChannelInfo;
use serde_json::{Value, json};
use twilight_gateway::{EventTypeFlags, parse};
use twilight_model::{
    channel::ChannelType,
    gateway::event::Event,
    guild::Permissions,
    id::{Id, marker::GuildMarker},
};

use super::{Mirror, trim};

const ME: u64 = 9;
const GUILD: Id<GuildMarker> = Id::new(1);

fn event(name: &str, body: &Value) -> Event {
    let text = json!({ "t": name, "s": 1, "op": 0, "d": body }).to_string();
    parse(text, EventTypeFlags::all()).unwrap().unwrap().into()
}

fn role(id: u64, permissions: Permissions) -> Value {
    json!({
        "id": id.to_string(), "name": "a name", "color": 0, "hoist": false, "position": 1, "managed": false,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null }, "mentionable": false,
        "flags": 0, "permissions": permissions.bits().to_string(),
    })
}

fn member(user: u64, roles: &[&str]) -> Value {
    json!({
        "user": { "id": user.to_string(), "username": "u", "discriminator": "0", "avatar": null },
        "roles": roles, "joined_at": "2024-03-01T12:00:00.000000+00:00", "deaf": false, "mute": false, "flags": 0,
    })
}

fn channel(id: u64, kind: u8, more: &Value) -> Value {
    let mut channel =
        json!({ "id": id.to_string(), "type": kind, "name": "a name", "guild_id": "1", "topic": "secret" });
    channel.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    channel
}

fn guild() -> Value {
    json!({
        "id": "1", "name": "a name", "owner_id": "2", "roles": [role(1, Permissions::VIEW_CHANNEL), role(3, Permissions::BAN_MEMBERS)],
        "channels": [channel(5, 0, &json!({ "nsfw": true })), channel(6, 0, &json!({}))],
        "threads": [channel(7, 11, &json!({ "parent_id": "5", "thread_metadata": {
            "archived": false, "auto_archive_duration": 1440, "archive_timestamp": "2024-03-01T12:00:00.000000+00:00", "locked": false,
        } }))],
        "members": [member(ME, &["3"]), member(4, &[])], "member_count": 2, "large": false, "unavailable": false,
        "presences": [], "voice_states": [], "emojis": [], "stickers": [], "features": [], "stage_instances": [],
        "guild_scheduled_events": [], "afk_timeout": 300, "afk_channel_id": null, "application_id": null,
        "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0, "nsfw_level": 0,
        "preferred_locale": "en-US", "premium_tier": 0, "premium_progress_bar_enabled": false,
        "system_channel_flags": 0, "verification_level": 0, "icon": null, "splash": null, "discovery_splash": null,
        "banner": null, "description": null, "vanity_url_code": null, "rules_channel_id": null,
        "public_updates_channel_id": null, "system_channel_id": null,
    })
}

fn mirror() -> Mirror {
    let mirror = Mirror::new(Id::new(ME));
    mirror.update(&event("GUILD_CREATE", &guild()));
    mirror
}

#[test]
fn a_server_is_known_once_it_is_whole() {
    let mirror = Mirror::new(Id::new(ME));
    assert_eq!(mirror.guild(GUILD), None);
    let ready = json!({
        "v": 10, "session_id": "s", "resume_gateway_url": "ws://x", "shard": [0, 1], "application": { "id": "8", "flags": 0 },
        "guilds": [{ "id": "1", "unavailable": true }],
        "user": { "id": "9", "username": "casey", "discriminator": "0", "avatar": null, "bot": true, "mfa_enabled": false },
    });
    mirror.update(&event("READY", &ready));
    assert_eq!((mirror.guild_count(), mirror.guild(GUILD)), (1, None));
    // A change that comes before the server itself does not make it whole.
    mirror.update(&event("CHANNEL_CREATE", &channel(6, 0, &json!({}))));
    assert_eq!(mirror.channel(Id::new(6)), None);
    mirror.update(&event("GUILD_CREATE", &guild()));
    assert_eq!(mirror.guild(GUILD).unwrap().owner, Id::new(2));
    assert!(mirror.channel(Id::new(6)).is_some());
    assert_eq!(&*mirror.own(GUILD).unwrap().roles, [Id::new(3)]);
}

#[test]
fn a_thread_is_age_restricted_as_its_channel_is() {
    let mirror = mirror();
    let thread = mirror.channel(Id::new(7)).unwrap();
    let expected = ChannelInfo {
        id: Id::new(7),
        guild: Some(GUILD),
        kind: ChannelType::PublicThread,
        parent: Some(Id::new(5)),
        nsfw: true,
    };
    assert_eq!(thread, expected);
    mirror.update(&event("CHANNEL_UPDATE", &channel(5, 0, &json!({ "nsfw": false }))));
    assert!(!mirror.channel(Id::new(7)).unwrap().nsfw);
}

#[test]
fn changes_are_followed() {
    let mirror = mirror();
    mirror.update(&event(
        "GUILD_ROLE_UPDATE",
        &json!({ "guild_id": "1", "role": role(3, Permissions::KICK_MEMBERS) }),
    ));
    assert_eq!(mirror.role_permissions(Id::new(3)), Some(Permissions::KICK_MEMBERS));
    mirror.update(&event("GUILD_ROLE_DELETE", &json!({ "guild_id": "1", "role_id": "3" })));
    assert_eq!(mirror.role_permissions(Id::new(3)), None);
    mirror.update(&event("CHANNEL_DELETE", &channel(6, 0, &json!({}))));
    assert_eq!(mirror.channel(Id::new(6)), None);
    let mut renamed = member(ME, &["3", "1"]);
    renamed["guild_id"] = json!("1");
    mirror.update(&event("GUILD_MEMBER_UPDATE", &renamed));
    assert_eq!(mirror.own(GUILD).unwrap().roles.len(), 2);
    let mut other = member(4, &["3"]);
    other["guild_id"] = json!("1");
    mirror.update(&event("GUILD_MEMBER_UPDATE", &other));
    assert_eq!(mirror.own(GUILD).unwrap().roles.len(), 2, "other members are nobody's business here");
}

#[test]
fn a_server_told_again_keeps_nothing_of_before() {
    let mirror = mirror();
    let mut smaller = guild();
    smaller["channels"].as_array_mut().unwrap().pop();
    mirror.update(&event("GUILD_CREATE", &smaller));
    assert_eq!(mirror.channel(Id::new(6)), None);
    assert!(mirror.channel(Id::new(5)).is_some());
}

#[test]
fn a_server_that_is_gone_is_forgotten_one_that_is_down_is_not() {
    let mirror = mirror();
    mirror.update(&event("GUILD_DELETE", &json!({ "id": "1", "unavailable": true })));
    assert_eq!((mirror.guild_count(), mirror.guild(GUILD), mirror.channel(Id::new(5))), (1, None, None));
    mirror.update(&event("GUILD_CREATE", &guild()));
    mirror.update(&event("GUILD_DELETE", &json!({ "id": "1" })));
    assert_eq!((mirror.guild_count(), mirror.own(GUILD)), (0, None));
}

#[test]
fn what_changed_while_it_was_loaded_is_loaded_again() {
    let Event::GuildCreate(create) = event("GUILD_CREATE", &guild()) else { panic!("not a server") };
    let twilight_model::gateway::payload::incoming::GuildCreate::Available(loaded) = *create else {
        panic!("not available")
    };
    let mirror = Mirror::new(Id::new(ME));
    mirror.begin_load(GUILD);
    mirror.update(&event("CHANNEL_DELETE", &channel(6, 0, &json!({}))));
    assert!(!mirror.end_load(GUILD, Some(&loaded)));
    assert_eq!(mirror.guild(GUILD), None);
    mirror.begin_load(GUILD);
    assert!(mirror.end_load(GUILD, Some(&loaded)));
    assert!(mirror.guild(GUILD).is_some());
    // A server that Casey is not in leaves no trace.
    mirror.begin_load(Id::new(77));
    assert!(mirror.end_load(Id::new(77), None));
    assert_eq!(mirror.guild_count(), 1);
}

#[test]
fn people_are_dropped_before_anything_is_copied() {
    let mut create = event("GUILD_CREATE", &guild());
    trim(&mut create, Id::new(ME));
    let text = format!("{create:?}");
    assert!(text.contains("Id<UserMarker>(9)") && !text.contains("Id<UserMarker>(4)"), "{text}");
}
