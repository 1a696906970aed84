//! Everything at once: many events, lines that are cut, limits that are met. No reply is lost, none is doubled.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use casey_sim::{Channel, Fault, FaultRule, Fleet, Frame, MessageRef, Person, RateLimits, Sim, World};
use serde_json::json;

use crate::common::{Home, TOKEN, casey, until};

/// Events of all kinds that Casey hears of, besides the commands.
const EVENTS: u64 = 200_000;
/// How many are sent in one go.
const BATCH: u64 = 2_000;
const CUTS: u64 = 10;
const COMMANDS: usize = 400;
const REFUSED: u64 = 40;
const FLEET: Fleet = Fleet { guilds: 40, members: 4, channels: 3, roles: 2 };

/// What goes on in the servers and is none of Casey's business.
fn noise(sim: &Sim) -> Vec<Frame> {
    let mut frames = Vec::new();
    for number in 0..FLEET.guilds {
        let guild = sim.guild(&format!("guild-{number}")).unwrap();
        let (channel, person) = (guild.channel("channel-0").unwrap(), guild.owner().unwrap());
        let (guild, channel, user) =
            (guild.id().to_string(), channel.id().to_string(), person.id().to_string());
        let author = json!({ "id": user, "username": "somebody", "discriminator": "0", "avatar": null });
        let message = |id: u64, content: &str| {
            json!({
                "id": (u64::MAX / 4 + id).to_string(), "channel_id": channel, "guild_id": guild, "author": author,
                "content": content, "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": null, "tts": false,
                "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
                "pinned": false, "type": 0, "components": [], "flags": 0,
                "member": { "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": false, "mute": false, "flags": 0 },
            })
        };
        let id = number as u64 * 10;
        frames.extend([
            Frame::new("MESSAGE_CREATE", &message(id, "has anybody seen my anchor?")),
            Frame::new("MESSAGE_CREATE", &message(id + 1, ",,, what a day ,ping")),
            Frame::new("MESSAGE_UPDATE", &message(id, "has anybody seen my boat?")),
            Frame::new("MESSAGE_DELETE", &json!({ "id": "5", "channel_id": channel, "guild_id": guild })),
            Frame::new("CHANNEL_PINS_UPDATE", &json!({ "guild_id": guild, "channel_id": channel })),
            Frame::new("SOMETHING_NEW", &json!({ "guild_id": guild, "shiny": [1, 2, 3] })),
        ]);
    }
    frames
}

/// Sends the noise, and cuts the line in the middle of it now and then.
async fn storm(sim: Sim, told: Arc<AtomicU64>) {
    let noise: Arc<[Frame]> = noise(&sim).into();
    let mut cuts = 0;
    while told.load(Ordering::Relaxed) < EVENTS {
        sim.gateway().expects_sessions(1).await.unwrap();
        if cuts < CUTS && told.load(Ordering::Relaxed) >= cuts * EVENTS / CUTS {
            cuts += 1;
            sim.gateway().cut_all_after(30_000 + cuts * 77);
        }
        let (noise, counted) = (Arc::clone(&noise), Arc::clone(&told));
        let frames = (0..BATCH).map(move |_| {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            noise[usize::try_from(number).unwrap() % noise.len()].clone()
        });
        // Where the line is cut the rest of the batch is gone; what is still to come makes up for it.
        let _ = sim.gateway().flood(frames, None).await;
    }
    assert_eq!(cuts, CUTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_thousand_events_ten_cuts_and_limits_lose_and_double_nothing() {
    let sim = Sim::builder(World::fleet("Casey", TOKEN, FLEET))
        .rate_limits(RateLimits::discord())
        .gateway(|gateway| gateway.split = true)
        .start()
        .await
        .unwrap();
    let home = Home::new();
    let running = casey(&sim, &home, &[]).await;
    let told = Arc::new(AtomicU64::new(0));
    let storm = tokio::spawn(storm(sim.clone(), Arc::clone(&told)));

    // Some answers are refused without a word of whose limit that is.
    let refused = Fault::Reply { status: 429, body: json!({ "retry_after": 0.3, "global": false }) };
    sim.faults().rule(
        FaultRule::new(refused).method("POST").route("/channels/*/messages").times(REFUSED).probability(0.2),
    );

    // People talk to Casey meanwhile, a twelfth of them all in one channel.
    let mut asked: Vec<(Channel, Person, MessageRef)> = Vec::new();
    for number in 0..COMMANDS {
        let crowded = number % 12 == 0;
        let place = if crowded { 0 } else { number % FLEET.guilds };
        let guild = sim.guild(&format!("guild-{place}")).unwrap();
        let channel =
            guild.channel(&format!("channel-{}", if crowded { 0 } else { number % FLEET.channels })).unwrap();
        let person = guild.person(&format!("person-{place}-{}", number % FLEET.members)).unwrap();
        let text = [",ping", ",prefix", ",help ping", ",nonsense and more"][number % 4];
        let message = person.says(&channel, text).await.unwrap();
        asked.push((channel, person, message));
        if number % 8 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    storm.await.unwrap();
    let expected = asked.iter().enumerate().filter(|(number, _)| number % 4 != 3).count();
    let answers = |channel: &Channel| -> BTreeMap<u64, usize> {
        let mut answers = BTreeMap::new();
        for heard in channel.messages().into_iter().filter(|heard| heard.author == "Casey") {
            *answers.entry(heard.reply_to.unwrap().get()).or_default() += 1;
        }
        answers
    };
    let channels: BTreeMap<u64, Channel> =
        asked.iter().map(|(channel, ..)| (channel.id().get(), channel.clone())).collect();
    let all = || channels.values().map(|channel| answers(channel).len()).sum::<usize>();
    // Fifty a second at most, and five in five seconds in the crowded channel.
    for _ in 0..60 {
        if all() >= expected {
            break;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let counts = sim.gateway().counts();
    let limited = sim.rate_counts();
    for (number, (channel, _, message)) in asked.iter().enumerate() {
        let found = answers(channel).get(&message.id.get()).copied().unwrap_or_default();
        assert_eq!(found, usize::from(number % 4 != 3), "command {number}; {counts:?} {limited:?}");
    }
    assert!(told.load(Ordering::Relaxed) >= EVENTS);
    assert_eq!(counts.identifies, 1, "{counts:?}");
    assert!(counts.resumes >= CUTS, "{counts:?}");
    assert!(limited.invalid <= REFUSED + 20, "{limited:?}");
    running.stop().await.unwrap();
    until(|| sim.gateway().sessions() == 0).await;
    sim.expects_no_violations().unwrap();
}
