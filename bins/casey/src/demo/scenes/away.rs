//! What is typed while Casey is restarted.

use casey_sim::MessageRef;

use crate::demo::stage::{Stage, Trouble, saying};

/// Somebody asks while nobody is there to answer.
pub(crate) async fn typed(stage: &Stage) -> Result<MessageRef, Trouble> {
    Ok(stage.alice.says(&stage.general, ",ping").await?)
}

/// They are answered by the next Casey, which goes on where the one before it ended.
pub(crate) async fn answered(stage: &Stage, typed: MessageRef) -> Result<(), Trouble> {
    let pong = saying("Pong!").in_reply_to(typed).pinging_nobody();
    stage.general.expects_next(pong).await?;
    let identified = stage.sim.gateway().counts().identifies;
    if identified == 1 {
        Ok(())
    } else {
        Err(Trouble(format!("Casey began {identified} sessions instead of one")))
    }
}

pub(super) async fn kept(stage: &Stage) -> Result<(), Trouble> {
    let own = saying("Your own, which work everywhere: `c!`");
    stage.answered(&stage.carol, "c!prefix show", own).await?;
    Ok(())
}
