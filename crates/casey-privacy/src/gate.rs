//! The gate every write passes.

use std::{any::TypeId, collections::HashSet, fmt, sync::Arc};

use crate::{
    objections::{GateError, Objected, Objections},
    permit::Permit,
    purpose::{Purpose, PurposeDecl},
    purposes::{ModEnforcement, RightsFulfil, SecurityAbuse},
    subject::SubjectId,
};

/// Why the gate stayed shut. None of them is a fault of the person; callers skip the write, store only
/// aggregates, or bypass the cache.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Denied {
    /// The person objected.
    #[error("the person objected to the purpose {purpose}")]
    Objected {
        /// The purpose's id.
        purpose: &'static str,
    },
    /// The person was erased and has not agreed to be remembered again.
    #[error("the person was erased, and the purpose {purpose} may not collect again")]
    Suppressed {
        /// The purpose's id.
        purpose: &'static str,
    },
    /// The composition root does not allow the purpose.
    #[error("the purpose {purpose} is not among those this bot allows")]
    NotAllowed {
        /// The purpose's id.
        purpose: &'static str,
    },
    /// Objections could not be looked up, so nothing is stored.
    #[error("nothing is stored, because objections are unknown")]
    Unavailable(#[from] GateError),
}

/// Gives [`Permit`]s, and is the only thing that does.
///
/// It fails closed: a purpose that was not allowed, or an objection that cannot be looked up, is
/// [`Denied`]. Cloning is cheap.
///
/// ```
/// # use std::sync::Arc;
/// # use casey_privacy::{Denied, MemoryObjections, SubjectId, WriteGate, purposes::*};
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let objections = Arc::new(MemoryObjections::new());
/// let gate = WriteGate::builder(objections.clone()).allow::<StatsUsage>().build();
/// let subject = SubjectId::new(1);
///
/// assert!(gate.permit::<StatsUsage>(subject).await.is_ok());
/// objections.object::<StatsUsage>(subject);
/// assert!(matches!(gate.permit::<StatsUsage>(subject).await, Err(Denied::Objected { .. })));
/// assert!(matches!(gate.permit::<PerfCache>(subject).await, Err(Denied::NotAllowed { .. })));
/// # }
/// ```
#[derive(Clone)]
pub struct WriteGate {
    objections: Arc<dyn Objections>,
    allowed: Arc<HashSet<TypeId>>,
}

impl WriteGate {
    /// Starts a gate that asks `objections` and allows no purpose yet.
    pub fn builder(objections: Arc<dyn Objections>) -> WriteGateBuilder {
        WriteGateBuilder { objections, allowed: HashSet::new() }
    }

    /// Asks to store something about `subject` for the purpose `P`.
    ///
    /// # Errors
    ///
    /// [`Denied`], with the reason.
    pub async fn permit<P: Purpose>(&self, subject: SubjectId) -> Result<Permit<P>, Denied> {
        self.check_allowed::<P>()?;
        let standing = self.objections.stands(subject, P::ENTRY).await?;
        decide(P::ENTRY, survives_suppression::<P>(), standing)?;
        Ok(Permit::new(Some(subject)))
    }

    /// Asks to store something about no person for the purpose `P`.
    ///
    /// # Errors
    ///
    /// [`Denied::NotAllowed`].
    pub fn permit_impersonal<P: Purpose>(&self) -> Result<Permit<P>, Denied> {
        self.check_allowed::<P>()?;
        Ok(Permit::new(None))
    }

    fn check_allowed<P: Purpose>(&self) -> Result<(), Denied> {
        if self.allowed.contains(&TypeId::of::<P>()) {
            Ok(())
        } else {
            Err(Denied::NotAllowed { purpose: P::ID })
        }
    }
}

impl fmt::Debug for WriteGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteGate").field("allowed", &self.allowed.len()).finish_non_exhaustive()
    }
}

/// Lists the purposes a [`WriteGate`] allows.
pub struct WriteGateBuilder {
    objections: Arc<dyn Objections>,
    allowed: HashSet<TypeId>,
}

impl WriteGateBuilder {
    /// Allows the purpose `P`. Allowing it twice is the same as once.
    #[must_use]
    pub fn allow<P: Purpose>(mut self) -> Self {
        self.allowed.insert(TypeId::of::<P>());
        self
    }

    /// The finished gate.
    pub fn build(self) -> WriteGate {
        WriteGate { objections: self.objections, allowed: Arc::new(self.allowed) }
    }
}

impl fmt::Debug for WriteGateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteGateBuilder").field("allowed", &self.allowed.len()).finish_non_exhaustive()
    }
}

/// The three purposes that go on after an erasure, compared by type so that no foreign purpose can borrow
/// an id.
fn survives_suppression<P: Purpose>() -> bool {
    let purpose = TypeId::of::<P>();
    purpose == TypeId::of::<RightsFulfil>()
        || purpose == TypeId::of::<SecurityAbuse>()
        || purpose == TypeId::of::<ModEnforcement>()
}

