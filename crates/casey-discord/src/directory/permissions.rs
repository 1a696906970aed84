//! Permissions, computed. Pure.

use casey_core::GuildInfo;
use twilight_model::{
    channel::{ChannelType, permission_overwrite::PermissionOverwrite},
    guild::Permissions,
    id::{
        Id,
        marker::{RoleMarker, UserMarker},
    },
};
use twilight_util::permission_calculator::PermissionCalculator;

/// Permissions of a server as a whole, which no channel can give or take (Discord Docs/Permissions).
const OF_GUILD: Permissions = Permissions::KICK_MEMBERS
    .union(Permissions::BAN_MEMBERS)
    .union(Permissions::MANAGE_GUILD)
    .union(Permissions::VIEW_AUDIT_LOG)
    .union(Permissions::VIEW_GUILD_INSIGHTS)
    .union(Permissions::CHANGE_NICKNAME)
    .union(Permissions::MANAGE_NICKNAMES)
    .union(Permissions::MANAGE_GUILD_EXPRESSIONS)
    .union(Permissions::MODERATE_MEMBERS);

/// What cannot be done without sending messages.
const OF_SENDING: Permissions = Permissions::ATTACH_FILES
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::MENTION_EVERYONE)
    .union(Permissions::SEND_TTS_MESSAGES);

/// What a member keeps during a time-out.
const OF_TIMED_OUT: Permissions = Permissions::VIEW_CHANNEL.union(Permissions::READ_MESSAGE_HISTORY);

/// A member in a channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) guild: GuildInfo,
    pub(super) user: Id<UserMarker>,
    /// Permissions of @everyone.
    pub(super) everyone: Permissions,
    /// The member's other roles.
    pub(super) roles: &'a [(Id<RoleMarker>, Permissions)],
    /// Overwrites of the channel; for a thread those of the channel it is in.
    pub(super) overwrites: &'a [PermissionOverwrite],
    pub(super) thread: bool,
    pub(super) timed_out: bool,
}

/// What the member may do there.
pub(super) fn in_channel(case: Case<'_>) -> Permissions {
    let calculator = || {
        PermissionCalculator::new(case.guild.id, case.user, case.everyone, case.roles)
            .owner_id(case.guild.owner)
    };
    let of_guild = calculator().root();
    if of_guild.contains(Permissions::ADMINISTRATOR) {
        // Owners and administrators cannot be timed out.
        return Permissions::all();
    }
    // The kind only serves twilight to take away what it holds useless there, such as texts in voice channels, where Discord has long allowed
    // them. A category takes nothing away.
    let mut here = calculator().in_channel(ChannelType::GuildCategory, case.overwrites);
    let sending =
        if case.thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    if !here.contains(Permissions::VIEW_CHANNEL) {
        here = Permissions::empty();
    } else if !here.contains(sending) {
        here.remove(OF_SENDING);
    }
    let all = (here - OF_GUILD) | (of_guild & OF_GUILD);
    if case.timed_out { all & OF_TIMED_OUT } else { all }
}

#[cfg(test)]
mod tests {
    use twilight_model::channel::permission_overwrite::PermissionOverwriteType;

    use super::*;

    const GUILD: GuildInfo = GuildInfo { id: Id::new(1), owner: Id::new(2) };
    const ALICE: Id<UserMarker> = Id::new(3);
    const HELPER: Id<RoleMarker> = Id::new(4);

    fn base() -> Permissions {
        Permissions::VIEW_CHANNEL
            | Permissions::SEND_MESSAGES
            | Permissions::SEND_MESSAGES_IN_THREADS
            | Permissions::EMBED_LINKS
            | Permissions::CHANGE_NICKNAME
    }

    fn case<'a>(
        roles: &'a [(Id<RoleMarker>, Permissions)],
        overwrites: &'a [PermissionOverwrite],
    ) -> Case<'a> {
        let guild = GUILD;
        Case { guild, user: ALICE, everyone: base(), roles, overwrites, thread: false, timed_out: false }
    }

    fn overwrite(
        id: u64,
        kind: PermissionOverwriteType,
        allow: Permissions,
        deny: Permissions,
    ) -> PermissionOverwrite {
        PermissionOverwrite { allow, deny, id: Id::new(id), kind }
    }

    #[test]
    fn permissions_of_the_server_reach_into_channels() {
        let roles = [(HELPER, Permissions::MANAGE_GUILD | Permissions::BAN_MEMBERS)];
        let all = in_channel(case(&roles, &[]));
        assert!(all.contains(base() | Permissions::MANAGE_GUILD | Permissions::BAN_MEMBERS));
    }

    #[test]
    fn a_channel_can_neither_give_nor_take_permissions_of_the_server() {
        let roles = [(HELPER, Permissions::KICK_MEMBERS)];
        let overwrites = [overwrite(
            4,
            PermissionOverwriteType::Role,
            Permissions::BAN_MEMBERS,
            Permissions::KICK_MEMBERS,
        )];
        let all = in_channel(case(&roles, &overwrites));
        assert!(all.contains(Permissions::KICK_MEMBERS));
        assert!(!all.contains(Permissions::BAN_MEMBERS));
    }

    #[test]
    fn owners_and_administrators_may_do_everything() {
        let hidden =
            [overwrite(1, PermissionOverwriteType::Role, Permissions::empty(), Permissions::VIEW_CHANNEL)];
        let admin = [(HELPER, Permissions::ADMINISTRATOR)];
        assert_eq!(in_channel(Case { timed_out: true, ..case(&admin, &hidden) }), Permissions::all());
        assert_eq!(in_channel(Case { user: GUILD.owner, ..case(&[], &hidden) }), Permissions::all());
    }

    #[test]
    fn in_a_hidden_channel_nothing_can_be_done() {
        let hidden =
            [overwrite(1, PermissionOverwriteType::Role, Permissions::empty(), Permissions::VIEW_CHANNEL)];
        assert_eq!(in_channel(case(&[], &hidden)), Permissions::CHANGE_NICKNAME);
        let shown = [
            hidden[0],
            overwrite(3, PermissionOverwriteType::Member, Permissions::VIEW_CHANNEL, Permissions::empty()),
        ];
        assert_eq!(in_channel(case(&[], &shown)), base());
    }

    #[test]
    fn who_cannot_send_cannot_embed_either() {
        let mute =
            [overwrite(1, PermissionOverwriteType::Role, Permissions::empty(), Permissions::SEND_MESSAGES)];
        let all = in_channel(case(&[], &mute));
        assert!(!all.intersects(Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS));
        // Threads have a permission of their own.
        assert!(in_channel(Case { thread: true, ..case(&[], &mute) }).contains(Permissions::EMBED_LINKS));
    }

    #[test]
    fn a_member_overwrite_comes_after_those_of_roles() {
        let roles = [(HELPER, Permissions::empty())];
        let overwrites = [
            overwrite(3, PermissionOverwriteType::Member, Permissions::SEND_MESSAGES, Permissions::empty()),
            overwrite(4, PermissionOverwriteType::Role, Permissions::empty(), Permissions::SEND_MESSAGES),
        ];
        assert!(in_channel(case(&roles, &overwrites)).contains(Permissions::SEND_MESSAGES));
    }

    #[test]
    fn a_time_out_leaves_reading() {
        let all = in_channel(Case { timed_out: true, ..case(&[], &[]) });
        assert_eq!(all, Permissions::VIEW_CHANNEL);
    }
}
