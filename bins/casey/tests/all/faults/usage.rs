use std::time::Duration;

use super::Scene;
use crate::common::Process;

/// What was written a second ago is there, whatever becomes of the process.
async fn kill_9_loses_a_second_of_command_use_at_most(scene: Scene) {
    let (mut casey, _) = Process::ready(scene.bot(), &scene.home);
    scene.pings(40).await;
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    scene.pings(6).await;
    casey.tell("-KILL");
    drop(casey.end());
    let written = scene.count("command_usage").await;
    assert!((40..=46).contains(&written), "{written} of 46 uses, of which 40 were older than a second");
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_loses_a_second_at_most_with_a_file() {
    kill_9_loses_a_second_of_command_use_at_most(Scene::on_file().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_loses_a_second_at_most_with_a_server() {
    let Some(scene) = Scene::on_server().await else { return };
    kill_9_loses_a_second_of_command_use_at_most(scene).await;
}
