use std::time::Duration;

use super::Scene;
use crate::common::{Process, until};

const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_loses_nothing_and_doubles_nothing() {
    let scene = Scene::on_file().await;
    scene.clock(0).await;
    let (mut casey, _) = Process::ready(scene.bot(), &scene.home);
    scene.says(0, ",remind 1h earlyerrand").await;
    until("the first", || scene.said("is set") == 1);
    // Ahead by a day: what is due fires.
    scene.clock(DAY).await;
    until("what was due", || scene.said("earlyerrand") == 1);
    scene.says(1, ",remind 1h lateerrand").await;
    until("the second", || scene.said("is set") == 2);
    // Back by a day: it is not due for a day and an hour, and everything else goes on.
    scene.clock(0).await;
    scene.pings(5).await;
    scene.says(2, ",remind 1h middleerrand").await;
    until("the third", || scene.said("is set") == 3);
    scene.clock(3_700).await;
    until("the one that is due", || scene.said("middleerrand") == 1);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!((scene.said("earlyerrand"), scene.said("lateerrand")), (1, 0));
    assert_eq!(scene.count("command_usage").await, 8, "command use is written, however the clock jumps");
    scene.clock(DAY + 3_700).await;
    until("the last", || scene.said("lateerrand") == 1);
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    for errand in ["earlyerrand", "middleerrand", "lateerrand"] {
        assert_eq!(scene.said(errand), 1, "{errand}");
    }
}
