//! The eyes: mirror first, HTTP second.

mod flight;
mod permissions;
mod rest;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use casey_core::{ChannelInfo, Clock, Directory, DiscordError, GuildInfo, Me};
use twilight_model::{
    channel::{Channel, permission_overwrite::PermissionOverwrite},
    guild::{Member, Permissions, Role},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
    user::User,
};

pub(crate) use self::rest::Rest;
use self::{flight::Flights, permissions::Case};
use crate::{
    fault,
    http::Http,
    mirror::{LeanChannel, Mirror, moment},
    short::Short,
};

/// How long answers of the HTTP API are remembered, and how many of each kind.
const REMEMBERED_FOR: Duration = Duration::from_mins(1);
const REMEMBERED: usize = 2_000;

/// How often a server is loaded anew because events changed it meanwhile.
const LOADS: u32 = 4;

/// What Casey can know about servers: from its own mirror first, over Discord's HTTP API second.
///
/// People, members and channels outside the mirror (direct messages, private threads) are remembered for a minute. A server that is not in the mirror,
/// because the session was resumed, is loaded as a whole, once for everybody who asks, and stays up to date by events from then on.
pub struct Eyes {
    me: Me,
    mirror: Arc<Mirror>,
    rest: Rest,
    clock: Arc<dyn Clock>,
    flights: Flights,
    channels: Short<Id<ChannelMarker>, Option<LeanChannel>>,
    users: Short<Id<UserMarker>, Option<User>>,
    members: Short<(Id<GuildMarker>, Id<UserMarker>), Option<Member>>,
}

impl std::fmt::Debug for Eyes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Eyes")
    }
}

impl Eyes {
    /// Drops what has been remembered long enough.
    pub(crate) fn tidy(&self) {
        let now = self.clock.now();
        self.channels.tidy(now);
        self.users.tidy(now);
        self.members.tidy(now);
    }

    pub(crate) fn new(http: Arc<Http>, clock: Arc<dyn Clock>, me: Me, mirror: Arc<Mirror>) -> Self {
        Self {
            me,
            mirror,
            rest: Rest::new(http, Arc::clone(&clock)),
            clock,
            flights: Flights::default(),
            channels: Short::new(REMEMBERED, REMEMBERED_FOR),
            users: Short::new(REMEMBERED, REMEMBERED_FOR),
            members: Short::new(REMEMBERED, REMEMBERED_FOR),
        }
    }

    /// Makes sure that a server is in the mirror, if Casey is in it.
    async fn see(&self, guild: Id<GuildMarker>) -> Result<(), DiscordError> {
        if self.mirror.is_whole(guild) {
            return Ok(());
        }
        self.flights.join(guild, || self.load(guild)).await
    }

    async fn load(&self, guild: Id<GuildMarker>) -> Result<(), DiscordError> {
        for _ in 0..LOADS {
            self.mirror.begin_load(guild);
            let loaded = match self.rest.whole_guild(guild, self.me.user).await {
                Ok(loaded) => loaded,
                Err(error) => {
                    self.mirror.end_load(guild, None);
                    return Err(error);
                }
            };
            if self.mirror.end_load(guild, loaded.as_ref()) {
                return Ok(());
            }
        }
        Err(fault::unavailable("the server changed each time it was read".into()))
    }

    /// A channel as the mirror would hold it.
    async fn look(&self, id: Id<ChannelMarker>) -> Result<Option<LeanChannel>, DiscordError> {
        if let Some(channel) = self.mirror.lean_channel(id) {
            return Ok(Some(channel));
        }
        let now = self.clock.now();
        if let Some(remembered) = self.channels.get(&id, now) {
            return Ok(remembered);
        }
        let channel = self.rest.channel(id).await?.map(LeanChannel::from);
        self.channels.put(id, channel.clone(), now);
        Ok(channel)
    }

    /// The channel whose overwrites and age restriction hold: that of a thread is the channel it is in.
    async fn ruling(&self, channel: &LeanChannel) -> Result<Option<LeanChannel>, DiscordError> {
        match channel.parent {
            Some(parent) if channel.kind.is_thread() => self.look(parent).await,
            _ => Ok(Some(channel.clone())),
        }
    }

