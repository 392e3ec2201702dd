//! Studio Flows (contracts 3.6): one active execution per pair of numbers, 20 starts a second for the account.

use super::{create::is_e164, error, sid, Twilio};
use crate::exchange::{encoded, value, Answer, Ask};
use crate::journal::AcceptedKind;
use chrono::{SecondsFormat, TimeDelta};
use decide::At;
use serde_json::{json, Value};

/// How long the published appointment flow waits for a reply (contracts 3.6).
const REPLY_WAIT: TimeDelta = TimeDelta::seconds(120);
/// Executions that an account may start in a second (Studio FAQ).
const STARTS_PER_SECOND: usize = 20;
const PAGE_SIZE_DEFAULT: usize = 50;
const PAGE_SIZE_MAX: usize = 1000;

/// A started flow: active until the phone replies or the flow's wait is over.
pub(super) struct Execution {
    sid: String,
    flow: String,
    to: String,
    from: String,
    parameters: Value,
    created: At,
    active_until: At,
}

impl Execution {
    fn active(&self, now: At) -> bool {
        self.active_until > now
    }
}

impl Twilio {
    /// A reply ends what waits for one.
    pub(super) fn end_executions(&mut self, now: At, phone: &str) {
        for execution in self.executions.iter_mut().filter(|e| e.to == phone) {
            execution.active_until = execution.active_until.min(now);
        }
    }

    /// What the published flow posts of an answer that it waits for: its booking branch says "Confirm" to a
    /// CANCEL too (contracts 3.6). None if no flow waits, or it does not know the words.
    pub(super) fn flow_answer(&self, now: At, phone: &str, text: &str) -> Option<Value> {
        let execution = self.executions.iter().find(|e| e.to == phone && e.active(now))?;
        let given = &execution.parameters;
        let said = match (text.trim(), given["event_type"].as_str()) {
            ("CONFIRM APPT", _) | ("CANCEL APPT", Some("BOOKED")) => "Confirm",
            ("CANCEL APPT", _) => "Cancel",
            _ => return None,
        };
        Some(json!({
            "flow_sid": execution.flow,
            "event_type": said,
            "appointment_id": given["appointment_id"],
            "patient_id": given["patient_id"],
            "provider_id": given["provider_id"],
        }))
    }

    /// `/v2/Flows/{FW}/...`.
    pub(super) fn studio(&mut self, now: At, ask: &Ask, flow: &str, rest: &[&str]) -> Answer {
        if !is_flow(flow) {
            return self.not_found(ask);
        }
        let (get, post) = (ask.method == http::Method::GET, ask.method == http::Method::POST);
        let known = |e: &&Execution, sid: &str| e.sid == sid && e.flow == flow;
        match rest {
            ["Executions"] if post => self.execute(now, ask, flow),
            ["Executions"] if get => self.executions(now, ask, flow),
            ["Executions", sid] if get => match self.executions.iter().find(|e| known(e, sid)) {
                Some(e) => Answer::json(200, &self.shown_execution(now, ask, e)),
                None => self.not_found(ask),
            },
            ["Executions", sid, "Context"] if get => match self.executions.iter().find(|e| known(e, sid)) {
                Some(e) => Answer::json(200, &self.context(ask, e)),
                None => self.not_found(ask),
            },
            ["Executions", sid] if post => self.end(now, ask, flow, sid),
            ["Executions", ..] => error(405, 20004, "Method not allowed"),
            _ => self.not_found(ask),
        }
    }

    fn execute(&mut self, now: At, ask: &Ask, flow: &str) -> Answer {
        if ask.media_type() != "application/x-www-form-urlencoded" {
            return error(415, 20415, "Unsupported media type");
        }
        let form = ask.form_pairs();
        let given = |name| value(&form, name).filter(|v| !v.is_empty());
        let Some(to) = given("To") else {
            return error(400, 20001, "Missing required parameter To in the post body");
        };
        if !is_e164(to) {
            return error(400, 21211, "Invalid 'To' Phone Number");
        }
        let Some(from) = given("From") else {
            return error(400, 20001, "Missing required parameter From in the post body");
        };
        let service = self.config.messaging_service_sid.as_deref() == Some(from);
        if !service && !self.config.numbers.iter().any(|own| own == from) {
            return error(
                400,
                21606,
                "The 'From' phone number is not a valid, SMS-capable inbound phone number or short code for your account.",
            );
        }
        let parameters = match given("Parameters").map(serde_json::from_str::<Value>) {
            None => json!({}),
            Some(Ok(Value::Object(fields))) => Value::Object(fields),
            Some(_) => return error(400, 20001, "Invalid Parameter: Parameters must be a JSON object."),
        };
        if self.executions.iter().filter(|e| now - e.created < TimeDelta::seconds(1)).count() >= STARTS_PER_SECOND {
            return error(429, 20429, "Too Many Requests");
        }
        if self.executions.iter().any(|e| e.to == to && e.from == from && e.active(now)) {
            return error(409, 81002, "Contact already has an active execution for this flow.");
        }
        // The published flow asks only where an answer is possible; its other texts end it at once.
        let asks = !matches!(parameters["event_type"].as_str(), Some("CANCELED" | "CONFIRMED" | "NOSHOWED" | "MODIFIED"));
        if !service {
            self.last_sender.insert(to.to_string(), from.to_string());
        }
        let execution = Execution {
            sid: sid("FN", self.executions.len() + 1),
            flow: flow.to_string(),
            to: to.to_string(),
            from: from.to_string(),
            parameters: parameters.clone(),
            created: now,
            active_until: if asks { now + REPLY_WAIT } else { now },
        };
        let accepted = AcceptedKind::Execution {
            sid: execution.sid.clone(),
            flow_sid: flow.to_string(),
            to: to.to_string(),
            from: from.to_string(),
            parameters,
        };
        let mut shown = self.shown_execution(now, ask, &execution);
        shown["status"] = json!("active");
        self.executions.push(execution);
        Answer::json(201, &shown).accepting(accepted)
    }

