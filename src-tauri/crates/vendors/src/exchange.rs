//! One request and what its absence of an answer means.

use crate::transport::{Fault, Hl7Message, Request, Response, Transport};
use decide::outbox::{Delivery, Problem, ProblemKind, Vendor};

/// Why a step ends the attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// Certainly not performed.
    Retry(Problem, Option<u32>),
    /// No for good.
    Reject(Problem),
    /// It may have been performed.
    Unknown(Problem),
    /// A setting is missing.
    Blocked(Problem),
}

impl Stop {
    /// The problem in it.
    pub fn problem(&self) -> &Problem {
        match self {
            Stop::Retry(p, _) | Stop::Reject(p) | Stop::Unknown(p) | Stop::Blocked(p) => p,
        }
    }

    /// While the outcome of an earlier request is unknown, a failed look leaves it unknown:
    /// "certainly not performed" would let the next attempt send twice.
    pub fn still_unknown(self) -> Stop {
        match self {
            Stop::Retry(problem, _) => Stop::Unknown(problem),
            other => other,
        }
    }

    /// A missing setting, by name.
    pub fn missing(setting: &str) -> Stop {
        Stop::Blocked(problem(ProblemKind::Config, None, None, format!("the setting is missing: {setting}")))
    }
}

impl From<Stop> for Delivery {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Retry(problem, after_seconds) => Delivery::RetryLater { problem, after_seconds },
            Stop::Reject(problem) => Delivery::Rejected(problem),
            Stop::Unknown(problem) => Delivery::Unknown(problem),
            Stop::Blocked(problem) => Delivery::Blocked(problem),
        }
    }
}

/// A problem in the vendor's terms.
pub fn problem(kind: ProblemKind, http_status: Option<u16>, code: Option<String>, said: impl Into<String>) -> Problem {
    Problem { kind, http_status, code, said: said.into() }
}

/// A vendor's own words made fit to show: no long runs of digits (numbers of people and phones), not too long.
pub fn scrubbed(words: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in words.chars().take(300).chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() >= 5 { "#" } else { &digits });
        digits.clear();
        if c != '\0' {
            out.push(if c.is_control() { ' ' } else { c });
        }
    }
    out
}

/// Requests to one vendor for one effect.
pub struct Line<'a> {
    pub transport: &'a dyn Transport,
    pub vendor: Vendor,
    pub effect: Option<u64>,
}

impl Line<'_> {
    /// A request that changes nothing: whatever happens to it, asking again is safe.
    pub async fn ask(&self, mut request: Request) -> Result<Response, Stop> {
        request.effect = self.effect;
        request.write = false;
        self.transport.send(request).await.map_err(|fault| match fault {
            Fault::NotSent(said) => Stop::Retry(self.unreachable(&said), None),
            Fault::Unknown(said) => Stop::Retry(self.no_answer(&said), None),
        })
    }

    /// The request that performs the effect.
    pub async fn perform(&self, mut request: Request) -> Result<Response, Stop> {
        request.effect = self.effect;
        request.write = true;
        let answer = self.transport.send(request).await.map_err(|fault| match fault {
            Fault::NotSent(said) => Stop::Retry(self.unreachable(&said), None),
            Fault::Unknown(said) => Stop::Unknown(self.no_answer(&said)),
        })?;
        let id = ["x-request-id", "opc-request-id", "twilio-request-id"].iter().find_map(|n| answer.header(n));
        tracing::info!(vendor = self.vendor.name(), effect = self.effect, status = answer.status, request_id = id, "write answered");
        Ok(answer)
    }

    /// The HL7 message that performs the effect.
    pub async fn tell(&self, mut message: Hl7Message) -> Result<Vec<u8>, Stop> {
        message.effect = self.effect;
        self.transport.hl7(message).await.map_err(|fault| match fault {
            Fault::NotSent(said) => Stop::Retry(self.unreachable(&said), None),
            Fault::Unknown(said) => Stop::Unknown(self.no_answer(&said)),
        })
    }

    fn unreachable(&self, said: &str) -> Problem {
        problem(ProblemKind::Unreachable, None, None, format!("{} was not reached: {}", self.vendor.name(), scrubbed(said)))
    }

    fn no_answer(&self, said: &str) -> Problem {
        problem(ProblemKind::NoAnswer, None, None, format!("{} did not answer: {}", self.vendor.name(), scrubbed(said)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_do_not_survive_in_a_vendors_words() {
        assert_eq!(scrubbed("MRN 1022228 at +12025550101, line 17"), "MRN # at +#, line 17");
    }

    #[test]
    fn a_failed_look_leaves_an_unknown_outcome_unknown() {
        let down = problem(ProblemKind::Down, Some(503), None, "down");
        assert_eq!(Stop::Retry(down.clone(), Some(5)).still_unknown(), Stop::Unknown(down));
    }
}
