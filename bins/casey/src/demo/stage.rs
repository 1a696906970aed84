//! The people and places of the script.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use casey_sim::{Channel, Expectation, Heard, MessageRef, Person, Sim, SimError, reply};

/// What was expected, and what there was.
#[derive(Debug)]
pub(crate) struct Trouble(pub(crate) String);

impl From<SimError> for Trouble {
    fn from(error: SimError) -> Self {
        Self(match error {
            // The transcript that this error carries is printed anyway.
            SimError::Unmet { place, expected, found, .. } => {
                format!("in {place}, expected {expected}, {found}")
            }
            other => other.to_string(),
        })
    }
}

/// A server with three people in it, and Casey.
pub(crate) struct Stage {
    pub(crate) sim: Sim,
    pub(crate) general: Channel,
    /// Owns the server.
    pub(crate) alice: Person,
    /// Moderates it, and may not manage it.
    pub(crate) bob: Person,
    /// Is a member like any other.
    pub(crate) carol: Person,
    pub(crate) casey: Person,
    /// Where the clock of everything is moved.
    clock: PathBuf,
}

impl Stage {
    /// The people and places of the demo world, with a clock that is moved by a file.
    pub(crate) fn new(sim: &Sim, clock: &Path) -> Result<Self, Trouble> {
        let harbour = sim.guild("Casey's Harbour")?;
        Ok(Self {
            sim: sim.clone(),
            general: harbour.channel("general")?,
            alice: harbour.owner()?,
            bob: harbour.person("Bob")?,
            carol: harbour.person("Carol")?,
            casey: harbour.person("Casey")?,
            clock: clock.to_owned(),
        })
    }

    /// Somebody writes in #general, and the next thing a bot says is a reply to it that fits and pings nobody. Both are returned.
    pub(crate) async fn answered(
        &self,
        person: &Person,
        text: &str,
        expected: Expectation,
    ) -> Result<(MessageRef, Heard), Trouble> {
        let said = person.says(&self.general, text).await?;
        let heard = self.general.expects_next(expected.in_reply_to(said).pinging_nobody()).await?;
        Ok((said, heard))
    }

    /// From now on it is so much later than the machine's clock says.
    pub(crate) fn is_ahead(&self, by: Duration) -> Result<(), Trouble> {
        std::fs::write(&self.clock, by.as_secs().to_string())
            .map_err(|error| Trouble(format!("the clock cannot be moved: {error}")))
    }

    /// Somebody writes in #general, and the answer comes as a direct message, of which the channel is told.
    pub(crate) async fn whispered(
        &self,
        person: &Person,
        text: &str,
        expected: Expectation,
    ) -> Result<(), Trouble> {
        self.answered(person, text, saying("I sent you a direct message.")).await?;
        person.dm()?.expects_next(expected.pinging_nobody()).await?;
        Ok(())
    }

    /// Somebody writes in #general, which is none of Casey's business.
    pub(crate) async fn ignored(&self, person: &Person, text: &str) -> Result<(), Trouble> {
        person.says(&self.general, text).await?;
        Ok(self.general.expects_no_more().await?)
    }
}

/// An answer that was handed out has to fit, too.
pub(crate) fn fits(heard: &Heard, expected: &Expectation) -> Result<(), Trouble> {
    if expected.fits(heard) {
        return Ok(());
    }
    Err(Trouble(format!("expected {expected}, but there was {:?} by {}", heard.text(), heard.author)))
}

/// A reply with this in it.
pub(crate) fn saying(part: &str) -> Expectation {
    reply().containing(part)
}
