//! Reads over Discord's HTTP API. What Casey may not see does not exist for it.

use std::{fmt::Write as _, sync::Arc};

use casey_core::{Clock, DiscordError, DiscordErrorKind};
use serde::de::DeserializeOwned;
use twilight_http::request::{Method, Request, RequestBuilder};
use twilight_model::{
    channel::Channel,
    guild::{Guild, Member, Role},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, UserMarker},
    },
    user::User,
};

use crate::{
    fault,
    http::Http,
    perform::{Again, send},
};

/// Asks Discord.
pub(crate) struct Rest {
    http: Arc<Http>,
    clock: Arc<dyn Clock>,
}

impl Rest {
    pub(crate) fn new(http: Arc<Http>, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock }
    }

    /// `GET` of a path below `/api/v10/`.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: String) -> Result<T, DiscordError> {
        let request = RequestBuilder::raw(Method::Get, path).build().map_err(fault::unbuilt)?;
        let answer = self.send(request).await?;
        serde_json::from_slice(&answer).map_err(|_| fault::unreadable())
    }

    /// Sends a request that may be sent again when Discord is down; returns the answer's body.
    pub(crate) async fn send(&self, request: Request) -> Result<Vec<u8>, DiscordError> {
        send(&self.http, &*self.clock, request, Again::Yes).await
    }

    pub(super) async fn channel(&self, channel: Id<ChannelMarker>) -> Result<Option<Channel>, DiscordError> {
        seen(self.get(format!("channels/{channel}")).await)
    }

    pub(super) async fn user(&self, user: Id<UserMarker>) -> Result<Option<User>, DiscordError> {
        seen(self.get(format!("users/{user}")).await)
    }

    pub(super) async fn member(
        &self,
        guild: Id<GuildMarker>,
        user: Id<UserMarker>,
    ) -> Result<Option<Member>, DiscordError> {
        seen(self.get(format!("guilds/{guild}/members/{user}")).await)
    }

    pub(super) async fn find_members(
        &self,
        guild: Id<GuildMarker>,
        name: &str,
    ) -> Result<Vec<Member>, DiscordError> {
        let mut path = format!("guilds/{guild}/members/search?limit=10&query=");
        for byte in name.bytes() {
            let _ = if byte.is_ascii_alphanumeric() {
                write!(path, "{}", char::from(byte))
            } else {
                write!(path, "%{byte:02X}")
            };
        }
        self.get(path).await
    }

    pub(super) async fn roles(&self, guild: Id<GuildMarker>) -> Result<Vec<Role>, DiscordError> {
        self.get(format!("guilds/{guild}/roles")).await
    }

    pub(super) async fn channels(&self, guild: Id<GuildMarker>) -> Result<Vec<Channel>, DiscordError> {
        self.get(format!("guilds/{guild}/channels")).await
    }

    /// A server with its channels and Casey as a member, as `GUILD_CREATE` would tell it. Threads are looked at one by one when they are used.
    pub(super) async fn whole_guild(
        &self,
        id: Id<GuildMarker>,
        me: Id<UserMarker>,
    ) -> Result<Option<Guild>, DiscordError> {
        let Some(mut guild) = seen(self.get::<Guild>(format!("guilds/{id}")).await)? else { return Ok(None) };
        guild.channels = self.channels(id).await?;
        guild.members = self.member(id, me).await?.into_iter().collect();
        Ok(Some(guild))
    }
}

/// “Unknown” and “missing access” mean: not for us.
fn seen<T>(answer: Result<T, DiscordError>) -> Result<Option<T>, DiscordError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if matches!(error.kind(), DiscordErrorKind::Missing | DiscordErrorKind::Forbidden) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
