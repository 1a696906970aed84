//! Which events a session asked for (Discord docs: Gateway, Gateway Intents).

/// A set of gateway intents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Intents(u64);

impl Intents {
    pub(crate) const GUILDS: Self = Self(1);
    pub(crate) const GUILD_MEMBERS: Self = Self(1 << 1);
    pub(crate) const GUILD_MODERATION: Self = Self(1 << 2);
    pub(crate) const GUILD_EXPRESSIONS: Self = Self(1 << 3);
    pub(crate) const GUILD_WEBHOOKS: Self = Self(1 << 5);
    pub(crate) const GUILD_INVITES: Self = Self(1 << 6);
    pub(crate) const GUILD_VOICE_STATES: Self = Self(1 << 7);
    pub(crate) const GUILD_PRESENCES: Self = Self(1 << 8);
    pub(crate) const GUILD_MESSAGES: Self = Self(1 << 9);
    pub(crate) const GUILD_MESSAGE_REACTIONS: Self = Self(1 << 10);
    pub(crate) const GUILD_MESSAGE_TYPING: Self = Self(1 << 11);
    pub(crate) const DIRECT_MESSAGES: Self = Self(1 << 12);
    pub(crate) const DIRECT_MESSAGE_REACTIONS: Self = Self(1 << 13);
    pub(crate) const DIRECT_MESSAGE_TYPING: Self = Self(1 << 14);
    pub(crate) const MESSAGE_CONTENT: Self = Self(1 << 15);
    pub(crate) const GUILD_SCHEDULED_EVENTS: Self = Self(1 << 16);
    pub(crate) const AUTO_MODERATION_CONFIGURATION: Self = Self(1 << 20);
    /// Those that must be switched on in the developer portal.
    pub(crate) const PRIVILEGED: Self =
        Self(Self::GUILD_MEMBERS.0 | Self::GUILD_PRESENCES.0 | Self::MESSAGE_CONTENT.0);
    /// Bits 0–16, 20, 21, 24 and 25 have a meaning.
    const KNOWN: u64 = 0x1_FFFF | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;

    /// The set with these bits, unless one of them means nothing (close code 4013).
    pub(crate) fn from_bits(bits: u64) -> Option<Self> {
        (bits & !Self::KNOWN == 0).then_some(Self(bits))
    }

    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The privileged ones that are not in `granted`.
    pub(crate) fn beyond(self, granted: Self) -> Self {
        Self(self.0 & Self::PRIVILEGED.0 & !granted.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_without_a_meaning_are_refused() {
        assert!(Intents::from_bits(1 << 17).is_none());
        assert!(Intents::from_bits(1 << 25 | 1).is_some());
    }

    #[test]
    fn only_privileged_intents_need_a_grant() {
        let asked = Intents::from_bits(Intents::GUILDS.0 | Intents::MESSAGE_CONTENT.0).unwrap_or_default();
        assert_eq!(asked.beyond(Intents::default()), Intents::MESSAGE_CONTENT);
        assert!(asked.beyond(Intents::PRIVILEGED).is_empty());
    }
}