fn decide(
    purpose: &'static PurposeDecl,
    survives_suppression: bool,
    standing: Option<Objected>,
) -> Result<(), Denied> {
    let (by_choice, suppressed) = match standing {
        None => (false, false),
        Some(Objected::ByChoice) => (true, false),
        Some(Objected::Suppressed) => (false, true),
        Some(Objected::Both) => (true, true),
    };
    if suppressed && !survives_suppression {
        return Err(Denied::Suppressed { purpose: purpose.id });
    }
    if by_choice && purpose.objection.is_possible() {
        return Err(Denied::Objected { purpose: purpose.id });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use async_trait::async_trait;

    use super::*;
    use crate::{
        objections::{MemoryObjections, Recorded},
        purposes::{CoreCommands, CoreSettings, ModAutomod, StatsUsage},
    };

    const SUBJECT: SubjectId = SubjectId::new(7);

    fn gate(objections: Arc<dyn Objections>) -> WriteGate {
        WriteGate::builder(objections)
            .allow::<CoreCommands>()
            .allow::<StatsUsage>()
            .allow::<ModEnforcement>()
            .allow::<ModAutomod>()
            .allow::<RightsFulfil>()
            .allow::<SecurityAbuse>()
            .build()
    }

    #[tokio::test]
    async fn an_objection_holds_until_withdrawn() {
        let objections = Arc::new(MemoryObjections::new());
        let gate = gate(objections.clone());
        assert_eq!(objections.object::<StatsUsage>(SUBJECT), Recorded::InForce);
        assert!(matches!(
            gate.permit::<StatsUsage>(SUBJECT).await,
            Err(Denied::Objected { purpose: "stats.usage" })
        ));
        assert!(gate.permit::<StatsUsage>(SubjectId::new(8)).await.is_ok());
        assert!(objections.withdraw::<StatsUsage>(SUBJECT));
        assert_eq!(gate.permit::<StatsUsage>(SUBJECT).await.unwrap().subject(), Some(SUBJECT));
    }

    #[tokio::test]
    async fn a_reviewed_objection_holds_once_upheld() {
        let objections = Arc::new(MemoryObjections::new());
        let gate = gate(objections.clone());
        assert_eq!(objections.object::<ModAutomod>(SUBJECT), Recorded::AwaitsReview);
        assert!(gate.permit::<ModAutomod>(SUBJECT).await.is_ok());
        assert!(objections.uphold::<ModAutomod>(SUBJECT));
        assert!(gate.permit::<ModAutomod>(SUBJECT).await.is_err());
        assert!(!objections.uphold::<StatsUsage>(SUBJECT));
    }

    #[tokio::test]
    async fn suppression_lets_three_purposes_through() {
        let objections = Arc::new(MemoryObjections::new());
        let gate = gate(objections.clone());
        objections.suppress(SUBJECT);
        assert!(matches!(gate.permit::<CoreCommands>(SUBJECT).await, Err(Denied::Suppressed { .. })));
        assert!(matches!(gate.permit::<StatsUsage>(SUBJECT).await, Err(Denied::Suppressed { .. })));
        assert!(matches!(gate.permit::<ModAutomod>(SUBJECT).await, Err(Denied::Suppressed { .. })));
        assert!(gate.permit::<RightsFulfil>(SUBJECT).await.is_ok());
        assert!(gate.permit::<SecurityAbuse>(SUBJECT).await.is_ok());
        assert!(gate.permit::<ModEnforcement>(SUBJECT).await.is_ok());
        assert!(objections.lift(SUBJECT));
        assert!(gate.permit::<CoreCommands>(SUBJECT).await.is_ok());
    }

    #[tokio::test]
    async fn an_upheld_objection_survives_suppression() {
        let objections = Arc::new(MemoryObjections::new());
        let gate = gate(objections.clone());
        objections.object::<ModEnforcement>(SUBJECT);
        objections.uphold::<ModEnforcement>(SUBJECT);
        objections.suppress(SUBJECT);
        assert!(matches!(gate.permit::<ModEnforcement>(SUBJECT).await, Err(Denied::Objected { .. })));
    }

    #[test]
    fn an_objection_to_what_cannot_be_objected_to_is_ignored_but_suppression_is_not() {
        assert!(decide(CoreCommands::ENTRY, false, Some(Objected::ByChoice)).is_ok());
        assert!(matches!(
            decide(CoreCommands::ENTRY, false, Some(Objected::Both)),
            Err(Denied::Suppressed { .. })
        ));
        assert_eq!(MemoryObjections::new().object::<CoreCommands>(SUBJECT), Recorded::NotPossible);
    }

    #[tokio::test]
    async fn a_purpose_that_is_not_listed_is_denied() {
        let gate = gate(Arc::new(MemoryObjections::new()));
        assert!(matches!(
            gate.permit::<CoreSettings>(SUBJECT).await,
            Err(Denied::NotAllowed { purpose: "core.settings" })
        ));
        assert!(matches!(gate.permit_impersonal::<CoreSettings>(), Err(Denied::NotAllowed { .. })));
        assert_eq!(gate.permit_impersonal::<CoreCommands>().unwrap().subject(), None);
    }

    struct Broken;

    #[async_trait]
    impl Objections for Broken {
        async fn stands(&self, _: SubjectId, _: &'static PurposeDecl) -> Result<Option<Objected>, GateError> {
            Err(GateError::new("reading a table", "the disk is gone"))
        }
    }

    #[tokio::test]
    async fn the_gate_fails_closed() {
        let gate = gate(Arc::new(Broken));
        assert!(matches!(gate.permit::<RightsFulfil>(SUBJECT).await, Err(Denied::Unavailable(_))));
    }

    #[tokio::test]
    async fn nothing_printed_holds_an_id() {
        let permit = gate(Arc::new(MemoryObjections::new()))
            .permit::<CoreCommands>(SubjectId::new(80_351_110))
            .await
            .unwrap();
        let text = format!("{permit:?}");
        assert!(text.contains("core.commands"));
        assert!(!text.contains("80351110"), "{text}");
    }
}
