//! Rules of a server about commands.

use casey_sim::reply;

use crate::demo::stage::{Stage, Trouble, fits, saying};

pub(super) async fn made(stage: &Stage) -> Result<(), Trouble> {
    let here = stage.general.mention();
    let denied = saying("`,remind` is not allowed any more");
    stage.answered(&stage.alice, &format!(",settings deny remind {here}"), denied).await?;
    let refused = saying("`,remind me` is not allowed in this channel.");
    stage.answered(&stage.carol, ",remind 2h water the plants", refused).await?;
    let allow = stage.alice.slash(&stage.general, "settings allow").option("command", "remind me");
    fits(&allow.option("member", &stage.carol).await?, &saying("`/remind me` is allowed now"))?;
    let needs = saying("You need **Manage Server** here");
    stage.answered(&stage.bob, ",settings deny remind", needs).await?;
    Ok(())
}

pub(super) async fn cleared(stage: &Stage) -> Result<(), Trouble> {
    let carol = stage.carol.mention();
    let may = saying("may use `,remind me` in");
    stage.answered(&stage.bob, &format!(",settings why remind me {carol}"), may).await?;
    let may_not = stage.bob.slash(&stage.general, "settings why").option("command", "remind me").await?;
    fits(&may_not, &saying("may not use `/remind me` in"))?;
    let both = reply().with_embed("Where and for whom commands work").with_embed("remind me");
    stage.answered(&stage.alice, ",settings rules", both).await?;
    stage
        .answered(&stage.alice, ",settings clear remind", saying("One rule about `,remind` is gone."))
        .await?;
    let other = stage.alice.slash(&stage.general, "settings clear").option("command", "remind me").await?;
    fits(&other, &saying("One rule about `/remind me` is gone."))
}