    /// Newest first, by when they were created, page by page.
    fn executions(&self, now: At, ask: &Ask, flow: &str) -> Answer {
        let query = ask.query_pairs();
        let bound = |name| match value(&query, name).filter(|v| !v.is_empty()).map(chrono::DateTime::parse_from_rfc3339) {
            None => Ok(None),
            Some(Ok(at)) => Ok(Some(at.to_utc())),
            Some(Err(_)) => Err(format!("Invalid Parameter: {name} must be an ISO 8601 date and time.")),
        };
        let (from, to) = match (bound("DateCreatedFrom"), bound("DateCreatedTo")) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(said), _) | (_, Err(said)) => return error(400, 20001, &said),
        };
        let size = match value(&query, "PageSize").map(str::parse::<usize>) {
            None => PAGE_SIZE_DEFAULT,
            Some(Ok(n)) if n >= 1 => n.min(PAGE_SIZE_MAX),
            Some(_) => return error(400, 20001, "Invalid Parameter: PageSize must be between 1 and 1000."),
        };
        let page: usize = value(&query, "Page").and_then(|p| p.parse().ok()).unwrap_or(0);
        let within = |e: &&Execution| e.flow == flow && from.is_none_or(|f| e.created >= f) && to.is_none_or(|t| e.created <= t);
        let kept: Vec<&Execution> = self.executions.iter().rev().filter(within).collect();
        let shown: Vec<Value> = kept.iter().skip(page * size).take(size).map(|e| self.shown_execution(now, ask, e)).collect();
        let filters: Vec<String> =
            query.iter().filter(|(n, _)| n.starts_with("DateCreated")).map(|(n, v)| format!("{}={}&", encoded(n), encoded(v))).collect();
        let at_page = |n: usize| format!("{}{}?{}PageSize={size}&Page={n}", ask.origin, ask.path, filters.concat());
        let more = (page + 1) * size < kept.len();
        Answer::json(
            200,
            &json!({
                "executions": shown,
                "meta": {
                    "key": "executions", "page": page, "page_size": size, "url": at_page(page), "first_page_url": at_page(0),
                    "next_page_url": more.then(|| at_page(page + 1)),
                    "previous_page_url": (page > 0).then(|| at_page(page - 1)),
                },
            }),
        )
    }

    fn end(&mut self, now: At, ask: &Ask, flow: &str, sid: &str) -> Answer {
        if value(&ask.form_pairs(), "Status") != Some("ended") {
            return error(400, 20001, "Invalid Parameter: Status must be ended.");
        }
        let Some(i) = self.executions.iter().position(|e| e.sid == sid && e.flow == flow) else { return self.not_found(ask) };
        self.executions[i].active_until = self.executions[i].active_until.min(now);
        Answer::json(200, &self.shown_execution(now, ask, &self.executions[i]))
    }

    fn shown_execution(&self, now: At, ask: &Ask, e: &Execution) -> Value {
        let url = format!("{}/v2/Flows/{}/Executions/{}", ask.origin, e.flow, e.sid);
        let stamp = |at: At| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        json!({
            "url": url, "sid": e.sid, "account_sid": self.config.account_sid, "flow_sid": e.flow, "context": {},
            "contact_channel_address": e.to, "flow_version": 1, "status": if e.active(now) { "active" } else { "ended" },
            "date_created": stamp(e.created), "date_updated": stamp(e.active_until.min(now).max(e.created)),
            "initiated_by": self.config.account_sid,
            "links": {"steps": format!("{url}/Steps"), "execution_context": format!("{url}/Context")},
        })
    }

    fn context(&self, ask: &Ask, e: &Execution) -> Value {
        json!({
            "account_sid": self.config.account_sid, "flow_sid": e.flow, "execution_sid": e.sid,
            "url": format!("{}/v2/Flows/{}/Executions/{}/Context", ask.origin, e.flow, e.sid),
            "context": {
                "contact": {"channel": {"address": e.to}},
                "flow": {"channel": {"address": e.from}, "data": e.parameters, "flow_sid": e.flow, "sid": e.sid},
                "trigger": {"request": {"to": e.to, "from": e.from, "parameters": e.parameters}},
                "widgets": {},
            },
        })
    }
}

/// The account has whatever flow it is asked for, as long as it is named as flows are.
fn is_flow(sid: &str) -> bool {
    sid.strip_prefix("FW").is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}
