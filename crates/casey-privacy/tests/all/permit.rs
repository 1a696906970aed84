use std::sync::Arc;

use casey_privacy::{
    CacheKey, Denied, Holder, MemoryObjections, Objections, Permit, SubjectId, WriteGate,
    purposes::{CoreCommands, StatsUsage},
};

fn is_send_sync<T: Send + Sync + ?Sized>() {}

#[test]
fn ports_and_permits_cross_threads() {
    is_send_sync::<Permit<StatsUsage>>();
    is_send_sync::<WriteGate>();
    is_send_sync::<dyn Objections>();
    is_send_sync::<dyn Holder>();
    is_send_sync::<dyn CacheKey>();
}

/// A port takes the permit of one purpose by value, and stays usable as `dyn`.
trait Usage {
    fn count(&mut self, permit: Permit<StatsUsage>);
}

#[derive(Default)]
struct Counted(Vec<Option<SubjectId>>);

impl Usage for Counted {
    fn count(&mut self, permit: Permit<StatsUsage>) {
        self.0.push(permit.subject());
    }
}

#[tokio::test]
async fn a_store_is_only_reached_through_the_gate() {
    let objections = Arc::new(MemoryObjections::new());
    let gate = WriteGate::builder(objections.clone()).allow::<StatsUsage>().build();
    let (alice, bob) = (SubjectId::new(1), SubjectId::new(2));
    objections.object::<StatsUsage>(bob);

    let mut counted = Counted::default();
    let usage: &mut dyn Usage = &mut counted;
    for subject in [alice, bob] {
        if let Ok(permit) = gate.permit::<StatsUsage>(subject).await {
            usage.count(permit);
        }
    }
    usage.count(gate.permit_impersonal::<StatsUsage>().unwrap());
    assert_eq!(counted.0, [Some(alice), None]);
    let denied = gate.permit::<CoreCommands>(alice).await.unwrap_err();
    assert!(matches!(denied, Denied::NotAllowed { .. }));
    assert_eq!(denied.to_string(), "the purpose core.commands is not among those this bot allows");
}
