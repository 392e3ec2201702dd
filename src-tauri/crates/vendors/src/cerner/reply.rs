//! Response -> outcome. Statuses: contracts of Millennium R4 "client errors".

use crate::exchange::{problem, scrubbed, Stop};
use crate::transport::Response;
use decide::outbox::ProblemKind;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What was being done, as far as it matters to what a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// A read or search.
    Reading,
    /// A create: no idempotency key exists, so a lost answer is unknown.
    Creating,
    /// A conditional update: a lost answer is unknown, too.
    Updating,
}

#[derive(Deserialize, Default)]
struct Outcome {
    #[serde(default)]
    issue: Vec<Issue>,
}

#[derive(Deserialize, Default)]
struct Issue {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    diagnostics: Option<String>,
    #[serde(default)]
    details: Option<Details>,
    #[serde(default)]
    location: Vec<String>,
    #[serde(default)]
    expression: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Details {
    #[serde(default)]
    text: Option<String>,
}

/// Anything but success.
pub fn refusal(answer: &Response, doing: Doing) -> Stop {
    let status = answer.status;
    // A 400 may be plain text, a 406 has no body at all.
    let issue = serde_json::from_slice::<Outcome>(&answer.body).unwrap_or_default().issue.into_iter().next().unwrap_or_default();
    let place = issue.expression.first().or(issue.location.first()).map(|p| format!("{p}: ")).unwrap_or_default();
    let words = issue.details.and_then(|d| d.text).or(issue.diagnostics).unwrap_or_default();
    let words = scrubbed(&format!("{place}{words}"));
    let told = |kind, said: &str| {
        problem(kind, Some(status), issue.code.clone(), if words.is_empty() { said.to_string() } else { format!("{said}: {words}") })
    };
    let later = |kind, said: &str| Stop::Retry(told(kind, said), answer.retry_after());
    match status {
        401 => later(ProblemKind::Credentials, "the chart refused the token"),
        403 => later(ProblemKind::Config, "the chart does not let us: check the tenant in cerner.base and the scopes"),
        404 if doing == Doing::Creating => later(ProblemKind::Config, "the chart is not where cerner.base says"),
        404 | 410 => Stop::Reject(told(ProblemKind::Invalid, "the chart has no such record")),
        406 => Stop::Reject(told(ProblemKind::Config, "the chart does not speak FHIR JSON at that address")),
        408 if doing != Doing::Reading => Stop::Unknown(told(ProblemKind::NoAnswer, "the chart gave up waiting")),
        408 => later(ProblemKind::NoAnswer, "the chart gave up waiting"),
        409 => later(ProblemKind::Conflict, "the record changed in the chart meanwhile"),
        412 => later(ProblemKind::Conflict, "the chart wants the record's version"),
        423 => later(ProblemKind::Conflict, "the record is locked in the chart"),
        424 => later(ProblemKind::Down, "something behind the chart is out of order"),
        429 => later(ProblemKind::Throttled, "the chart asks to slow down"),
        400 | 422 => Stop::Reject(told(ProblemKind::Invalid, "the chart refused the record")),
        502 | 504 if doing != Doing::Reading => Stop::Unknown(told(ProblemKind::Down, "the chart's gateway lost the answer")),
        500..=599 => later(ProblemKind::Down, "the chart is out of order"),
        300..=399 => later(ProblemKind::Config, "the chart's address answers with a redirect: check cerner.base"),
        _ => Stop::Reject(told(ProblemKind::Invalid, "the chart refused the request")),
    }
}

/// The id of what was created, from `Location`; the body of a 201 is empty and never read.
pub fn created(answer: &Response, kind: &str) -> Result<String, Stop> {
    if answer.status != 201 && answer.status != 200 {
        return Err(refusal(answer, Doing::Creating));
    }
    let id = answer.header("location").and_then(|l| id_in(l, kind));
    id.ok_or_else(|| {
        Stop::Unknown(problem(ProblemKind::NotProven, Some(answer.status), None, "the chart took the record and did not say where it is"))
    })
}

/// The id in ".../Kind/id" or ".../Kind/id/_history/1".
pub fn id_in(reference: &str, kind: &str) -> Option<String> {
    let mut parts = reference.split(['?', '#']).next()?.split('/').rev();
    let mut id = None;
    for part in parts.by_ref() {
        if part == kind {
            return id.filter(|i: &&str| !i.is_empty()).map(str::to_string);
        }
        id = Some(part);
    }
    None
}

/// One page of a search.
#[derive(Debug, Deserialize)]
pub struct Bundle {
    #[serde(default)]
    entry: Vec<Entry>,
    #[serde(default)]
    link: Vec<Link>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    resource: Option<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
struct Link {
    relation: String,
    url: String,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "resourceType", default)]
    kind: String,
}

impl Bundle {
    /// Reads a page.
    pub fn read(answer: &Response) -> Result<Self, Stop> {
        if answer.status != 200 {
            return Err(refusal(answer, Doing::Reading));
        }
        serde_json::from_slice(&answer.body).map_err(|_| {
            Stop::Retry(problem(ProblemKind::NoAnswer, Some(200), None, "the chart answered with something that is not a bundle"), None)
        })
    }

    /// Where the next page is.
    pub fn next(&self) -> Option<&str> {
        self.link.iter().find(|l| l.relation == "next").map(|l| l.url.as_str())
    }

    /// The resources of that kind, their text as it came; outcomes and included others are left out.
    pub fn resources(self, kind: &str) -> Vec<Box<RawValue>> {
        let of_kind = |r: &RawValue| serde_json::from_str::<Kind>(r.get()).is_ok_and(|k| k.kind == kind);
        self.entry.into_iter().filter_map(|e| e.resource).filter(|r| of_kind(r)).collect()
    }
}
