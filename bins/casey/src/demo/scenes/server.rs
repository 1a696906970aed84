//! What those who manage the server set.

use casey_sim::{edit, reply};

use crate::demo::stage::{Stage, Trouble, fits, saying};

pub(super) async fn refused(stage: &Stage) -> Result<(), Trouble> {
    let needs = || saying("You need **Manage Server** here");
    stage.answered(&stage.carol, ",prefix set !", needs()).await?;
    let answer = stage.bob.slash(&stage.general, "prefix set").option("prefix", "!").await?;
    fits(&answer, &needs().ephemeral())?;
    stage.answered(&stage.carol, ",prefix", saying("The prefix here is `,`")).await?;
    Ok(())
}

pub(super) async fn prefixes(stage: &Stage) -> Result<(), Trouble> {
    let set = saying("The prefix is `!` now. Try `!help`.");
    stage.answered(&stage.alice, ",prefix set !", set).await?;
    stage.answered(&stage.carol, "!ping", saying("Pong!")).await?;
    stage.ignored(&stage.carol, ",ping").await?;
    let added = saying("`?` works now, too. All prefixes here: `!` `?`");
    fits(&stage.alice.slash(&stage.general, "prefix add").option("prefix", "?").await?, &added)?;
    stage.answered(&stage.carol, "?ping", saying("Pong!")).await?;
    stage.answered(&stage.carol, "!prefix", saying("The prefixes here are `!` `?`.")).await?;
    let removed = saying("`?` is no prefix any more. What remains: `!`");
    stage.answered(&stage.alice, "!prefix remove ?", removed).await?;
    stage.answered(&stage.alice, "!prefix reset", saying("The prefix is `,` again.")).await?;
    Ok(())
}

pub(super) async fn settings(stage: &Stage) -> Result<(), Trouble> {
    let shown = reply().with_embed("Settings of this server").with_embed("Prefixes: `,`");
    stage.answered(&stage.alice, ",settings", shown).await?;
    stage
        .answered(&stage.alice, ",settings language klingon", saying("I do not speak `klingon` yet."))
        .await?;
    let set = stage.alice.slash(&stage.general, "settings language").option("language", "en").await?;
    fits(&set, &saying("I answer in English here now."))
}

/// All of it in one message: menus, a form, buttons.
pub(super) async fn setup(stage: &Stage) -> Result<(), Trouble> {
    let opened = reply().with_embed("Where and for whom commands work: Everywhere").with_button("Done");
    let (_, panel) = stage.answered(&stage.alice, ",setup", opened).await?;
    let form = stage.alice.presses(&panel, "Prefixes").sends().await?.modal().await?;
    fits(&form.fill("Prefixes", ", casey!").await?, &edit().with_embed("Prefixes: `,` `casey!`"))?;
    stage.answered(&stage.carol, "casey!ping", saying("Pong!")).await?;
    let here = vec![(&stage.general).into()];
    let only = format!("Only in {}", stage.general.mention());
    let menu = "Commands work everywhere; choose channels to change that";
    fits(&stage.alice.selects(&panel, menu, here).await?, &edit().with_embed(&only))?;
    fits(&stage.alice.selects(&panel, menu, vec![]).await?, &edit().with_embed("Everywhere"))?;
    let form = stage.alice.presses(&panel, "Prefixes").sends().await?.modal().await?;
    fits(&form.fill("Prefixes", "").await?, &edit().with_embed("Prefixes: `,`"))?;
    fits(&stage.alice.presses(&panel, "Done").await?, &edit().containing("All set."))
}

pub(super) async fn switched(stage: &Stage) -> Result<(), Trouble> {
    stage.answered(&stage.alice, ",settings disable management", saying("Management is off.")).await?;
    let off = saying("Management is switched off in this server.");
    stage.answered(&stage.carol, ",remind 2h water the plants", off).await?;
    let on = stage.alice.slash(&stage.general, "settings enable").option("module", "management").await?;
    fits(&on, &saying("Management is on."))
}
