use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use twilight_model::{
    channel::{Channel, ChannelType},
    guild::{Member, Permissions, Role},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
    user::User,
};

use super::events;
use crate::{
    error::DiscordError,
    ports::{ChannelInfo, Directory, GuildInfo, Me},
};

#[derive(Debug, Default)]
struct State {
    permissions: HashMap<Id<UserMarker>, Permissions>,
    members: HashMap<Id<UserMarker>, String>,
    nsfw: bool,
}

/// A directory with one server and one channel in it.
#[derive(Debug, Default)]
pub struct StagedDirectory {
    state: Mutex<State>,
}

impl StagedDirectory {
    /// Adds a member with these permissions, or changes them.
    pub fn member(&self, user: Id<UserMarker>, name: &str, permissions: Permissions) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.members.insert(user, name.to_owned());
        state.permissions.insert(user, permissions);
    }

    /// Makes the channel age-restricted, or not.
    pub fn set_nsfw(&self, nsfw: bool) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).nsfw = nsfw;
    }

    fn named(&self, user: Id<UserMarker>) -> Option<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).members.get(&user).cloned()
    }
}

#[async_trait]
impl Directory for StagedDirectory {
    fn me(&self) -> Me {
        events::ME
    }

    fn guild_count(&self) -> usize {
        1
    }

    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Option<GuildInfo>, DiscordError> {
        Ok((guild == events::GUILD).then_some(GuildInfo { id: guild, owner: events::OWNER }))
    }

    async fn channel(&self, channel: Id<ChannelMarker>) -> Result<Option<ChannelInfo>, DiscordError> {
        let nsfw = self.state.lock().unwrap_or_else(PoisonError::into_inner).nsfw;
        let guild = Some(events::GUILD);
        let info = ChannelInfo { id: channel, guild, kind: ChannelType::GuildText, parent: None, nsfw };
        Ok((channel == events::CHANNEL).then_some(info))
    }

    async fn permissions(
        &self,
        _: Id<GuildMarker>,
        _: Id<ChannelMarker>,
        user: Id<UserMarker>,
        _: Option<&[Id<RoleMarker>]>,
    ) -> Result<Option<Permissions>, DiscordError> {
        Ok(self.state.lock().unwrap_or_else(PoisonError::into_inner).permissions.get(&user).copied())
    }

    async fn user(&self, user: Id<UserMarker>) -> Result<Option<User>, DiscordError> {
        Ok(self.named(user).map(|name| events::user(user, &name)))
    }

    async fn member(&self, _: Id<GuildMarker>, user: Id<UserMarker>) -> Result<Option<Member>, DiscordError> {
        Ok(self.named(user).map(|name| events::member(user, &name)))
    }

    async fn find_members(&self, _: Id<GuildMarker>, name: &str) -> Result<Vec<Member>, DiscordError> {
        let wanted = name.to_lowercase();
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let found = state.members.iter().filter(|(_, known)| known.to_lowercase().starts_with(&wanted));
        Ok(found.map(|(user, name)| events::member(*user, name)).collect())
    }

    async fn roles(&self, _: Id<GuildMarker>) -> Result<Vec<Role>, DiscordError> {
        Ok(Vec::new())
    }

    async fn channels(&self, _: Id<GuildMarker>) -> Result<Vec<Channel>, DiscordError> {
        Ok(Vec::new())
    }
}
