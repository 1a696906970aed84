//! The people and places of the script.

use casey_sim::{Channel, Expectation, Heard, MessageRef, Person, Sim, SimError, reply};

use crate::whole::Whole;

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
}

impl Stage {
    /// Waits until Casey is there.
    pub(crate) async fn new(whole: &Whole, sim: &Sim) -> Result<Self, Trouble> {
        if !whole.ready().await {
            return Err(Trouble("Casey did not connect".to_owned()));
        }
        Self::of(sim)
    }

    /// The people and places of the demo world.
    pub(crate) fn of(sim: &Sim) -> Result<Self, Trouble> {
        let harbour = sim.guild("Casey's Harbour")?;
        Ok(Self {
            sim: sim.clone(),
            general: harbour.channel("general")?,
            alice: harbour.owner()?,
            bob: harbour.person("Bob")?,
            carol: harbour.person("Carol")?,
            casey: harbour.person("Casey")?,
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
