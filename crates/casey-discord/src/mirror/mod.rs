//! A lean mirror of the servers Casey is in, kept up to date by gateway events.

mod models;
mod own;
#[cfg(test)]
mod tests;
mod trim;

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use casey_core::{ChannelInfo, GuildInfo};
use twilight_cache_inmemory::{CacheableRole, InMemoryCache, InMemoryCacheBuilder, ResourceType};
use twilight_model::{
    gateway::{
        event::{Event, EventType},
        payload::incoming::{GuildCreate, GuildDelete},
    },
    guild::{Guild, Permissions},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
};

use self::{
    models::Lean,
    own::{Guilds, Known},
};
pub(crate) use self::{
    models::LeanChannel,
    own::{OwnMember, moment},
    trim::trim,
};

/// What Casey knows of its servers without asking: ids, kinds and parents of channels, overwrites, age restriction, permissions and order of
/// roles, owners, Casey's own roles. No names, topics, people, messages or presences.
///
/// A server is read from here only once it is whole: told by `GUILD_CREATE`, or loaded as one. After a resumed session neither comes.
#[derive(Debug)]
pub struct Mirror {
    me: Id<UserMarker>,
    cache: InMemoryCache<Lean>,
    guilds: RwLock<Guilds>,
}

impl Mirror {
    /// An empty mirror for this bot user.
    pub fn new(me: Id<UserMarker>) -> Self {
        let kept = ResourceType::GUILD.union(ResourceType::CHANNEL).union(ResourceType::ROLE);
        let cache = InMemoryCacheBuilder::<Lean>::new().resource_types(kept).message_cache_size(0).build();
        Self { me, cache, guilds: RwLock::default() }
    }

    /// Whether events of this type change anything here.
    pub const fn wants(kind: EventType) -> bool {
        matches!(
            kind,
            EventType::Ready
                | EventType::GuildCreate
                | EventType::GuildUpdate
                | EventType::GuildDelete
                | EventType::UnavailableGuild
                | EventType::ChannelCreate
                | EventType::ChannelUpdate
                | EventType::ChannelDelete
                | EventType::ThreadCreate
                | EventType::ThreadUpdate
                | EventType::ThreadDelete
                | EventType::ThreadListSync
                | EventType::RoleCreate
                | EventType::RoleUpdate
                | EventType::RoleDelete
                | EventType::MemberAdd
                | EventType::MemberUpdate
        )
    }

    /// Takes over what an event tells.
    pub fn update(&self, event: &Event) {
        match event {
            Event::Ready(ready) => {
                let listed: Vec<_> = ready.guilds.iter().map(|guild| guild.id).collect();
                let gone = self.write().restart(ready.shard, &listed);
                for id in gone {
                    self.cache.update(&GuildDelete { id, unavailable: None });
                }
            }
            Event::GuildCreate(guild) => match &**guild {
                GuildCreate::Available(guild) => self.put(guild),
                GuildCreate::Unavailable(guild) => self.lose(guild.id, true),
            },
            Event::GuildDelete(guild) => self.lose(guild.id, guild.unavailable == Some(true)),
            Event::UnavailableGuild(guild) => self.lose(guild.id, true),
            Event::MemberAdd(member) if member.user.id == self.me => {
                self.set_own(member.guild_id, OwnMember::from(&member.member));
            }
            Event::MemberUpdate(member) if member.user.id == self.me => {
                let own = OwnMember::new(&member.roles, member.communication_disabled_until);
                self.set_own(member.guild_id, own);
            }
            _ => self.update_parts(event),
        }
    }

    /// Events about channels, threads and roles.
    fn update_parts(&self, event: &Event) {
        let guild = match event {
            Event::GuildUpdate(event) => {
                self.cache.update(&**event);
                Some(event.id)
            }
            Event::ChannelCreate(event) => {
                self.cache.update(&**event);
                event.guild_id
            }
            Event::ChannelUpdate(event) => {
                self.cache.update(&**event);
                event.guild_id
            }
            Event::ChannelDelete(event) => {
                self.cache.update(&**event);
                event.guild_id
            }
            Event::ThreadCreate(event) => {
                self.cache.update(&**event);
                event.guild_id
            }
            Event::ThreadUpdate(event) => {
                self.cache.update(&**event);
                event.guild_id
            }
            Event::ThreadDelete(event) => {
                self.cache.update(event);
                Some(event.guild_id)
            }
            Event::ThreadListSync(event) => {
                self.cache.update(event);
                Some(event.guild_id)
            }
            Event::RoleCreate(event) => {
                self.cache.update(event);
                Some(event.guild_id)
            }
            Event::RoleUpdate(event) => {
                self.cache.update(event);
                Some(event.guild_id)
            }
            Event::RoleDelete(event) => {
                self.cache.update(event);
                Some(event.guild_id)
            }
            _ => None,
        };
        if let Some(guild) = guild {
            self.write().touch(guild);
        }
    }

