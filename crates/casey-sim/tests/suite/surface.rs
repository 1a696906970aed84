//! Everything a person can do with a bot's commands besides typing them: completion, forms, context menus, menus of
//! every kind.

use std::time::Duration;

use casey_sim::{Channel, Guild, Person, Sim, SimError};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use twilight_gateway::{Event, EventTypeFlags, Shard, ShardId, StreamExt};
use twilight_http::{Client, request::Method};
use twilight_model::application::interaction::{Interaction, InteractionData, InteractionType};

use crate::common::{config, http, intents, raw, raw_with, start_with, world};

/// The form the bot opens.
fn form() -> Value {
    json!({ "custom_id": "report", "title": "Report", "components": [
        { "type": 18, "label": "Why", "component": { "type": 4, "custom_id": "why", "style": 2, "min_length": 3, "max_length": 10 } },
        { "type": 18, "label": "Who", "component": { "type": 5, "custom_id": "who", "required": false } },
        { "type": 1, "components": [{ "type": 4, "custom_id": "note", "label": "Note", "style": 1, "required": false, "value": "none" }] },
    ] })
}

/// Answers of a bot in JSON, as bots in any language send them.
fn reply(interaction: &Interaction) -> Option<Value> {
    let say = |text: String| json!({ "type": 4, "data": { "content": text, "flags": 64 } });
    Some(match (interaction.kind, interaction.data.as_ref()?) {
        (InteractionType::ApplicationCommandAutocomplete, InteractionData::ApplicationCommand(command)) => {
            let typed = format!("{:?}", command.options);
            assert!(typed.contains("Focused"), "{typed}");
            json!({ "type": 8, "data": { "choices": [{ "name": "Sea Shanty", "value": "shanty" }] } })
        }
        (_, InteractionData::ApplicationCommand(command)) if command.name == "form" => {
            json!({ "type": 9, "data": form() })
        }
        (_, InteractionData::ApplicationCommand(command)) => match &command.target_id {
            Some(target) => say(format!("{} on {target}", command.name)),
            None => say(format!("{:?}", command.options)),
        },
        (_, InteractionData::ModalSubmit(data)) => say(format!("{:?}", data.components)),
        (_, InteractionData::MessageComponent(component)) if component.custom_id == "open" => {
            json!({ "type": 9, "data": form() })
        }
        (_, InteractionData::MessageComponent(component)) => say(component.values.join(",")),
        _ => return None,
    })
}

fn run_bot(sim: &Sim) -> JoinHandle<()> {
    let client = http(sim);
    let mut shard = Shard::with_config(ShardId::ONE, config(sim, intents()));
    tokio::spawn(async move {
        while let Some(event) = shard.next_event(EventTypeFlags::all()).await {
            let Ok(Event::InteractionCreate(interaction)) = event else { continue };
            let path = format!("/interactions/{}/{}/callback", interaction.id, interaction.token);
            if let Some(body) = reply(&interaction) {
                let (status, answer) = raw_with(&client, Method::Post, &path, Some(body), false).await;
                assert_eq!(status, 204, "{answer}");
            }
        }
    })
}

struct Stage {
    sim: Sim,
    http: Client,
    guild: Guild,
    general: Channel,
    carol: Person,
}

async fn stage() -> Stage {
    let stage = stage_without_bot().await;
    run_bot(&stage.sim);
    stage.sim.gateway().expects_sessions(1).await.unwrap();
    stage
}

async fn stage_without_bot() -> Stage {
    let sim = start_with(world(), Duration::from_millis(1_500)).await;
    let http = http(&sim);
    let app = http.current_user_application().await.unwrap().model().await.unwrap().id;
    let commands = json!([
        { "name": "play", "description": "Play", "options": [
            { "type": 3, "name": "song", "description": "Song", "required": true, "autocomplete": true },
            { "type": 3, "name": "mood", "description": "Mood" } ] },
        { "name": "form", "description": "A form" },
        { "name": "Report", "type": 3 },
        { "name": "Look up", "type": 2 },
    ]);
    assert_eq!(
        raw(&http, Method::Put, &format!("/applications/{app}/commands"), Some(commands)).await.0,
        200
    );
    let guild = sim.guild("Harbour").unwrap();
    let (general, carol) = (guild.channel("general").unwrap(), guild.person("Carol").unwrap());
    Stage { sim, http, guild, general, carol }
}

fn why(error: SimError) -> String {
    match error {
        SimError::Refused { why, .. } => why,
        other => other.to_string(),
    }
}

