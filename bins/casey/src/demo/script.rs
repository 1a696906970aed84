//! What people type, and what Casey has to answer.

use std::{future::Future, pin::Pin};

use casey_sim::{edit, reply};

use super::{
    missing,
    stage::{Stage, Trouble, fits, saying},
};
use crate::error::CaseyError;

type Playing<'a> = Pin<Box<dyn Future<Output = Result<(), Trouble>> + Send + 'a>>;

/// A part of the script, with its name.
pub(crate) type Scene = (&'static str, for<'a> fn(&'a Stage) -> Playing<'a>);

/// The script.
pub(crate) const SCENES: &[Scene] = &[
    ("a ping, typed and as slash command", |stage| Box::pin(ping(stage))),
    ("help", |stage| Box::pin(help(stage))),
    ("who Casey is", |stage| Box::pin(about(stage))),
    ("Casey is mentioned", |stage| Box::pin(mention(stage))),
    ("a typo, and its correction", |stage| Box::pin(typo(stage))),
    ("the prefix is not for everybody to set", |stage| Box::pin(refused(stage))),
    ("a new prefix, and several", |stage| Box::pin(prefixes(stage))),
    ("a prefix of one's own", |stage| Box::pin(personal(stage))),
    ("settings", |stage| Box::pin(settings(stage))),
    ("what Casey keeps about somebody", |stage| Box::pin(privacy(stage))),
    ("what is none of Casey's business", |stage| Box::pin(silence(stage))),
    ("nobody is pinged", |stage| Box::pin(everyone(stage))),
    ("direct messages", |stage| Box::pin(direct(stage))),
];

/// Plays all scenes in order.
///
/// # Errors
///
/// [`CaseyError::Demo`] for the first reply that is missing.
pub(crate) async fn play(stage: &Stage) -> Result<(), CaseyError> {
    for (name, scene) in SCENES {
        scene(stage).await.map_err(|trouble| missing(name, trouble))?;
    }
    stage.general.expects_no_more().await.map_err(|error| missing("the end", error.into()))
}

async fn ping(stage: &Stage) -> Result<(), Trouble> {
    stage.answered(&stage.alice, ",ping", saying("Pong!")).await?;
    let pong = stage.carol.slash(&stage.general, "ping").await?;
    fits(&pong, &saying("Pong!").public().pinging_nobody())
}

async fn help(stage: &Stage) -> Result<(), Trouble> {
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

async fn about(stage: &Stage) -> Result<(), Trouble> {
    stage.answered(&stage.bob, ",about", saying("I am **Casey**").containing("I am in one server.")).await?;
    Ok(())
}

async fn mention(stage: &Stage) -> Result<(), Trouble> {
    let casey = stage.casey.mention();
    stage.answered(&stage.carol, &casey, saying("My prefix here is `,`")).await?;
    stage.answered(&stage.carol, &format!("{casey} ping"), saying("Pong!")).await?;
    Ok(())
}

/// The first answer says what is wrong, and changes when the message is corrected.
async fn typo(stage: &Stage) -> Result<(), Trouble> {
    let refusal = saying("There is no `shwo` here").containing("Did you mean `show`?").containing("^");
    let (typed, _) = stage.answered(&stage.bob, ",prefix shwo", refusal).await?;
    stage.bob.edits(typed, ",prefix show").await?;
    stage.general.expects_next(edit().containing("The prefix here is `,`")).await?;
    Ok(())
}

async fn refused(stage: &Stage) -> Result<(), Trouble> {
    let needs = || saying("You need **Manage Server** here");
    stage.answered(&stage.carol, ",prefix set !", needs()).await?;
    let answer = stage.bob.slash(&stage.general, "prefix set").option("prefix", "!").await?;
    fits(&answer, &needs().ephemeral())?;
    stage.answered(&stage.carol, ",prefix", saying("The prefix here is `,`")).await?;
    Ok(())
}

async fn prefixes(stage: &Stage) -> Result<(), Trouble> {
    let set = saying("The prefix is `!` now. Try `!help`.");
    stage.answered(&stage.alice, ",prefix set !", set).await?;
    stage.answered(&stage.carol, "!ping", saying("Pong!")).await?;
    stage.ignored(&stage.carol, ",ping").await?;
    let added = saying("`?` works now, too. All prefixes here: `!` `?`");
    fits(&stage.alice.slash(&stage.general, "prefix add").option("prefix", "?").await?, &added)?;
    stage.answered(&stage.carol, "?ping", saying("Pong!")).await?;
    stage.answered(&stage.carol, "!prefix", saying("The prefixes here are `!` `?`.")).await?;
    stage.answered(&stage.alice, "?prefix reset", saying("The prefix is `,` again.")).await?;
    Ok(())
}

async fn personal(stage: &Stage) -> Result<(), Trouble> {
    let own = saying("`c!` works for you everywhere now.");
    stage.answered(&stage.carol, ",prefix personal c!", own).await?;
    stage.answered(&stage.carol, "c!ping", saying("Pong!")).await?;
    stage.ignored(&stage.bob, "c!ping").await
}

async fn settings(stage: &Stage) -> Result<(), Trouble> {
    let shown = reply().with_embed("Settings of this server").with_embed("Prefixes: `,`");
    stage.answered(&stage.alice, ",settings", shown).await?;
    Ok(())
}

/// The answer is for one person: in slash use only they see it, in prefix use it comes as direct message.
async fn privacy(stage: &Stage) -> Result<(), Trouble> {
    let kept = || reply().with_embed("What I keep about you");
    let answer = stage.carol.slash(&stage.general, "privacy summary").await?;
    fits(&answer, &kept().ephemeral())?;
    stage.answered(&stage.bob, ",privacy", saying("I sent you a direct message.")).await?;
    stage.bob.dm()?.expects_next(kept()).await?;
    Ok(())
}

async fn silence(stage: &Stage) -> Result<(), Trouble> {
    stage.ignored(&stage.bob, "has anybody seen my anchor?").await?;
    stage.ignored(&stage.bob, ",anchor").await
}

/// Whatever people put into arguments.
async fn everyone(stage: &Stage) -> Result<(), Trouble> {
    stage.answered(&stage.alice, ",help @everyone", saying("There is no command")).await?;
    let carol = stage.carol.mention();
    stage.answered(&stage.alice, &format!(",help {carol}"), saying("There is no command")).await?;
    stage.answered(&stage.alice, ",prefix set @everyone", saying("A prefix cannot begin with @")).await?;
    Ok(())
}

async fn direct(stage: &Stage) -> Result<(), Trouble> {
    let between = stage.carol.dm()?;
    let asked = stage.carol.says(&between, ",ping").await?;
    between.expects_next(saying("Pong!").in_reply_to(asked)).await?;
    stage.carol.says(&between, ",prefix set !").await?;
    between.expects_next(saying("This command works in servers only.")).await?;
    Ok(between.expects_no_more().await?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use casey_sim::{Sim, World};

    use super::*;

    #[tokio::test]
    async fn a_missing_reply_is_named() {
        let sim = Sim::builder(World::demo()).patience(Duration::from_millis(50)).start().await.unwrap();
        let error = play(&Stage::of(&sim).unwrap()).await.unwrap_err().sentence();
        assert!(error.contains("the scene “a ping, typed and as slash command”: in #general, expected a message containing \"Pong!\""), "{error}");
        assert!(error.contains("but no bot said anything"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
