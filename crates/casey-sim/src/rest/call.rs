//! One request in the hands of its route, and the questions most routes ask.

use serde_json::Value;

use super::{
    error::ApiError,
    form::{self, Form, Issues},
    upload::Upload,
};
use crate::{
    gateway::Intents,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Application, Done, Message, State, View},
};

/// A successful answer.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Json(u16, Value),
    /// 204.
    Empty,
}

impl Answer {
    #[expect(clippy::unnecessary_wraps, reason = "a route ends in an outcome")]
    pub(super) fn ok(body: Value) -> Outcome {
        Ok(Self::Json(200, body))
    }
}

pub(super) type Outcome = Result<Answer, ApiError>;

/// A request.
pub(super) struct Ctx<'a> {
    pub(super) state: &'a mut State,
    /// The application whose bot asks; none on routes that need no authorization.
    pub(super) app: Option<Snowflake>,
    pub(super) params: Vec<(&'static str, String)>,
    pub(super) query: &'a [(String, String)],
    pub(super) body: &'a Value,
    pub(super) files: &'a [Upload],
    /// The audit log reason.
    pub(super) reason: Option<&'a str>,
}

impl Ctx<'_> {
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// An id in the path.
    pub(super) fn id(&self, name: &str) -> Result<Snowflake, ApiError> {
        self.param(name).parse().map_err(|_| {
            let issues = Issues::default();
            issues.add(
                name,
                "NUMBER_TYPE_COERCE",
                &format!("Value \"{}\" is not snowflake.", self.param(name)),
            );
            issues.result().err().unwrap_or_else(ApiError::wrong_form)
        })
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn query_is_true(&self, name: &str) -> bool {
        matches!(self.query(name), Some("true" | "True" | "1"))
    }

    /// A number in the query, within its range.
    pub(super) fn query_number(
        &self,
        name: &'static str,
        min: usize,
        max: usize,
        default: usize,
    ) -> Result<usize, ApiError> {
        let Some(text) = self.query(name) else { return Ok(default) };
        match text.parse() {
            Ok(number) if number >= min && number <= max => Ok(number),
            _ => {
                let issues = Issues::default();
                issues.add(
                    name,
                    "NUMBER_TYPE_RANGE",
                    &format!("int value should be between {min} and {max}."),
                );
                Err(issues.result().err().unwrap_or_else(ApiError::wrong_form))
            }
        }
    }

    /// An id in the query.
    pub(super) fn query_id(&self, name: &'static str) -> Result<Option<Snowflake>, ApiError> {
        let Some(text) = self.query(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            let issues = Issues::default();
            issues.add(name, "NUMBER_TYPE_COERCE", &format!("Value \"{text}\" is not snowflake."));
            issues.result().err().unwrap_or_else(ApiError::wrong_form)
        })
    }

    /// The application that asks.
    pub(super) fn application(&self) -> Result<&Application, ApiError> {
        self.app.and_then(|id| self.state.apps.get(&id)).ok_or_else(ApiError::unauthorized)
    }

    /// The bot that asks.
    pub(super) fn bot(&self) -> Result<Snowflake, ApiError> {
        self.application().map(|app| app.bot)
    }

    /// As whom answers are rendered.
    pub(super) fn view(&self) -> Result<View, ApiError> {
        let app = self.application()?;
        let content = app.privileged.contains(Intents::MESSAGE_CONTENT);
        Ok(View { user: app.bot, content })
    }

    /// The channel in the path, if the bot sees it and may do what is needed there.
    pub(super) fn channel(&self, needed: Permissions) -> Result<Snowflake, ApiError> {
        let id = self.id("channel_id")?;
        self.allowed(id, needed)?;
        Ok(id)
    }

    /// Whether the bot sees a channel and may do what is needed there.
    pub(super) fn allowed(&self, channel: Snowflake, needed: Permissions) -> Result<(), ApiError> {
        let bot = self.bot()?;
        let Some(found) = self.state.channels.get(&channel) else { return Err(ApiError::unknown_channel()) };
        let stranger = match found.guild {
            Some(guild) => self.state.member(guild, bot).is_none(),
            None => found.recipients.is_none_or(|(_, other)| other != bot),
        };
        let mine = self.state.permissions(bot, channel);
        if stranger || !mine.contains(Permissions::VIEW_CHANNEL) {
            return Err(ApiError::missing_access());
        }
        let missing = needed - mine;
        if missing == Permissions::NONE { Ok(()) } else { Err(ApiError::missing_permissions(missing)) }
    }

    /// The guild in the path, if the bot is in it.
    pub(super) fn guild(&self) -> Result<Snowflake, ApiError> {
        let id = self.id("guild_id")?;
        let bot = self.bot()?;
        match self.state.guilds.get(&id) {
            None => Err(ApiError::unknown_guild()),
            Some(guild) if !guild.members.contains_key(&bot) => Err(ApiError::missing_access()),
            Some(_) => Ok(id),
        }
    }

    /// Whether the bot may do this in the whole guild.
    pub(super) fn allowed_in_guild(&self, guild: Snowflake, needed: Permissions) -> Result<(), ApiError> {
        let missing = needed - self.state.guild_permissions(self.bot()?, guild);
        if missing == Permissions::NONE { Ok(()) } else { Err(ApiError::missing_permissions(missing)) }
    }

    /// Whether the bot stands above a member, so that it may act on them (50013 otherwise).
    pub(super) fn stands_above(&self, guild: Snowflake, user: Snowflake) -> Result<(), ApiError> {
        let bot = self.bot()?;
        let above = self.state.guilds.get(&guild).is_some_and(|guild| guild.stands_above(bot, user));
        if above { Ok(()) } else { Err(ApiError::missing_permissions(Permissions::NONE)) }
    }

    /// Reads the body strictly.
    pub(super) fn form<T>(&self, read: impl FnOnce(&mut Form<'_>) -> T) -> Result<T, ApiError> {
        form::read(self.body, read)
    }

    /// Writes into the audit log, with the reason of the request.
    pub(super) fn log(&mut self, guild: Snowflake, done: Done) -> Result<(), ApiError> {
        let bot = self.bot()?;
        self.state.log(guild, bot, self.reason, done);
        Ok(())
    }

    /// The message in the path. Ephemeral messages are not there for the API of channels.
    pub(super) fn message(&self, channel: Snowflake) -> Result<&Message, ApiError> {
        let id = self.id("message_id")?;
        let found = self.state.message(channel, id).filter(|message| message.only_for().is_none());
        found.ok_or_else(ApiError::unknown_message)
    }
}