#[tokio::test]
async fn options_are_completed_while_typing() {
    let stage = stage().await;
    let choices = stage
        .carol
        .slash(&stage.general, "play")
        .option("mood", "salty")
        .completes("song", "sh")
        .await
        .unwrap();
    assert_eq!((choices[0].name.as_str(), &choices[0].value), ("Sea Shanty", &json!("shanty")));
    let refused = stage.carol.slash(&stage.general, "play").completes("mood", "s").await.unwrap_err();
    assert_eq!(why(refused), "the option \"mood\" is not completed by the bot");
    let heard = stage.carol.slash(&stage.general, "play").option("song", "shanty").await.unwrap();
    assert!(heard.content.contains("shanty"));
    stage.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn forms_are_opened_filled_in_and_sent() {
    let stage = stage().await;
    let used = stage.carol.slash(&stage.general, "form").sends().await.unwrap();
    let modal = used.modal().await.unwrap();
    assert_eq!(
        (modal.title().as_str(), modal.labels()),
        ("Report", vec!["Why".into(), "Who".into(), "Note".into()])
    );
    let refused = modal.clone().await.unwrap_err();
    assert_eq!(why(refused), "the field \"Why\" takes between 3 and 10 characters, not 0");
    let refused = modal.clone().fill("When", "now").await.unwrap_err();
    assert_eq!(why(refused), "there is no field \"When\"; there are: Why, Who, Note");
    let heard = modal.fill("Why", "rude").fill("Who", &stage.carol).await.unwrap();
    assert!(heard.is_ephemeral() && heard.content.contains("rude") && heard.content.contains("none"));
    assert!(heard.content.contains(&stage.carol.id().to_string()));
    let late = used.answer().await.unwrap_err().to_string();
    assert!(late.contains("but the bot opened a form"), "{late}");
    stage.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn context_menus_are_used_on_messages_and_people() {
    let stage = stage().await;
    let bob = stage.guild.person("Bob").unwrap();
    let message = bob.says(&stage.general, "barnacle").await.unwrap();
    let heard = stage.carol.uses_on_message("Report", message).await.unwrap();
    assert_eq!(heard.content, format!("Report on {}", message.id));
    let heard = stage.carol.uses_on_person(&stage.general, "Look up", &bob).await.unwrap();
    assert_eq!(heard.content, format!("Look up on {}", bob.id()));
    let refused = stage.carol.uses_on_message("Look up", message).await.unwrap_err();
    assert_eq!(why(refused), "no such command is registered; there are: Report");
    // Both answers are for Carol's eyes only.
    assert_eq!(stage.carol.reads(&stage.general).unwrap().len(), 3);
    assert_eq!(bob.reads(&stage.general).unwrap().len(), 1);
}

#[tokio::test]
async fn components_can_open_forms_and_menus_take_every_kind_of_value() {
    let stage = stage().await;
    let menu =
        |kind: u8, name: &str| json!({ "type": 1, "components": [{ "type": kind, "custom_id": name }] });
    let only_voice =
        json!({ "type": 1, "components": [{ "type": 8, "custom_id": "where", "channel_types": [2] }] });
    let button =
        json!({ "type": 1, "components": [{ "type": 2, "style": 1, "label": "Open", "custom_id": "open" }] });
    let body = json!({ "content": "menus", "components": [menu(5, "user"), menu(6, "role"), menu(7, "any"), only_voice, button] });
    let path = format!("/channels/{}/messages", stage.general.id());
    assert_eq!(raw(&stage.http, Method::Post, &path, Some(body)).await.0, 200);
    let asked = stage.general.expects(casey_sim::reply().exactly("menus")).await.unwrap();
    let (bob, crew) = (stage.guild.person("Bob").unwrap(), stage.guild.role("Crew").unwrap());
    let quay = stage.guild.channel("Quay").unwrap();
    for (name, value, id) in [
        ("user", (&bob).into(), bob.id()),
        ("role", (&crew).into(), crew.id()),
        ("any", (&crew).into(), crew.id()),
        ("where", (&quay).into(), quay.id()),
    ] {
        let heard = stage.carol.selects(&asked, name, vec![value]).await.unwrap();
        assert_eq!(heard.content, id.to_string(), "{name}");
    }
    let refused = stage.carol.selects(&asked, "where", vec![(&stage.general).into()]).await.unwrap_err();
    assert_eq!(why(refused), "the menu takes another type of channel");
    let modal = stage.carol.presses(&asked, "Open").sends().await.unwrap().modal().await.unwrap();
    assert!(modal.fill("Why", "rude").await.unwrap().content.contains("rude"));
    stage.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn a_guild_decides_who_uses_a_command_and_where() {
    let stage = stage().await;
    let (guild, carol, general) = (&stage.guild, &stage.carol, &stage.general);
    guild.permits("form", carol, false).await.unwrap();
    let refused = carol.slash(general, "form").sends().await.unwrap_err();
    assert_eq!(why(refused), "the guild does not offer the command to them");
    guild.permits("form", carol, true).await.unwrap();
    guild.permits("form", general, false).await.unwrap();
    let refused = carol.slash(general, "form").sends().await.unwrap_err();
    assert_eq!(why(refused), "the guild does not offer the command in this channel");
    carol.slash(&guild.channel("night").unwrap(), "form").sends().await.unwrap();
    guild.owner().unwrap().slash(general, "form").sends().await.unwrap();
}

#[tokio::test]
async fn answers_must_fit_what_they_answer() {
    let stage = stage_without_bot().await;
    let answer = async |id: casey_sim::Snowflake, body: Value| {
        let path = format!("/interactions/{id}/interaction-token-{id}/callback");
        let (status, body) = raw_with(&stage.http, Method::Post, &path, Some(body), false).await;
        (status, body["errors"]["type"]["_errors"][0]["code"].as_str().unwrap_or_default().to_owned())
    };
    let invalid = || (400, "INTERACTION_TYPE_INVALID".to_owned());
    let used = stage.carol.slash(&stage.general, "form").sends().await.unwrap().interaction();
    let choices = json!({ "type": 8, "data": { "choices": [] } });
    assert_eq!(answer(used, choices).await, invalid());
    assert_eq!(answer(used, json!({ "type": 6 })).await, invalid());
    let mut long = form();
    long["title"] = json!("x".repeat(46));
    assert_eq!(answer(used, json!({ "type": 9, "data": long })).await.0, 400);
    stage.sim.expects_no_violations().unwrap();
}
