//! Many guilds of the same make, for measuring.

use time::OffsetDateTime;

use super::{Channel, Guild, Member, Role, State, User};
use crate::permissions::Permissions;

/// How large a world for measuring is. Every guild has its own people.
#[derive(Clone, Copy, Debug)]
pub struct Fleet {
    /// Guilds, called `guild-0`, `guild-1` …
    pub guilds: usize,
    /// Members of each besides the bot; the first one owns it.
    pub members: usize,
    /// Text channels of each, called `channel-0` …
    pub channels: usize,
    /// Roles of each besides `@everyone` and the bot's, called `role-0` …
    pub roles: usize,
}

impl Fleet {
    pub(super) fn build(self, state: &mut State, founded: OffsetDateTime) {
        for number in 0..self.guilds {
            self.build_guild(state, number, founded);
        }
    }

    fn build_guild(self, state: &mut State, number: usize, founded: OffsetDateTime) {
        let id = state.minter.next_apart(founded);
        let mut guild = Guild::named(id, &format!("guild-{number}"), id);
        guild.roles.insert(id, Role::named(id, "@everyone", Permissions::EVERYONE, 0));
        let mut position = 0;
        for index in 0..self.roles {
            position += 1;
            let id = state.minter.next_apart(founded);
            guild
                .roles
                .insert(id, Role::named(id, &format!("role-{index}"), Permissions::EVERYONE, position));
        }
        let roles: Vec<_> = guild.roles.keys().copied().filter(|role| *role != id).collect();
        for index in 0..self.members {
            let user = state.minter.next_apart(founded);
            state.users.insert(user, User::named(user, &format!("person-{number}-{index}"), false));
            let worn = roles.get(index % roles.len().max(1)).copied().into_iter().collect();
            guild.members.insert(user, Member { roles: worn, ..Member::joined(user, founded) });
            if index == 0 {
                guild.owner = user;
            }
        }
        for app in state.apps.values() {
            position += 1;
            let role = state.minter.next_apart(founded);
            let named = Role::named(role, &app.name, Permissions::USUAL_BOT, position);
            guild.roles.insert(role, Role { bot: Some(app.bot), ..named });
            guild.members.insert(app.bot, Member { roles: vec![role], ..Member::joined(app.bot, founded) });
        }
        for index in 0..self.channels {
            let channel = state.minter.next_apart(founded);
            let mut text = Channel::text(channel, Some(id), &format!("channel-{index}"));
            text.position = u32::try_from(index).unwrap_or(u32::MAX);
            guild.channels.push(channel);
            state.channels.insert(channel, text);
        }
        state.guilds.insert(id, guild);
    }
}
