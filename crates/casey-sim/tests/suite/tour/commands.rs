//! Commands, their permissions, and answers to interactions.

use serde_json::{Value, json};
use twilight_http::request::Method;
use twilight_model::application::command::{Command, permissions::GuildCommandPermissions};

use super::{Tour, id};

pub(super) async fn visit(tour: &Tour) {
    for scope in
        [format!("/applications/{}", tour.app), format!("/applications/{}/guilds/{}", tour.app, tour.guild)]
    {
        registration(tour, &format!("{scope}/commands")).await;
    }
    permissions(tour).await;
    answers(tour).await;
}

async fn registration(tour: &Tour, commands: &str) {
    let body = json!({
        "name": "tool", "description": "A tool", "name_localizations": { "de": "werkzeug" },
        "options": [{ "type": 3, "name": "text", "description": "Text", "autocomplete": true }],
    });
    let made: Command = tour.model(Method::Post, commands, Some(body)).await;
    let one = format!("{commands}/{}", made.id.unwrap());
    let _: Command = tour.model(Method::Get, &one, None).await;
    let changed: Command = tour.model(Method::Patch, &one, Some(json!({ "description": "Other" }))).await;
    assert_eq!(changed.description, "Other");
    let menus = json!([{ "name": "Look up", "type": 2 }, { "name": "Report", "type": 3 }, { "name": "tool", "description": "A tool" }]);
    let set: Vec<Command> = tour.model(Method::Put, commands, Some(menus)).await;
    assert_eq!(set.len(), 3);
    assert_eq!(
        tour.get(&format!("{commands}?with_localizations=true")).await.as_array().map(Vec::len),
        Some(3)
    );
    tour.delete(&format!("{commands}/{}", set[0].id.unwrap())).await;
}

async fn permissions(tour: &Tour) {
    let commands = format!("/applications/{}/guilds/{}/commands", tour.app, tour.guild);
    let tool = tour
        .get(&commands)
        .await
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "tool")
        .unwrap()
        .clone();
    let harbour = tour.sim.guild("Harbour").unwrap();
    harbour.permits("tool", &harbour.role("Crew").unwrap(), true).await.unwrap();
    let _: Vec<GuildCommandPermissions> =
        tour.model(Method::Get, &format!("{commands}/permissions"), None).await;
    let one = format!("{commands}/{}/permissions", id(&tool));
    let found: GuildCommandPermissions = tour.model(Method::Get, &one, None).await;
    assert_eq!(found.permissions.len(), 1);
    let body = json!({ "permissions": [] });
    assert_eq!(crate::common::refusal(&tour.http, Method::Put, &one, Some(body)).await, (403, 20_001));
}

async fn answers(tour: &Tour) {
    let harbour = tour.sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let used = carol.slash(&general, "tool").sends().await.unwrap().interaction();
    let callback = format!("/interactions/{used}/interaction-token-{used}/callback");
    let answer = json!({ "type": 4, "data": { "content": "done" } });
    let receipt: Value = tour.post(&format!("{callback}?with_response=true"), answer).await;
    assert_eq!(receipt["resource"]["message"]["content"], "done");
    let hook = format!("/webhooks/{}/interaction-token-{used}", tour.app);
    let original = format!("{hook}/messages/@original");
    tour.get(&original).await;
    tour.patch(&original, json!({ "content": "changed" })).await;
    let more = tour.post(&hook, json!({ "content": "more", "flags": 64 })).await;
    assert_eq!(more["flags"].as_u64().map(|flags| flags & 64), Some(64));
    tour.delete(&original).await;
}
