//! The bot with Redis, without it, and with one that is not there.

#![allow(clippy::unwrap_used)]

use casey_sim::reply;

use crate::common::{Home, casey, page, sim, try_start};

/// Redis of the tests; `None`, loudly, where there is none.
fn redis() -> Option<String> {
    let url = std::env::var("TEST_REDIS_URL").ok();
    if url.is_none() {
        eprintln!("SKIPPED: TEST_REDIS_URL is not set");
    }
    url
}

#[tokio::test]
async fn it_goes_on_without_a_redis_that_is_down_and_says_so() {
    let (sim, home) = (sim().await, Home::new());
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("redis://{nobody}");
    let casey = casey(&sim, &home, &[("redis-url", &url), ("metrics-addr", "127.0.0.1:0")]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    carol.says(&general, ",ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    let (status, body) = page(casey.metrics().unwrap(), "/readyz").await;
    assert_eq!(status, 200);
    assert!(body.contains("\"redis\":\"away; going on in memory\""), "{body}");
    assert!(page(casey.metrics().unwrap(), "/metrics").await.1.contains("casey_redis_up 0\n"));
    casey.stop().await.unwrap();
}

#[tokio::test]
async fn it_uses_redis_where_there_is_one() {
    let Some(url) = redis() else { return };
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[("redis-url", &url), ("metrics-addr", "127.0.0.1:0")]).await;
    let (status, body) = page(casey.metrics().unwrap(), "/readyz").await;
    assert_eq!(status, 200);
    assert!(body.contains("\"redis\":\"ok\""), "{body}");
    casey.stop().await.unwrap();
}

#[tokio::test]
async fn a_redis_whose_password_is_wrong_ends_the_start() {
    let Some(url) = redis() else { return };
    let (sim, home) = (sim().await, Home::new());
    let url = url.replace("redis://", "redis://:canary-password@");
    let error = try_start(&home.config(&sim.api_url(), &[("redis-url", &url)])).await.unwrap_err();
    assert!(!error.to_string().contains("canary-password"), "{error}");
}
