//! What happens in the world: the same in every run with the same seed, whoever listens.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use casey_sim::Frame;
use twilight_model::gateway::Intents;

use crate::{
    atlas::Atlas,
    payload::{self, Look, Said, Scene},
    rng::Rng,
};

/// Milliseconds from Discord's epoch to the beginning of 2026, when everything here happens.
const BEGIN_MS: u64 = 347_155_200_000;

/// Milliseconds between the beginnings of two runs, so that no message id comes twice in one world.
const RUN_MS: u64 = 100_000_000;

/// Messages that reactions, edits, deletions and replies are about.
const RECENT: usize = 4_096;

/// Kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Message,
    MessageUpdate,
    MessageDelete,
    Reaction,
    Typing,
    Presence,
    MemberAdd,
    MemberUpdate,
    MemberRemove,
    Voice,
    Channel,
}

impl Kind {
    /// All kinds with their shares of 1,000 events. Messages are 55 % of what happens; what the rest divides into is an
    /// assumption.
    pub(crate) const MIX: [(Self, u64); 11] = [
        (Self::Message, 550),
        (Self::Presence, 150),
        (Self::Typing, 110),
        (Self::Reaction, 70),
        (Self::MessageUpdate, 40),
        (Self::MemberUpdate, 30),
        (Self::MessageDelete, 20),
        (Self::Voice, 12),
        (Self::MemberAdd, 7),
        (Self::MemberRemove, 6),
        (Self::Channel, 5),
    ];

    /// The name of the event.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Message => "MESSAGE_CREATE",
            Self::MessageUpdate => "MESSAGE_UPDATE",
            Self::MessageDelete => "MESSAGE_DELETE",
            Self::Reaction => "MESSAGE_REACTION_ADD",
            Self::Typing => "TYPING_START",
            Self::Presence => "PRESENCE_UPDATE",
            Self::MemberAdd => "GUILD_MEMBER_ADD",
            Self::MemberUpdate => "GUILD_MEMBER_UPDATE",
            Self::MemberRemove => "GUILD_MEMBER_REMOVE",
            Self::Voice => "VOICE_STATE_UPDATE",
            Self::Channel => "CHANNEL_UPDATE",
        }
    }

    /// The intent with which it is sent (Discord docs: Gateway, Gateway Intents).
    const fn intent(self) -> Intents {
        match self {
            Self::Message | Self::MessageUpdate | Self::MessageDelete => Intents::GUILD_MESSAGES,
            Self::Reaction => Intents::GUILD_MESSAGE_REACTIONS,
            Self::Typing => Intents::GUILD_MESSAGE_TYPING,
            Self::Presence => Intents::GUILD_PRESENCES,
            Self::MemberAdd | Self::MemberUpdate | Self::MemberRemove => Intents::GUILD_MEMBERS,
            Self::Voice => Intents::GUILD_VOICE_STATES,
            Self::Channel => Intents::GUILDS,
        }
    }

    fn drawn(rng: &mut Rng) -> Self {
        let mut left = rng.next() % 1_000;
        for (kind, share) in Self::MIX {
            if left < share {
                return kind;
            }
            left -= share;
        }
        Self::Message
    }
}

/// How much happens, and who hears of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    /// Events that happen.
    pub(crate) events: u64,
    /// Only what a client with these intents is sent comes out.
    pub(crate) intents: Intents,
    /// Of 1,000 messages, how many are prefix commands.
    pub(crate) commands: u64,
    /// The same seed gives the same events.
    pub(crate) seed: u64,
    /// Number of the run, from which message ids follow.
    pub(crate) run: u64,
}

/// The events of a script as frames for the simulated gateway.
#[derive(Debug)]
pub(crate) struct Activity {
    atlas: Arc<Atlas>,
    script: Script,
    rng: Rng,
    left: u64,
    last: u64,
    recent: Vec<Said>,
    commands: Arc<AtomicU64>,
}

impl Activity {
    pub(crate) fn new(atlas: Arc<Atlas>, script: Script) -> Self {
        Self {
            atlas,
            script,
            rng: Rng::new(script.seed),
            left: script.events,
            last: (BEGIN_MS + script.run * RUN_MS) << 22,
            recent: Vec::with_capacity(RECENT),
            commands: Arc::default(),
        }
    }

