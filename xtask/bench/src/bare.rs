//! The bare loop: a twilight shard, the stock cache, and nothing else.

use std::{io::Read as _, sync::Arc};

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use twilight_cache_inmemory::DefaultInMemoryCache;
use twilight_gateway::{ConfigBuilder, Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt as _};
use twilight_http::Client;
use twilight_model::{
    gateway::payload::incoming::InteractionCreate,
    http::interaction::{InteractionResponse, InteractionResponseData, InteractionResponseType},
};

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
    let answers = Answers::begin(task).await;
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
                if let (Some(answers), Event::InteractionCreate(interaction)) = (&answers, &event) {
                    answers.give(interaction);
                }
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

/// Answers every command with a word, as plainly as that can be done.
struct Answers(Arc<Client>);

impl Answers {
    /// Registers `/ping`, if an address of the HTTP API is given.
    async fn begin(task: &BareTask) -> Option<Self> {
        let http = Client::builder().token(task.token.clone()).proxy(task.api.clone()?, true).build();
        let application = http.current_user_application().await.ok()?.model().await.ok()?.id;
        let client = http.interaction(application);
        client.create_global_command().chat_input("ping", "Whether I am there").await.ok()?;
        Some(Self(Arc::new(http)))
    }

    fn give(&self, interaction: &InteractionCreate) {
        let (http, id, application) = (Arc::clone(&self.0), interaction.id, interaction.application_id);
        let token = interaction.token.clone();
        tokio::spawn(async move {
            let data = InteractionResponseData { content: Some("Pong!".to_owned()), ..Default::default() };
            let kind = InteractionResponseType::ChannelMessageWithSource;
            let response = InteractionResponse { kind, data: Some(data) };
            // One that was not given shows in the figures.
            let _ = http.interaction(application).create_response(id, &token, &response).await;
        });
    }
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
