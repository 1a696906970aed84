//! From a payload to an event, decoding only what somebody wants.

use std::{collections::HashMap, sync::Arc, time::Duration};

use casey_core::{Bot, Clock, Glance, Timestamp};
use twilight_gateway::{EventTypeFlags, parse};
use twilight_model::{
    gateway::event::{Event, EventType},
    id::{Id, marker::UserMarker},
};

use super::{
    counts::{Counts, add},
    peek,
};
use crate::mirror::{Mirror, trim};

/// How often a type of event that cannot be read is written to the log.
const LOG_EVERY: Duration = Duration::from_mins(1);

/// Decides which events are decoded.
pub(super) struct Sieve {
    pub(super) bot: Bot,
    pub(super) me: Id<UserMarker>,
    pub(super) counts: Arc<Counts>,
    pub(super) clock: Arc<dyn Clock>,
    logged: HashMap<&'static str, Timestamp>,
}

impl Sieve {
    pub(super) fn new(bot: Bot, me: Id<UserMarker>, counts: Arc<Counts>, clock: Arc<dyn Clock>) -> Self {
        Self { bot, me, counts, clock, logged: HashMap::new() }
    }

    /// The event in a payload of this type, if it is wanted and can be read.
    pub(super) fn sift(&mut self, kind: EventType, text: String) -> Option<Event> {
        match self.is_wanted(kind, &text) {
            Ok(true) => self.decode(kind, text),
            Ok(false) => {
                add(&self.counts.skipped);
                None
            }
            Err(_) => {
                self.unparsable(kind.name().unwrap_or("payload"));
                None
            }
        }
    }

    fn is_wanted(&self, kind: EventType, text: &str) -> Result<bool, serde_json::Error> {
        let wanted = self.bot.wants(kind);
        match kind {
            EventType::MessageCreate if wanted => {
                let glance = peek::message(text)?;
                Ok(self.bot.looks_at(&Glance {
                    content: &glance.content,
                    guild: glance.guild_id,
                    author: glance.author(),
                    bot: glance.bot(),
                }))
            }
            EventType::MessageUpdate | EventType::MessageDelete | EventType::MessageDeleteBulk if wanted => {
                Ok(peek::messages(text)?.into_iter().any(|id| self.bot.tracks(id)))
            }
            EventType::MemberAdd | EventType::MemberUpdate if !wanted => Ok(peek::member(text)? == self.me),
            kind => Ok(wanted || Mirror::wants(kind)),
        }
    }

    fn decode(&mut self, kind: EventType, text: String) -> Option<Event> {
        match parse(text, EventTypeFlags::all()) {
            Ok(Some(event)) => {
                add(&self.counts.decoded);
                let mut event = Event::from(event);
                if !self.bot.wants(kind) {
                    trim(&mut event, self.me);
                }
                Some(event)
            }
            Ok(None) => None,
            // The error holds the whole payload.
            Err(_) => {
                self.unparsable(kind.name().unwrap_or("payload"));
                None
            }
        }
    }

    /// Counts a payload that cannot be read. What was in it is written nowhere.
    pub(super) fn unparsable(&mut self, kind: &'static str) {
        self.counts.unparsable(kind);
        let now = self.clock.now();
        if self.logged.get(kind).is_none_or(|last| now.since(*last) >= LOG_EVERY) {
            self.logged.insert(kind, now);
            tracing::warn!(kind, "an event from Discord could not be read and was skipped");
        }
    }
}
