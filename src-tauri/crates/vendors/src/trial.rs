//! Tests of a connection that a person starts: one look or one act, once. Nothing of a patient leaves in any of them.
//!
//! They go by the connectors and not by the outbox: none is owed to anybody, none is ever repeated by the console, none is
//! held back in shadow mode. The caller has put "it began" on the trail before, so that an end nobody saw still shows. A
//! test incident has a key of its own and is resolved again; resolving it twice changes nothing.

use crate::check::{bad, good, stopped, warning, CheckLine, Verdict};
use crate::exchange::{problem, scrubbed, Line, Stop};
use crate::transport::{Hl7Message, Request, PATIENCE};
use crate::{cerner, ehr, pagerduty, slack, twilio, Connections, Transport};
use decide::hl7;
use decide::outbox::{Delivery, Finding, Look, ProblemKind, Text, TextPurpose, Vendor};
use decide::{At, Mrn, Phone};
use std::time::Duration;

/// The carrier's report and the incident are waited for so long (behaviour.md 1.6: proof within 30 s).
const PROOF: Duration = Duration::from_secs(30);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What is tried.
#[derive(Debug, Clone, PartialEq)]
pub enum Trial {
    /// What the set-up can do, asked without changing anything. `appointments`: visits use the chart's appointments.
    Look { appointments: bool },
    /// A patient that the chart is known to have.
    Patient { mrn: Mrn },
    /// A text to a number of the house.
    Text { to: Phone, body: String },
    /// An incident of severity `info`, resolved again by itself.
    Incident { key: String },
    /// An incident of an earlier test that may have stayed open.
    Resolve { key: String },
    /// A post to the team.
    Post { text: String },
    /// A message of processing id T over MLLP, and its answer.
    Echo { control_id: String },
    /// Whether the EHR's endpoint is there.
    Endpoint,
}

impl Trial {
    /// Its name on the wire and on the trail.
    pub fn name(&self) -> &'static str {
        match self {
            Trial::Look { .. } => "look",
            Trial::Patient { .. } => "patient",
            Trial::Text { .. } => "text",
            Trial::Incident { .. } | Trial::Resolve { .. } => "incident",
            Trial::Post { .. } => "post",
            Trial::Echo { .. } => "echo",
            Trial::Endpoint => "endpoint",
        }
    }

    /// The tests of a vendor.
    pub fn names(vendor: Vendor) -> &'static [&'static str] {
        match vendor {
            Vendor::Cerner => &["look", "patient"],
            Vendor::Twilio => &["look", "text"],
            Vendor::PagerDuty => &["look", "incident"],
            Vendor::Slack => &["post"],
            Vendor::Ehr => &["endpoint", "echo"],
        }
    }

    /// Whether something is done at the vendor.
    pub fn acts(&self) -> bool {
        matches!(self, Trial::Text { .. } | Trial::Incident { .. } | Trial::Post { .. } | Trial::Echo { .. })
    }
}

/// The worst of several points.
pub fn worst(lines: &[CheckLine]) -> Verdict {
    let is = |v| lines.iter().any(|l| l.verdict == v);
    if is(Verdict::Bad) || lines.is_empty() {
        Verdict::Bad
    } else if is(Verdict::Warning) {
        Verdict::Warning
    } else {
        Verdict::Good
    }
}

