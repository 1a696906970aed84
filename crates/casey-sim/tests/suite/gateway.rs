//! The gateway as twilight sees it.

use std::time::Duration;

use crate::common::{TOKEN, config, http, intents, run_bot, start, world};
use casey_sim::{Fleet, Frame, Sim, World};
use serde_json::json;
use twilight_gateway::{Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt};
use twilight_model::gateway::payload::incoming::GuildCreate;

/// Reads events until one is wanted.
async fn until<T>(shard: &mut Shard, wanted: impl Fn(Event) -> Option<T>) -> T {
    let read = async {
        loop {
            let event = shard.next_event(EventTypeFlags::all()).await.unwrap();
            if let Some(found) = event.ok().and_then(&wanted) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(8), read).await.unwrap()
}

fn text(event: Event) -> Option<String> {
    match event {
        Event::MessageCreate(message) => Some(message.content.clone()),
        _ => None,
    }
}

async fn connected(sim: &Sim, intents: Intents) -> Shard {
    let mut shard = Shard::with_config(ShardId::ONE, config(sim, intents));
    until(&mut shard, |event| matches!(event, Event::Ready(_)).then_some(())).await;
    shard
}

#[tokio::test]
async fn guilds_come_whole_after_ready() {
    let sim = start(world()).await;
    let mut shard = connected(&sim, intents()).await;
    let guild = until(&mut shard, |event| match event {
        Event::GuildCreate(guild) => match *guild {
            GuildCreate::Available(guild) => Some(guild),
            GuildCreate::Unavailable(_) => None,
        },
        _ => None,
    })
    .await;
    assert_eq!((guild.name.as_str(), guild.members.len(), guild.channels.len()), ("Harbour", 4, 6));
    assert_eq!(guild.member_count, Some(4));
}

#[tokio::test]
async fn what_was_missed_is_replayed_after_a_fall() {
    let sim = start(world()).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let mut shard = connected(&sim, intents()).await;
    alice.says(&general, "one").await.unwrap();
    assert_eq!(until(&mut shard, text).await, "one");
    sim.gateway().hang_up_all();
    alice.says(&general, "two").await.unwrap();
    alice.says(&general, "three").await.unwrap();
    assert_eq!(until(&mut shard, text).await, "two");
    assert_eq!(until(&mut shard, text).await, "three");
    until(&mut shard, |event| matches!(event, Event::Resumed).then_some(())).await;
    sim.gateway().reconnect_all();
    until(&mut shard, |event| matches!(event, Event::Resumed).then_some(())).await;
    sim.gateway().drop_all(4000);
    until(&mut shard, |event| matches!(event, Event::Resumed).then_some(())).await;
    let counts = sim.gateway().counts();
    assert_eq!((counts.identifies, counts.resumes, counts.connections), (1, 3, 4));
}

#[tokio::test]
async fn an_unknown_session_begins_anew() {
    let sim = start(world()).await;
    let mut shard = connected(&sim, intents()).await;
    sim.gateway().forget_sessions();
    sim.gateway().hang_up_all();
    until(&mut shard, |event| matches!(event, Event::GatewayInvalidateSession(false)).then_some(())).await;
    until(&mut shard, |event| matches!(event, Event::Ready(_)).then_some(())).await;
    assert_eq!(sim.gateway().counts().identifies, 2);
}

#[tokio::test]
async fn a_session_declared_invalid_can_be_resumed_if_the_server_says_so() {
    let sim = start(world()).await;
    let mut shard = connected(&sim, intents()).await;
    sim.gateway().invalidate_all(true);
    until(&mut shard, |event| matches!(event, Event::Resumed).then_some(())).await;
    sim.gateway().invalidate_all(false);
    until(&mut shard, |event| matches!(event, Event::Ready(_)).then_some(())).await;
    let counts = sim.gateway().counts();
    assert_eq!((counts.identifies, counts.resumes), (2, 1));
}

#[tokio::test]
async fn people_come_and_go_and_the_bot_is_told() {
    let sim = start(world()).await;
    let mut shard = connected(&sim, intents()).await;
    let harbour = sim.guild("Harbour").unwrap();
    let dave = harbour.joins("Dave").await.unwrap();
    let id = dave.id().get();
    let added = until(&mut shard, |event| match event {
        Event::MemberAdd(added) => Some(added.member.user.id.get()),
        _ => None,
    });
    assert_eq!(added.await, id);
    dave.gains("Crew").await.unwrap();
    let roles = until(&mut shard, |event| match event {
        Event::MemberUpdate(member) => Some(member.roles),
        _ => None,
    });
    assert_eq!(roles.await.len(), 1);
    dave.leaves().await;
    until(&mut shard, |event| matches!(event, Event::MemberRemove(_)).then_some(())).await;
    assert!(harbour.person("Dave").is_err());
}

#[tokio::test]
async fn wrong_tokens_and_forbidden_intents_are_closed_for_good() {
    let closed = async |sim: &Sim, token: &str| {
        let _ = http(sim);
        let config = twilight_gateway::ConfigBuilder::new(token.to_owned(), intents())
            .proxy_url(sim.gateway_url())
            .build();
        let mut shard = Shard::with_config(ShardId::ONE, config);
        until(&mut shard, |event| match event {
            Event::GatewayClose(Some(frame)) => Some(frame.code),
            _ => None,
        })
        .await
    };
    let sim = start(world()).await;
    assert_eq!(closed(&sim, "wrong").await, 4004);
    let poor = casey_sim::BotSpec::new("Echo", TOKEN).without_members();
    let sim = start(crate::common::world_with(poor)).await;
    assert_eq!(closed(&sim, TOKEN).await, 4014);
}

#[tokio::test]
async fn events_nobody_asked_for_are_not_sent() {
    let sim = start(world()).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, hidden) = (harbour.channel("general").unwrap(), harbour.channel("hidden").unwrap());
    let alice = harbour.owner().unwrap();
    let mut shard = connected(&sim, Intents::GUILD_MESSAGES).await;
    alice.says(&hidden, "not for the bot").await.unwrap();
    let message = alice.says(&general, "hello").await.unwrap();
    alice.reacts(&message, "👍").await.unwrap();
    alice.says(&alice.dm().unwrap(), "private").await.unwrap();
    alice.edits(&message, "changed").await.unwrap();
    let mut seen = Vec::new();
    loop {
        match shard.next_event(EventTypeFlags::all()).await.unwrap().unwrap() {
            Event::MessageCreate(message) => seen.push(message.content.clone()),
            Event::MessageUpdate(message) => {
                seen.push(message.content.clone());
                break;
            }
            Event::GatewayHeartbeatAck => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, ["", ""], "one message and its edit, without text");
}

#[tokio::test]
async fn garbage_and_unknown_events_can_be_sent() {
    let sim = start(world()).await;
    run_bot(&sim);
    sim.gateway().expects_sessions(1).await.unwrap();
    sim.gateway().raw_text("not json");
    sim.gateway().dispatch("MESSAGE_CREATE", &json!({ "id": 5 }));
    sim.gateway().dispatch("SOMETHING_NEW", &json!({ "a": 1 }));
    let harbour = sim.guild("Harbour").unwrap();
    let general = harbour.channel("general").unwrap();
    harbour.owner().unwrap().says(&general, "!echo still here").await.unwrap();
    general.expects(casey_sim::reply().exactly("still here")).await.unwrap();
}

#[tokio::test]
async fn heartbeats_are_asked_for_and_missed_ones_close() {
    let sim = Sim::builder(world()).heartbeat(Duration::from_millis(150)).start().await.unwrap();
    let mut shard = connected(&sim, intents()).await;
    for _ in 0..3 {
        until(&mut shard, |event| matches!(event, Event::GatewayHeartbeatAck).then_some(())).await;
    }
    assert!(sim.gateway().counts().heartbeats >= 3);
    // A client that is not polled does not beat: the server gives it and its session up.
    let gone = async {
        while sim.gateway().sessions() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(3), gone).await.unwrap();
    let code = until(&mut shard, |event| match event {
        Event::GatewayClose(frame) => frame.map(|frame| frame.code),
        _ => None,
    });
    assert_eq!(code.await, 4009);
    until(&mut shard, |event| matches!(event, Event::GatewayInvalidateSession(false)).then_some(())).await;
}

#[tokio::test]
async fn a_fleet_floods_a_client() {
    let fleet = Fleet { guilds: 20, members: 10, channels: 4, roles: 3 };
    let sim = start(World::fleet("Echo", TOKEN, fleet)).await;
    let mut shard = connected(&sim, intents()).await;
    for _ in 0..20 {
        until(&mut shard, |event| matches!(event, Event::GuildCreate(_)).then_some(())).await;
    }
    let body = json!({ "channel_id": "1", "id": "2", "guild_id": "3" });
    let frames = std::iter::repeat_n(Frame::new("MESSAGE_DELETE", &body), 500);
    let gateway = sim.gateway();
    let flood = tokio::spawn(async move { gateway.flood(frames, None).await });
    for _ in 0..500 {
        until(&mut shard, |event| matches!(event, Event::MessageDelete(_)).then_some(())).await;
    }
    assert_eq!(flood.await.unwrap().unwrap().frames, 500);
    assert!(shard.session().unwrap().sequence() >= 521);
}

#[tokio::test]
async fn shards_share_the_guilds() {
    let fleet = Fleet { guilds: 6, members: 1, channels: 1, roles: 0 };
    let sim = start(World::fleet("Echo", TOKEN, fleet)).await;
    let _ = http(&sim);
    let mut seen = Vec::new();
    for number in 0..2 {
        let mut shard = Shard::with_config(ShardId::new(number, 2), config(&sim, intents()));
        let guilds = until(&mut shard, |event| match event {
            Event::Ready(ready) => Some(ready.guilds),
            _ => None,
        })
        .await;
        seen.extend(guilds.into_iter().map(|guild| (guild.id.get(), u64::from(number))));
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.iter().all(|(guild, shard)| (guild >> 22) % 2 == *shard));
}

#[tokio::test]
async fn a_large_world_can_be_built() {
    let sim =
        start(World::fleet("Echo", TOKEN, Fleet { guilds: 1_000, members: 200, channels: 20, roles: 15 }))
            .await;
    let last = sim.guild("guild-999").unwrap();
    assert_eq!(last.owner().unwrap().name(), "person-999-0");
    last.person("person-999-199")
        .unwrap()
        .says(&last.channel("channel-19").unwrap(), "all aboard")
        .await
        .unwrap();
}
