//! The connection to Discord's gateway.

mod backoff;
mod counts;
mod gate;
mod keeper;
mod ledger;
mod pace;
mod peek;
mod shard;
mod sift;

use std::{future::Future, sync::Arc, time::Duration};

use casey_core::{Bot, Clock, GatewaySessions, Me};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::sync::watch;
use twilight_gateway::{ConfigBuilder, Session, Shard, queue::InMemoryQueue};
use twilight_model::gateway::{Intents, ShardId};

pub use self::counts::{Counts, CountsNow};
pub(crate) use self::keeper::Keeper;
use self::{
    gate::Gate,
    keeper::Owner,
    shard::{Parts, Runner},
    sift::Sieve,
};
use crate::{error::Error, gateway_info::GatewayInfo, mirror::Mirror, settings::Shards};

/// What all shards share.
pub(crate) struct Gateway {
    pub(crate) token: String,
    pub(crate) info: GatewayInfo,
    pub(crate) shards: Shards,
    pub(crate) me: Me,
    pub(crate) mirror: Arc<Mirror>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sessions: Arc<dyn GatewaySessions>,
}

impl Gateway {
    /// Runs all shards of this process until `stop` is done, or until Discord ends one for good, which ends the others.
    pub(crate) async fn run(
        &self,
        bot: &Bot,
        keeper: &Keeper,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let config = ConfigBuilder::new(self.token.clone(), bot.intents() | Intents::GUILDS)
            .proxy_url(self.info.url.clone())
            .queue(self.queue())
            .build();
        let (send, receive) = watch::channel(false);
        let mut running = FuturesUnordered::new();
        for (id, ledger, kept) in keeper.shards() {
            let sieve =
                Sieve::new(bot.clone(), self.me.user, Arc::clone(&self.counts), Arc::clone(&self.clock));
            let config = match kept {
                Some(kept) => ConfigBuilder::from(config.clone())
                    .session(Session::new(kept.sequence(), kept.id.clone()))
                    .resume_url(kept.resume_url.clone())
                    .build(),
                None => config.clone(),
            };
            let runner = Runner::new(Parts {
                shard: Shard::with_config(id, config),
                bot: bot.clone(),
                mirror: Arc::clone(&self.mirror),
                ledger,
                new_session: keeper.new_session(),
                sieve,
                stop: receive.clone(),
            });
            running.push(tokio::spawn(runner.run()));
        }
        let mut stop = std::pin::pin!(stop);
        let mut stopping = false;
        let mut outcome = Ok(());
        loop {
            let ended = tokio::select! {
                () = &mut stop, if !stopping => None,
                ended = running.next() => match ended {
                    Some(ended) => Some(ended),
                    None => return outcome,
                },
            };
            match ended {
                Some(Ok(Err(error))) if outcome.is_ok() => outcome = Err(error),
                // A shard that panicked is a mistake of ours; going on without its servers would hide it.
                Some(Err(_)) if outcome.is_ok() => outcome = Err(Error::Closed { code: 0 }),
                _ => {}
            }
            stopping = true;
            let _ = send.send(true);
        }
    }

    /// What is kept of this process's shards.
    pub(crate) async fn keeper(&self) -> Keeper {
        let ids: Vec<ShardId> = self.shards.ids(self.info.shards).collect();
        self.counts.shards.store(ids.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Keeper::open(Arc::clone(&self.sessions), Arc::clone(&self.clock), self.owner(), &ids).await
    }

    fn owner(&self) -> Owner {
        Owner { application: self.me.application, gateway: self.info.url.clone() }
    }

    /// Lets shards identify as fast as Discord allows.
    fn queue(&self) -> Gate {
        let limit = self.info.session_start_limit;
        let concurrency = limit.max_concurrency.max(1);
        let here = InMemoryQueue::new(
            concurrency,
            limit.remaining,
            Duration::from_millis(limit.reset_after),
            limit.total.max(limit.remaining),
        );
        Gate {
            here,
            shared: Arc::clone(&self.sessions),
            clock: Arc::clone(&self.clock),
            owner: self.owner(),
            concurrency: concurrency.into(),
        }
    }
}

/// What it means that Discord closed a connection with a code after which there is no coming back (Discord Docs/Opcodes and Status Codes).
fn fatal(code: u16, shard: ShardId, intents: Intents) -> Error {
    match code {
        4004 => Error::Token,
        4010 | 4011 => Error::Shard { number: shard.number(), total: shard.total(), code },
        4013 | 4014 => Error::Intents(privileged(intents)),
        code => Error::Closed { code },
    }
}

/// The privileged intents among these, by the names of Discord's developer portal.
fn privileged(intents: Intents) -> String {
    let names = [
        (Intents::GUILD_MEMBERS, "Server Members"),
        (Intents::MESSAGE_CONTENT, "Message Content"),
        (Intents::GUILD_PRESENCES, "Presence"),
    ];
    let asked: Vec<_> =
        names.into_iter().filter(|(intent, _)| intents.contains(*intent)).map(|(_, name)| name).collect();
    if asked.is_empty() { "that the bot asks for".into() } else { asked.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fatal_close_says_what_to_change() {
        let shard = ShardId::new(3, 8);
        let intents = Intents::GUILDS | Intents::MESSAGE_CONTENT | Intents::GUILD_MEMBERS;
        assert!(matches!(fatal(4004, shard, intents), Error::Token));
        let text = fatal(4014, shard, intents).to_string();
        assert!(
            text.contains("Server Members, Message Content") && text.contains("developer portal"),
            "{text}"
        );
        assert!(fatal(4010, shard, intents).to_string().contains("shard 3 of 8"));
        assert!(!fatal(4012, shard, intents).is_configuration());
    }
}
