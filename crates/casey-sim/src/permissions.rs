//! Permission bits and how a person's permissions in a channel come about (Discord docs: Permissions).

use std::ops::{BitAnd, BitOr, BitOrAssign, Not, Sub};

use time::OffsetDateTime;

use crate::{
    snowflake::Snowflake,
    world::{Channel, Guild, Member, Overwrite},
};

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

macro_rules! permissions {
    ($($name:ident = $bit:literal),+ $(,)?) => {
        impl Permissions {
            $(#[doc = concat!("`", stringify!($name), "`, bit ", stringify!($bit), ".")]
            pub const $name: Self = Self(1 << $bit);)+

            /// Every permission there is.
            pub const ALL: Self = Self($(1 << $bit)|+);

            /// Names of the permissions in the set, in the order of their bits.
            pub fn names(self) -> Vec<&'static str> {
                [$((Self::$name, stringify!($name))),+]
                    .into_iter()
                    .filter(|(bit, _)| self.contains(*bit))
                    .map(|(_, name)| name)
                    .collect()
            }
        }
    };
}

permissions! {
    CREATE_INSTANT_INVITE = 0, KICK_MEMBERS = 1, BAN_MEMBERS = 2, ADMINISTRATOR = 3, MANAGE_CHANNELS = 4,
    MANAGE_GUILD = 5, ADD_REACTIONS = 6, VIEW_AUDIT_LOG = 7, PRIORITY_SPEAKER = 8, STREAM = 9, VIEW_CHANNEL = 10,
    SEND_MESSAGES = 11, SEND_TTS_MESSAGES = 12, MANAGE_MESSAGES = 13, EMBED_LINKS = 14, ATTACH_FILES = 15,
    READ_MESSAGE_HISTORY = 16, MENTION_EVERYONE = 17, USE_EXTERNAL_EMOJIS = 18, VIEW_GUILD_INSIGHTS = 19,
    CONNECT = 20, SPEAK = 21, MUTE_MEMBERS = 22, DEAFEN_MEMBERS = 23, MOVE_MEMBERS = 24, USE_VAD = 25,
    CHANGE_NICKNAME = 26, MANAGE_NICKNAMES = 27, MANAGE_ROLES = 28, MANAGE_WEBHOOKS = 29,
    MANAGE_GUILD_EXPRESSIONS = 30, USE_APPLICATION_COMMANDS = 31, REQUEST_TO_SPEAK = 32, MANAGE_EVENTS = 33,
    MANAGE_THREADS = 34, CREATE_PUBLIC_THREADS = 35, CREATE_PRIVATE_THREADS = 36, USE_EXTERNAL_STICKERS = 37,
    SEND_MESSAGES_IN_THREADS = 38, USE_EMBEDDED_ACTIVITIES = 39, MODERATE_MEMBERS = 40,
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 41, USE_SOUNDBOARD = 42, CREATE_GUILD_EXPRESSIONS = 43, CREATE_EVENTS = 44,
    USE_EXTERNAL_SOUNDS = 45, SEND_VOICE_MESSAGES = 46, SEND_POLLS = 49, USE_EXTERNAL_APPS = 50, PIN_MESSAGES = 51,
}

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);

    /// What `@everyone` may do in a new guild: see, talk, react, attach, read on, use commands, join voice.
    pub const EVERYONE: Self = Self(
        Self::CREATE_INSTANT_INVITE.0
            | Self::ADD_REACTIONS.0
            | Self::STREAM.0
            | Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::CONNECT.0
            | Self::SPEAK.0
            | Self::USE_VAD.0
            | Self::CHANGE_NICKNAME.0
            | Self::USE_APPLICATION_COMMANDS.0
            | Self::CREATE_PUBLIC_THREADS.0
            | Self::SEND_MESSAGES_IN_THREADS.0
            | Self::SEND_POLLS.0,
    );

    /// What a moderation bot usually asks for, short of [`ADMINISTRATOR`](Self::ADMINISTRATOR).
    pub const USUAL_BOT: Self = Self(
        Self::EVERYONE.0
            | Self::KICK_MEMBERS.0
            | Self::BAN_MEMBERS.0
            | Self::MANAGE_CHANNELS.0
            | Self::MANAGE_MESSAGES.0
            | Self::MANAGE_NICKNAMES.0
            | Self::MANAGE_ROLES.0
            | Self::MODERATE_MEMBERS.0
            | Self::VIEW_AUDIT_LOG.0,
    );

    /// What is allowed in a direct message.
    pub(crate) const DIRECT: Self = Self(
        Self::ADD_REACTIONS.0
            | Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::SEND_TTS_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::USE_APPLICATION_COMMANDS.0,
    );

    /// The set with these bits; bits without a name are kept.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether every permission of `other` is in the set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for Permissions {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl Not for Permissions {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// What a member may do in the guild as a whole.
pub(crate) fn in_guild(guild: &Guild, member: &Member, now: OffsetDateTime) -> Permissions {
    if guild.owner == member.user {
        return Permissions::ALL;
    }
    let base = guild
        .roles
        .values()
        .filter(|role| role.id == guild.id || member.roles.contains(&role.id))
        .fold(Permissions::NONE, |sum, role| sum | role.permissions);
    if base.contains(Permissions::ADMINISTRATOR) { Permissions::ALL } else { quietened(base, member, now) }
}

