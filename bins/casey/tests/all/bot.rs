//! A Discord elsewhere drives the built program by `CASEY_DISCORD_TOKEN` and `CASEY_DISCORD_API_URL` alone.

use casey_sim::{Channel, Person, Sim, reply};
use serde_json::json;

use crate::common::{Home, Process, sim};

struct Scene {
    sim: Sim,
    general: Channel,
    alice: Person,
    bob: Person,
    casey: Process,
    _home: Home,
}

async fn scene() -> Scene {
    let (sim, home) = (sim().await, Home::new());
    let casey = Process::ready(home.bot(&sim), &home).0;
    let harbour = sim.guild("Harbour").unwrap();
    Scene {
        general: harbour.channel("general").unwrap(),
        alice: harbour.owner().unwrap(),
        bob: harbour.person("Bob").unwrap(),
        sim,
        casey,
        _home: home,
    }
}

impl Scene {
    async fn answers(&self, person: &Person, text: &str, part: &str) {
        let said = person.says(&self.general, text).await.unwrap();
        let expected = reply().containing(part).in_reply_to(said).pinging_nobody();
        self.general.expects_next(expected).await.unwrap();
    }

    fn ends(mut self) {
        self.sim.expects_no_violations().unwrap();
        self.casey.tell("-TERM");
        let output = self.casey.end();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        for secret in [crate::common::TOKEN, "interaction-token", &self.bob.id().to_string()] {
            assert!(!stderr.contains(secret), "{secret} is in the log:\n{stderr}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_use_commands() {
    let scene = scene().await;
    scene.answers(&scene.bob, ",ping", "Pong!").await;
    let pong = scene.bob.slash(&scene.general, "ping").await.unwrap();
    assert!(pong.text().starts_with("Pong!"), "{}", pong.text());
    scene.answers(&scene.bob, ",help", "What I can do").await;
    scene.answers(&scene.bob, ",prefix set !", "You need **Manage Server**").await;
    scene.answers(&scene.alice, ",prefix set !", "The prefix is `!` now").await;
    scene.answers(&scene.bob, "!ping", "Pong!").await;
    for text in ["!no-such-command", ",ping", "nothing in particular"] {
        scene.bob.says(&scene.general, text).await.unwrap();
    }
    scene.general.expects_no_more().await.unwrap();
    scene.answers(&scene.alice, "!help @everyone", "There is no command").await;
    scene.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_quick_commands_get_one_reply_each() {
    let scene = scene().await;
    let mut asked = Vec::new();
    for _ in 0..30 {
        asked.push(scene.bob.says(&scene.general, ",ping").await.unwrap());
    }
    let mut answered = Vec::new();
    for _ in 0..30 {
        answered
            .push(scene.general.expects_next(reply().containing("Pong!")).await.unwrap().reply_to.unwrap());
    }
    answered.sort_unstable();
    let mut asked: Vec<_> = asked.into_iter().map(|message| message.id).collect();
    asked.sort_unstable();
    assert_eq!(answered, asked);
    scene.general.expects_no_more().await.unwrap();
    scene.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_understood_is_survived() {
    let scene = scene().await;
    let gateway = scene.sim.gateway();
    gateway.dispatch("MESSAGE_CREATE", &json!({ "this": "is no message" }));
    gateway.dispatch("GUILD_CREATE", &json!({ "id": 7, "name": [] }));
    gateway.dispatch("SOMETHING_OF_NEXT_YEAR", &json!({ "new": true }));
    gateway
        .dispatch("TYPING_START", &json!({ "channel_id": scene.general.id(), "unknown": { "field": [1] } }));
    gateway.dispatch("INTERACTION_CREATE", &json!({ "id": "1", "type": 99 }));
    scene.answers(&scene.bob, ",ping", "Pong!").await;
    gateway.raw_text("{ this is no JSON");
    gateway.expects_sessions(1).await.unwrap();
    scene.answers(&scene.bob, ",ping", "Pong!").await;
    scene.ends();
}
