//! Killed again and again while people use it: nothing is lost and nothing is said twice.

use std::{collections::BTreeMap, time::Duration};

use casey_sim::{Channel, Sim, Snowflake};

use crate::common::{Home, Process, nap, sim, until};

/// How many replies each message has.
fn replies(general: &Channel) -> BTreeMap<Snowflake, usize> {
    let mut replies = BTreeMap::new();
    for heard in general.messages() {
        if let Some(to) = heard.reply_to.filter(|_| heard.author == "Casey") {
            *replies.entry(to).or_default() += 1;
        }
    }
    replies
}

/// People who type without a pause, until they are told to stop. Returns what they typed.
async fn typing(sim: Sim, mut stop: tokio::sync::oneshot::Receiver<()>) -> Vec<Snowflake> {
    let harbour = sim.guild("Harbour").unwrap();
    let general = harbour.channel("general").unwrap();
    let people = [harbour.owner().unwrap(), harbour.person("Bob").unwrap(), harbour.person("Carol").unwrap()];
    let mut typed = Vec::new();
    let mut turn = 0_usize;
    while stop.try_recv().is_err() {
        let person = &people[turn % people.len()];
        let text = if turn % 4 == 3 { ",help ping" } else { ",ping" };
        typed.push(person.says(&general, text).await.unwrap().id);
        person.says(&general, "nothing in particular").await.unwrap();
        turn += 1;
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    typed
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_has_exactly_one_reply_through_kill_9_under_load() {
    let (sim, home) = (sim().await, Home::new());
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    let (mut casey, _) = Process::ready(home.bot(&sim), &home);
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let load = tokio::spawn(typing(sim.clone(), stopped));
    for _ in 0..4 {
        // Somewhere in the midst of it.
        let before = replies(&general).len();
        until("some replies", || replies(&general).len() > before + 10);
        casey.tell("-KILL");
        drop(casey.end());
        nap();
        casey = Process::ready(home.bot(&sim), &home).0;
    }
    stop.send(()).unwrap();
    let typed = load.await.unwrap();
    until("a reply to each", || replies(&general).len() == typed.len());
    general.expects_no_more().await.unwrap_or(());
    let replies = replies(&general);
    let wrong: Vec<_> = typed.iter().filter(|message| replies.get(message) != Some(&1)).collect();
    assert!(wrong.is_empty(), "{} of {} commands without exactly one reply", wrong.len(), typed.len());
    assert_eq!(sim.gateway().counts().identifies, 1, "every process went on with the session of the first");
    sim.expects_no_violations().unwrap();
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn slash_commands_are_answered_across_a_restart() {
    let (sim, home) = (sim().await, Home::new());
    let harbour = sim.guild("Harbour").unwrap();
    let (general, bob) = (harbour.channel("general").unwrap(), harbour.person("Bob").unwrap());
    let (mut casey, _) = Process::ready(home.bot(&sim), &home);
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    // Typed while nobody is there; the next process is there within the three seconds that Discord waits.
    let typed = bob.slash(&general, "ping").sends().await.unwrap();
    let (mut casey, _) = Process::ready(home.bot(&sim), &home);
    assert!(typed.answer().await.unwrap().text().starts_with("Pong!"));
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
}
