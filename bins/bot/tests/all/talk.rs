//! What people see of Casey.

#![allow(clippy::unwrap_used)]

use crate::common::{Home, casey, sim, until};
use casey_sim::{Fault, reply};
use serde_json::json;

#[tokio::test]
async fn ping_is_answered_both_ways() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let message = carol.says(&general, ",ping").await.unwrap();
    general.expects(reply().in_reply_to(message).pinging_nobody()).await.unwrap();
    carol.slash(&general, "ping").sends().await.unwrap().answer().await.unwrap();
    general.expects_no_more().await.unwrap();
    casey.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn an_answer_that_discord_drops_is_given_again() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    sim.faults().times(2, "POST", "/interactions/", Fault::Status(500));
    carol.slash(&general, "ping").sends().await.unwrap().answer().await.unwrap();
    sim.faults().times(2, "POST", "/channels/", Fault::Status(502));
    let message = carol.says(&general, ",ping").await.unwrap();
    general.expects(reply().in_reply_to(message)).await.unwrap();
    general.expects_no_more().await.unwrap();
    casey.stop().await.unwrap();
}

#[tokio::test]
async fn a_prefix_is_set_by_those_who_manage_the_server_and_by_nobody_else() {
    let (sim, home) = (sim().await, Home::new());
    let running = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let general = harbour.channel("general").unwrap();
    let (alice, bob) = (harbour.owner().unwrap(), harbour.person("Bob").unwrap());
    bob.says(&general, ",prefix set !").await.unwrap();
    general.expects(reply().containing("Manage Server")).await.unwrap();
    bob.says(&general, "!ping").await.unwrap();
    general.expects_no_more().await.unwrap();
    alice.says(&general, ",prefix set !").await.unwrap();
    general.expects(reply().containing("!")).await.unwrap();
    bob.says(&general, "!ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    running.stop().await.unwrap();
    sim.expects_no_violations().unwrap();

    // It outlives the process, and commands that are registered already are not written again.
    let written = || sim.calls().iter().filter(|call| call.method == "PUT").count();
    let before = written();
    let running = casey(&sim, &home, &[]).await;
    bob.says(&general, "!ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    assert_eq!(written(), before);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn help_answers_and_unknown_commands_do_not() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    for silent in [",nosuchcommand", "hello", ",", ",,", ", ", "ping"] {
        carol.says(&general, silent).await.unwrap();
    }
    general.expects_no_more().await.unwrap();
    carol.says(&general, ",help").await.unwrap();
    general.expects(reply().pinging_nobody()).await.unwrap();
    casey.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn thirty_quick_commands_get_one_reply_each() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let mut messages = Vec::new();
    for _ in 0..30 {
        messages.push(carol.says(&general, ",about").await.unwrap());
    }
    until(|| general.messages().len() >= 60).await;
    general.expects_no_more().await.unwrap_err();
    for message in messages {
        general.expects(reply().in_reply_to(message)).await.unwrap();
    }
    general.expects_no_more().await.unwrap();
    casey.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn everyone_as_an_argument_pings_nobody() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    for text in [",help @everyone", ",ping @everyone @here", ",prefix set @everyone"] {
        alice.says(&general, text).await.unwrap();
        general.expects(reply().pinging_nobody()).await.unwrap();
    }
    casey.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn direct_messages_work_without_a_server() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let carol = sim.person("Carol").unwrap();
    let dm = carol.dm().unwrap();
    carol.says(&dm, ",ping").await.unwrap();
    dm.expects(reply()).await.unwrap();
    carol.says(&dm, ",privacy summary").await.unwrap();
    dm.expects(reply()).await.unwrap();
    casey.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn unknown_fields_and_unparsable_events_are_survived() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let gateway = sim.gateway();
    gateway.dispatch("MESSAGE_CREATE", &json!({ "content": ",ping", "author": null, "new": {} }));
    gateway.dispatch("GUILD_ROLE_CREATE", &json!({ "guild_id": [] }));
    gateway.dispatch("NEW_IN_2031", &json!({ "anything": [1, 2, 3] }));
    gateway.raw_text("{\"op\":");
    carol.says(&general, ",ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    until(|| casey.counts().now().unparsable.values().sum::<u64>() == 3).await;
    casey.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_connection_loses_no_message() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    sim.gateway().drop_all(4000);
    let mut messages = Vec::new();
    for _ in 0..5 {
        messages.push(carol.says(&general, ",about").await.unwrap());
    }
    for message in messages {
        general.expects(reply().in_reply_to(message)).await.unwrap();
    }
    general.expects_no_more().await.unwrap();
    let counts = sim.gateway().counts();
    assert_eq!((counts.identifies, counts.resumes), (1, 1));
    casey.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}