    /// Counts the prefix commands that have come out.
    pub(crate) fn commands(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.commands)
    }

    fn scene(&mut self) -> Option<Scene> {
        let number = self.rng.below(self.atlas.places.len());
        let place = self.atlas.places.get(number)?;
        Some(Scene {
            place: number,
            guild: place.id,
            channel: *self.rng.of(&place.channels)?,
            person: *self.rng.of(&place.people)?,
            role: *self.rng.of(&place.roles)?,
        })
    }

    fn says(&mut self, scene: Scene) -> Said {
        self.last += 1 << 22;
        let said = Said { id: self.last, scene };
        if self.recent.len() < RECENT {
            self.recent.push(said);
        } else {
            let at = self.rng.below(RECENT);
            self.recent[at] = said;
        }
        said
    }

    /// An earlier message, and its scene with somebody of the same guild. Before there is any, none.
    fn earlier(&mut self) -> Option<(Said, Scene)> {
        let said = *self.rng.of(&self.recent)?;
        let person = *self.rng.of(&self.atlas.places.get(said.scene.place)?.people)?;
        Some((said, Scene { person, ..said.scene }))
    }

    /// The next event and its body, drawn whether or not somebody listens.
    fn draw(&mut self) -> Option<(Kind, String)> {
        let kind = Kind::drawn(&mut self.rng);
        let scene = self.scene()?;
        let heard = self.script.intents.contains(kind.intent());
        let body = match kind {
            Kind::Message => self.message(scene, heard),
            Kind::MessageUpdate | Kind::MessageDelete | Kind::Reaction => {
                let (said, scene) = self.earlier()?;
                let content = self.words();
                match kind {
                    Kind::MessageUpdate => {
                        payload::message(said, &content, Look { edited: true, ..Look::default() })
                    }
                    Kind::MessageDelete => payload::deleted(said),
                    _ => payload::reaction(said, scene),
                }
            }
            Kind::Typing => payload::typing(scene),
            Kind::Presence => payload::presence(scene, self.rng.per_mille(500)),
            Kind::MemberAdd | Kind::MemberUpdate => payload::membership_event(scene),
            Kind::MemberRemove => payload::left(scene),
            Kind::Voice => payload::voice(scene, self.rng.per_mille(500)),
            Kind::Channel => payload::channel(scene, &self.words()),
        };
        Some((kind, body)).filter(|_| heard)
    }

    fn message(&mut self, scene: Scene, heard: bool) -> String {
        let command = self.rng.per_mille(self.script.commands);
        let replied = if self.rng.per_mille(100) { self.earlier() } else { None };
        let embed = self.rng.per_mille(30);
        let words = self.words();
        let said = self.says(replied.map_or(scene, |(_, scene)| scene));
        let replied = replied.map(|(said, _)| said);
        if command {
            self.commands.fetch_add(u64::from(heard), Ordering::Relaxed);
            return payload::message(said, ",ping", Look::default());
        }
        let content =
            if self.script.intents.contains(Intents::MESSAGE_CONTENT) { words.as_str() } else { "" };
        payload::message(said, content, Look { edited: false, embed, replied })
    }

    /// Between 3 and 30 words; none begins like a command.
    fn words(&mut self) -> String {
        const WORDS: [&str; 16] = [
            "the",
            "boat",
            "is",
            "in",
            "again",
            "and",
            "nobody",
            "saw",
            "who",
            "left",
            "harbour",
            "yesterday",
            "with",
            "all",
            "lanterns",
            "burning",
        ];
        let count = 3 + self.rng.below(28);
        let mut text = String::with_capacity(count * 7);
        for index in 0..count {
            if index > 0 {
                text.push(' ');
            }
            text.push_str(self.rng.of(&WORDS).copied().unwrap_or_default());
        }
        text
    }
}

impl Iterator for Activity {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        while self.left > 0 {
            self.left -= 1;
            if let Some((kind, body)) = self.draw() {
                return Some(Frame::from_text(kind.name(), body));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::{BTreeMap, HashSet};

    use twilight_gateway::{EventTypeFlags, parse};

    use super::*;
    use crate::atlas::Place;

    fn atlas() -> Arc<Atlas> {
        let place = |base: u64| Place {
            id: base,
            channels: vec![base + 1, base + 2],
            people: vec![base + 3, base + 4],
            roles: vec![base + 5],
        };
        Arc::new(Atlas { places: vec![place(100 << 22), place(200 << 22)] })
    }

    fn script(intents: Intents) -> Script {
        Script { events: 20_000, intents, commands: 10, seed: 7, run: 0 }
    }

    fn drawn(intents: Intents) -> Vec<(Kind, String)> {
        let mut activity = Activity::new(atlas(), script(intents));
        (0..20_000).filter_map(|_| activity.draw()).collect()
    }

    #[test]
    fn shares_add_up() {
        assert_eq!(Kind::MIX.iter().map(|(_, share)| share).sum::<u64>(), 1_000);
    }

    #[test]
    fn every_event_is_read_by_twilight_as_what_it_is() {
        let mut seen = BTreeMap::<&str, u64>::new();
        for (kind, body) in drawn(Intents::all()) {
            let text = format!(r#"{{"t":"{}","s":1,"op":0,"d":{body}}}"#, kind.name());
            let event = parse(text.clone(), EventTypeFlags::all()).ok().flatten();
            let event = twilight_gateway::Event::from(event.unwrap_or_else(|| panic!("unread: {text}")));
            assert_eq!(event.kind().name(), Some(kind.name()));
            *seen.entry(kind.name()).or_default() += 1;
        }
        assert_eq!(seen.len(), Kind::MIX.len(), "{seen:?}");
        assert!((10_600..11_400).contains(&seen["MESSAGE_CREATE"]), "{seen:?}");
    }

    #[test]
    fn who_hears_less_hears_the_same() {
        let messages = Intents::GUILD_MESSAGES | Intents::MESSAGE_CONTENT;
        let all: Vec<String> = drawn(Intents::all())
            .into_iter()
            .filter(|(kind, _)| messages.contains(kind.intent()))
            .map(|(_, body)| body)
            .collect();
        let some: Vec<String> = drawn(messages).into_iter().map(|(_, body)| body).collect();
        assert!(!some.is_empty() && all == some);
    }

    #[test]
    fn commands_are_counted_and_no_message_comes_twice() {
        let mut activity = Activity::new(atlas(), script(Intents::all()));
        let commands = activity.commands();
        let (mut ids, mut asked) = (HashSet::new(), 0);
        for (kind, body) in (0..20_000).filter_map(|_| activity.draw()).collect::<Vec<_>>() {
            if kind == Kind::Message {
                let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                assert!(ids.insert(body["id"].as_str().unwrap().to_owned()));
                asked += u64::from(body["content"] == ",ping");
            }
        }
        assert!(asked > 50);
        assert_eq!(commands.load(Ordering::Relaxed), asked);
        assert_eq!(Activity::new(atlas(), script(Intents::GUILDS)).count(), { drawn(Intents::GUILDS).len() });
    }
}
