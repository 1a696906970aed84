//! A small server, in which the reader's questions have answers.

use casey_core::reader::{Answer, Query};
use serde_json::json;
use twilight_model::{
    application::interaction::{InteractionChannel, InteractionMember},
    guild::Role,
    id::{Id, marker::GuildMarker},
    user::User,
};

use crate::schema::made;

/// The server, whose id is also that of its role @everyone.
pub(crate) const HERE: Id<GuildMarker> = Id::new(100_000_000_000_000_000);
const BOB: u64 = 100_000_000_000_000_002;
/// Not in the server.
const ZOE: u64 = 100_000_000_000_000_003;
const CREW: u64 = 100_000_000_000_000_011;
const GENERAL: u64 = 100_000_000_000_000_021;

/// What the server answers: there are Bob, two Sams, the role Crew and the channel #general.
pub(crate) fn look_up(query: &Query) -> Answer {
    let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
    match query {
        Query::User(id) if id.get() == BOB => bob(),
        Query::User(id) if id.get() == ZOE => user(ZOE, "zoe").into(),
        Query::Member { name } if is(name, "bob") => bob(),
        Query::Member { name } if is(name, "sam") => Answer::Ambiguous(vec!["sam#1".into(), "sam#2".into()]),
        Query::Role(id) if id.get() == CREW => role(CREW, "Crew").into(),
        Query::Role(id) if id.get() == HERE.get() => role(HERE.get(), "@everyone").into(),
        Query::RoleNamed(name) if is(name, "crew") => role(CREW, "Crew").into(),
        Query::Channel(id) if id.get() == GENERAL => general(),
        Query::ChannelNamed { name, .. } if is(name, "general") => general(),
        _ => Answer::Absent,
    }
}

fn bob() -> Answer {
    let member: InteractionMember = made(json!({
        "communication_disabled_until": null, "flags": 0, "joined_at": null, "nick": null, "pending": false,
        "permissions": "0", "roles": [],
    }));
    Answer::User { user: Box::new(user(BOB, "bob")), member: Some(Box::new(member)) }
}

fn user(id: u64, name: &str) -> User {
    made(json!({ "id": id.to_string(), "username": name, "discriminator": "0", "avatar": null }))
}

fn role(id: u64, name: &str) -> Role {
    made(json!({
        "id": id.to_string(), "name": name, "color": 0, "hoist": false, "managed": false, "mentionable": false,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        "permissions": "0", "position": 1, "flags": 0,
    }))
}

fn general() -> Answer {
    let channel: InteractionChannel =
        made(json!({ "id": GENERAL.to_string(), "name": "general", "type": 0, "permissions": "0" }));
    Answer::Channel(Box::new(channel))
}