    /// Takes over a whole server.
    fn put(&self, guild: &Guild) {
        let own = guild.members.iter().find(|member| member.user.id == self.me).map(OwnMember::from);
        // What the cache had of it, it would keep beside what is new.
        self.cache.update(&GuildDelete { id: guild.id, unavailable: None });
        self.cache.update(&GuildCreate::Available(guild.clone()));
        let mut guilds = self.write();
        let known = guilds.0.entry(guild.id).or_default();
        known.whole = true;
        if own.is_some() {
            known.own = own;
        }
    }

    /// A server is gone, for a while or for good.
    fn lose(&self, id: Id<GuildMarker>, for_a_while: bool) {
        {
            let mut guilds = self.write();
            if for_a_while {
                let changed = guilds.0.get(&id).and_then(|known| known.changed).map(|_| true);
                guilds.0.insert(id, Known { changed, ..Known::default() });
            } else {
                guilds.0.remove(&id);
            }
        }
        self.cache.update(&GuildDelete { id, unavailable: None });
    }

    fn set_own(&self, guild: Id<GuildMarker>, own: OwnMember) {
        let mut guilds = self.write();
        guilds.0.entry(guild).or_default().own = Some(own);
        guilds.touch(guild);
    }

    /// Notes that Casey is in a server, of which nothing else is known yet.
    pub(crate) fn know(&self, guild: Id<GuildMarker>) {
        self.write().0.entry(guild).or_default().listed = true;
    }

    /// Begins loading a server over HTTP: changes are noted from now on.
    pub(crate) fn begin_load(&self, guild: Id<GuildMarker>) {
        self.write().0.entry(guild).or_default().changed = Some(false);
    }

    /// Ends loading. Returns `false`, and keeps nothing, if events changed the server meanwhile: it has to be loaded again.
    pub(crate) fn end_load(&self, id: Id<GuildMarker>, loaded: Option<&Guild>) -> bool {
        let (was_whole, changed) = {
            let mut guilds = self.write();
            let Some(known) = guilds.0.get_mut(&id) else { return loaded.is_none() };
            let outcome = (known.whole, known.changed.take().unwrap_or(false));
            if loaded.is_none() && !known.whole && !known.listed {
                guilds.0.remove(&id);
            }
            outcome
        };
        match loaded {
            // GUILD_CREATE came first: it is as good, and newer.
            _ if was_whole => true,
            Some(_) if changed => false,
            Some(guild) => {
                self.put(guild);
                true
            }
            None => true,
        }
    }

    /// How many servers there are.
    pub fn guild_count(&self) -> usize {
        self.read().0.len()
    }

    /// Whether a server is mirrored as a whole.
    pub fn is_whole(&self, guild: Id<GuildMarker>) -> bool {
        self.read().0.get(&guild).is_some_and(|known| known.whole)
    }

    /// A server that is whole.
    pub fn guild(&self, guild: Id<GuildMarker>) -> Option<GuildInfo> {
        if !self.is_whole(guild) {
            return None;
        }
        let guild = self.cache.guild(guild)?;
        Some(GuildInfo { id: guild.id, owner: guild.owner })
    }

    /// A channel or thread of a server that is whole. A thread is age-restricted if its channel is.
    pub fn channel(&self, channel: Id<ChannelMarker>) -> Option<ChannelInfo> {
        let channel = self.lean_channel(channel)?;
        let nsfw = if channel.kind.is_thread() {
            channel.parent.and_then(|parent| self.lean_channel(parent)).is_some_and(|parent| parent.nsfw)
        } else {
            channel.nsfw
        };
        Some(ChannelInfo {
            id: channel.id,
            guild: channel.guild,
            kind: channel.kind,
            parent: channel.parent,
            nsfw,
        })
    }

    pub(crate) fn lean_channel(&self, channel: Id<ChannelMarker>) -> Option<LeanChannel> {
        let channel = self.cache.channel(channel).map(|channel| channel.clone())?;
        channel.guild.is_some_and(|guild| self.is_whole(guild)).then_some(channel)
    }

    /// Permissions of a role.
    pub(crate) fn role_permissions(&self, role: Id<RoleMarker>) -> Option<Permissions> {
        self.cache.role(role).map(|role| role.permissions())
    }

    /// Casey as a member of a server.
    pub(crate) fn own(&self, guild: Id<GuildMarker>) -> Option<OwnMember> {
        self.read().0.get(&guild).and_then(|known| known.own.clone())
    }

    fn read(&self) -> RwLockReadGuard<'_, Guilds> {
        self.guilds.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Guilds> {
        self.guilds.write().unwrap_or_else(PoisonError::into_inner)
    }
}
