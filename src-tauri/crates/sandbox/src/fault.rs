//! What can be wrong with a vendor (the `vendor` step of a scenario).

use serde::{Deserialize, Serialize};

/// How a vendor behaves from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FaultState {
    Up,
    /// Answers 503.
    Down,
    /// Refuses the connection.
    Unreachable,
    /// Answers after so long; a client that does not wait that long gets no answer, but the request is performed.
    Slow {
        delay_s: f64,
    },
    /// Answers 429.
    RateLimited {
        #[serde(default)]
        retry_after_s: Option<u32>,
    },
    /// Refuses writes with the vendor's own error body; a 401, 403, 404 or 5xx refuses reads too.
    Reject {
        #[serde(default)]
        status: Option<u16>,
        #[serde(default)]
        error_code: Option<String>,
    },
    /// Performs a write, then cuts the line; reads answer normally.
    AcceptThenDrop,
}

/// A fault and how long it lasts.
#[derive(Debug, Clone, PartialEq)]
pub struct VendorFault {
    pub state: FaultState,
    /// Only the next so many requests that it touches; none = until changed.
    pub count: Option<u32>,
}

impl VendorFault {
    /// Nothing is wrong.
    pub fn up() -> VendorFault {
        VendorFault { state: FaultState::Up, count: None }
    }

    /// Until changed.
    pub fn lasting(state: FaultState) -> VendorFault {
        VendorFault { state, count: None }
    }

    /// For the next `count` requests.
    pub fn next(count: u32, state: FaultState) -> VendorFault {
        VendorFault { state, count: Some(count) }
    }

    /// The fault that touches this request, if one does; a counted one is used up by it.
    /// `accept_then_drop` is not asked here: only an accepted write uses it up.
    pub(crate) fn touching(&mut self, write: bool) -> FaultState {
        let touches = match &self.state {
            FaultState::Up | FaultState::AcceptThenDrop => false,
            FaultState::Reject { status, .. } => write || matches!(status, Some(401 | 403 | 404 | 500..=599)),
            _ => true,
        };
        if touches {
            self.used()
        } else {
            FaultState::Up
        }
    }

    /// True when the line is to be cut after an accepted write.
    pub(crate) fn drops_after_accept(&mut self) -> bool {
        self.state == FaultState::AcceptThenDrop && self.used() == FaultState::AcceptThenDrop
    }

    fn used(&mut self) -> FaultState {
        match self.count {
            None => self.state.clone(),
            Some(0) => {
                *self = VendorFault::up();
                FaultState::Up
            }
            Some(left) => {
                let state = self.state.clone();
                self.count = Some(left - 1);
                if left == 1 {
                    *self = VendorFault::up();
                }
                state
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_outage_ends_by_itself() {
        let mut fault = VendorFault::next(2, FaultState::Down);
        assert_eq!(fault.touching(false), FaultState::Down);
        assert_eq!(fault.touching(true), FaultState::Down);
        assert_eq!(fault.touching(true), FaultState::Up);
    }

    #[test]
    fn a_refused_number_does_not_refuse_a_look() {
        let mut fault = VendorFault::next(1, FaultState::Reject { status: Some(400), error_code: Some("21614".into()) });
        assert_eq!(fault.touching(false), FaultState::Up);
        assert!(matches!(fault.touching(true), FaultState::Reject { .. }));
    }

    #[test]
    fn reads_do_not_use_up_a_cut_line() {
        let mut fault = VendorFault::next(1, FaultState::AcceptThenDrop);
        assert_eq!(fault.touching(true), FaultState::Up);
        assert!(fault.drops_after_accept());
        assert!(!fault.drops_after_accept());
    }
}
