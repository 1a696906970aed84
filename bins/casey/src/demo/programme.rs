//! Which scenes are played, and where in the conversation each of them begins.

use std::{future::Future, pin::Pin};

use casey_sim::{Sim, Transcript};

use super::{
    missing,
    stage::{Stage, Trouble},
};
use crate::error::CaseyError;

type Playing<'a> = Pin<Box<dyn Future<Output = Result<(), Trouble>> + Send + 'a>>;

/// A part of the script, with its name.
pub(crate) type Scene = (&'static str, for<'a> fn(&'a Stage) -> Playing<'a>);

/// The scenes played so far.
pub(crate) struct Programme {
    sim: Sim,
    /// What is played, and how many entries the transcript had before.
    begun: Vec<(&'static str, usize)>,
}

/// The conversation of one scene.
pub(crate) struct Section {
    pub(crate) scene: &'static str,
    pub(crate) transcript: Transcript,
}

impl Programme {
    /// Nothing was played yet.
    pub(crate) const fn new(sim: Sim) -> Self {
        Self { sim, begun: Vec::new() }
    }

    pub(crate) const fn sim(&self) -> &Sim {
        &self.sim
    }

    /// From here on everything belongs to this scene.
    pub(crate) fn begins(&mut self, scene: &'static str) {
        self.begun.push((scene, self.sim.transcript().entries.len()));
    }

    /// Plays scenes in order, and makes sure that nothing more is said after them.
    ///
    /// # Errors
    ///
    /// [`CaseyError::Demo`] for the first reply that is missing.
    pub(crate) async fn play(&mut self, stage: &Stage, scenes: &[Scene]) -> Result<(), CaseyError> {
        for (name, scene) in scenes {
            self.begins(name);
            scene(stage).await.map_err(|trouble| missing(name, trouble))?;
        }
        stage.general.expects_no_more().await.map_err(|error| missing("the end", error.into()))
    }

    /// The conversation, scene by scene.
    pub(crate) fn sections(&self) -> Vec<Section> {
        let mut entries = self.sim.transcript().entries;
        let mut sections: Vec<Section> = Vec::new();
        for (scene, from) in self.begun.iter().rev() {
            let own = entries.split_off((*from).min(entries.len()));
            sections.push(Section { scene, transcript: Transcript { entries: own } });
        }
        sections.reverse();
        sections
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{path::Path, time::Duration};

    use casey_sim::World;

    use super::{super::scenes::BEFORE, *};

    #[tokio::test]
    async fn a_missing_reply_is_named_and_the_conversation_is_kept() {
        let sim = Sim::builder(World::demo()).patience(Duration::from_millis(50)).start().await.unwrap();
        let stage = Stage::new(&sim, Path::new("clock")).unwrap();
        let mut programme = Programme::new(sim);
        let error = programme.play(&stage, BEFORE).await.unwrap_err().sentence();
        assert!(error.contains("the scene “a ping, typed and as slash command”: in #general, expected a message containing \"Pong!\""), "{error}");
        assert!(error.contains("but no bot said anything"), "{error}");
        assert!(!error.contains('\n'), "{error}");
        let sections = programme.sections();
        assert_eq!(sections.len(), 1);
        assert_eq!(sections[0].transcript.entries[0].lines, [",ping"]);
    }
}
