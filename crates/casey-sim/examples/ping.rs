//! A bot on twilight that answers `!ping` and `/ping`, for a running `standalone`.
//!
//! `cargo run -p casey-sim --example ping -- 127.0.0.1:8480 demo-token`

use std::{env, error::Error};

use twilight_gateway::{ConfigBuilder, Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt};
use twilight_http::Client;
use twilight_model::{
    application::command::Command,
    http::interaction::{InteractionResponse, InteractionResponseData, InteractionResponseType},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // twilight wants exactly one TLS provider to be chosen, even where nothing is encrypted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut words = env::args().skip(1);
    let address = words.next().unwrap_or_else(|| "127.0.0.1:8480".to_owned());
    let token = words.next().unwrap_or_else(|| "demo-token".to_owned());

    let http = Client::builder().token(token.clone()).proxy(address.clone(), true).build();
    let app = http.current_user_application().await?.model().await?.id;
    let ping: Command = serde_json::from_value(serde_json::json!({
        "name": "ping", "description": "Answers pong", "type": 1, "options": [], "version": "1",
    }))?;
    http.interaction(app).set_global_commands(&[ping]).await?;

    let intents =
        Intents::GUILDS | Intents::GUILD_MESSAGES | Intents::DIRECT_MESSAGES | Intents::MESSAGE_CONTENT;
    let config = ConfigBuilder::new(token, intents).proxy_url(format!("ws://{address}")).build();
    let mut shard = Shard::with_config(ShardId::ONE, config);
    while let Some(event) = shard.next_event(EventTypeFlags::all()).await {
        match event {
            Ok(Event::MessageCreate(message)) if message.content == "!ping" => {
                http.create_message(message.channel_id).reply(message.id).content("pong").await?;
            }
            Ok(Event::InteractionCreate(interaction)) => {
                let data = InteractionResponseData {
                    content: Some("pong".to_owned()),
                    ..InteractionResponseData::default()
                };
                let kind = InteractionResponseType::ChannelMessageWithSource;
                let response = InteractionResponse { kind, data: Some(data) };
                http.interaction(app).create_response(interaction.id, &interaction.token, &response).await?;
            }
            _ => {}
        }
    }
    Ok(())
}
