//! Starting a Studio Flow. Executions API: https://www.twilio.com/docs/studio/rest-api/v2/execution
//! One execution per pair of numbers may be active; an unknown outcome is settled by listing, as with messages.

use super::request::signed_in;
use super::{reply, Config, PAGES, SKEW_SECONDS};
use crate::exchange::{problem, Line, Stop};
use crate::form;
use crate::transport::{Request, Response};
use decide::outbox::{Effect, EffectState, Execution, ProblemKind, Receipt, Vendor};
use decide::At;
use serde::Deserialize;
use serde_json::Value;

/// The contact already has an active execution (https://www.twilio.com/docs/api/errors/81002); its HTTP status is not documented.
const BUSY: u32 = 81002;

/// An execution as Twilio shows it.
#[derive(Debug, Clone, Deserialize)]
struct Shown {
    sid: String,
    #[serde(default)]
    contact_channel_address: Option<String>,
    /// active, ended.
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    date_created: Option<At>,
}

impl Shown {
    fn receipt(&self, found_by_looking: bool) -> Receipt {
        Receipt { reference: self.sid.clone(), taken_at: self.date_created, found_by_looking, status: self.status.clone() }
    }
}

#[derive(Deserialize)]
struct Page {
    executions: Vec<Shown>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize, Default)]
struct Meta {
    #[serde(default)]
    next_page_url: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    code: Option<u32>,
}

/// Starts the flow; if an earlier attempt may have started it, looks for it first.
pub async fn execution(c: &Config, line: &Line<'_>, effect: &Effect, x: &Execution, now: At) -> Result<Receipt, Stop> {
    if matches!(effect.state, EffectState::Unknown { .. }) {
        if let Some(found) = find(c, line, effect.owed_at, x).await.map_err(Stop::still_unknown)? {
            return Ok(found);
        }
        if effect.give_up_at.is_some_and(|limit| now >= limit) {
            return Err(Stop::Reject(problem(ProblemKind::NoAnswer, None, None, "twilio did not start the flow in time")));
        }
    }
    started(&line.perform(create(c, x)?).await?)
}

/// `POST /v2/Flows/{FW}/Executions`.
fn create(c: &Config, x: &Execution) -> Result<Request, Stop> {
    if x.flow_sid.is_empty() {
        return Err(Stop::missing("studio_flow_sid"));
    }
    let Some(from) = c.messaging_service_sid.as_deref().or(c.from.as_deref()) else {
        return Err(Stop::missing("twilio.from or twilio.messaging_service_sid"));
    };
    let parameters = x.parameters_json();
    let pairs = [("To", x.to.expose()), ("From", from), ("Parameters", parameters.as_str())];
    Ok(signed_in(c, Request::new(Vendor::Twilio, http::Method::POST, executions(c, &x.flow_sid))).form(&pairs))
}

fn executions(c: &Config, flow_sid: &str) -> String {
    format!("{}/v2/Flows/{}/Executions", c.studio_base(), form::encode(flow_sid))
}

/// The answer to a start.
fn started(answer: &Response) -> Result<Receipt, Stop> {
    if (200..300).contains(&answer.status) {
        return match serde_json::from_slice::<Shown>(&answer.body) {
            Ok(shown) => Ok(shown.receipt(false)),
            // Started, but under what sid? Looking will tell.
            Err(_) => Err(Stop::Unknown(problem(ProblemKind::NoAnswer, Some(answer.status), None, "twilio answered without an execution"))),
        };
    }
    refusal(answer, true)
}

fn refusal<T>(answer: &Response, write: bool) -> Result<T, Stop> {
    let code = serde_json::from_slice::<Envelope>(&answer.body).ok().and_then(|e| e.code);
    let told = |kind, said: &str| problem(kind, Some(answer.status), code.map(|c| c.to_string()), said);
    Err(match (answer.status, code) {
        (status, Some(BUSY)) if status < 500 => {
            Stop::Retry(told(ProblemKind::Busy, "the patient is still in an earlier texting flow"), answer.retry_after())
        }
        (404, _) => {
            Stop::Reject(told(ProblemKind::Config, "twilio knows no such Studio Flow: check studio_flow_sid, and that it is published"))
        }
        _ => reply::refusal(answer, write),
    })
}

