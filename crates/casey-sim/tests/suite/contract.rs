//! Every answer passes Discord's OpenAPI schemas and twilight's models.

use std::{collections::BTreeSet, sync::Arc};

use crate::common::{TOKEN, world};
use casey_sim::{Sim, Snowflake, contract::OpenApi};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use twilight_gateway::{Event, EventTypeFlags, Shard, ShardId, StreamExt};
use twilight_http::{Client, Response, request::AuditLogReason};
use twilight_model::{
    application::command::{Command, CommandOption},
    channel::message::{Component, Embed, EmojiReactionType},
    guild::Permissions,
    http::{attachment::Attachment, interaction::InteractionResponse},
    id::{
        Id,
        marker::{ApplicationMarker, ChannelMarker, GuildMarker, MessageMarker, UserMarker},
    },
};

/// A simulation with a judge, and the ids needed everywhere.
struct Court {
    sim: Sim,
    http: Client,
    document: Arc<OpenApi>,
    guild: Id<GuildMarker>,
    channel: Id<ChannelMarker>,
    carol: Id<UserMarker>,
}

fn id<T>(snowflake: Snowflake) -> Id<T> {
    Id::new(snowflake.get())
}

impl Court {
    async fn open() -> Option<Self> {
        let Some(path) = OpenApi::find(env!("CARGO_MANIFEST_DIR")) else {
            eprintln!("skipped: Discord's OpenAPI document is not here");
            return None;
        };
        let document = Arc::new(OpenApi::load(path).unwrap());
        let sim = Sim::builder(world()).contract(Arc::clone(&document)).start().await.unwrap();
        let harbour = sim.guild("Harbour").unwrap();
        Some(Self {
            http: crate::common::http(&sim),
            guild: id(harbour.id()),
            channel: id(harbour.channel("general").unwrap().id()),
            carol: id(harbour.person("Carol").unwrap().id()),
            sim,
            document,
        })
    }

    /// Judges an answer and gives it as the model.
    async fn judge<T: DeserializeOwned, R>(&self, response: Response<R>) -> T {
        let status = response.status().get();
        let bytes = response.bytes().await.unwrap();
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let call = self.sim.calls().pop().unwrap();
        let found = self.document.validate_response(&call.method, &call.path, status, &body);
        assert_eq!(found, [""; 0], "{} {} answered {body}", call.method, call.path);
        serde_json::from_value(body.clone())
            .unwrap_or_else(|error| panic!("{error}: {} {}: {body}", call.method, call.path))
    }

    /// Judges an answer without a body.
    fn judge_empty<R>(&self, response: &Response<R>) {
        let call = self.sim.calls().pop().unwrap();
        assert_eq!(response.status().get(), 204);
        let found = self.document.validate_response(&call.method, &call.path, 204, &Value::Null);
        assert_eq!(found, [""; 0], "{} {}", call.method, call.path);
    }

    async fn app(&self) -> Id<ApplicationMarker> {
        self.http.current_user_application().await.unwrap().model().await.unwrap().id
    }

    async fn say(&self, text: &str) -> Id<MessageMarker> {
        self.http.create_message(self.channel).content(text).await.unwrap().model().await.unwrap().id
    }
}

fn rich_embed() -> Embed {
    serde_json::from_value(json!({
        "type": "rich", "title": "Title", "description": "Text", "color": 255, "url": "https://example.org",
        "timestamp": "2026-01-01T00:00:00.000000+00:00", "footer": { "text": "Foot" },
        "author": { "name": "Author" }, "image": { "url": "https://example.org/a.png" },
        "fields": [{ "name": "n", "value": "v", "inline": true }],
    }))
    .unwrap()
}

fn row() -> Component {
    serde_json::from_value(json!({ "type": 1, "components": [
        { "type": 2, "style": 1, "label": "Go", "custom_id": "go" },
        { "type": 2, "style": 5, "label": "Read", "url": "https://example.org" },
    ] }))
    .unwrap()
}

fn menu() -> Component {
    serde_json::from_value(json!({ "type": 1, "components": [
        { "type": 3, "custom_id": "menu", "placeholder": "Choose", "options": [{ "label": "A", "value": "a", "default": false }] },
    ] }))
    .unwrap()
}

