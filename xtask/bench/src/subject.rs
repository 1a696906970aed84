//! What is measured.

use std::path::{Path, PathBuf};

use casey_sim::Sim;
use twilight_gateway::EventTypeFlags;
use twilight_model::gateway::Intents;

use crate::{child::Child, error::BenchError, terms::Terms};

/// The token of the simulated bot.
pub(crate) const TOKEN: &str = "bench-token";

/// One of the programs compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The bare loop with every intent there is.
    BareEverything,
    /// The bare loop with Casey's intents: what the bounds are about.
    Bare,
    /// The bare loop with Casey's intents and types of events.
    BareLean,
    /// Casey, as built.
    Casey(PathBuf),
}

impl Subject {
    /// All of them, Casey if it has been built.
    pub(crate) fn all(casey: Option<&Path>) -> Vec<Self> {
        let bare = [Self::BareEverything, Self::Bare, Self::BareLean];
        bare.into_iter().chain(casey.map(|path| Self::Casey(path.to_owned()))).collect()
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::BareEverything => "bare, every intent",
            Self::Bare => "bare",
            Self::BareLean => "bare, few types",
            Self::Casey(_) => "casey",
        }
    }

    /// A key for programs.
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::BareEverything => "bare_every_intent",
            Self::Bare => "bare",
            Self::BareLean => "bare_few_types",
            Self::Casey(_) => "casey",
        }
    }

    /// What it does.
    pub(crate) const fn does(&self) -> &'static str {
        match self {
            Self::BareEverything => {
                "asks for every intent, decodes every event, keeps everything in twilight's stock cache, answers nothing"
            }
            Self::Bare => {
                "asks for Casey's intents, decodes every event, keeps everything in twilight's stock cache, answers nothing"
            }
            Self::BareLean => "as bare, but decodes only the types of events whose content Casey uses",
            Self::Casey(_) => {
                "the whole bot: looks for prefixes, keeps its mirror, answers commands over HTTP, writes usage to its database"
            }
        }
    }

    pub(crate) const fn intents(&self, terms: &Terms) -> Intents {
        match self {
            Self::BareEverything => Intents::all(),
            Self::Bare | Self::BareLean | Self::Casey(_) => terms.intents,
        }
    }

    /// Starts it against a simulation.
    pub(crate) fn start(&self, sim: &Sim, terms: &Terms) -> Result<Child, BenchError> {
        match self {
            Self::Casey(path) => Child::casey(path, self.name(), &sim.api_url(), TOKEN),
            Self::BareEverything | Self::Bare => self.start_bare(sim, terms, EventTypeFlags::all()),
            Self::BareLean => self.start_bare(sim, terms, terms.types),
        }
    }

    /// Starts it so that it answers `/ping`: Casey does so anyway.
    pub(crate) fn answering(&self, sim: &Sim, terms: &Terms) -> Result<Child, BenchError> {
        match self {
            Self::Casey(_) => self.start(sim, terms),
            _ => self.begin_bare(sim, terms, EventTypeFlags::all(), Some(&sim.address().to_string())),
        }
    }

    fn start_bare(&self, sim: &Sim, terms: &Terms, types: EventTypeFlags) -> Result<Child, BenchError> {
        self.begin_bare(sim, terms, types, None)
    }

    fn begin_bare(
        &self,
        sim: &Sim,
        terms: &Terms,
        types: EventTypeFlags,
        api: Option<&str>,
    ) -> Result<Child, BenchError> {
        let (intents, types) = (self.intents(terms).bits(), types.bits());
        let (gateway, intents, types) = (sim.gateway_url(), intents.to_string(), types.to_string());
        let given =
            [("--gateway", &*gateway), ("--token", TOKEN), ("--intents", &intents), ("--types", &types)];
        Child::bare(self.name(), given.into_iter().chain(api.map(|api| ("--api", api))))
    }
}
