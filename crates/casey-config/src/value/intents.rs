//! Privileged gateway intents.

/// The privileged intents that the operator switched on in Discord's developer portal (Discord docs, "Gateway", "Privileged
/// Intents").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivilegedIntents {
    /// `GUILD_MEMBERS`.
    pub members: bool,
    /// `MESSAGE_CONTENT`.
    pub message_content: bool,
    /// `GUILD_PRESENCES`.
    pub presences: bool,
}

impl PrivilegedIntents {
    /// None of them.
    pub const NONE: Self = Self { members: false, message_content: false, presences: false };

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut set = Self::NONE;
        if text.trim() == "none" {
            return Some(set);
        }
        for word in text.split(',') {
            match word.trim() {
                "members" => set.members = true,
                "message_content" => set.message_content = true,
                "presences" => set.presences = true,
                _ => return None,
            }
        }
        Some(set)
    }
}

impl Default for PrivilegedIntents {
    fn default() -> Self {
        Self { members: true, message_content: true, presences: false }
    }
}
