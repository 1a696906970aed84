//! A bot that is slower than Discord: nothing is lost, and the connection stays.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::common::{serve, world};
use async_trait::async_trait;
use casey_core::{Clock, Failure, Module, Moment, SystemClock, Wants};
use casey_sim::Sim;
use serde_json::json;
use tokio::sync::Semaphore;
use twilight_model::gateway::{
    Intents,
    event::{Event, EventType},
};

const MESSAGES: usize = 45;

/// Hears messages, one for each permit.
struct Slow {
    permits: Semaphore,
    heard: Mutex<Vec<String>>,
}

#[async_trait]
impl Module for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn wants(&self) -> Wants {
        Wants::events(Intents::GUILD_MESSAGES | Intents::MESSAGE_CONTENT, [EventType::MessageCreate])
    }

    async fn hear(&self, _: Moment, event: &Event) -> Result<(), Failure> {
        if let Event::MessageCreate(message) = event {
            self.permits.acquire().await.unwrap().forget();
            self.heard.lock().unwrap().push(message.content.clone());
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_reading_pauses_and_the_heart_beats_on() {
    let sim = Sim::builder(world()).heartbeat(Duration::from_secs(1)).start().await.unwrap();
    let slow = Arc::new(Slow { permits: Semaphore::new(0), heard: Mutex::default() });
    let served = serve(sim, |bot| bot.module(Arc::clone(&slow))).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    // Each weighs a megabyte, by a field that nobody knows.
    let weight = "x".repeat(1024 * 1024);
    let message = |number: usize| {
        json!({
            "id": (1_000 + number).to_string(), "channel_id": general.id(), "guild_id": harbour.id(),
            "content": format!("message {number}"), "timestamp": "2024-03-01T12:00:00.000000+00:00",
            "author": { "id": carol.id(), "username": "carol", "discriminator": "0", "avatar": null, "global_name": null },
            "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [],
            "attachments": [], "embeds": [], "pinned": false, "type": 0, "unheard_of": weight,
        })
    };
    for number in 0..MESSAGES {
        served.sim.gateway().dispatch("MESSAGE_CREATE", &message(number));
    }
    served.until(|served| served.connected.counts().now().stalls >= 4).await;
    // Long enough for the simulated Discord to give up on a client without heartbeats.
    SystemClock.sleep_until(SystemClock.now() + Duration::from_secs(2)).await;
    assert_eq!(served.sim.gateway().sessions(), 1);
    assert_eq!(served.connected.counts().now().reconnects, 0);
    slow.permits.add_permits(MESSAGES + 1);
    served.until(|_| slow.heard.lock().unwrap().len() >= MESSAGES).await;
    let expected: Vec<_> = (0..MESSAGES).map(|number| format!("message {number}")).collect();
    assert_eq!(*slow.heard.lock().unwrap(), expected);
    served.stop().await.unwrap();
}
