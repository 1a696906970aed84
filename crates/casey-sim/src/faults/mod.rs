//! Failures on demand, by rule.

mod connection;
mod request;

use std::sync::Arc;

pub use connection::{GatewayFault, GatewayRule, Moment};
pub use request::{Fault, FaultRule};

use crate::{chance::Chance, shared::Shared};

/// How often a rule still applies.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Often {
    /// `None` is without end.
    times: Option<u64>,
    /// 0 to 1.
    probability: f64,
}

impl Often {
    const ONCE: Self = Self { times: Some(1), probability: 1.0 };

    /// Whether it applies now, which uses one time up.
    fn take(&mut self, chance: &mut Chance) -> bool {
        if self.times == Some(0) || !chance.hits(self.probability) {
            return false;
        }
        self.times = self.times.map(|times| times - 1);
        true
    }

    fn is_used_up(self) -> bool {
        self.times == Some(0)
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    requests: Vec<FaultRule>,
    gateway: Vec<GatewayRule>,
    chance: Chance,
}

impl Faults {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { chance: Chance::seeded(seed), ..Self::default() }
    }

    /// The fault for a request, which is used up by it. `path` stands below `/api/v10`.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let Self { requests, chance, .. } = self;
        let mut fitting = requests.iter_mut().filter(|rule| rule.fits(method, path));
        let fault = fitting.find_map(|rule| rule.often.take(chance).then(|| rule.fault().clone()))?;
        requests.retain(|rule| !rule.often.is_used_up());
        Some(fault)
    }

    /// The fault for a moment of a gateway connection, which is used up by it.
    pub(crate) fn strike(&mut self, moment: Moment) -> Option<GatewayFault> {
        let Self { gateway, chance, .. } = self;
        let mut fitting = gateway.iter_mut().filter(|rule| rule.at == moment);
        let fault = fitting.find_map(|rule| rule.often.take(chance).then_some(rule.fault))?;
        gateway.retain(|rule| !rule.often.is_used_up());
        Some(fault)
    }

    pub(crate) fn add(&mut self, rule: FaultRule) {
        if !rule.often.is_used_up() {
            self.requests.push(rule);
        }
    }

    pub(crate) fn add_gateway(&mut self, rule: GatewayRule) {
        if !rule.often.is_used_up() {
            self.gateway.push(rule);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.gateway.clear();
    }

    pub(crate) fn pending(&self) -> (&[FaultRule], &[GatewayRule]) {
        (&self.requests, &self.gateway)
    }
}

/// Plans failures: `sim.faults().next("POST", "/channels", Fault::Status(500))`, or with more to say,
/// [`rule`](Self::rule) and [`gateway_rule`](Self::gateway_rule). Plans made earlier go first, and a request or moment
/// meets one fault at most.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    shared: Arc<Shared>,
}

impl FaultPlan {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The next request with this method, whose path (without `/api/v10`) starts with `path`.
    pub fn next(&self, method: &str, path: &str, fault: Fault) {
        self.times(1, method, path, fault);
    }

    /// The next `times` such requests. Plans made earlier go first.
    pub fn times(&self, times: u64, method: &str, path: &str, fault: Fault) {
        self.rule(FaultRule::new(fault).method(method).starting(path).times(times));
    }

    /// Requests as the rule describes them.
    pub fn rule(&self, rule: FaultRule) {
        self.shared.lock().faults.add(rule);
    }

    /// Moments of gateway connections as the rule describes them.
    pub fn gateway_rule(&self, rule: GatewayRule) {
        self.shared.lock().faults.add_gateway(rule);
    }

    /// The next connection that comes to this moment.
    pub fn next_at(&self, moment: Moment, fault: GatewayFault) {
        self.gateway_rule(GatewayRule::new(moment, fault));
    }

    /// Takes back every fault that has not happened.
    pub fn clear(&self) {
        self.shared.lock().faults.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(rules: impl IntoIterator<Item = FaultRule>) -> Faults {
        let mut faults = Faults::seeded(1);
        rules.into_iter().for_each(|rule| faults.add(rule));
        faults
    }

    #[test]
    fn a_fault_happens_as_often_as_planned_and_only_where_planned() {
        let rule = FaultRule::new(Fault::Status(500)).method("POST").starting("/channels").times(2);
        let mut faults = plan([rule]);
        assert_eq!(faults.take("GET", "/channels/1"), None);
        assert_eq!(faults.take("POST", "/users"), None);
        assert_eq!(faults.take("POST", "/channels/1/messages"), Some(Fault::Status(500)));
        assert_eq!(faults.take("POST", "/channels/1/messages"), Some(Fault::Status(500)));
        assert_eq!(faults.take("POST", "/channels/1/messages"), None);
    }

    #[test]
    fn what_was_planned_first_goes_first() {
        let rule = |fault| FaultRule::new(fault).starting("/");
        let mut faults = plan([rule(Fault::Drop), rule(Fault::Twice).always(), rule(Fault::Disconnect)]);
        let seen: Vec<_> = (0..3).filter_map(|_| faults.take("GET", "/users/1")).collect();
        assert_eq!(seen, [Fault::Drop, Fault::Twice, Fault::Twice]);
        faults.clear();
        assert_eq!(faults.take("GET", "/users/1"), None);
    }

    #[test]
    fn a_moment_meets_the_fault_planned_for_it() {
        let mut faults = Faults::seeded(1);
        faults.add_gateway(GatewayRule::new(Moment::Hello, GatewayFault::Close(4000)).times(2));
        assert_eq!(faults.strike(Moment::Ready), None);
        let seen: Vec<_> = (0..3).map(|_| faults.strike(Moment::Hello)).collect();
        assert_eq!(seen, [Some(GatewayFault::Close(4000)), Some(GatewayFault::Close(4000)), None]);
    }

    proptest! {
        #[test]
        fn a_probability_is_kept_and_the_count_as_well(times in 1_u64..50, probability in 0.0_f64..=1.0, seed in any::<u64>()) {
            let mut faults = Faults::seeded(seed);
            faults.add(FaultRule::new(Fault::Drop).starting("/").times(times).probability(probability));
            let hits = (0..2_000).filter(|_| faults.take("GET", "/a").is_some()).count() as u64;
            prop_assert!(hits <= times);
            if probability > 0.2 {
                prop_assert_eq!(hits, times);
            }
        }
    }
}
