//! What people set for themselves, and what is kept about them.

use casey_sim::reply;

use crate::demo::stage::{Stage, Trouble, fits, saying};

pub(super) async fn prefix(stage: &Stage) -> Result<(), Trouble> {
    let own = saying("`c!` works for you everywhere now.");
    stage.answered(&stage.carol, ",prefix personal c!", own).await?;
    stage.answered(&stage.carol, "c!ping", saying("Pong!")).await?;
    stage.ignored(&stage.bob, "c!ping").await
}

/// The answer is for one person: in slash use only they see it, in prefix use it comes as direct message.
pub(super) async fn privacy(stage: &Stage) -> Result<(), Trouble> {
    let kept = || reply().with_embed("What I keep about you");
    let answer = stage.carol.slash(&stage.general, "privacy summary").await?;
    fits(&answer, &kept().ephemeral())?;
    stage.whispered(&stage.bob, ",privacy summary", kept()).await
}

/// What is objected to is not stored from the next moment on.
pub(super) async fn object(stage: &Stage) -> Result<(), Trouble> {
    let stats = stage.carol.slash(&stage.general, "privacy object").option("purpose", "stats.usage").await?;
    fits(&stats, &saying("From now on I store nothing about you for `stats.usage`").ephemeral())?;
    let withdrawn = saying("You no longer object to `stats.usage`");
    stage.whispered(&stage.carol, ",privacy object stats.usage --withdraw", withdrawn).await
}
