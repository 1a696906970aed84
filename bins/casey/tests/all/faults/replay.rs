//! A process is killed right after it answered: what it had done comes again, and is done once.

use std::{collections::BTreeMap, time::Duration};

use casey_sim::Snowflake;

use super::{PEOPLE, Scene};
use crate::common::{Process, nap, until};

/// What Casey said to each message.
fn replies(scene: &Scene) -> BTreeMap<Snowflake, Vec<String>> {
    let mut replies = BTreeMap::<_, Vec<String>>::new();
    for heard in scene.people.iter().flat_map(|(_, channel)| channel.messages()) {
        if let Some(to) = heard.reply_to.filter(|_| heard.author == "Casey") {
            replies.entry(to).or_default().push(heard.content);
        }
    }
    replies
}

fn killed(mut casey: Process) {
    casey.tell("-KILL");
    drop(casey.end());
    nap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_whose_event_comes_again_is_set_once_and_told_once() {
    let scene = Scene::on_file().await;
    scene.clock(0).await;
    let (mut casey, _) = Process::ready(scene.bot(), &scene.home);
    let mut typed = Vec::new();
    for round in 0..3 {
        for turn in 0..4 {
            for (number, (person, channel)) in scene.people.iter().enumerate() {
                let text = format!(",remind 1h errand{number}x{round}x{turn}x");
                typed.push(person.says(channel, &text).await.unwrap().id);
            }
        }
        let before = replies(&scene).len();
        until("some of the answers", || replies(&scene).len() > before + 5);
        killed(casey);
        casey = Process::ready(scene.bot(), &scene.home).0;
    }
    until("an answer to each", || replies(&scene).len() == typed.len());
    assert_eq!(scene.count("reminder").await, typed.len());
    assert_eq!(scene.count("job").await, typed.len() + 2, "and those that are repeated");
    let replies = replies(&scene);
    for message in &typed {
        let told = &replies[message];
        assert!(told.len() == 1 && told[0].contains("is set for"), "{told:?}");
    }
    scene.clock(3_700).await;
    until("every errand", || scene.said("errand") >= typed.len());
    killed(casey);
    // Also those that were delivered just now.
    let (mut casey, _) = Process::ready(scene.bot(), &scene.home);
    scene.clock(3_800).await;
    until("that none is left", || scene.said("errand") == typed.len());
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    assert_eq!(scene.said("errand"), typed.len());
    assert_eq!(typed.len(), 3 * 4 * PEOPLE);
    scene.sim.expects_no_violations().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_delivered_before_its_event_comes_again_is_not_delivered_again() {
    let scene = Scene::on_file().await;
    scene.clock(0).await;
    let (casey, _) = Process::ready(scene.bot(), &scene.home);
    scene.says(0, ",remind 10s soonerrand").await;
    until("the answer", || scene.said("is set") == 1);
    // Before it could note how far it got.
    killed(casey);
    scene.clock(60).await;
    let (mut casey, _) = Process::ready(scene.bot(), &scene.home);
    until("the one that is overdue", || scene.said("soonerrand") == 1);
    // The event came again and set it again.
    scene.clock(120).await;
    scene.says(1, ",remind 10s anothererrand").await;
    until("the other answer", || scene.said("is set") == 2);
    scene.clock(180).await;
    until("another that is due", || scene.said("anothererrand") == 1);
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    assert_eq!((scene.count("reminder").await, scene.said("soonerrand")), (0, 1));
    assert_eq!(scene.said("is set"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_is_told_once_and_ends_the_same() {
    let scene = Scene::on_file().await;
    scene.clock(0).await;
    let (mut casey, _) = Process::ready(scene.bot(), &scene.home);
    scene.says(0, ",remind 1h first").await;
    scene.says(0, ",remind 1h second").await;
    until("two reminders", || scene.said("is set") == 2);
    // Nobody reads a number and types it within the half second that a process is behind with noting what is finished.
    tokio::time::sleep(Duration::from_millis(700)).await;
    for (said, told) in [
        (",remind cancel 1", "I sent you a direct message"),
        (",prefix add !", "works now, too"),
        (",settings language de", "Hier antworte ich jetzt auf"),
    ] {
        let (person, channel) = &scene.people[0];
        let message = person.says(channel, said).await.unwrap().id;
        until("an answer", || replies(&scene).contains_key(&message));
        killed(casey);
        casey = Process::ready(scene.bot(), &scene.home).0;
        // Behind what comes again.
        scene.pings(2).await;
        let heard = &replies(&scene)[&message];
        assert!(heard.len() == 1 && heard[0].contains(told), "{said}: {heard:?}");
    }
    let told = scene.people[0].0.dm().unwrap().messages();
    let told: Vec<_> = told.iter().map(|heard| heard.content.as_str()).collect();
    assert_eq!(told, ["Reminder 1 is cancelled and forgotten."]);
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    assert_eq!((scene.count("reminder").await, scene.count("guild_prefix").await), (1, 2));
}
