//! The bare loop: a twilight shard, the stock cache, and nothing else.

use std::io::Read as _;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use twilight_cache_inmemory::DefaultInMemoryCache;
use twilight_gateway::{ConfigBuilder, Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt as _};

use crate::{args::BareTask, error::BenchError};

/// Runs until stdin is closed, then tells what it saw.
pub(crate) fn run(task: &BareTask) -> Result<Value, BenchError> {
    // An error only says that a provider has been chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(BenchError::Runtime)?;
    Ok(runtime.block_on(listen(task)))
}

async fn listen(task: &BareTask) -> Value {
    let types = EventTypeFlags::from_bits_truncate(task.types);
    let config = ConfigBuilder::new(task.token.clone(), Intents::from_bits_truncate(task.intents))
        .proxy_url(task.gateway.clone())
        .build();
    let mut shard = Shard::with_config(ShardId::ONE, config);
    let cache = DefaultInMemoryCache::new();
    let (mut events, mut guilds, mut failed) = (0_u64, 0_u64, 0_u64);
    let mut end = stdin_closed().fuse();
    loop {
        let next = tokio::select! {
            next = shard.next_event(types) => next,
            () = &mut end => break,
        };
        match next {
            Some(Ok(event)) => {
                cache.update(&event);
                match event {
                    Event::GatewayHello(_) | Event::GatewayHeartbeatAck => {}
                    Event::GuildCreate(_) => guilds += 1,
                    _ => events += 1,
                }
            }
            Some(Err(_)) => failed += 1,
            None => break,
        }
    }
    json!({ "events": events, "guilds": guilds, "failed": failed })
}

fn stdin_closed() -> impl Future<Output = ()> + Unpin {
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // However reading ends: nobody is there any more.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(tell);
    });
    told.map(|_| ())
}
