use async_trait::async_trait;
use twilight_model::{
    channel::{Channel, ChannelType},
    guild::{Member, Permissions, Role},
    id::{
        Id,
        marker::{ApplicationMarker, ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
    user::User,
};

use crate::error::DiscordError;

/// Casey's own ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Me {
    /// The bot user.
    pub user: Id<UserMarker>,
    /// The application it belongs to.
    pub application: Id<ApplicationMarker>,
}

/// What is kept about a server: no names, no members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuildInfo {
    /// Its id.
    pub id: Id<GuildMarker>,
    /// Who owns it.
    pub owner: Id<UserMarker>,
}

/// What is kept about a channel: no name, no topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelInfo {
    /// Its id.
    pub id: Id<ChannelMarker>,
    /// The server it is in; none for direct messages.
    pub guild: Option<Id<GuildMarker>>,
    /// What kind it is.
    pub kind: ChannelType,
    /// Category of a channel, or channel of a thread.
    pub parent: Option<Id<ChannelMarker>>,
    /// Whether it is age-restricted. A thread is if its channel is.
    pub nsfw: bool,
}

/// The eyes: what Casey can know about servers, from its own mirror first and over Discord's HTTP API second.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Casey's own ids.
    fn me(&self) -> Me;

    /// How many servers Casey is in, as far as this process knows.
    fn guild_count(&self) -> usize;

    /// A server; `None` if Casey is not in it.
    ///
    /// # Errors
    ///
    /// [`DiscordError`] when Discord had to be asked and did not answer; the same holds for all methods below.
    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Option<GuildInfo>, DiscordError>;

    /// A channel Casey may see.
    async fn channel(&self, channel: Id<ChannelMarker>) -> Result<Option<ChannelInfo>, DiscordError>;

    /// What a member may do in a channel: roles, overwrites of the channel (of the parent for a thread), ownership and time-out
    /// counted. `roles` spares a request when the event told them. `None` if the person is not a member.
    async fn permissions(
        &self,
        guild: Id<GuildMarker>,
        channel: Id<ChannelMarker>,
        user: Id<UserMarker>,
        roles: Option<&[Id<RoleMarker>]>,
    ) -> Result<Option<Permissions>, DiscordError>;

    /// A person, member of a server or not.
    async fn user(&self, user: Id<UserMarker>) -> Result<Option<User>, DiscordError>;

    /// A member.
    async fn member(
        &self,
        guild: Id<GuildMarker>,
        user: Id<UserMarker>,
    ) -> Result<Option<Member>, DiscordError>;

    /// Members whose user name, display name or nickname begins with `name`; at most 10.
    async fn find_members(&self, guild: Id<GuildMarker>, name: &str) -> Result<Vec<Member>, DiscordError>;

    /// A server's roles, with names.
    async fn roles(&self, guild: Id<GuildMarker>) -> Result<Vec<Role>, DiscordError>;

    /// A server's channels, with names.
    async fn channels(&self, guild: Id<GuildMarker>) -> Result<Vec<Channel>, DiscordError>;
}
