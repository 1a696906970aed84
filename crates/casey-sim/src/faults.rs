//! Failures on demand.

use std::{sync::Arc, time::Duration};

use crate::shared::Shared;

/// What happens to a request instead of, or before, its ordinary answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// An answer with this status and no effect. 429 carries `retry_after`.
    Status(u16),
    /// The ordinary answer, this much later in real time.
    Latency(Duration),
    /// The request takes effect, but the line goes dead before the answer is complete.
    Drop,
}

#[derive(Debug)]
struct Planned {
    method: String,
    path: String,
    fault: Fault,
    times: u64,
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Planned>);

impl Faults {
    /// The fault for a request, which is used up by it.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let index = self.0.iter().position(|one| one.method == method && path.starts_with(&one.path))?;
        let planned = self.0.get_mut(index)?;
        let fault = planned.fault;
        planned.times -= 1;
        if planned.times == 0 {
            self.0.remove(index);
        }
        Some(fault)
    }
}

/// Plans failures: `sim.faults().next("POST", "/channels", Fault::Status(500))`.
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
        if times > 0 {
            let planned = Planned { method: method.to_owned(), path: path.to_owned(), fault, times };
            self.shared.lock().faults.0.push(planned);
        }
    }

    /// Takes back every fault that has not happened.
    pub fn clear(&self) {
        self.shared.lock().faults.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_happens_as_often_as_planned_and_only_where_planned() {
        let planned = |path: &str, times| Planned {
            method: "POST".to_owned(),
            path: path.to_owned(),
            fault: Fault::Status(500),
            times,
        };
        let mut faults = Faults(vec![planned("/channels", 2)]);
        assert_eq!(faults.take("GET", "/channels/1"), None);
        assert_eq!(faults.take("POST", "/users"), None);
        assert_eq!(faults.take("POST", "/channels/1/messages"), Some(Fault::Status(500)));
        assert_eq!(faults.take("POST", "/channels/1/messages"), Some(Fault::Status(500)));
        assert_eq!(faults.take("POST", "/channels/1/messages"), None);
    }
}
