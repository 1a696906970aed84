use std::time::Duration;

use super::{PEOPLE, Scene};
use crate::common::{Process, until};

/// As many as a person can have.
const EACH: usize = 25;

/// Two processes, of which one is killed while they are at it.
async fn each_of_200_reminders_fires_once_though_one_of_two_is_killed(scene: Scene) {
    scene.clock(0).await;
    let bot = |shards: &str| {
        let mut command = scene.bot();
        command.env("CASEY_SHARDS", shards);
        command
    };
    let (mut first, _) = Process::ready(bot("0..1/2"), &scene.home);
    let (mut second, _) = Process::ready(bot("1..2/2"), &scene.home);
    for turn in 0..EACH {
        for person in 0..PEOPLE {
            scene.says(person, &format!(",remind 1h errand{person}x{turn}x")).await;
        }
        until("their answers", || scene.said("is set") == PEOPLE * (turn + 1));
    }
    scene.clock(3_590).await;
    assert_eq!(scene.said("errand"), 0, "none is early");
    scene.clock(3_700).await;
    until("the first", || scene.said("errand") > 10);
    first.tell("-KILL");
    drop(first.end());
    let delivered = scene.said("errand");
    assert!(delivered < PEOPLE * EACH, "it was to be killed in the middle");
    // What the killed process held is free when its leases have ended.
    scene.clock(3_800).await;
    until("every errand", || scene.said("errand") >= PEOPLE * EACH);
    until("that nothing is left", || scene.said("errand") >= PEOPLE * EACH);
    tokio::time::sleep(Duration::from_millis(500)).await;
    for person in 0..PEOPLE {
        for turn in 0..EACH {
            assert_eq!(scene.said(&format!("errand{person}x{turn}x")), 1, "errand {person} {turn}");
        }
    }
    second.tell("-TERM");
    assert_eq!(second.end().status.code(), Some(0));
    assert_eq!(scene.count("reminder").await, 0);
    scene.sim.expects_no_violations().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_fire_each_of_200_once_with_a_file() {
    each_of_200_reminders_fires_once_though_one_of_two_is_killed(Scene::on_file().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_fire_each_of_200_once_with_a_server() {
    let Some(scene) = Scene::on_server().await else { return };
    each_of_200_reminders_fires_once_though_one_of_two_is_killed(scene).await;
}
