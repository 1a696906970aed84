//! What Discord tells about the application, the gateway and the registered commands, for whoever looks whether Casey is set up well. Only reads,
//! and asks each thing once.

use std::sync::Arc;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use twilight_http::request::{Method, RequestBuilder};
use twilight_model::id::{Id, marker::ApplicationMarker};

use crate::{error::Error, fault, gateway_info::GatewayInfo, http::Http, settings::Settings};

/// Asks Discord about Casey's own set-up. Connects no shard and changes nothing.
#[derive(Clone)]
pub struct Inspector {
    http: Arc<Http>,
}

impl std::fmt::Debug for Inspector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inspector").finish_non_exhaustive()
    }
}

/// Privileged intents (Discord Docs/Gateway, Privileged Intents).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Privileges {
    /// `GUILD_MEMBERS`.
    pub members: bool,
    /// `MESSAGE_CONTENT`.
    pub message_content: bool,
    /// `GUILD_PRESENCES`.
    pub presences: bool,
}

impl Privileges {
    /// Reads an application's flags: each intent has one bit for verified applications and one for small ones (Discord Docs/Application Flags).
    const fn of_flags(flags: u64) -> Self {
        Self {
            presences: flags & (1 << 12 | 1 << 13) != 0,
            members: flags & (1 << 14 | 1 << 15) != 0,
            message_content: flags & (1 << 18 | 1 << 19) != 0,
        }
    }
}

/// What Discord tells about the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationFacts {
    /// Its id.
    pub id: Id<ApplicationMarker>,
    /// Privileged intents that are switched on; `None` if Discord does not say.
    pub privileges: Option<Privileges>,
    /// The `Date` header of the answer: Discord's clock, to the second, as HTTP writes it.
    pub date: Option<String>,
}

/// What Discord tells about its gateway (Discord Docs/Get Gateway Bot).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayFacts {
    /// Where it is.
    pub url: String,
    /// How many shards Discord recommends.
    pub shards: u32,
    /// Sessions that may be started until `reset_after_ms` have passed.
    pub sessions_left: u32,
    /// Sessions that may be started in a day.
    pub sessions_total: u32,
    /// Milliseconds until `sessions_left` is `sessions_total` again.
    pub reset_after_ms: u64,
    /// Sessions that may be started at a time.
    pub at_a_time: u16,
}

/// A command as people can type it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegisteredCommand {
    /// Its full name, with groups: `prefix set`.
    pub name: String,
    /// One sentence.
    pub description: String,
}

#[derive(Deserialize)]
struct Application {
    id: Id<ApplicationMarker>,
    flags: Option<u64>,
}

impl Inspector {
    /// Prepares to ask. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::Address`] if the address in the settings is none, [`Error::Token`] if the token cannot be one.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let Settings { token, api_url, global_limit, .. } = settings;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(Error::Token);
        }
        let http = Http::new(token, api_url.as_deref(), *global_limit, Arc::default())?;
        Ok(Self { http: Arc::new(http) })
    }

    /// Asks about the application (Discord Docs/Get Current Application).
    ///
    /// # Errors
    ///
    /// [`Error::Token`] if Discord refuses the token, [`Error::Request`] if it does not answer.
    pub async fn application(&self) -> Result<ApplicationFacts, Error> {
        let doing = "asking Discord for Casey's application";
        let (told, date): (Application, _) = self.ask("applications/@me".to_owned(), doing).await?;
        Ok(ApplicationFacts { id: told.id, privileges: told.flags.map(Privileges::of_flags), date })
    }

    /// Asks about the gateway.
    ///
    /// # Errors
    ///
    /// As for [`application`](Self::application).
    pub async fn gateway(&self) -> Result<GatewayFacts, Error> {
        let (told, _): (GatewayInfo, _) =
            self.ask("gateway/bot".to_owned(), "asking Discord for its gateway").await?;
        let limit = told.session_start_limit;
        Ok(GatewayFacts {
            url: told.url,
            shards: told.shards,
            sessions_left: limit.remaining,
            sessions_total: limit.total,
            reset_after_ms: limit.reset_after,
            at_a_time: limit.max_concurrency,
        })
    }

    /// The slash commands that are registered for all servers, sorted, sub-commands one by one (Discord Docs/Get Global Application Commands).
    ///
    /// # Errors
    ///
    /// As for [`application`](Self::application).
    pub async fn commands(
        &self,
        application: Id<ApplicationMarker>,
    ) -> Result<Vec<RegisteredCommand>, Error> {
        let path = format!("applications/{application}/commands");
        let (told, _): (Value, _) = self.ask(path, "asking Discord for the registered commands").await?;
        let mut commands = Vec::new();
        for command in told.as_array().into_iter().flatten() {
            // 1 is what is typed with a slash; others hang on a person's or a message's menu.
            if command["type"].as_u64().unwrap_or(1) == 1 {
                collect(command, "", &mut commands);
            }
        }
        commands.sort();
        Ok(commands)
    }

    /// `GET` of a path below `/api/v10/`, once: the answer, and its date.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: String,
        doing: &'static str,
    ) -> Result<(T, Option<String>), Error> {
        let failed = |source| Error::request(doing, source);
        let request =
            RequestBuilder::raw(Method::Get, path).build().map_err(|error| failed(fault::unbuilt(error)))?;
        let answer = self.http.request(&request).await.map_err(failed)?;
        let told = serde_json::from_slice(&answer.body).map_err(|_| failed(fault::unreadable()))?;
        Ok((told, answer.date))
    }
}

/// A command, or the sub-commands below it (option types 1 and 2, Discord Docs/Application Command Option Type).
fn collect(node: &Value, before: &str, found: &mut Vec<RegisteredCommand>) {
    let own = node["name"].as_str().unwrap_or_default();
    let name = if before.is_empty() { own.to_owned() } else { format!("{before} {own}") };
    let below: Vec<&Value> = node["options"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|option| matches!(option["type"].as_u64(), Some(1 | 2)))
        .collect();
    for option in &below {
        collect(option, &name, found);
    }
    if below.is_empty() {
        let description = node["description"].as_str().unwrap_or_default().to_owned();
        found.push(RegisteredCommand { name, description });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn either_bit_of_an_intent_counts() {
        assert_eq!(Privileges::of_flags(0), Privileges::default());
        for bit in [14, 15] {
            assert_eq!(Privileges::of_flags(1 << bit), Privileges { members: true, ..Privileges::default() });
        }
        for bit in [18, 19] {
            let granted = Privileges::of_flags(1 << bit | 1 << 23);
            assert_eq!(granted, Privileges { message_content: true, ..Privileges::default() });
        }
        for bit in [12, 13] {
            let granted = Privileges::of_flags(1 << bit);
            assert_eq!(granted, Privileges { presences: true, ..Privileges::default() });
        }
    }

    #[test]
    fn sub_commands_are_told_one_by_one() {
        let command = json!({ "name": "prefix", "description": "Prefixes", "options": [
            { "type": 1, "name": "set", "description": "Set it", "options": [{ "type": 3, "name": "prefix" }] },
            { "type": 2, "name": "own", "description": "Yours", "options": [
                { "type": 1, "name": "show", "description": "Show it" }] },
        ] });
        let mut found = Vec::new();
        collect(&command, "", &mut found);
        let names: Vec<_> =
            found.iter().map(|command| (command.name.as_str(), command.description.as_str())).collect();
        assert_eq!(names, [("prefix set", "Set it"), ("prefix own show", "Show it")]);
    }
}
