//! Commands for everybody, mentions, mistakes, and what is left alone.

use casey_sim::{edit, reply};

use crate::demo::stage::{Stage, Trouble, fits, saying};

pub(super) async fn ping(stage: &Stage) -> Result<(), Trouble> {
    stage.answered(&stage.alice, ",ping", saying("Pong!")).await?;
    let pong = stage.carol.slash(&stage.general, "ping").await?;
    fits(&pong, &saying("Pong!").public().pinging_nobody())
}

pub(super) async fn help(stage: &Stage) -> Result<(), Trouble> {
    let all = reply().with_embed("What I can do").with_embed("`,ping`").with_embed("`,privacy`");
    let (_, overview) = stage.answered(&stage.carol, ",help", all).await?;
    // There are pages only where the commands do not fit on one.
    if overview.button("Next").is_some() {
        let next = stage.carol.presses(&overview, "Next").await?;
        fits(&next, &edit().with_embed("What I can do"))?;
    }
    let one = reply().with_embed("`,prefix set <prefix…>`").with_embed("Manage Server");
    stage.answered(&stage.carol, ",help prefix set", one).await?;
    let near = saying("There is no command `pnig`. Did you mean `/help ping`?");
    let answer = stage.bob.slash(&stage.general, "help").option("command", "pnig").await?;
    fits(&answer, &near.ephemeral())
}

pub(super) async fn about(stage: &Stage) -> Result<(), Trouble> {
    stage.answered(&stage.bob, ",about", saying("I am **Casey**").containing("I am in one server.")).await?;
    Ok(())
}

pub(super) async fn mention(stage: &Stage) -> Result<(), Trouble> {
    let casey = stage.casey.mention();
    stage.answered(&stage.carol, &casey, saying("My prefix here is `,`")).await?;
    stage.answered(&stage.carol, &format!("{casey} ping"), saying("Pong!")).await?;
    Ok(())
}

/// The first answer says what is wrong, and changes when the message is corrected.
pub(super) async fn typo(stage: &Stage) -> Result<(), Trouble> {
    let refusal = saying("There is no `shwo` here").containing("Did you mean `show`?").containing("^");
    let (typed, _) = stage.answered(&stage.bob, ",prefix shwo", refusal).await?;
    stage.bob.edits(typed, ",prefix show").await?;
    stage.general.expects_next(edit().containing("The prefix here is `,`")).await?;
    Ok(())
}

pub(super) async fn silence(stage: &Stage) -> Result<(), Trouble> {
    stage.ignored(&stage.bob, "has anybody seen my anchor?").await?;
    stage.ignored(&stage.bob, ",anchor").await
}

/// Whatever people put into arguments.
pub(super) async fn everyone(stage: &Stage) -> Result<(), Trouble> {
    stage.answered(&stage.alice, ",help @everyone", saying("There is no command")).await?;
    let carol = stage.carol.mention();
    stage.answered(&stage.alice, &format!(",help {carol}"), saying("There is no command")).await?;
    stage.answered(&stage.alice, ",prefix set @everyone", saying("A prefix cannot begin with @")).await?;
    Ok(())
}

pub(super) async fn direct(stage: &Stage) -> Result<(), Trouble> {
    let between = stage.carol.dm()?;
    let asked = stage.carol.says(&between, ",ping").await?;
    between.expects_next(saying("Pong!").in_reply_to(asked)).await?;
    stage.carol.says(&between, ",prefix set !").await?;
    between.expects_next(saying("This command works in servers only.")).await?;
    Ok(between.expects_no_more().await?)
}