    /// Roles of a member, and whether a time-out runs. `None` if the person is not a member.
    async fn standing(
        &self,
        guild: Id<GuildMarker>,
        user: Id<UserMarker>,
        told: Option<&[Id<RoleMarker>]>,
    ) -> Result<Option<(Vec<Id<RoleMarker>>, bool)>, DiscordError> {
        let now = self.clock.now();
        if user == self.me.user
            && let Some(own) = self.mirror.own(guild)
        {
            return Ok(Some((own.roles.to_vec(), own.timed_out_until.is_some_and(|until| until > now))));
        }
        if let Some(roles) = told {
            // Whoever sends an event is not timed out: Discord would not have let them.
            return Ok(Some((roles.to_vec(), false)));
        }
        Ok(self.member(guild, user).await?.map(|member| {
            let timed_out = member.communication_disabled_until.map(moment).is_some_and(|until| until > now);
            (member.roles, timed_out)
        }))
    }
}

#[async_trait]
impl Directory for Eyes {
    fn me(&self) -> Me {
        self.me
    }

    fn guild_count(&self) -> usize {
        self.mirror.guild_count()
    }

    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Option<GuildInfo>, DiscordError> {
        self.see(guild).await?;
        Ok(self.mirror.guild(guild))
    }

    async fn channel(&self, channel: Id<ChannelMarker>) -> Result<Option<ChannelInfo>, DiscordError> {
        if let Some(channel) = self.mirror.channel(channel) {
            return Ok(Some(channel));
        }
        let Some(channel) = self.look(channel).await? else { return Ok(None) };
        let nsfw = self.ruling(&channel).await?.is_some_and(|ruling| ruling.nsfw);
        let LeanChannel { id, guild, kind, parent, .. } = channel;
        Ok(Some(ChannelInfo { id, guild, kind, parent, nsfw }))
    }

    async fn permissions(
        &self,
        guild: Id<GuildMarker>,
        channel: Id<ChannelMarker>,
        user: Id<UserMarker>,
        roles: Option<&[Id<RoleMarker>]>,
    ) -> Result<Option<Permissions>, DiscordError> {
        self.see(guild).await?;
        let Some(info) = self.mirror.guild(guild) else { return Ok(None) };
        let Some(channel) = self.look(channel).await?.filter(|channel| channel.guild == Some(guild)) else {
            return Ok(None);
        };
        let Some(ruling) = self.ruling(&channel).await? else { return Ok(None) };
        let Some((roles, timed_out)) = self.standing(guild, user, roles).await? else { return Ok(None) };
        let known = |role| self.mirror.role_permissions(role);
        let roles: Vec<_> = roles.into_iter().filter_map(|role| Some((role, known(role)?))).collect();
        let overwrites: &[PermissionOverwrite] = &ruling.overwrites;
        Ok(Some(permissions::in_channel(Case {
            guild: info,
            user,
            // The role @everyone has the server's id.
            everyone: known(guild.cast()).unwrap_or(Permissions::empty()),
            roles: &roles,
            overwrites,
            thread: channel.kind.is_thread(),
            timed_out,
        })))
    }

    async fn user(&self, user: Id<UserMarker>) -> Result<Option<User>, DiscordError> {
        let now = self.clock.now();
        if let Some(remembered) = self.users.get(&user, now) {
            return Ok(remembered);
        }
        let found = self.rest.user(user).await?;
        self.users.put(user, found.clone(), now);
        Ok(found)
    }

    async fn member(
        &self,
        guild: Id<GuildMarker>,
        user: Id<UserMarker>,
    ) -> Result<Option<Member>, DiscordError> {
        let (key, now) = ((guild, user), self.clock.now());
        if let Some(remembered) = self.members.get(&key, now) {
            return Ok(remembered);
        }
        let found = self.rest.member(guild, user).await?;
        self.members.put(key, found.clone(), now);
        Ok(found)
    }

    async fn find_members(&self, guild: Id<GuildMarker>, name: &str) -> Result<Vec<Member>, DiscordError> {
        if name.is_empty() {
            return Ok(Vec::new());
        }
        self.rest.find_members(guild, name).await
    }

    async fn roles(&self, guild: Id<GuildMarker>) -> Result<Vec<Role>, DiscordError> {
        self.rest.roles(guild).await
    }

    async fn channels(&self, guild: Id<GuildMarker>) -> Result<Vec<Channel>, DiscordError> {
        self.rest.channels(guild).await
    }
}