/// The execution that carries the reference, among those of the phone since then.
async fn find(c: &Config, line: &Line<'_>, owed_at: At, x: &Execution) -> Result<Option<Receipt>, Stop> {
    let since = owed_at - chrono::TimeDelta::seconds(SKEW_SECONDS);
    let from = since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let query = form::write(&[("DateCreatedFrom", from.as_str()), ("PageSize", "200")]);
    let mut url = format!("{}?{query}", executions(c, &x.flow_sid));
    for _ in 0..PAGES {
        let answer = line.ask(signed_in(c, Request::new(Vendor::Twilio, http::Method::GET, url))).await?;
        let page = read::<Page>(&answer)?;
        for shown in page.executions {
            let ours = shown.contact_channel_address.as_deref() == Some(x.to.expose()) && shown.date_created.is_none_or(|at| at >= since);
            if ours && carries(c, line, x, &shown.sid).await? {
                return Ok(Some(shown.receipt(true)));
            }
        }
        match page.meta.next_page_url {
            // Whatever address Twilio calls itself by, we ask where we ask.
            Some(next) => url = format!("{}{}", c.studio_base(), &next[form::origin(&next).len()..]),
            None => return Ok(None),
        }
    }
    Err(Stop::Retry(problem(ProblemKind::Invalid, None, None, "twilio's list of executions does not end"), None))
}

/// Whether the execution was started with our reference.
async fn carries(c: &Config, line: &Line<'_>, x: &Execution, sid: &str) -> Result<bool, Stop> {
    let url = format!("{}/{}/Context", executions(c, &x.flow_sid), form::encode(sid));
    let answer = line.ask(signed_in(c, Request::new(Vendor::Twilio, http::Method::GET, url))).await?;
    let shown: Value = read(&answer)?;
    let places = ["/context/flow/data", "/context/trigger/request/parameters"];
    Ok(places.iter().filter_map(|p| shown.pointer(p)?.get(Execution::REFERENCE)?.as_str()).any(|r| r == x.reference))
}

