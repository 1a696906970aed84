//! Connections to Redis: who may open them, how long anything may take.

use std::{
    fmt::{self, Debug, Formatter},
    sync::Arc,
    time::Duration,
};

use casey_core::Clock;
use casey_privacy::{CacheKey, PersonalData, StoreDecl, cache_family};
use deadpool_redis::{
    Manager, Pool, Runtime,
    redis::{self, AsyncConnectionConfig, Client, FromRedisValue, aio::PubSub},
};
use tokio::time::timeout;

use super::{
    address,
    error::{RedisCause, RedisError},
};

/// How long a command may take, with waiting for a connection and making one.
const QUICK: Duration = Duration::from_secs(2);
/// How long a step of a long walk over many keys may take.
const PATIENT: Duration = Duration::from_secs(30);
/// Connections for commands. Each carries any number of them, so that a handful suffices.
const QUICK_CONNECTIONS: usize = 8;
const PATIENT_CONNECTIONS: usize = 2;

cache_family! {
    /// Whether this process may write to Redis; nothing but the moment.
    pub(super) struct ProbeKey { process: &str } = "x:probe:{process}",
    class = coordination, purpose = CoreCommands, not_personal, why = "a random number of a process and the time", owner = "core",
    label = "Probe of the cache"
}

/// What the Redis adapter keeps in Redis by itself, for the inventory. Everything else is declared by whoever declares the keys.
pub const REDIS_STORES: &[&StoreDecl] = &[ProbeKey::STORE];

/// A Redis server, Redis 6.2 or later.
///
/// Connections to other machines are encrypted, and the server's certificate is verified: against the system's authorities, or against those in
/// `?ca=FILE` alone if given. Only loopback and Unix sockets may be spoken to in the clear. There is no switch for anything else.
///
/// Opening one connects to nothing yet; [`check`](Self::check) does. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    inner: Arc<Inner>,
}

struct Inner {
    quick: Pool,
    patient: Pool,
    /// Makes the connections that listen, which no pool may hold.
    client: Client,
    place: String,
    clock: Arc<dyn Clock>,
    /// Tells this process from others, anew at every start.
    process: String,
}

impl Redis {
    /// Prepares connections to `rediss://[USER]:PASSWORD@HOST:PORT/NUMBER[?ca=FILE]`, `redis://127.0.0.1…` or `unix:///SOCKET`.
    ///
    /// # Errors
    ///
    /// [`RedisError`] for an address that is not accepted; it says how to mend it.
    pub fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self, RedisError> {
        let address = address::read(url)?;
        let mut random = [0; 8];
        // Without randomness two processes would merely skip each other's news; the clock tells them apart well enough.
        let number = getrandom::fill(&mut random)
            .map_or_else(|_| clock.now().as_millis().cast_unsigned(), |()| u64::from_be_bytes(random));
        Ok(Self {
            inner: Arc::new(Inner {
                quick: pool(&address.client, QUICK_CONNECTIONS, QUICK)?,
                patient: pool(&address.client, PATIENT_CONNECTIONS, PATIENT)?,
                client: address.client,
                place: address.place,
                clock,
                process: format!("{number:016x}"),
            }),
        })
    }

    /// Where it is: scheme, host and port, or the socket's path. Never a password.
    pub fn place(&self) -> &str {
        &self.inner.place
    }

    /// Whether Redis is there, is who it claims to be, accepts the password and can be written to.
    ///
    /// # Errors
    ///
    /// [`RedisError::Refused`] with the cause, within two seconds.
    pub async fn check(&self) -> Result<(), RedisError> {
        self.probe().await.map_err(|cause| self.refused("connecting to Redis", cause))
    }

    /// A write, because a server that is full or a replica answers a ping as well.
    pub(super) async fn probe(&self) -> Result<(), RedisCause> {
        let key = ProbeKey::new(&self.inner.process);
        let now = self.inner.clock.now().as_millis();
        self.query(redis::cmd("SET").arg(key.key()).arg(now).arg("PX").arg(10_000)).await
    }

    /// One command, in two seconds or not at all.
    pub(super) async fn query<T: FromRedisValue>(&self, command: &redis::Cmd) -> Result<T, RedisCause> {
        quickly(Box::pin(async {
            let mut connection = self.quick().await?;
            command.query_async(&mut connection).await.map_err(|error| RedisCause::of(&error))
        }))
        .await
    }

    /// A script, in two seconds or not at all. It is sent whole only to a server that does not know it yet.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &redis::ScriptInvocation<'_>,
    ) -> Result<T, RedisCause> {
        quickly(Box::pin(async {
            let mut connection = self.quick().await?;
            script.invoke_async(&mut connection).await.map_err(|error| RedisCause::of(&error))
        }))
        .await
    }

    async fn quick(&self) -> Result<deadpool_redis::Connection, RedisCause> {
        self.inner.quick.get().await.map_err(|error| RedisCause::of_pool(&error))
    }

    /// A connection for long walks over many keys.
    pub(super) async fn patient(&self) -> Result<deadpool_redis::Connection, RedisCause> {
        self.inner.patient.get().await.map_err(|error| RedisCause::of_pool(&error))
    }

    /// A connection of its own that listens.
    pub(super) async fn listen(&self, channel: &str) -> Result<PubSub, RedisCause> {
        quickly(Box::pin(async {
            let client = &self.inner.client;
            let mut listener = client.get_async_pubsub().await.map_err(|error| RedisCause::of(&error))?;
            listener.subscribe(channel).await.map_err(|error| RedisCause::of(&error))?;
            Ok(listener)
        }))
        .await
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    pub(super) fn process(&self) -> &str {
        &self.inner.process
    }

    pub(super) fn refused(&self, doing: &'static str, cause: RedisCause) -> RedisError {
        RedisError::Refused { doing, place: self.inner.place.clone(), cause }
    }
}

impl Debug for Redis {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("place", &self.inner.place).finish_non_exhaustive()
    }
}

/// Whatever it is, after two seconds it has failed: waiting for a connection, making it and the answer together.
pub(super) async fn quickly<T>(work: impl Future<Output = Result<T, RedisCause>>) -> Result<T, RedisCause> {
    timeout(QUICK, work).await.unwrap_or(Err(RedisCause::TimedOut))
}

fn pool(client: &Client, connections: usize, patience: Duration) -> Result<Pool, RedisError> {
    let config =
        AsyncConnectionConfig::new().set_connection_timeout(Some(QUICK)).set_response_timeout(Some(patience));
    let manager = Manager::new_with_config(client.get_connection_info().clone(), config)
        .map_err(|_| RedisError::Address)?;
    Pool::builder(manager)
        .max_size(connections)
        .wait_timeout(Some(patience))
        .create_timeout(Some(QUICK))
        .recycle_timeout(Some(QUICK))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|_| RedisError::Address)
}
