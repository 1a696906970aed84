//! The hands: from an [`Effect`] to a request to a [`Receipt`].

mod message;
mod order;
mod plan;
mod raw;
mod send;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use casey_core::{Clock, Discord, DiscordError, Effect, InteractionRef, Me, Receipt, Reply};
use serde::Deserialize;
use twilight_model::id::{
    Id,
    marker::{ChannelMarker, UserMarker},
};

pub(crate) use self::send::{Again, send};
use self::{
    order::Order,
    plan::{Plan, plan},
};
use crate::{fault, http::Http, short::Short};

/// The flag of an answer that is announced and not there yet (Discord Docs/Message Flags: `LOADING`).
const LOADING: u64 = 1 << 7;

/// How many direct-message channels are remembered, and for how long.
const DIRECT_CHANNELS: usize = 10_000;
const DIRECT_CHANNEL_FOR: Duration = Duration::from_hours(1);

/// Does to Discord what effects say, over its HTTP API.
///
/// - Every message says whom it may ping; nobody unless the reply names them.
/// - Rate limits are waited out; messages to one channel keep their order meanwhile.
/// - What may be sent twice without harm (edits, deletions, messages with a nonce, first answers to interactions, of which Discord takes one) is
///   tried up to four times when Discord is down.
pub struct Hands {
    http: Arc<Http>,
    clock: Arc<dyn Clock>,
    me: Me,
    direct: Short<Id<UserMarker>, Id<ChannelMarker>>,
    order: Order,
}

impl std::fmt::Debug for Hands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hands")
    }
}

impl Hands {
    pub(crate) fn new(http: Arc<Http>, clock: Arc<dyn Clock>, me: Me) -> Self {
        let direct = Short::new(DIRECT_CHANNELS, DIRECT_CHANNEL_FOR);
        Self { http, clock, me, direct, order: Order::default() }
    }

    /// Drops what has been remembered long enough.
    pub(crate) fn tidy(&self) {
        self.direct.tidy(self.clock.now());
    }

    /// Sends a planned request and reads what came of it.
    async fn carry_out(&self, plan: Plan) -> Result<Receipt, DiscordError> {
        let request = plan.request?;
        let answer = send(&self.http, &*self.clock, request, plan.again).await?;
        plan.read.receipt(&answer)
    }

    /// Fills the first answer if it is still announced only.
    async fn complete(&self, interaction: InteractionRef, message: Reply) -> Result<Receipt, DiscordError> {
        let Receipt::Body(answer) = self.carry_out(plan::first_answer(self.me, &interaction)).await? else {
            return Ok(Receipt::Done);
        };
        let flags = answer.get("flags").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if flags & LOADING == 0 {
            return Ok(Receipt::Done);
        }
        self.carry_out(plan(self.me, Effect::Amend { interaction, message })).await
    }

    async fn whisper(
        &self,
        user: Id<UserMarker>,
        message: Reply,
        nonce: Option<u64>,
    ) -> Result<Receipt, DiscordError> {
        let now = self.clock.now();
        let channel = if let Some(channel) = self.direct.get(&user, now) {
            channel
        } else {
            let channel = self.open_direct(user).await?;
            self.direct.put(user, channel, now);
            channel
        };
        let say = Effect::Say { channel, message, reply_to: None, nonce };
        self.carry_out(plan(self.me, say)).await
    }

    /// Opens a direct-message channel, or finds the one there is (Discord Docs/Create DM).
    async fn open_direct(&self, user: Id<UserMarker>) -> Result<Id<ChannelMarker>, DiscordError> {
        let request = raw::open_direct(user)?;
        let answer = send(&self.http, &*self.clock, request, Again::Yes).await?;
        let channel: Opened = serde_json::from_slice(&answer).map_err(|_| fault::unreadable())?;
        Ok(channel.id)
    }
}

/// The one field that is read of a channel that was opened.
#[derive(Deserialize)]
struct Opened {
    id: Id<ChannelMarker>,
}

#[async_trait]
impl Discord for Hands {
    async fn perform(&self, effect: Effect) -> Result<Receipt, DiscordError> {
        match effect {
            Effect::Whisper { user, message, nonce } => self.whisper(user, message, nonce).await,
            Effect::Complete { interaction, message } => self.complete(interaction, message).await,
            Effect::Say { channel, .. } => {
                let _turn = self.order.turn(channel).await;
                self.carry_out(plan(self.me, effect)).await
            }
            other => self.carry_out(plan(self.me, other)).await,
        }
    }
}
