//! Which servers Casey is in, and what Casey is there.

use std::collections::HashMap;

use casey_core::Timestamp;
use twilight_model::{
    gateway::ShardId,
    guild::Member,
    id::{
        Id,
        marker::{GuildMarker, RoleMarker},
    },
    util::Timestamp as Moment,
};

/// Casey as a member of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnMember {
    pub(crate) roles: Box<[Id<RoleMarker>]>,
    pub(crate) timed_out_until: Option<Timestamp>,
}

impl OwnMember {
    pub(super) fn new(roles: &[Id<RoleMarker>], timed_out_until: Option<Moment>) -> Self {
        Self { roles: roles.into(), timed_out_until: timed_out_until.map(moment) }
    }
}

impl From<&Member> for OwnMember {
    fn from(member: &Member) -> Self {
        Self::new(&member.roles, member.communication_disabled_until)
    }
}

/// twilight's time as ours.
pub(crate) const fn moment(moment: Moment) -> Timestamp {
    Timestamp::from_millis(moment.as_micros().div_euclid(1_000))
}

/// What is known of one server.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Whether channels and roles are mirrored: since `GUILD_CREATE` or since they were loaded, and kept up to date by events.
    pub(super) whole: bool,
    /// Whether Discord said that Casey is in it, so that it counts even if it cannot be loaded.
    pub(super) listed: bool,
    /// Changed while it is being loaded, so that what was loaded may be old already. `None` while nobody loads it.
    pub(super) changed: Option<bool>,
    pub(super) own: Option<OwnMember>,
}

/// All servers of the shards of this process.
#[derive(Debug, Default)]
pub(super) struct Guilds(pub(super) HashMap<Id<GuildMarker>, Known>);

impl Guilds {
    /// A new session: these servers will be told anew, others of this shard were left meanwhile. Returns those that were left.
    pub(super) fn restart(
        &mut self,
        shard: Option<ShardId>,
        listed: &[Id<GuildMarker>],
    ) -> Vec<Id<GuildMarker>> {
        let of_shard = |guild: Id<GuildMarker>| {
            shard.is_none_or(|shard| {
                (guild.get() >> 22) % u64::from(shard.total()) == u64::from(shard.number())
            })
        };
        let gone: Vec<_> =
            self.0.keys().copied().filter(|guild| of_shard(*guild) && !listed.contains(guild)).collect();
        for guild in &gone {
            self.0.remove(guild);
        }
        for guild in listed {
            let known = self.0.entry(*guild).or_default();
            known.whole = false;
            known.listed = true;
        }
        gone
    }

    /// Notes that an event changed a server.
    pub(super) fn touch(&mut self, guild: Id<GuildMarker>) {
        if let Some(changed) = self.0.get_mut(&guild).and_then(|known| known.changed.as_mut()) {
            *changed = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_session_forgets_what_was_left_but_only_of_its_shard() {
        let id = |number: u64| Id::<GuildMarker>::new(number << 22);
        let mut guilds = Guilds::default();
        for number in 1..=4 {
            guilds.0.insert(id(number), Known { whole: true, ..Known::default() });
        }
        let gone = guilds.restart(Some(ShardId::new(0, 2)), &[id(2), id(6)]);
        assert_eq!(gone, [id(4)]);
        let mut known: Vec<_> = guilds.0.iter().map(|(id, known)| (id.get() >> 22, known.whole)).collect();
        known.sort_unstable();
        assert_eq!(known, [(1, true), (2, false), (3, true), (6, false)]);
    }
}
