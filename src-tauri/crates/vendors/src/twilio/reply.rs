//! Response -> outcome. Codes: https://www.twilio.com/docs/api/errors

use crate::exchange::{problem, Stop};
use crate::transport::Response;
use chrono::{DateTime, Utc};
use decide::outbox::{ProblemKind, Receipt};
use decide::At;
use serde::Deserialize;

/// A message as Twilio shows it.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    pub sid: String,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub direction: Option<String>,
    #[serde(default)]
    date_created: Option<String>,
    #[serde(default)]
    date_sent: Option<String>,
}

impl Message {
    /// When Twilio took it (RFC 2822, whole seconds).
    pub fn created(&self) -> Option<At> {
        stamp(self.date_created.as_deref()).or_else(|| stamp(self.date_sent.as_deref()))
    }

    /// It came from a patient.
    pub fn inbound(&self) -> bool {
        self.direction.as_deref() == Some("inbound")
    }

    /// What to keep of it.
    pub fn receipt(&self, found_by_looking: bool) -> Receipt {
        Receipt { reference: self.sid.clone(), taken_at: self.created(), found_by_looking, status: self.status.clone() }
    }
}

fn stamp(text: Option<&str>) -> Option<At> {
    Some(DateTime::parse_from_rfc2822(text?).ok()?.with_timezone(&Utc))
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub struct Page {
    pub messages: Vec<Message>,
    #[serde(default)]
    pub next_page_uri: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    code: Option<u32>,
}

/// The answer to a send.
pub fn sent(answer: &Response) -> Result<Receipt, Stop> {
    if !(200..300).contains(&answer.status) {
        return Err(refusal(answer, true));
    }
    match serde_json::from_slice::<Message>(&answer.body) {
        Ok(message) => Ok(message.receipt(false)),
        // Taken, but under what sid? Looking will tell.
        Err(_) => Err(Stop::Unknown(problem(ProblemKind::NoAnswer, Some(answer.status), None, "twilio answered without a message"))),
    }
}

/// The answer to a list.
pub fn listed(answer: &Response) -> Result<Page, Stop> {
    if answer.status != 200 {
        return Err(refusal(answer, false));
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        Stop::Retry(problem(ProblemKind::NoAnswer, Some(200), None, "twilio answered with something that is not a list of messages"), None)
    })
}

/// A 3xx, 4xx or 5xx.
pub fn refusal(answer: &Response, write: bool) -> Stop {
    let status = answer.status;
    let code = serde_json::from_slice::<Envelope>(&answer.body).ok().and_then(|e| e.code);
    let told = |kind, said: &str| problem(kind, Some(status), code.map(|c| c.to_string()), said);
    let later = |kind, said: &str| Stop::Retry(told(kind, said), answer.retry_after());
    match code {
        Some(20429) => return later(ProblemKind::Throttled, "twilio asks to slow down"),
        Some(30001) => return later(ProblemKind::Throttled, "twilio's queue for our number is full"),
        Some(code) if status < 500 => {
            if let Some((kind, said)) = meaning(code) {
                return Stop::Reject(told(kind, said));
            }
        }
        _ => {}
    }
    match status {
        429 => later(ProblemKind::Throttled, "twilio asks to slow down"),
        401 | 403 => Stop::Reject(told(ProblemKind::Credentials, "twilio refused the credentials")),
        404 => Stop::Reject(told(ProblemKind::Config, "twilio knows no such account or resource")),
        // A gateway lost the answer, not necessarily the message.
        502 | 504 if write => Stop::Unknown(told(ProblemKind::Down, "twilio's gateway lost the answer")),
        408 if write => Stop::Unknown(told(ProblemKind::NoAnswer, "twilio gave up waiting for the request")),
        408 => later(ProblemKind::NoAnswer, "twilio gave up waiting for the request"),
        500..=599 => later(ProblemKind::Down, "twilio is out of order"),
        300..=399 => Stop::Reject(told(ProblemKind::Config, "twilio's address answers with a redirect: check twilio.base")),
        _ => Stop::Reject(told(ProblemKind::Invalid, "twilio refused the request")),
    }
}

/// What an error code means, whether it answers the request or comes in a delivery report.
fn meaning(code: u32) -> Option<(ProblemKind, &'static str)> {
    Some(match code {
        20003 => (ProblemKind::Credentials, "twilio refused the credentials"),
        20404 => (ProblemKind::Config, "twilio knows no such account or resource"),
        21211 => (ProblemKind::BadNumber, "not a valid number"),
        21614 => (ProblemKind::BadNumber, "not a mobile number"),
        21610 => (ProblemKind::OptedOut, "the recipient opted out (STOP)"),
        21408 => (ProblemKind::Config, "texts to that region are switched off at twilio (Geo Permissions)"),
        21606 | 21659 => (ProblemKind::Config, "our number cannot send texts, or is not ours: check twilio.from"),
        21608 => (ProblemKind::Config, "a trial account texts verified numbers only"),
        21612 => (ProblemKind::Config, "twilio has no route from our number to that one"),
        30003 => (ProblemKind::BadNumber, "the handset cannot be reached"),
        30005 => (ProblemKind::BadNumber, "the number is unknown to its carrier"),
        30006 => (ProblemKind::BadNumber, "a landline, or its carrier cannot be reached"),
        30007 => (ProblemKind::Config, "the carrier filtered the text"),
        30034 => (ProblemKind::Config, "our number is not registered for US texts (10DLC)"),
        30610 | 30047 => (ProblemKind::Config, "twilio's compliance toolkit held the text for its own quiet hours"),
        _ => return None,
    })
}

/// What the code of a failed or undelivered report means. Whatever it is, the patient was not reached.
pub fn delivery_code(code: u32) -> ProblemKind {
    match code {
        30001 => ProblemKind::Throttled,
        20429 => ProblemKind::Throttled,
        30004 => ProblemKind::BadNumber, // blocked by the recipient's carrier or handset
        _ => meaning(code).map_or(ProblemKind::Invalid, |(kind, _)| kind),
    }
}

/// A delivery report's code in words.
pub fn delivery_words(code: u32) -> &'static str {
    meaning(code).map_or("not delivered", |(_, said)| said)
}
