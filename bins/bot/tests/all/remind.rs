//! Reminders, from the command to the message, through a restart.

#![allow(clippy::unwrap_used)]

use crate::common::{Home, casey, sim};
use casey_sim::reply;

/// A clock that stands `seconds` ahead, for the bot that starts next or runs now.
fn ahead(home: &Home, seconds: u32) -> String {
    let file = home.path().join("clock");
    std::fs::write(&file, seconds.to_string()).unwrap();
    file.display().to_string()
}

#[tokio::test]
async fn a_reminder_comes_when_it_is_due_and_once() {
    let (sim, home) = (sim().await, Home::new());
    let clock = ahead(&home, 0);
    let casey = casey(&sim, &home, &[("clock-file", &clock)]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    carol.says(&general, ",remind me in 2h to stretch").await.unwrap();
    general.expects(reply().containing("Reminder 1 is set").pinging_nobody()).await.unwrap();
    carol
        .slash(&general, "remind me")
        .option("when", "3 hours")
        .option("what", "drink tea")
        .option("dm", true)
        .sends()
        .await
        .unwrap()
        .answer()
        .await
        .unwrap();
    ahead(&home, 2 * 3_600 + 5);
    general.expects(reply().containing("you asked me to remind you: stretch")).await.unwrap();
    ahead(&home, 3 * 3_600 + 5);
    carol.dm().unwrap().expects(reply().containing("you asked me to remind you: drink tea")).await.unwrap();
    general.expects_no_more().await.unwrap();
    casey.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn what_was_due_while_casey_was_down_comes_at_the_next_start() {
    let (sim, home) = (sim().await, Home::new());
    let clock = ahead(&home, 0);
    let running = casey(&sim, &home, &[("clock-file", &clock)]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    carol.says(&general, ",remind 10m stretch").await.unwrap();
    general.expects(reply().containing("Reminder 1 is set")).await.unwrap();
    running.stop().await.unwrap();
    ahead(&home, 3 * 3_600);
    let running = casey(&sim, &home, &[("clock-file", &clock)]).await;
    general.expects(reply().containing("This is 2 hours and ")).await.unwrap();
    carol.says(&general, ",remind list").await.unwrap();
    general.expects(reply().containing("I sent you a direct message")).await.unwrap();
    carol.dm().unwrap().expects(reply().containing("You have no reminders")).await.unwrap();
    running.stop().await.unwrap();
    let running = casey(&sim, &home, &[("clock-file", &clock)]).await;
    general.expects_no_more().await.unwrap();
    running.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}
