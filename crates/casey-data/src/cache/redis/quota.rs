use std::fmt::{self, Formatter};

use async_trait::async_trait;
use casey_core::{Allowance, Limit, Quota, StoreError};
use casey_privacy::CacheKey;
use deadpool_redis::redis::Script;

use super::{connection::Redis, error::RedisCause, store::millis};

/// Counters that several processes share.
///
/// A window begins with its first use and ends by the clock of whoever asks, in Redis at the latest its length after that first use; spending
/// in it never moves its end. It is never longer than the class of its key permits. Each use is one script, so that no two slip
/// through together and no counter is ever left without an end. Clocks of several machines that differ make a window as much shorter.
#[derive(Clone)]
pub struct RedisQuota {
    redis: Redis,
    script: Script,
}

/// A counter lies in Redis as `q1:BORN:ENDS:USES`. Answers whether the use is granted, and otherwise how many milliseconds to wait.
const SPEND: &str = r"
local now, life, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local born, ends, uses = string.match(redis.call('GET', KEYS[1]) or '', '^q1:(%-?%d+):(%-?%d+):(%d+)$')
born, ends, uses = tonumber(born), tonumber(ends), tonumber(uses)
local left = redis.call('PTTL', KEYS[1])
if not ends or now >= ends then
  if most == 0 then return {0, life} end
  born, ends, uses, left = now, now + life, 0, life
end
if uses >= most then return {0, math.min(ends - now, ends - born)} end
if left < 1 or left > ends - born then left = ends - born end
redis.call('SET', KEYS[1], string.format('q1:%.0f:%.0f:%.0f', born, ends, uses + 1), 'PX', left)
return {1, 0}
";

impl RedisQuota {
    /// The counters in this Redis.
    pub fn new(redis: Redis) -> Self {
        Self { redis, script: Script::new(SPEND) }
    }

    pub(super) async fn count(&self, key: &dyn CacheKey, limit: Limit) -> Result<Allowance, RedisCause> {
        let life = key.clamped_ttl(limit.per).get().map_or(limit.per, |most| most.min(limit.per));
        let mut call = self.script.prepare_invoke();
        call.key(key.key()).arg(self.redis.clock().now().as_millis()).arg(millis(life)).arg(limit.uses);
        let (granted, wait): (u8, u64) = self.redis.run(&call).await?;
        Ok(match granted {
            1 => Allowance::Granted,
            _ => Allowance::Wait(std::time::Duration::from_millis(wait)),
        })
    }
}

impl fmt::Debug for RedisQuota {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisQuota").field("redis", &self.redis).finish_non_exhaustive()
    }
}

#[async_trait]
impl Quota for RedisQuota {
    async fn spend(&self, key: &dyn CacheKey, limit: Limit) -> Result<Allowance, StoreError> {
        self.count(key, limit).await.map_err(|cause| cause.store_error("counting a use"))
    }
}
