//! Where the bot keeps what does not last: in Redis if there is one, else in its own memory.

use std::sync::Arc;

use casey_config::Config;
use casey_core::{Cache, Clock, Quota};
use casey_data::{Bus, LocalCache, LocalQuota, Redis, RedisCause, Resilient};

use crate::error::BotError;

/// Cache and counters.
pub(crate) struct ShortTerm {
    pub(crate) cache: Arc<dyn Cache>,
    pub(crate) quota: Arc<dyn Quota>,
    /// Redis, if it is used.
    pub(crate) redis: Option<Arc<Resilient>>,
    /// Tells and hears changes through it.
    pub(crate) bus: Option<Bus>,
}

impl ShortTerm {
    /// Opens what is configured. A Redis that is down is no reason not to start; one that cannot be trusted, or does not let Casey in, is.
    pub(crate) async fn open(config: &Config, clock: &Arc<dyn Clock>) -> Result<Self, BotError> {
        let Some(url) = &config.redis_url else { return Ok(Self::in_memory(clock)) };
        let redis = Redis::open(url.expose(), Arc::clone(clock))?;
        if let Err(error) = redis.check().await {
            if !error.cause().is_some_and(passes) {
                return Err(error.into());
            }
            tracing::warn!(error = casey_core::causes(&error), "going on without Redis for now");
        }
        let bus = Some(Bus::start(redis.clone()));
        let redis = Arc::new(Resilient::start(redis).await);
        Ok(Self { bus, cache: Arc::clone(&redis) as _, quota: Arc::clone(&redis) as _, redis: Some(redis) })
    }

    /// Everything in the memory of this process.
    pub(crate) fn in_memory(clock: &Arc<dyn Clock>) -> Self {
        Self {
            cache: Arc::new(LocalCache::new(Arc::clone(clock), LocalCache::DEFAULT_BYTES)),
            quota: Arc::new(LocalQuota::new(Arc::clone(clock), LocalQuota::DEFAULT_BYTES)),
            redis: None,
            bus: None,
        }
    }
}

/// Whether waiting may help: what an operator has to mend should end the start, not be hidden by going on without Redis.
const fn passes(cause: RedisCause) -> bool {
    matches!(
        cause,
        RedisCause::Closed
            | RedisCause::Unreachable
            | RedisCause::TimedOut
            | RedisCause::Loading
            | RedisCause::Full
            | RedisCause::ReadOnly
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_operator_has_to_mend_is_no_outage() {
        assert!(passes(RedisCause::Closed) && passes(RedisCause::Loading));
        assert!(!passes(RedisCause::WrongName) && !passes(RedisCause::UntrustedCertificate));
        assert!(!passes(RedisCause::Password));
    }
}
