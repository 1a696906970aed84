//! Who objected to what: the port, and an implementation in memory.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use crate::{
    permit::Permit,
    purpose::{Objection, Purpose, PurposeDecl},
    purposes::RightsFulfil,
    subject::SubjectId,
};

/// What stands against storing something about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Objected {
    /// The person objected to the purpose, or withdrew consent.
    ByChoice,
    /// The person was erased and has not agreed to anything since.
    Suppressed,
    /// Both of the above.
    Both,
}

impl Objected {
    /// Joins the two facts; `None` when neither holds.
    pub const fn from_facts(by_choice: bool, suppressed: bool) -> Option<Self> {
        match (by_choice, suppressed) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::ByChoice),
            (false, true) => Some(Self::Suppressed),
            (false, false) => None,
        }
    }
}

/// Objections could not be looked up. The gate then stays shut.
#[derive(Debug, thiserror::Error)]
#[error("could not look up objections while {doing}")]
pub struct GateError {
    doing: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl GateError {
    /// An error that says what was being done (without ids) and what went wrong underneath.
    pub fn new(doing: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { doing: doing.into(), source: Some(source.into()) }
    }
}

/// Knows who objected to what.
///
/// Implementations may remember an answer for at most 60 seconds, and must forget it when the same person
/// changes their mind.
#[async_trait]
pub trait Objections: Send + Sync {
    /// What stands against storing something about `subject` for `purpose`.
    ///
    /// An objection that a server reviews ([`Objection::ReviewedByGuild`]) stands only once upheld.
    ///
    /// # Errors
    ///
    /// When the answer cannot be had; the caller then stores nothing.
    async fn stands(
        &self,
        subject: SubjectId,
        purpose: &'static PurposeDecl,
    ) -> Result<Option<Objected>, GateError>;
}

/// What became of an objection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recorded {
    /// It holds from the next write on.
    InForce,
    /// It waits for a person of the server, see [`MemoryObjections::uphold`].
    AwaitsReview,
    /// The purpose cannot be objected to; nothing was recorded.
    NotPossible,
}

/// Records objections, besides knowing them.
///
/// An objection holds from the next write on: an implementation that remembers answers has forgotten the person's when it returns.
#[async_trait]
pub trait ObjectionBook: Objections {
    /// The purposes that `subject` objected to, by id, with whether the objection is in force or waits for review.
    ///
    /// # Errors
    ///
    /// When they cannot be looked up.
    async fn of(&self, subject: SubjectId) -> Result<Vec<(String, bool)>, GateError>;

    /// Records an objection of the person whom the permit names. One that is there already stays as it is.
    ///
    /// # Errors
    ///
    /// When it could not be recorded: then nothing has changed.
    async fn object(
        &self,
        permit: Permit<RightsFulfil>,
        purpose: &'static PurposeDecl,
    ) -> Result<Recorded, GateError>;

    /// Takes back an objection of the person whom the permit names. `false` when there was none.
    ///
    /// # Errors
    ///
    /// When that could not be recorded: then nothing has changed.
    async fn withdraw(
        &self,
        permit: Permit<RightsFulfil>,
        purpose: &'static PurposeDecl,
    ) -> Result<bool, GateError>;
}

impl Recorded {
    /// What becomes of an objection to a purpose.
    pub const fn of(purpose: &PurposeDecl) -> Self {
        match purpose.objection {
            Objection::No => Self::NotPossible,
            Objection::Yes | Objection::Withdraw => Self::InForce,
            Objection::ReviewedByGuild => Self::AwaitsReview,
        }
    }
}

/// Objections kept in memory: for tests, and for bots so small that a restart may forget them.
#[derive(Debug, Default)]
pub struct MemoryObjections {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Purpose id by person; `true` once the objection is in force.
    objected: HashMap<(SubjectId, &'static str), bool>,
    suppressed: HashSet<SubjectId>,
}

impl MemoryObjections {
    /// Nobody has objected to anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records an objection of `subject` to the purpose `P`.
    pub fn object<P: Purpose>(&self, subject: SubjectId) -> Recorded {
        self.record(subject, P::ENTRY)
    }

    fn record(&self, subject: SubjectId, purpose: &'static PurposeDecl) -> Recorded {
        let outcome = Recorded::of(purpose);
        if outcome != Recorded::NotPossible {
            self.state().objected.entry((subject, purpose.id)).or_insert(outcome == Recorded::InForce);
        }
        outcome
    }

    /// Puts an objection that waits for review in force. `false` when there is none.
    pub fn uphold<P: Purpose>(&self, subject: SubjectId) -> bool {
        self.state().objected.get_mut(&(subject, P::ID)).is_some_and(|in_force| {
            *in_force = true;
            true
        })
    }

    /// Takes an objection back. `false` when there was none.
    pub fn withdraw<P: Purpose>(&self, subject: SubjectId) -> bool {
        self.state().objected.remove(&(subject, P::ID)).is_some()
    }

    /// Marks a person as erased: nothing is collected about them until [`lift`](Self::lift).
    pub fn suppress(&self, subject: SubjectId) {
        self.state().suppressed.insert(subject);
    }

    /// The person agreed to be remembered again. `false` when they were not suppressed.
    pub fn lift(&self, subject: SubjectId) -> bool {
        self.state().suppressed.remove(&subject)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves the two sets consistent: every change is a single call.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Objections for MemoryObjections {
    async fn stands(
        &self,
        subject: SubjectId,
        purpose: &'static PurposeDecl,
    ) -> Result<Option<Objected>, GateError> {
        let state = self.state();
        let by_choice = state.objected.get(&(subject, purpose.id)).copied().unwrap_or(false);
        Ok(Objected::from_facts(by_choice, state.suppressed.contains(&subject)))
    }
}

#[async_trait]
impl ObjectionBook for MemoryObjections {
    async fn of(&self, subject: SubjectId) -> Result<Vec<(String, bool)>, GateError> {
        let state = self.state();
        let own = state.objected.iter().filter(|((who, _), _)| *who == subject);
        let mut found: Vec<_> =
            own.map(|((_, purpose), in_force)| ((*purpose).to_owned(), *in_force)).collect();
        found.sort();
        Ok(found)
    }

    async fn object(
        &self,
        permit: Permit<RightsFulfil>,
        purpose: &'static PurposeDecl,
    ) -> Result<Recorded, GateError> {
        Ok(permit.subject().map_or(Recorded::NotPossible, |subject| self.record(subject, purpose)))
    }

    async fn withdraw(
        &self,
        permit: Permit<RightsFulfil>,
        purpose: &'static PurposeDecl,
    ) -> Result<bool, GateError> {
        let Some(subject) = permit.subject() else { return Ok(false) };
        Ok(self.state().objected.remove(&(subject, purpose.id)).is_some())
    }
}
