//! What Casey refuses to start with, and how it is watched.

#![allow(clippy::unwrap_used)]

use crate::common::{Home, casey, page, sim, try_start, until, world};
use casey_config::Exit;
use casey_sim::Sim;
use sea_orm::ConnectionTrait as _;

#[tokio::test]
async fn health_and_metrics_tell_what_is_so() {
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[("metrics_addr", "127.0.0.1:0")]).await;
    let address = casey.metrics().unwrap();
    let (status, body) = page(address, "/readyz").await;
    assert_eq!(status, 200);
    assert_eq!(body, r#"{"dependencies":{"database":"ok","discord":"ok","files":"ok"},"status":"ok"}"#);
    assert_eq!(page(address, "/healthz").await.0, 200);
    assert_eq!(page(address, "/elsewhere").await.0, 404);
    let (status, body) = page(address, "/metrics").await;
    assert_eq!(status, 200);
    assert!(body.contains("\ncasey_guilds 1\n"), "{body}");
    assert!(body.contains("\ncasey_shard_state{state=\"connected\"} 1\n"), "{body}");
    sim.stop();
    until(|| !casey.counts().is_ready()).await;
    let (status, body) = page(address, "/readyz").await;
    assert_eq!(status, 503);
    assert!(body.contains(r#""discord":"not every shard is connected""#), "{body}");
    assert_eq!(page(address, "/healthz").await.0, 200);
    casey.stop().await.unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_one_sentence() {
    let (sim, home) = (sim().await, Home::new());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = try_start(&home.config(&sim.api_url(), &[("metrics_addr", &address)])).await.unwrap_err();
    let sentence = error.sentence();
    assert!(sentence.contains(&address) && sentence.contains("another process uses this port"), "{sentence}");
    assert!(!sentence.contains('\n'));
    // Nothing is left behind that would keep the next start from working.
    casey(&sim, &home, &[]).await.stop().await.unwrap();
}

#[tokio::test]
async fn a_wrong_token_is_configuration() {
    let (sim, home) = (sim().await, Home::new());
    let error = try_start(&home.config(&sim.api_url(), &[("discord_token", "wrong")])).await.unwrap_err();
    assert_eq!(error.sentence(), "Discord does not accept the bot token");
    assert_eq!(error.exit(), Exit::Misused);
}

#[tokio::test]
async fn what_is_not_declared_is_not_served() {
    let (sim, home) = (Sim::start(world()).await.unwrap(), Home::new());
    casey(&sim, &home, &[]).await.stop().await.unwrap();
    let url = format!("sqlite://{}", home.database().display());
    let database = sea_orm::Database::connect(url).await.unwrap();
    database.execute_unprepared("CREATE TABLE secret_diary (user_id BIGINT)").await.unwrap();
    database.close().await.unwrap();
    let error = try_start(&home.config(&sim.api_url(), &[])).await.unwrap_err();
    assert!(error.sentence().contains("secret_diary"), "{}", error.sentence());
    assert_eq!(error.exit(), Exit::Failed);
}

#[tokio::test]
async fn another_root_key_is_refused() {
    let (sim, home) = (Sim::start(world()).await.unwrap(), Home::new());
    casey(&sim, &home, &[]).await.stop().await.unwrap();
    let key = home.path().join("other.key");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let key = key.display().to_string();
    let error = try_start(&home.config(&sim.api_url(), &[("key_file", &key)])).await.unwrap_err();
    assert!(
        error.sentence().contains("root key") && error.sentence().contains("CASEY_KEY_FILE"),
        "{}",
        error.sentence()
    );
    assert_eq!(error.exit(), Exit::Misused);
}

#[tokio::test]
async fn a_discord_that_is_not_there_is_said_to_be_so() {
    let home = Home::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = try_start(&home.config(&format!("http://{nobody}"), &[])).await.unwrap_err();
    assert!(error.sentence().contains("Discord could not be reached"), "{}", error.sentence());
    assert_eq!(error.exit(), Exit::Failed);
}
