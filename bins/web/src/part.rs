//! What Casey is made of, and how one looks at it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use casey_core::Timestamp;
use serde::Serialize;

/// Whether a part works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It does what it is there for.
    Up,
    /// It will, soon: it starts, connects or connects again.
    Starting,
    /// It does not.
    Down,
}

/// What looking at a part showed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether it works.
    pub state: State,
    /// One short clause that follows the part's name, such as `connected`. Everybody can read it: no secrets, no
    /// paths, no ids of people or servers.
    pub says: String,
    /// Since when it has been so.
    pub since: Option<Timestamp>,
    /// Figures worth showing, such as (`servers`, `3`), in this order.
    pub figures: Vec<(&'static str, String)>,
}

impl Health {
    /// A part in `state`.
    pub fn new(state: State, says: impl Into<String>) -> Self {
        Self { state, says: says.into(), since: None, figures: Vec::new() }
    }

    /// A part that works.
    pub fn up(says: impl Into<String>) -> Self {
        Self::new(State::Up, says)
    }

    /// A part that will work soon.
    pub fn starting(says: impl Into<String>) -> Self {
        Self::new(State::Starting, says)
    }

    /// A part that does not work.
    pub fn down(says: impl Into<String>) -> Self {
        Self::new(State::Down, says)
    }

    /// Adds since when it has been so.
    #[must_use]
    pub const fn since(mut self, moment: Timestamp) -> Self {
        self.since = Some(moment);
        self
    }

    /// Adds a figure.
    #[must_use]
    pub fn figure(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.figures.push((name, value.to_string()));
        self
    }
}

/// Looks at one part: asks the database, reads the state of the bot's connection.
///
/// A look that takes longer than a second counts as [`State::Down`], and its future is dropped.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Looks now.
    async fn check(&self) -> Health;
}

/// A part of Casey: its name, what it does, where it runs and, if this process can see it, how to look at it.
#[derive(Clone)]
pub struct Part {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) place: String,
    pub(crate) address: Option<String>,
    pub(crate) probe: Option<Arc<dyn Probe>>,
}

impl Part {
    /// A part that nobody looks at yet. `name` is its key in `/readyz`; `title` is what people read. The part named
    /// `bot` decides what the page says of Casey as a whole.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            about: String::new(),
            place: String::new(),
            address: None,
            probe: None,
        }
    }

    /// What it is for, as a sentence.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    /// Where it runs, in a few words: `in this process`, `one SQLite file on this machine`. Never a path or an
    /// address with a user name in it.
    #[must_use]
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.place = place.into();
        self
    }

    /// An address that everybody may know. It becomes a link if it begins with `http://` or `https://`.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// How to look at it. A part with a probe counts for `/readyz`.
    #[must_use]
    pub fn probe(mut self, probe: Arc<dyn Probe>) -> Self {
        self.probe = Some(probe);
        self
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("seen", &self.probe.is_some())
            .finish_non_exhaustive()
    }
}
