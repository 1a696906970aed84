//! A bot that is dropped takes everything along that it was made of.
#![allow(missing_docs)]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use casey_core::{Module, testing::Stage};

struct Guest;

#[async_trait]
impl Module for Guest {
    fn name(&self) -> &'static str {
        "guest"
    }

    fn title(&self) -> &'static str {
        "Guest"
    }
}

#[tokio::test]
async fn its_modules_are_gone_with_it() {
    let guest = Arc::new(Guest);
    let gone = Arc::downgrade(&guest);
    let stage = Stage::builder().module(guest).raise().await;
    stage.says(Stage::BOB, ",help").await;
    stage.waits(Duration::from_secs(1)).await;
    assert!(gone.upgrade().is_some(), "it is part of the bot");
    drop(stage);
    // Its tasks notice, and end.
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    assert!(gone.upgrade().is_none(), "something holds on to it");
}
