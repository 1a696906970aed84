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
