//! What a process that was killed leaves to the next.
//!
//! That buttons survive a restart is tested in casey-core with two bots of one key: there is no command with a button in the built program yet, because its commands
//! fit on one page of help.

use casey_sim::reply;

use crate::common::{Home, Process, sim, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_prefix_outlives_kill_9() {
    let (sim, home) = (sim().await, Home::new());
    let harbour = sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());

    let (mut first, _) = Process::ready(home.bot(&sim), &home);
    alice.says(&general, ",prefix set !").await.unwrap();
    general.expects_next(reply().containing("The prefix is `!` now")).await.unwrap();
    first.tell("-KILL");
    assert!(first.end().status.code().is_none(), "it had no time to say goodbye");
    assert!(home.file("ready.json").exists(), "nor to remove its file");
    until("the connection's end", || sim.gateway().sessions() == 0);

    let (mut second, _) = Process::ready(home.bot(&sim), &home);
    alice.says(&general, "!ping").await.unwrap();
    general.expects_next(reply().containing("Pong!")).await.unwrap();
    second.tell("-TERM");
    assert_eq!(second.end().status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_registered_once() {
    let (sim, home) = (sim().await, Home::new());
    for _ in 0..2 {
        let (mut casey, _) = Process::ready(home.bot(&sim), &home);
        casey.tell("-TERM");
        assert_eq!(casey.end().status.code(), Some(0));
    }
    let writes = sim
        .counters()
        .into_iter()
        .filter(|((method, route), _)| method == "PUT" && route.ends_with("/commands"));
    assert_eq!(writes.map(|(_, count)| count).sum::<u64>(), 1);
}