fn read<T: serde::de::DeserializeOwned>(answer: &Response) -> Result<T, Stop> {
    if answer.status != 200 {
        return refusal(answer, false);
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        Stop::Retry(problem(ProblemKind::NoAnswer, Some(200), None, "twilio answered with something that is no list of executions"), None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver;
    use crate::fake::*;
    use decide::outbox::{Act, Delivery, Problem, TextPurpose};
    use decide::{Phone, Words};
    use serde_json::json;

    fn reminder() -> Act {
        Act::Execution(Execution {
            flow_sid: "FW1".into(),
            to: Phone::from("+12025550101"),
            event_type: "REMIND".into(),
            purpose: TextPurpose::Reminder1,
            reference: "ward:v7:remind:1".into(),
            parameters: [("event_type", "REMIND"), ("patient_first_name", "Zoë \"Z\"")]
                .map(|(k, v)| (k.to_string(), Words::from(v)))
                .into(),
        })
    }

    fn shown(sid: &str, to: &str, created: &str) -> Value {
        json!({ "sid": sid, "flow_sid": "FW1", "contact_channel_address": to, "status": "active", "date_created": created, "context": {} })
    }

    fn context(reference: &str) -> Value {
        json!({ "context": { "flow": { "data": { "careloop_reference": reference } } } })
    }

    const NOW: &str = "2026-03-08T20:00:00Z";

    #[tokio::test]
    async fn a_flow_is_started_with_the_fields_as_a_json_string() {
        let line = Scripted::new([says(201, shown("FN1", "+12025550101", NOW))]);
        let delivery = deliver(&connections(), &line, &effect(reminder()), at(NOW)).await;
        let Delivery::Delivered(receipt) = delivery else { panic!("{delivery:?}") };
        assert_eq!((receipt.reference.as_str(), receipt.taken_at), ("FN1", Some(at(NOW))));
        assert_eq!(line.asked(), ["POST http://twilio.test/v2/Flows/FW1/Executions"]);
        let pairs = form::read(&line.requests()[0].body).unwrap();
        let parameters: Value = serde_json::from_str(form::first(&pairs, "Parameters").unwrap()).unwrap();
        assert_eq!((form::first(&pairs, "To"), form::first(&pairs, "From")), (Some("+12025550101"), Some("+12025550100")));
        assert_eq!(
            parameters,
            json!({ "event_type": "REMIND", "patient_first_name": "Zoë \"Z\"", "careloop_reference": "ward:v7:remind:1" })
        );
    }

    #[tokio::test]
    async fn the_real_studio_has_an_address_of_its_own_and_a_messaging_service_may_be_the_sender() {
        let mut c = connections();
        let twilio = c.config.twilio.as_mut().unwrap();
        (twilio.base, twilio.messaging_service_sid) = ("https://api.twilio.com".into(), Some("MG1".into()));
        let line = Scripted::new([says(201, shown("FN1", "+12025550101", NOW)), says(201, shown("FN2", "+12025550101", NOW))]);
        deliver(&c, &line, &effect(reminder()), at(NOW)).await;
        c.config.twilio.as_mut().unwrap().studio_base = Some("http://studio.test/".into());
        deliver(&c, &line, &effect(reminder()), at(NOW)).await;
        assert_eq!(
            line.asked(),
            ["POST https://studio.twilio.com/v2/Flows/FW1/Executions", "POST http://studio.test/v2/Flows/FW1/Executions"]
        );
        assert_eq!(form::first(&form::read(&line.requests()[0].body).unwrap(), "From"), Some("MG1"));
    }

    #[tokio::test]
    async fn an_active_execution_means_later_whatever_the_status() {
        for status in [400, 409, 422, 429] {
            let line = Scripted::new([says(status, json!({ "code": 81002, "message": "busy", "status": status }))]);
            let delivery = deliver(&connections(), &line, &effect(reminder()), at(NOW)).await;
            assert!(matches!(&delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Busy, .. }, .. }), "{delivery:?}");
        }
    }

    #[test]
    fn every_refusal_of_a_start_has_its_meaning() {
        let said = |status: u16, code: u32| started(&response(status, &[], &json!({ "code": code }).to_string())).unwrap_err();
        for (status, code, kind) in [
            (404, 20404, ProblemKind::Config),
            (401, 20003, ProblemKind::Credentials),
            (400, 21211, ProblemKind::BadNumber),
            (400, 21606, ProblemKind::Config),
            (400, 21610, ProblemKind::OptedOut),
            (400, 20001, ProblemKind::Invalid),
        ] {
            let Stop::Reject(p) = said(status, code) else { panic!("{code} must be final") };
            assert_eq!(p.kind, kind, "{code}");
        }
        for (status, code, kind) in [(429, 20429, ProblemKind::Throttled), (503, 20503, ProblemKind::Down)] {
            let Stop::Retry(p, _) = said(status, code) else { panic!("{code} must be tried again") };
            assert_eq!(p.kind, kind, "{code}");
        }
        for status in [502, 504, 408] {
            assert!(matches!(said(status, 0), Stop::Unknown(_)), "{status}");
        }
        assert!(matches!(started(&response(201, &[], "")), Err(Stop::Unknown(_))));
    }

    #[tokio::test]
    async fn a_start_of_unknown_fate_is_found_by_its_reference_on_the_second_page() {
        let line = Scripted::new([
            says(
                200,
                json!({ "executions": [shown("FN3", "+12025550109", NOW), shown("FN2", "+12025550101", NOW)],
                        "meta": { "next_page_url": "https://studio.twilio.com/v2/Flows/FW1/Executions?Page=1" } }),
            ),
            says(200, context("ward:v9:remind:1")),
            says(200, json!({ "executions": [shown("FN1", "+12025550101", NOW)], "meta": { "next_page_url": null } })),
            says(200, context("ward:v7:remind:1")),
        ]);
        let delivery = deliver(&connections(), &line, &unknown(effect(reminder())), at("2026-03-08T20:05:00Z")).await;
        let Delivery::Delivered(receipt) = delivery else { panic!("{delivery:?}") };
        assert_eq!((receipt.reference.as_str(), receipt.found_by_looking), ("FN1", true));
        assert_eq!(line.writes(), 0);
        assert_eq!(
            line.asked()[1..3],
            ["GET http://twilio.test/v2/Flows/FW1/Executions/FN2/Context", "GET http://twilio.test/v2/Flows/FW1/Executions?Page=1"]
        );
        assert!(line.asked()[0].contains("DateCreatedFrom="), "{}", line.asked()[0]);
    }

    #[tokio::test]
    async fn a_start_of_unknown_fate_that_is_not_there_is_made_in_time_and_not_after() {
        let nothing = || says(200, json!({ "executions": [], "meta": {} }));
        let line = Scripted::new([nothing(), says(201, shown("FN1", "+12025550101", NOW))]);
        let delivery = deliver(&connections(), &line, &unknown(effect(reminder())), at("2026-03-08T20:05:00Z")).await;
        assert!(matches!(delivery, Delivery::Delivered(Receipt { found_by_looking: false, .. })), "{delivery:?}");
        let line = Scripted::new([nothing()]);
        let late = Effect { give_up_at: Some(at("2026-03-08T20:05:00Z")), ..unknown(effect(reminder())) };
        let delivery = deliver(&connections(), &line, &late, at("2026-03-08T20:05:00Z")).await;
        assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::NoAnswer, .. })), "{delivery:?}");
        assert_eq!(line.writes(), 0);
    }

    #[tokio::test]
    async fn a_look_that_fails_keeps_the_fate_unknown() {
        let line = Scripted::new([says(503, json!({}))]);
        let delivery = deliver(&connections(), &line, &unknown(effect(reminder())), at(NOW)).await;
        assert!(matches!(delivery, Delivery::Unknown(_)), "{delivery:?}");
    }
}
