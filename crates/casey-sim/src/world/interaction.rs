//! Interactions and their two clocks (Discord docs: Receiving and Responding).

use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;

use super::{Cause, Target};
use crate::snowflake::Snowflake;

/// A use of a command or component, waiting for its answers.
#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub(crate) id: Snowflake,
    pub(crate) token: String,
    pub(crate) app: Snowflake,
    /// 2 for a command, 3 for a component, 4 for completing an option, 5 for a form.
    pub(crate) kind: u8,
    pub(crate) user: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    pub(crate) name: String,
    /// The message whose component was used.
    pub(crate) source: Option<Snowflake>,
    pub(crate) made_at: OffsetDateTime,
    /// The type of the first answer.
    pub(crate) answered: Option<u8>,
    /// The message `@original` stands for.
    pub(crate) original: Option<Snowflake>,
    /// What a command of a context menu was used on.
    pub(crate) target: Option<Target>,
    /// What opened the form that was sent.
    pub(crate) trigger: Option<Box<Cause>>,
    /// The form the bot opened in answer.
    pub(crate) form: Option<Value>,
    /// The choices the bot offered in answer.
    pub(crate) choices: Option<Vec<Value>>,
}

/// Why an answer came too late or twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// 10062.
    Unknown,
    /// 40060.
    AlreadyAcknowledged,
    /// 50027.
    TokenExpired,
    /// 10015: nothing was answered yet, so there is no webhook.
    NoWebhook,
}

impl Interaction {
    /// Whether a first answer may be given now.
    pub(crate) fn may_answer(&self, now: OffsetDateTime, within: Duration) -> Result<(), Refusal> {
        if self.answered.is_some() {
            Err(Refusal::AlreadyAcknowledged)
        } else if now - self.made_at > within {
            Err(Refusal::Unknown)
        } else {
            Ok(())
        }
    }

    /// Whether the token may be used for messages now.
    pub(crate) fn may_follow_up(&self, now: OffsetDateTime, within: Duration) -> Result<(), Refusal> {
        if now - self.made_at > within {
            Err(Refusal::TokenExpired)
        } else if self.answered.is_none() {
            Err(Refusal::NoWebhook)
        } else {
            Ok(())
        }
    }

    /// What a message answering it carries.
    pub(crate) fn cause(&self) -> Cause {
        Cause {
            interaction: self.id,
            app: self.app,
            kind: self.kind,
            name: self.name.clone(),
            user: self.user,
            guild: self.guild,
            component_of: self.source,
            original: self.original,
            target: self.target,
            trigger: self.trigger.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::limits;

    const START: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

    fn interaction(answered: Option<u8>) -> Interaction {
        let id = Snowflake::new(1);
        Interaction {
            id,
            token: String::new(),
            app: id,
            kind: 2,
            user: id,
            channel: id,
            guild: None,
            name: String::new(),
            source: None,
            made_at: START,
            answered,
            original: None,
            target: None,
            trigger: None,
            form: None,
            choices: None,
        }
    }

    #[test]
    fn the_first_answer_has_three_seconds_and_comes_once() {
        let at = |ms| START + time::Duration::milliseconds(ms);
        let answer = |given, ms| interaction(given).may_answer(at(ms), limits::FIRST_ANSWER);
        assert_eq!(answer(None, 3_000), Ok(()));
        assert_eq!(answer(None, 3_001), Err(Refusal::Unknown));
        assert_eq!(answer(Some(4), 10), Err(Refusal::AlreadyAcknowledged));
    }

    #[test]
    fn follow_ups_need_a_first_answer_and_have_fifteen_minutes() {
        let at = |s| START + time::Duration::seconds(s);
        let follow = |given, s| interaction(given).may_follow_up(at(s), limits::FOLLOW_UP);
        assert_eq!(follow(None, 1), Err(Refusal::NoWebhook));
        assert_eq!(follow(Some(5), 900), Ok(()));
        assert_eq!(follow(Some(5), 901), Err(Refusal::TokenExpired));
    }
}