#[tokio::test]
async fn users_applications_and_the_gateway() {
    let Some(court) = Court::open().await else { return };
    let http = &court.http;
    let _: Value = court.judge(http.gateway().await.unwrap()).await;
    let info: twilight_model::gateway::connection_info::BotConnectionInfo =
        court.judge(http.gateway().authed().await.unwrap()).await;
    assert_eq!(info.url, court.sim.gateway_url());
    let me: twilight_model::user::CurrentUser = court.judge(http.current_user().await.unwrap()).await;
    assert_eq!(me.name, "Echo");
    let _: twilight_model::user::CurrentUser =
        court.judge(http.update_current_user().username("Echoes").await.unwrap()).await;
    let carol: twilight_model::user::User = court.judge(http.user(court.carol).await.unwrap()).await;
    assert_eq!(carol.global_name.as_deref(), Some("Carol"));
    let guilds: Vec<twilight_model::user::CurrentUserGuild> =
        court.judge(http.current_user_guilds().await.unwrap()).await;
    assert_eq!(guilds.len(), 1);
    let _: twilight_model::channel::Channel =
        court.judge(http.create_private_channel(court.carol).await.unwrap()).await;
    let app: twilight_model::oauth::Application =
        court.judge(http.current_user_application().await.unwrap()).await;
    assert_ne!(app.id.get(), me.id.get());
    court.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn guilds_channels_roles_and_members() {
    let Some(court) = Court::open().await else { return };
    let http = &court.http;
    let guild: twilight_model::guild::Guild =
        court.judge(http.guild(court.guild).with_counts(true).await.unwrap()).await;
    assert_eq!((guild.name.as_str(), guild.approximate_member_count), ("Harbour", Some(4)));
    let channels: Vec<twilight_model::channel::Channel> =
        court.judge(http.guild_channels(court.guild).await.unwrap()).await;
    assert_eq!(channels.len(), 6);
    let made: twilight_model::channel::Channel = court
        .judge(http.create_guild_channel(court.guild, "New Place").topic("t").nsfw(true).await.unwrap())
        .await;
    assert_eq!(made.name.as_deref(), Some("new-place"));
    let _: twilight_model::channel::Channel = court.judge(http.channel(made.id).await.unwrap()).await;
    let edited: twilight_model::channel::Channel = court
        .judge(http.update_channel(made.id).name("other").rate_limit_per_user(5).nsfw(false).await.unwrap())
        .await;
    assert_eq!((edited.name.as_deref(), edited.rate_limit_per_user), (Some("other"), Some(5)));
    let roles: Vec<twilight_model::guild::Role> = court.judge(http.roles(court.guild).await.unwrap()).await;
    assert_eq!(roles.len(), 4);
    let role: twilight_model::guild::Role = court
        .judge(
            http.create_role(court.guild)
                .name("Deck")
                .color(9)
                .permissions(Permissions::SEND_MESSAGES)
                .await
                .unwrap(),
        )
        .await;
    assert_eq!((role.name.as_str(), role.colors.primary_color), ("Deck", 9));
    let member: twilight_model::guild::Member =
        court.judge(http.guild_member(court.guild, court.carol).await.unwrap()).await;
    assert_eq!(member.user.id, court.carol);
    let members: Vec<twilight_model::guild::Member> =
        court.judge(http.guild_members(court.guild).limit(1000).await.unwrap()).await;
    assert_eq!(members.len(), 4);
    let found: Vec<twilight_model::guild::Member> =
        court.judge(http.search_guild_members(court.guild, "car").await.unwrap()).await;
    assert_eq!(found.len(), 1);
    court.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn messages_in_every_form() {
    let Some(court) = Court::open().await else { return };
    let http = &court.http;
    let file = Attachment::from_bytes("notes.txt".to_owned(), b"hello".to_vec(), 7);
    let sent: twilight_model::channel::Message = court
        .judge(
            http.create_message(court.channel)
                .content("full")
                .embeds(&[rich_embed()])
                .components(&[row(), menu()])
                .attachments(&[file])
                .nonce(5)
                .await
                .unwrap(),
        )
        .await;
    assert_eq!((sent.embeds.len(), sent.components.len(), sent.attachments.len()), (1, 2, 1));
    let reply: twilight_model::channel::Message =
        court.judge(http.create_message(court.channel).content("re").reply(sent.id).await.unwrap()).await;
    assert_eq!(reply.referenced_message.map(|one| one.id), Some(sent.id));
    let edited: twilight_model::channel::Message = court
        .judge(http.update_message(court.channel, sent.id).content(Some("less")).embeds(None).await.unwrap())
        .await;
    assert!(edited.edited_timestamp.is_some() && edited.embeds.is_empty() && edited.attachments.len() == 1);

    let thumb = twilight_http::request::channel::reaction::RequestReactionType::Unicode { name: "👍" };
    court.judge_empty(&http.create_reaction(court.channel, sent.id, &thumb).await.unwrap());
    let one: twilight_model::channel::Message =
        court.judge(http.message(court.channel, sent.id).await.unwrap()).await;
    assert_eq!(one.reactions[0].emoji, EmojiReactionType::Unicode { name: "👍".to_owned() });
    let users: Vec<twilight_model::user::User> =
        court.judge(http.reactions(court.channel, sent.id, &thumb).await.unwrap()).await;
    assert_eq!(users.len(), 1);
    court.judge_empty(&http.delete_current_user_reaction(court.channel, sent.id, &thumb).await.unwrap());

    let list: Vec<twilight_model::channel::Message> =
        court.judge(http.channel_messages(court.channel).limit(10).await.unwrap()).await;
    assert_eq!(list.iter().map(|one| one.id).collect::<Vec<_>>(), [reply.id, sent.id]);
    court.judge_empty(&http.create_typing_trigger(court.channel).await.unwrap());
    let doomed = [court.say("one").await, court.say("two").await];
    court.judge_empty(&http.delete_messages(court.channel, &doomed).reason("tidy ünd neat").await.unwrap());
    assert_eq!(court.sim.calls().pop().unwrap().reason.as_deref(), Some("tidy ünd neat"));
    court.judge_empty(&http.delete_message(court.channel, sent.id).await.unwrap());
    court.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn commands_are_registered_changed_and_removed() {
    let Some(court) = Court::open().await else { return };
    let app = court.app().await;
    let client = court.http.interaction(app);
    let options: Vec<CommandOption> = serde_json::from_value(json!([
        { "type": 3, "name": "text", "description": "Text", "required": true, "min_length": 1, "max_length": 9 },
        { "type": 4, "name": "count", "description": "Count", "choices": [{ "name": "one", "value": 1 }] },
        { "type": 7, "name": "where", "description": "Where", "channel_types": [0] },
    ]))
    .unwrap();
    let made: Command = court
        .judge(
            client
                .create_global_command()
                .chat_input("tool", "A tool")
                .command_options(&options)
                .default_member_permissions(Permissions::MANAGE_GUILD)
                .nsfw(true)
                .await
                .unwrap(),
        )
        .await;
    let made_id = made.id.unwrap();
    let one: Command = court.judge(client.global_command(made_id).await.unwrap()).await;
    assert_eq!((one.options.len(), one.default_member_permissions), (3, Some(Permissions::MANAGE_GUILD)));
    let edited: Command =
        court.judge(client.update_global_command(made_id).description("Another").await.unwrap()).await;
    assert_eq!((edited.description.as_str(), edited.options.len()), ("Another", 3));
    assert_ne!(edited.version, one.version);

    let mut again = edited.clone();
    again.id = None;
    let set: Vec<Command> = court.judge(client.set_global_commands(&[again]).await.unwrap()).await;
    assert_eq!(
        (set[0].id, set[0].version),
        (Some(made_id), edited.version),
        "unchanged commands stay as they are"
    );
    let list: Vec<Command> = court.judge(client.global_commands().await.unwrap()).await;
    assert_eq!(list.len(), 1);

    let in_guild: Command =
        court.judge(client.create_guild_command(court.guild).user("Look up").await.unwrap()).await;
    assert_eq!(in_guild.guild_id, Some(court.guild));
    let _: Vec<Command> = court.judge(client.guild_commands(court.guild).await.unwrap()).await;
    let _: Vec<Command> = court.judge(client.set_guild_commands(court.guild, &[]).await.unwrap()).await;
    let _: Vec<Value> = court.judge(client.guild_command_permissions(court.guild).await.unwrap()).await;
    court.judge_empty(&client.delete_global_command(made_id).await.unwrap());
    court.sim.expects_no_violations().unwrap();
}

/// The interaction that a bot received, as its event and as the model.
async fn receive(shard: &mut Shard) -> twilight_model::application::interaction::Interaction {
    while let Some(event) = shard.next_event(EventTypeFlags::all()).await {
        match event {
            Ok(Event::InteractionCreate(interaction)) => return interaction.0,
            Ok(_) => {}
            Err(error) => panic!("an event could not be read: {error:?}"),
        }
    }
    panic!("the gateway ended");
}

#[tokio::test]
async fn interactions_and_their_follow_ups() {
    let Some(court) = Court::open().await else { return };
    let app = court.app().await;
    let client = court.http.interaction(app);
    client.create_global_command().chat_input("tool", "A tool").await.unwrap();
    let mut shard =
        Shard::with_config(ShardId::ONE, crate::common::config(&court.sim, crate::common::intents()));
    let harbour = court.sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    while court.sim.gateway().sessions() == 0 {
        shard.next_event(EventTypeFlags::all()).await.unwrap().unwrap();
    }

    carol.slash(&general, "tool").sends().await.unwrap();
    let used = receive(&mut shard).await;
    let answer: InteractionResponse = serde_json::from_value(json!({ "type": 4, "data": {
        "content": "answer", "components": [row()],
    } }))
    .unwrap();
    let receipt: Value = court
        .judge(client.create_response(used.id, &used.token, &answer).with_response().await.unwrap())
        .await;
    assert_eq!(receipt["resource"]["message"]["content"], "answer");
    let original: twilight_model::channel::Message =
        court.judge(client.response(&used.token).await.unwrap()).await;
    assert!(original.interaction_metadata.is_some());
    let _: twilight_model::channel::Message =
        court.judge(client.update_response(&used.token).content(Some("changed")).await.unwrap()).await;
    let more: twilight_model::channel::Message =
        court.judge(client.create_followup(&used.token).content("more").await.unwrap()).await;
    let _: twilight_model::channel::Message =
        court.judge(client.followup(&used.token, more.id).await.unwrap()).await;
    let _: twilight_model::channel::Message =
        court.judge(client.update_followup(&used.token, more.id).content(Some("most")).await.unwrap()).await;
    court.judge_empty(&client.delete_followup(&used.token, more.id).await.unwrap());

    let message = general.messages().pop().unwrap();
    carol.presses(&message, "Go").sends().await.unwrap();
    let pressed = receive(&mut shard).await;
    assert_eq!(pressed.message.as_ref().map(|message| message.id.get()), Some(message.id.get()));
    let later: InteractionResponse = serde_json::from_value(json!({ "type": 6 })).unwrap();
    let receipt: Value = court
        .judge(client.create_response(pressed.id, &pressed.token, &later).with_response().await.unwrap())
        .await;
    assert_eq!(receipt["interaction"]["response_message_loading"], false);
    court.judge_empty(&client.delete_response(&pressed.token).await.unwrap());
    assert!(general.messages().is_empty());

    let dm = carol.dm().unwrap();
    carol.slash(&dm, "tool").sends().await.unwrap();
    let private = receive(&mut shard).await;
    let deferred: InteractionResponse =
        serde_json::from_value(json!({ "type": 5, "data": { "flags": 64 } })).unwrap();
    let receipt: Value = court
        .judge(client.create_response(private.id, &private.token, &deferred).with_response().await.unwrap())
        .await;
    assert_eq!(receipt["interaction"]["response_message_ephemeral"], true);
    let _: twilight_model::channel::Message =
        court.judge(client.create_followup(&private.token).content("done").await.unwrap()).await;
    assert_eq!(dm.messages().len(), 1, "the first follow-up of a deferred answer is the answer");
    court.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn errors_have_the_documented_form() {
    let Some(court) = Court::open().await else { return };
    let path = format!("/channels/{}/messages", court.channel);
    let long = json!({ "content": "x".repeat(2_001) });
    for (method, path, body) in [
        (twilight_http::request::Method::Post, path.as_str(), Some(long)),
        (twilight_http::request::Method::Get, "/channels/5", None),
        (twilight_http::request::Method::Get, "/users/5", None),
    ] {
        let (status, answer) = crate::common::raw(&court.http, method, path, body).await;
        let found = court.document.validate_response(method.name(), path, status, &answer);
        assert_eq!(found, [""; 0], "{answer}");
    }
    let stranger =
        Client::builder().token("other".to_owned()).proxy(court.sim.address().to_string(), true).build();
    assert_ne!(TOKEN, "other");
    assert_eq!(
        crate::common::raw(&stranger, twilight_http::request::Method::Get, "/users/@me", None).await.0,
        401
    );
}

#[tokio::test]
async fn every_route_of_the_table_is_discords() {
    let Some(court) = Court::open().await else { return };
    let unknown: BTreeSet<_> = casey_sim::routes()
        .into_iter()
        .filter(|(method, path)| {
            let path = path.replace(['{', '}'], "");
            let answers = court.document.validate_request(method, &path, &json!({}));
            answers.iter().any(|answer| answer.starts_with("the document has no"))
        })
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
