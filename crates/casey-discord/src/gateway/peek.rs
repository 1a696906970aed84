//! What is read of a payload before anything is decoded.

use std::borrow::Cow;

use serde::Deserialize;
use twilight_model::{
    gateway::event::{EventType, GatewayEventDeserializer},
    id::{
        Id,
        marker::{GuildMarker, MessageMarker, UserMarker},
    },
};

/// Opcodes that matter here (Discord Docs/Gateway Opcodes).
const DISPATCH: u8 = 0;
const HELLO: u8 = 10;

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// An event.
    Event(EventType),
    /// The greeting, with the heartbeat interval in milliseconds.
    Hello(u64),
    /// Part of keeping the connection, or an event of a type that is not known.
    Other,
}

/// Finds type and opcode by scanning for them, the way the shard itself does.
pub(super) fn head(text: &str) -> Head {
    let Some(found) = GatewayEventDeserializer::from_json(text) else { return Head::Other };
    match (found.op(), found.event_type().map(EventType::try_from)) {
        (DISPATCH, Some(Ok(kind))) => Head::Event(kind),
        (HELLO, _) => serde_json::from_str::<Payload<Hello>>(text)
            .map_or(Head::Other, |payload| Head::Hello(payload.d.heartbeat_interval)),
        _ => Head::Other,
    }
}

#[derive(Deserialize)]
struct Payload<T> {
    d: T,
}

#[derive(Deserialize)]
struct Hello {
    heartbeat_interval: u64,
}

/// The part of a new message that tells whether Casey is meant.
#[derive(Debug, Deserialize)]
pub(super) struct MessageGlance<'a> {
    #[serde(borrow, default)]
    pub(super) content: Cow<'a, str>,
    #[serde(default)]
    pub(super) guild_id: Option<Id<GuildMarker>>,
    author: Author,
    #[serde(default)]
    webhook_id: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Author {
    id: Id<UserMarker>,
    #[serde(default)]
    bot: Option<bool>,
}

impl MessageGlance<'_> {
    pub(super) fn author(&self) -> Id<UserMarker> {
        self.author.id
    }

    /// Whether a program wrote it.
    pub(super) fn bot(&self) -> bool {
        self.author.bot == Some(true) || self.webhook_id.is_some()
    }
}

/// Reads the glance of a `MESSAGE_CREATE`.
pub(super) fn message(text: &str) -> Result<MessageGlance<'_>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        #[serde(borrow)]
        d: MessageGlance<'a>,
    }
    serde_json::from_str::<Borrowed<'_>>(text).map(|payload| payload.d)
}

/// The ids of messages that a `MESSAGE_UPDATE`, `MESSAGE_DELETE` or `MESSAGE_DELETE_BULK` is about.
pub(super) fn messages(text: &str) -> Result<Vec<Id<MessageMarker>>, serde_json::Error> {
    #[derive(Deserialize)]
    struct About {
        #[serde(default)]
        id: Option<Id<MessageMarker>>,
        #[serde(default)]
        ids: Vec<Id<MessageMarker>>,
    }
    let about = serde_json::from_str::<Payload<About>>(text)?.d;
    Ok(about.id.into_iter().chain(about.ids).collect())
}

/// The person that a `GUILD_MEMBER_ADD` or `GUILD_MEMBER_UPDATE` is about.
pub(super) fn member(text: &str) -> Result<Id<UserMarker>, serde_json::Error> {
    #[derive(Deserialize)]
    struct About {
        user: Author,
    }
    serde_json::from_str::<Payload<About>>(text).map(|payload| payload.d.user.id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn heads_are_found() {
        let event = r#"{"t":"MESSAGE_CREATE","s":3,"op":0,"d":{}}"#;
        assert_eq!(head(event), Head::Event(EventType::MessageCreate));
        assert_eq!(
            head(r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}"#),
            Head::Hello(41_250)
        );
        for other in [r#"{"t":"NEW_THING","s":1,"op":0,"d":{}}"#, r#"{"op":11}"#, "not json", ""] {
            assert_eq!(head(other), Head::Other, "{other}");
        }
    }

    #[test]
    fn a_glance_borrows_and_needs_little() {
        let text =
            r#"{"op":0,"d":{"content":",ping","author":{"id":"5","new":[]},"guild_id":"7","x":{"y":1}}}"#;
        let glance = message(text).unwrap();
        assert!(matches!(glance.content, Cow::Borrowed(",ping")));
        assert_eq!((glance.author(), glance.guild_id, glance.bot()), (Id::new(5), Some(Id::new(7)), false));
        let text = r#"{"op":0,"d":{"content":"\u00fc","author":{"id":"5"},"webhook_id":"9"}}"#;
        let glance = message(text).unwrap();
        assert_eq!((&*glance.content, glance.guild_id, glance.bot()), ("ü", None, true));
        assert!(message(r#"{"op":0,"d":{"content":5}}"#).is_err());
    }

    #[test]
    fn ids_of_messages_and_members_are_found() {
        assert_eq!(messages(r#"{"d":{"id":"1","content":"x"}}"#).unwrap(), [Id::new(1)]);
        assert_eq!(messages(r#"{"d":{"ids":["1","2"]}}"#).unwrap(), [Id::new(1), Id::new(2)]);
        assert_eq!(member(r#"{"d":{"user":{"id":"4"},"roles":[]}}"#).unwrap(), Id::new(4));
    }

    proptest::proptest! {
        #[test]
        fn whatever_arrives_is_survived(text in ".{0,200}") {
            let _ = (head(&text), message(&text).is_ok(), messages(&text).is_ok(), member(&text).is_ok());
        }

        #[test]
        fn any_text_is_seen_as_it_was_written(content in ".{0,100}", author in 1_u64.., bot: bool) {
            let payload = serde_json::json!({
                "t": "MESSAGE_CREATE", "s": 1, "op": 0,
                "d": { "author": { "bot": bot, "id": author.to_string() }, "content": content, "embeds": [{ "x": content }] },
            });
            let text = payload.to_string();
            let glance = message(&text).unwrap();
            proptest::prop_assert_eq!(&*glance.content, content.as_str());
            proptest::prop_assert_eq!((glance.author().get(), glance.bot()), (author, bot));
        }
    }
}
