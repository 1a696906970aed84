//! A small bot on twilight, and a world for it.

use std::{sync::Arc, time::Duration};

use casey_sim::{BotSpec, ChannelSpec, Permissions, Sim, World};
use serde_json::Value;
use tokio::task::JoinHandle;
use twilight_gateway::{Config, ConfigBuilder, Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt};
use twilight_http::{
    Client,
    error::ErrorType,
    request::{Method, RequestBuilder},
    response::marker::EmptyBody,
};
use twilight_model::{
    application::interaction::{Interaction, InteractionData},
    channel::message::{
        Component, MessageFlags,
        component::{ActionRow, Button, ButtonStyle},
    },
    http::interaction::{InteractionResponse, InteractionResponseData, InteractionResponseType},
};

pub(crate) const TOKEN: &str = "token";

/// A guild with a moderator, an ordinary member and the usual channels.
pub(crate) fn world() -> World {
    world_with(BotSpec::new("Echo", TOKEN))
}

pub(crate) fn world_with(bot: BotSpec) -> World {
    World::new().bot_with(bot).guild("Harbour", |guild| {
        guild
            .owner("Alice")
            .role("Moderator", Permissions::MANAGE_MESSAGES | Permissions::MANAGE_GUILD)
            .mentionable_role("Crew", Permissions::NONE)
            .member_with("Bob", &["Moderator"])
            .member("Carol")
            .channel("general")
            .add(ChannelSpec::text("locked").deny("Echo", Permissions::SEND_MESSAGES))
            .add(ChannelSpec::text("hidden").hidden().visible_to("Moderator"))
            .add(ChannelSpec::text("night").nsfw())
            .add(ChannelSpec::voice("Quay"))
            .add(ChannelSpec::category("Staff"))
    })
}

pub(crate) async fn start(world: World) -> Sim {
    start_with(world, Duration::from_secs(4)).await
}

pub(crate) async fn start_with(world: World, patience: Duration) -> Sim {
    Sim::builder(world).patience(patience).quiet(Duration::from_millis(120)).start().await.unwrap()
}

pub(crate) fn http(sim: &Sim) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().token(TOKEN.to_owned()).proxy(sim.address().to_string(), true).build()
}

pub(crate) fn intents() -> Intents {
    Intents::all()
}

pub(crate) fn config(sim: &Sim, intents: Intents) -> Config {
    let _ = rustls::crypto::ring::default_provider().install_default();
    ConfigBuilder::new(TOKEN.to_owned(), intents).proxy_url(sim.gateway_url()).build()
}

/// Runs a bot that answers `!echo`, `!edit`, `!twice` and interactions.
pub(crate) fn run_bot(sim: &Sim) -> JoinHandle<()> {
    let client = Arc::new(http(sim));
    let mut shard = Shard::with_config(ShardId::ONE, config(sim, intents()));
    tokio::spawn(async move {
        while let Some(event) = shard.next_event(EventTypeFlags::all()).await {
            match event {
                Ok(Event::MessageCreate(message)) => on_message(&client, &message).await,
                Ok(Event::InteractionCreate(interaction)) => on_interaction(&client, &interaction.0).await,
                _ => {}
            }
        }
    })
}

async fn on_message(http: &Client, message: &twilight_model::channel::Message) {
    let channel = message.channel_id;
    if let Some(text) = message.content.strip_prefix("!echo ") {
        http.create_message(channel).reply(message.id).content(text).await.unwrap();
    } else if message.content == "!twice" {
        for _ in 0..2 {
            http.create_message(channel).content("again").await.unwrap();
        }
    } else if message.content == "!edit" {
        let sent = http.create_message(channel).content("first").await.unwrap().model().await.unwrap();
        http.update_message(channel, sent.id).content(Some("second")).await.unwrap();
    }
}

fn data(content: &str) -> InteractionResponseData {
    InteractionResponseData { content: Some(content.to_owned()), ..InteractionResponseData::default() }
}

fn button(label: &str, custom_id: &str, disabled: bool) -> Component {
    Component::Button(Button {
        id: None,
        custom_id: Some(custom_id.to_owned()),
        disabled,
        emoji: None,
        label: Some(label.to_owned()),
        style: ButtonStyle::Primary,
        url: None,
        sku_id: None,
    })
}

async fn on_interaction(http: &Client, interaction: &Interaction) {
    let client = http.interaction(interaction.application_id);
    let answer = |kind, data| InteractionResponse { kind, data };
    let message = |data| answer(InteractionResponseType::ChannelMessageWithSource, Some(data));
    let create = async |response: InteractionResponse| {
        client.create_response(interaction.id, &interaction.token, &response).await.unwrap();
    };
    match &interaction.data {
        Some(InteractionData::ApplicationCommand(command)) => match command.name.as_str() {
            "ping" => create(message(data("Pong"))).await,
            "secret" => {
                let data = InteractionResponseData { flags: Some(MessageFlags::EPHEMERAL), ..data("hush") };
                create(message(data)).await;
            }
            "later" => {
                create(answer(InteractionResponseType::DeferredChannelMessageWithSource, None)).await;
                client.update_response(&interaction.token).content(Some("here at last")).await.unwrap();
                client.create_followup(&interaction.token).content("and more").await.unwrap();
            }
            "pages" => {
                let parts = vec![button("Next", "next", false), button("Back", "back", true)];
                let row = Component::ActionRow(ActionRow { id: None, components: parts });
                let data = InteractionResponseData { components: Some(vec![row]), ..data("page 1") };
                create(message(data)).await;
            }
            "silent" => {}
            _ => create(message(data(&format!("{:?}", command.options)))).await,
        },
        Some(InteractionData::MessageComponent(component)) if component.custom_id == "next" => {
            create(answer(InteractionResponseType::UpdateMessage, Some(data("page 2")))).await;
        }
        _ => {}
    }
}

/// A request as it is, with the status and JSON of its answer.
pub(crate) async fn raw(http: &Client, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    raw_with(http, method, path, body, true).await
}

pub(crate) async fn raw_with(
    http: &Client,
    method: Method,
    path: &str,
    body: Option<Value>,
    token: bool,
) -> (u16, Value) {
    let mut request = RequestBuilder::raw(method, path.trim_start_matches('/').to_owned());
    if let Some(body) = body {
        request = request.json(&body);
    }
    let request = request.use_authorization_token(token).build().unwrap();
    match http.request::<EmptyBody>(request).await {
        Ok(response) => {
            let status = response.status().get();
            let bytes = response.bytes().await.unwrap();
            (status, serde_json::from_slice(&bytes).unwrap_or_default())
        }
        Err(error) => match error.kind() {
            ErrorType::Response { body, status, .. } => {
                (status.get(), serde_json::from_slice(body).unwrap_or_default())
            }
            ErrorType::Unauthorized => (401, Value::Null),
            kind => panic!("{kind:?}"),
        },
    }
}

/// Status and Discord's code of a refused request.
pub(crate) async fn refusal(http: &Client, method: Method, path: &str, body: Option<Value>) -> (u16, u64) {
    let (status, body) = raw(http, method, path, body).await;
    (status, body["code"].as_u64().unwrap_or_default())
}
