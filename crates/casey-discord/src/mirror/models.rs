//! What the mirror keeps of servers, channels and roles. No names, no topics, no people.

use twilight_cache_inmemory::{
    CacheableChannel, CacheableGuild, CacheableModels, CacheableRole,
    model::{CachedEmoji, CachedMember, CachedMessage, CachedPresence, CachedSticker, CachedVoiceState},
};
use twilight_model::{
    channel::{Channel, ChannelType, StageInstance, permission_overwrite::PermissionOverwrite},
    gateway::payload::incoming::GuildUpdate,
    guild::{Guild, GuildIntegration, Permissions, Role, scheduled_event::GuildScheduledEvent},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
    user::{CurrentUser, User},
    util::Timestamp,
};

/// Own models where something is kept, twilight's where nothing is.
#[derive(Clone, Debug)]
pub(crate) struct Lean;

impl CacheableModels for Lean {
    type Channel = LeanChannel;
    type CurrentUser = CurrentUser;
    type Emoji = CachedEmoji;
    type Guild = LeanGuild;
    type GuildIntegration = GuildIntegration;
    type GuildScheduledEvent = GuildScheduledEvent;
    type Member = CachedMember;
    type Message = CachedMessage;
    type Presence = CachedPresence;
    type Role = LeanRole;
    type StageInstance = StageInstance;
    type Sticker = CachedSticker;
    type User = User;
    type VoiceState = CachedVoiceState;
}

/// A server: its id and its owner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeanGuild {
    pub(crate) id: Id<GuildMarker>,
    pub(crate) owner: Id<UserMarker>,
}

impl From<Guild> for LeanGuild {
    fn from(guild: Guild) -> Self {
        Self { id: guild.id, owner: guild.owner_id }
    }
}

impl PartialEq<Guild> for LeanGuild {
    fn eq(&self, other: &Guild) -> bool {
        self.id == other.id && self.owner == other.owner_id
    }
}

impl CacheableGuild for LeanGuild {
    fn id(&self) -> Id<GuildMarker> {
        self.id
    }

    fn owner_id(&self) -> Id<UserMarker> {
        self.owner
    }

    fn set_unavailable(&mut self, _: Option<bool>) {}

    fn update_with_guild_update(&mut self, update: &GuildUpdate) {
        self.owner = update.owner_id;
    }

    fn increase_member_count(&mut self, _: u64) {}

    fn decrease_member_count(&mut self, _: u64) {}
}

/// A role: its permissions and its place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeanRole {
    id: Id<RoleMarker>,
    position: i64,
    permissions: Permissions,
}

impl From<Role> for LeanRole {
    fn from(role: Role) -> Self {
        Self { id: role.id, position: role.position, permissions: role.permissions }
    }
}

impl PartialEq<Role> for LeanRole {
    fn eq(&self, other: &Role) -> bool {
        self.id == other.id && self.position == other.position && self.permissions == other.permissions
    }
}

impl CacheableRole for LeanRole {
    fn position(&self) -> i64 {
        self.position
    }

    fn id(&self) -> Id<RoleMarker> {
        self.id
    }

    fn permissions(&self) -> Permissions {
        self.permissions
    }
}

/// A channel or thread: where it belongs and who may do what in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeanChannel {
    pub(crate) id: Id<ChannelMarker>,
    pub(crate) guild: Option<Id<GuildMarker>>,
    pub(crate) parent: Option<Id<ChannelMarker>>,
    pub(crate) overwrites: Box<[PermissionOverwrite]>,
    pub(crate) kind: ChannelType,
    pub(crate) nsfw: bool,
}

impl From<Channel> for LeanChannel {
    fn from(channel: Channel) -> Self {
        Self {
            id: channel.id,
            guild: channel.guild_id,
            parent: channel.parent_id,
            overwrites: channel.permission_overwrites.unwrap_or_default().into_boxed_slice(),
            kind: channel.kind,
            nsfw: channel.nsfw.unwrap_or(false),
        }
    }
}

impl PartialEq<Channel> for LeanChannel {
    fn eq(&self, other: &Channel) -> bool {
        self.id == other.id
            && self.guild == other.guild_id
            && self.parent == other.parent_id
            && self.kind == other.kind
            && self.nsfw == other.nsfw.unwrap_or(false)
            && *self.overwrites == *other.permission_overwrites.as_deref().unwrap_or_default()
    }
}

impl CacheableChannel for LeanChannel {
    fn guild_id(&self) -> Option<Id<GuildMarker>> {
        self.guild
    }

    fn kind(&self) -> ChannelType {
        self.kind
    }

    fn parent_id(&self) -> Option<Id<ChannelMarker>> {
        self.parent
    }

    fn id(&self) -> Id<ChannelMarker> {
        self.id
    }

    fn permission_overwrites(&self) -> Option<&[PermissionOverwrite]> {
        Some(&self.overwrites)
    }

    fn set_last_pin_timestamp(&mut self, _: Option<Timestamp>) {}
}
