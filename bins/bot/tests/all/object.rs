//! Objections as people make them.

#![allow(clippy::unwrap_used)]

use casey_sim::reply;
use sea_orm::{ConnectionTrait as _, Database, Statement};

use crate::common::{Home, casey, sim};

/// Rows of the command history of one person.
async fn uses(home: &Home, person: u64) -> i64 {
    let raw = Database::connect(format!("sqlite://{}", home.database().display())).await.unwrap();
    let sql = format!("SELECT count(*) AS uses FROM command_usage WHERE user_id = {person}");
    let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get("", "uses").unwrap()
}

#[tokio::test]
async fn who_objected_leaves_no_row_however_much_they_do() {
    let (sim, home) = (sim().await, Home::new());
    let running = casey(&sim, &home, &[]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, bob, carol) = (
        harbour.channel("general").unwrap(),
        harbour.person("Bob").unwrap(),
        harbour.person("Carol").unwrap(),
    );
    let done = carol.slash(&general, "privacy object").option("purpose", "stats.usage").await.unwrap();
    assert!(done.is_ephemeral() && done.text().starts_with("From now on I store nothing about you for"));
    running.database().usage().flush().await.unwrap();
    // That she objected was a use of a command as well, from before it counted or not.
    let before = uses(&home, carol.id().get()).await;

    for person in [&carol, &bob] {
        for _ in 0..50 {
            person.says(&general, ",ping").await.unwrap();
            person.slash(&general, "ping").await.unwrap();
        }
    }
    for _ in 0..100 {
        general.expects(reply().containing("Pong!")).await.unwrap();
    }
    // It outlives the process.
    running.stop().await.unwrap();
    assert_eq!(uses(&home, carol.id().get()).await, before);
    assert_eq!(uses(&home, bob.id().get()).await, 100);
    let running = casey(&sim, &home, &[]).await;
    carol.slash(&general, "ping").await.unwrap();
    running.database().usage().flush().await.unwrap();
    assert_eq!(uses(&home, carol.id().get()).await, before);

    // The menu shows it, and takes it back.
    let panel = carol.slash(&general, "privacy object").await.unwrap();
    assert!(
        panel.text().contains("`stats.usage`")
            && panel.text().contains("You objected: I store nothing for this.")
    );
    let changed = carol.selects(&panel, "You object to nothing", vec!["perf.cache".into()]).await.unwrap();
    let text = changed.text();
    assert_eq!(text.matches("You objected").count(), 1, "{text}");
    carol.selects(&panel, "You object to nothing", vec![]).await.unwrap();
    carol.slash(&general, "ping").await.unwrap();
    running.stop().await.unwrap();
    assert!(uses(&home, carol.id().get()).await > before, "her uses are counted again");
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn it_works_in_direct_messages_and_names_what_there_is() {
    let (sim, home) = (sim().await, Home::new());
    let running = casey(&sim, &home, &[]).await;
    let carol = sim.guild("Harbour").unwrap().person("Carol").unwrap();
    let dm = carol.dm().unwrap();
    for (typed, part) in [
        ("privacy object stats.usage", "From now on I store nothing"),
        ("privacy object stats.usage --withdraw", "You no longer object to `stats.usage`"),
        ("privacy object stats.usage --withdraw", "You did not object to `stats.usage`"),
        ("privacy object core.commands", "`core.commands` cannot be objected to"),
        ("privacy object everything", "You can object to: `perf.cache`, `stats.usage`"),
    ] {
        let asked = carol.says(&dm, &format!(",{typed}")).await.unwrap();
        dm.expects(reply().containing(part)).await.unwrap();
        let _ = asked;
    }
    running.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}