/// Hears what is being done: the point and a sentence.
pub type Told<'a> = &'a (dyn Fn(&'static str, &str) + Send + Sync);

/// Tries it once. Each point comes back with its verdict.
pub async fn run(
    c: &Connections,
    t: &dyn Transport,
    vendor: Vendor,
    trial: &Trial,
    now: &(dyn Fn() -> At + Send + Sync),
    told: Told<'_>,
) -> Vec<CheckLine> {
    let line = Line { transport: t, vendor, effect: None };
    let config = &c.config;
    let unconnected = || vec![bad("set-up", format!("{} is not connected", vendor.name()))];
    match trial {
        Trial::Look { appointments } => {
            told("look", "asking what the set-up can do");
            crate::check(c, t, vendor, now(), *appointments).await
        }
        Trial::Patient { mrn } => match &config.cerner {
            Some(cerner) => {
                told("patient", "reading the patient");
                vec![patient(&cerner::Chart::new(cerner, &c.tokens, line, now()), mrn).await]
            }
            None => unconnected(),
        },
        Trial::Text { to, body } => match &config.twilio {
            Some(twilio) => text(twilio, &line, to, body, c.status_callback(), now(), told).await,
            None => unconnected(),
        },
        Trial::Incident { key } => match &config.pagerduty {
            Some(pager) => incident(pager, &line, key, now, told).await,
            None => unconnected(),
        },
        Trial::Resolve { key } => match &config.pagerduty {
            Some(pager) => vec![resolve(pager, &line, key).await],
            None => unconnected(),
        },
        Trial::Post { text } => match &config.slack {
            Some(slack) => {
                told("post", "posting");
                vec![match line.perform(slack::request::post(slack, text)).await.and_then(|a| slack::reply::posted(&a)) {
                    Ok(_) => good("post", "slack took the post: see that it is in the right channel"),
                    Err(stop) => stopped("post", &stop),
                }]
            }
            None => unconnected(),
        },
        Trial::Echo { control_id } => match config.ehr.as_ref().and_then(|e| Some((e, e.mllp.clone().filter(|p| !p.is_empty())?))) {
            Some((ehr, peer)) => {
                told("acknowledgement", "sending a test message");
                vec![echo(ehr, &line, peer, control_id, now()).await]
            }
            None => vec![bad("set-up", "no peer for HL7 is set (ehr.mllp)")],
        },
        Trial::Endpoint => match config.ehr.as_ref().and_then(|e| e.endpoint.clone()).filter(|e| !e.is_empty()) {
            Some(endpoint) => {
                told("endpoint", "asking the endpoint");
                vec![reached(&line, endpoint).await]
            }
            None => vec![bad("set-up", "no endpoint is set (ehr.endpoint)")],
        },
    }
}

async fn patient(chart: &cerner::Chart<'_>, mrn: &Mrn) -> CheckLine {
    match cerner::look(chart, &Look::Patient { mrn: Some(mrn.clone()), fhir_id: None }).await {
        Ok(Delivery::Found(Finding::Patient { patient: Some(_) })) => {
            good("patient", "the chart has that patient, and lets us read the record")
        }
        Ok(_) => bad("patient", "the chart has no active patient with that number"),
        Err(stop) => stopped("patient", &stop),
    }
}

async fn text(
    c: &twilio::Config,
    line: &Line<'_>,
    to: &Phone,
    body: &str,
    callback: Option<String>,
    now: At,
    told: Told<'_>,
) -> Vec<CheckLine> {
    told("text", "sending");
    // Ten minutes: a test that comes tomorrow is no test.
    let text = Text { to: to.clone(), body: body.into(), purpose: TextPurpose::Nurse, validity_seconds: 600 };
    let sent = match twilio::request::send(c, &text, callback.as_deref()) {
        Ok(request) => line.perform(request).await.and_then(|a| twilio::reply::sent(&a)),
        Err(stop) => Err(stop),
    };
    let receipt = match sent {
        Ok(receipt) => receipt,
        Err(stop) => return vec![stopped("text", &stop)],
    };
    let mut lines = vec![good("text", "twilio took the text")];
    told("delivery", "waiting for the carrier");
    let mut waited = Duration::ZERO;
    let mut last = String::new();
    while waited < PROOF {
        tokio::time::sleep(LOOK_EVERY).await;
        waited += LOOK_EVERY;
        let Ok(page) = line.ask(twilio::request::list(c, Some(to.expose()), None, now)).await.and_then(|a| twilio::reply::listed(&a))
        else {
            continue;
        };
        let Some(status) = page.messages.into_iter().find(|m| m.sid == receipt.reference).and_then(|m| m.status) else { continue };
        match status.as_str() {
            "delivered" | "read" => {
                lines.push(good("delivery", format!("the carrier delivered it after {} s", waited.as_secs())));
                return lines;
            }
            "undelivered" | "failed" | "canceled" => {
                lines.push(bad("delivery", "the carrier did not deliver it: see the message in twilio's log for its error code"));
                return lines;
            }
            _ => last = status,
        }
    }
    lines.push(warning("delivery", format!("no delivery report within {} s (twilio says: {})", PROOF.as_secs(), scrubbed(&last))));
    lines
}

async fn incident(
    c: &pagerduty::Config,
    line: &Line<'_>,
    key: &str,
    now: &(dyn Fn() -> At + Send + Sync),
    told: Told<'_>,
) -> Vec<CheckLine> {
    told("event", "sending the event");
    let event = pagerduty::request::test_event(c, key, true, now());
    let mut lines = Vec::new();
    match line.perform(event).await.and_then(|a| pagerduty::reply::enqueued(&a, key)) {
        Ok(_) => lines.push(good("event", "pagerduty took the event")),
        // Of unknown fate it may be open: it is resolved all the same.
        Err(stop @ Stop::Unknown(_)) => lines.push(stopped("event", &stop)),
        Err(stop) => return vec![stopped("event", &stop)],
    }
    if c.api_key.as_ref().is_some_and(|k| !k.is_empty()) {
        told("incident", "waiting for the incident");
        lines.push(proven(c, line, key, now).await);
    } else {
        lines.push(warning("incident", "no pagerduty.api_key: whether an incident was opened cannot be looked up"));
    }
    told("resolved", "resolving it again");
    lines.push(resolve(c, line, key).await);
    lines
}

async fn proven(c: &pagerduty::Config, line: &Line<'_>, key: &str, now: &(dyn Fn() -> At + Send + Sync)) -> CheckLine {
    let mut waited = Duration::ZERO;
    loop {
        match pagerduty::look(c, line, &Look::Incident { dedup_key: key.into() }, None, now()).await {
            Ok(Delivery::Found(Finding::Incident { incident: Some(_) })) => {
                return good("incident", format!("the incident was there after {} s", waited.as_secs()));
            }
            Err(stop) if matches!(stop.problem().kind, ProblemKind::Credentials | ProblemKind::Config) => {
                return stopped("incident", &stop)
            }
            _ if waited >= PROOF => {
                return bad(
                    "incident",
                    "pagerduty took the event and opened no incident: look at the service (disabled, in maintenance, nobody on call)",
                );
            }
            _ => {}
        }
        tokio::time::sleep(LOOK_EVERY).await;
        waited += LOOK_EVERY;
    }
}

async fn resolve(c: &pagerduty::Config, line: &Line<'_>, key: &str) -> CheckLine {
    let event = pagerduty::request::test_event(c, key, false, At::UNIX_EPOCH);
    match line.perform(event).await.and_then(|a| pagerduty::reply::enqueued(&a, key)) {
        Ok(_) => good("resolved", "the test incident is resolved"),
        Err(stop) => warning("resolved", format!("resolve the test incident by hand: {}", stop.problem().said)),
    }
}

async fn echo(c: &ehr::Config, line: &Line<'_>, peer: String, control_id: &str, now: At) -> CheckLine {
    let request = hl7::Request {
        kind: hl7::RequestKind::Confirm,
        appointment_id: "TEST".into(),
        patient_id: Mrn::from("TEST"),
        provider_id: String::new(),
        control_id: control_id.into(),
        from: ("CARELOOP".into(), String::new()),
        to: (c.application.clone(), c.facility.clone()),
        test: true,
    };
    let message =
        Hl7Message { peer, body: hl7::srm(&request, now).into_bytes(), control_id: control_id.into(), effect: None, timeout: PATIENCE };
    let said = match line.tell(message).await {
        Ok(bytes) => hl7::answer(&bytes).map_err(|no| Stop::Unknown(problem(ProblemKind::NoAnswer, None, None, no.detail))),
        Err(stop) => Err(stop),
    };
    match said {
        Ok(said) if said.code.accepted() => good("acknowledgement", format!("the EHR acknowledged the test message: {}", said.code.name())),
        Ok(said) => {
            let words = said.text.map(|t| format!(" ({})", scrubbed(&t))).unwrap_or_default();
            warning(
                "acknowledgement",
                format!(
                    "the EHR answers, and takes no test message: {}{words}. Ask the interface team whether T is meant to be refused",
                    said.code.name()
                ),
            )
        }
        Err(stop) => stopped("acknowledgement", &stop),
    }
}

async fn reached(line: &Line<'_>, endpoint: String) -> CheckLine {
    let request = Request::new(Vendor::Ehr, http::Method::GET, endpoint);
    match line.ask(request).await.map(|a| a.status) {
        // It is there and takes POST only: as it should be.
        Ok(status @ (200..=299 | 400 | 405 | 415 | 422)) => {
            good("endpoint", format!("the endpoint is there (it answers a question with {status})"))
        }
        Ok(status @ (401 | 403)) => bad("endpoint", format!("the endpoint refuses us: {status}")),
        Ok(404 | 410) => bad("endpoint", "nothing is at that address (404)"),
        Ok(status @ 300..=399) => bad("endpoint", format!("the address redirects ({status}): enter where it leads")),
        Ok(status) => bad("endpoint", format!("the endpoint is out of order: {status}")),
        Err(stop) => stopped("endpoint", &stop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::*;
    use serde_json::json;

    const NOW: &str = "2026-03-05T19:00:00Z";

    async fn tried(line: &Scripted, vendor: Vendor, trial: Trial) -> Vec<CheckLine> {
        run(&connections(), line, vendor, &trial, &|| at(NOW), &|_, _| {}).await
    }

    #[tokio::test]
    async fn a_test_incident_is_proven_and_resolved_under_its_own_key() {
        let line = Scripted::new([
            says(202, json!({ "status": "success", "message": "Event processed", "dedup_key": "careloop-test-1" })),
            says(
                200,
                json!({ "incidents": [{ "id": "Q1", "status": "triggered", "incident_key": "careloop-test-1", "created_at": NOW }] }),
            ),
            says(202, json!({ "status": "success", "message": "Event processed", "dedup_key": "careloop-test-1" })),
        ]);
        let lines = tried(&line, Vendor::PagerDuty, Trial::Incident { key: "careloop-test-1".into() }).await;
        assert_eq!(worst(&lines), Verdict::Good, "{lines:?}");
        let sent: Vec<serde_json::Value> = line.requests().iter().filter_map(|r| serde_json::from_slice(&r.body).ok()).collect();
        assert_eq!((sent[0]["event_action"].as_str(), sent[0]["payload"]["severity"].as_str()), (Some("trigger"), Some("info")));
        assert_eq!((sent[1]["event_action"].as_str(), sent[1]["dedup_key"].as_str()), (Some("resolve"), Some("careloop-test-1")));
    }

    #[tokio::test]
    async fn a_test_incident_of_unknown_fate_is_resolved_all_the_same() {
        let found = says(200, json!({ "incidents": [] }));
        let ok = says(202, json!({ "status": "success", "message": "ok", "dedup_key": "k" }));
        let mut c = connections();
        c.config.pagerduty.as_mut().unwrap().api_key = None;
        let line = Scripted::new([cut(), ok, found]);
        let lines = run(&c, &line, Vendor::PagerDuty, &Trial::Incident { key: "k".into() }, &|| at(NOW), &|_, _| {}).await;
        assert_eq!(worst(&lines), Verdict::Bad);
        assert!(String::from_utf8_lossy(&line.requests()[1].body).contains("resolve"));
    }

    #[tokio::test]
    async fn a_text_of_a_test_that_twilio_refuses_is_not_repeated() {
        let line = Scripted::new([says(400, json!({ "code": 21608, "status": 400 }))]);
        let lines = tried(&line, Vendor::Twilio, Trial::Text { to: "+12025550199".into(), body: "Test".into() }).await;
        assert_eq!((worst(&lines), line.requests().len()), (Verdict::Bad, 1));
    }

    #[tokio::test]
    async fn an_endpoint_that_takes_only_posts_is_well_and_one_that_is_not_there_is_not() {
        for (status, verdict) in [(405, Verdict::Good), (404, Verdict::Bad), (302, Verdict::Bad), (503, Verdict::Bad)] {
            let line = Scripted::new([says(status, json!({}))]);
            let mut c = connections();
            c.config.ehr = Some(ehr::Config { endpoint: Some("http://ehr.test/requests".into()), ..Default::default() });
            let lines = run(&c, &line, Vendor::Ehr, &Trial::Endpoint, &|| at(NOW), &|_, _| {}).await;
            assert_eq!(worst(&lines), verdict, "{status}");
        }
    }
}