/// What a member may do in a channel: roles, then overwrites for everyone, for roles and for the member, then what
/// is implied by not seeing the channel or not being able to send, then a timeout.
pub(crate) fn in_channel(
    guild: &Guild,
    member: &Member,
    channel: &Channel,
    now: OffsetDateTime,
) -> Permissions {
    let base = in_guild(guild, member, now);
    if base.contains(Permissions::ADMINISTRATOR) {
        return base;
    }
    let find = |id: Snowflake| channel.overwrites.iter().find(|overwrite| overwrite.id == id);
    let everyone = find(guild.id).copied().unwrap_or_default();
    let roles = channel
        .overwrites
        .iter()
        .filter(|overwrite| {
            overwrite.role && overwrite.id != guild.id && member.roles.contains(&overwrite.id)
        })
        .fold(Overwrite::default(), |sum, one| Overwrite {
            allow: sum.allow | one.allow,
            deny: sum.deny | one.deny,
            ..sum
        });
    let own = find(member.user).copied().unwrap_or_default();
    let settled = [everyone, roles, own].iter().fold(base, |sum, step| (sum - step.deny) | step.allow);
    if !settled.contains(Permissions::VIEW_CHANNEL) {
        return Permissions::NONE;
    }
    let settled = if settled.contains(Permissions::SEND_MESSAGES) {
        settled
    } else {
        settled
            - (Permissions::MENTION_EVERYONE
                | Permissions::SEND_TTS_MESSAGES
                | Permissions::ATTACH_FILES
                | Permissions::EMBED_LINKS)
    };
    quietened(settled, member, now)
}

/// A member in a timeout can only look and read (Guild, Modify Guild Member).
fn quietened(permissions: Permissions, member: &Member, now: OffsetDateTime) -> Permissions {
    match member.timed_out_until {
        Some(until) if until > now => {
            permissions & (Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY)
        }
        _ => permissions,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::world::Role;

    const NOW: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);
    const EVERYONE: Snowflake = Snowflake::new(1);
    const ROLE: Snowflake = Snowflake::new(2);
    const OWNER: Snowflake = Snowflake::new(10);
    const BOB: Snowflake = Snowflake::new(11);

    fn guild(everyone: Permissions, role: Permissions) -> Guild {
        let mut guild = Guild::named(EVERYONE, "Harbour", OWNER);
        guild.roles.insert(EVERYONE, Role::named(EVERYONE, "@everyone", everyone, 0));
        guild.roles.insert(ROLE, Role::named(ROLE, "Role", role, 1));
        guild
    }

    fn bob() -> Member {
        Member { roles: vec![ROLE], ..Member::joined(BOB, NOW) }
    }

    fn channel(overwrites: Vec<Overwrite>) -> Channel {
        Channel { overwrites, ..Channel::text(Snowflake::new(20), Some(EVERYONE), "general") }
    }

    #[test]
    fn a_member_overwrite_beats_a_role_overwrite_beats_everyones() {
        let guild = guild(Permissions::EVERYONE, Permissions::NONE);
        let send = Permissions::SEND_MESSAGES;
        let everyone = Overwrite { id: EVERYONE, role: true, deny: send, ..Overwrite::default() };
        let role = Overwrite { id: ROLE, role: true, allow: send, ..Overwrite::default() };
        let own = Overwrite { id: BOB, role: false, deny: send, ..Overwrite::default() };
        let may = |overwrites| in_channel(&guild, &bob(), &channel(overwrites), NOW).contains(send);
        assert!(!may(vec![everyone]));
        assert!(may(vec![everyone, role]));
        assert!(!may(vec![everyone, role, own]));
    }

    #[test]
    fn a_timeout_leaves_reading_and_ends_by_itself() {
        let guild = guild(Permissions::EVERYONE, Permissions::NONE);
        let member = Member { timed_out_until: Some(NOW + time::Duration::MINUTE), ..bob() };
        let read = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
        assert_eq!(in_channel(&guild, &member, &channel(vec![]), NOW), read);
        let later = NOW + time::Duration::MINUTE;
        assert!(in_channel(&guild, &member, &channel(vec![]), later).contains(Permissions::SEND_MESSAGES));
    }

    proptest! {
        #[test]
        fn the_owner_and_administrators_may_everything(allow in any::<u64>(), deny in any::<u64>()) {
            let overwrite = |id| Overwrite {
                id, role: true, allow: Permissions::from_bits(allow), deny: Permissions::from_bits(deny)
            };
            let channel = channel(vec![overwrite(EVERYONE), overwrite(ROLE)]);
            let guild = guild(Permissions::NONE, Permissions::ADMINISTRATOR);
            prop_assert_eq!(in_channel(&guild, &bob(), &channel, NOW), Permissions::ALL);
            let owner = Member::joined(OWNER, NOW);
            prop_assert_eq!(in_channel(&guild, &owner, &channel, NOW), Permissions::ALL);
        }

        #[test]
        fn without_seeing_a_channel_nothing_else_is_possible(everyone in any::<u64>(), role in any::<u64>()) {
            let plain = |bits| Permissions::from_bits(bits) - Permissions::ADMINISTRATOR - Permissions::VIEW_CHANNEL;
            let guild = guild(plain(everyone), plain(role));
            prop_assert_eq!(in_channel(&guild, &bob(), &channel(vec![]), NOW), Permissions::NONE);
        }
    }
}
