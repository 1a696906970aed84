//! Reminders, for which the clock is moved.

use std::time::Duration;

use casey_sim::reply;

use crate::demo::stage::{Stage, Trouble, fits, saying};

/// A little more than two hours, and than four.
const TWO_HOURS: Duration = Duration::from_secs(2 * 3_600 + 5);
const FOUR_HOURS: Duration = Duration::from_secs(4 * 3_600 + 5);

pub(super) async fn set(stage: &Stage) -> Result<(), Trouble> {
    let set = saying("Reminder 1 is set");
    stage.answered(&stage.carol, ",remind me in 2h to water the plants", set).await?;
    let later = saying("Reminder 2 is set");
    stage.answered(&stage.carol, ",remindme to feed the gulls in 4 hours", later).await?;
    let mine = stage.bob.slash(&stage.general, "remind me").option("when", "3 hours").option("what", "tea");
    fits(&mine.option("dm", true).await?, &saying("I will send you a direct message."))?;
    let moment = saying("I do not know your time zone");
    stage.answered(&stage.carol, ",remind tomorrow tea", moment).await?;
    let list = reply().with_embed("Your reminders").with_embed("water the plants");
    stage.whispered(&stage.carol, ",remind list", list).await?;
    let gone = stage.bob.slash(&stage.general, "remind cancel").option("number", 1).await?;
    fits(&gone, &saying("Reminder 1 is cancelled and forgotten."))?;
    stage.answered(&stage.bob, ",remind cancel 9", saying("You have no reminder 9.")).await?;
    Ok(())
}

pub(super) async fn due(stage: &Stage) -> Result<(), Trouble> {
    stage.is_ahead(TWO_HOURS)?;
    let due = saying("you asked me to remind you: water the plants").pinging(&stage.carol);
    stage.general.expects_next(due).await?;
    let none = stage.bob.slash(&stage.general, "remind list").await?;
    fits(&none, &saying("You have no reminders.").ephemeral())
}

pub(super) async fn after(stage: &Stage) -> Result<(), Trouble> {
    stage.is_ahead(FOUR_HOURS)?;
    let due = saying("you asked me to remind you: feed the gulls").pinging(&stage.carol);
    stage.general.expects_next(due).await?;
    Ok(())
}
