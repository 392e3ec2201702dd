//! Starting a Studio Flow (contracts 3.6): one active execution per pair of numbers.

use super::{create::is_e164, error, sid, Twilio};
use crate::exchange::{value, Answer, Ask};
use crate::journal::AcceptedKind;
use chrono::{SecondsFormat, TimeDelta};
use decide::At;
use serde_json::{json, Value};

/// How long the published appointment flow waits for a reply (contracts 3.6).
const REPLY_WAIT: TimeDelta = TimeDelta::seconds(120);

/// A started flow: active until the phone replies or the flow's wait is over.
pub(super) struct Execution {
    to: String,
    from: String,
    active_until: At,
}

impl Twilio {
    /// A reply ends what waits for one.
    pub(super) fn end_executions(&mut self, now: At, phone: &str) {
        for execution in self.executions.iter_mut().filter(|e| e.to == phone) {
            execution.active_until = execution.active_until.min(now);
        }
    }
}

impl Twilio {
    /// `POST /v2/Flows/{FW}/Executions`.
    pub(super) fn execute(&mut self, now: At, ask: &Ask, flow: &str) -> Answer {
        if flow != self.config.studio_flow_sid {
            return self.not_found(ask);
        }
        let form = ask.form_pairs();
        let given = |name| value(&form, name).filter(|v| !v.is_empty());
        let Some(to) = given("To").filter(|n| is_e164(n)) else {
            return error(400, 21211, "Invalid 'To' Phone Number");
        };
        let known = |n: &&str| self.config.numbers.iter().any(|own| own == n) || self.config.messaging_service_sid.as_deref() == Some(n);
        let Some(from) = given("From").filter(known) else {
            return error(
                400,
                21606,
                "The 'From' phone number is not a valid, SMS-capable inbound phone number or short code for your account.",
            );
        };
        let parameters = match given("Parameters").map(serde_json::from_str::<Value>) {
            None => json!({}),
            Some(Ok(Value::Object(fields))) => Value::Object(fields),
            Some(_) => return error(400, 20422, "Invalid Parameter: Parameters must be a JSON object."),
        };
        if self.executions.iter().any(|e| e.to == to && e.from == from && e.active_until > now) {
            return error(409, 81002, "Contact already has an active execution for this flow.");
        }
        let fn_sid = sid("FN", self.executions.len() + 1);
        let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let url = format!("{}/v2/Flows/{flow}/Executions/{fn_sid}", ask.origin);
        let body = json!({
            "url": url, "sid": fn_sid, "account_sid": self.config.account_sid, "flow_sid": flow, "context": {},
            "contact_channel_address": to, "contact_sid": sid("FC", self.executions.len() + 1), "flow_version": 1,
            "status": "active", "date_created": at, "date_updated": at, "initiated_by": self.config.account_sid,
            "links": {"steps": format!("{url}/Steps"), "execution_context": format!("{url}/Context")},
        });
        let accepted =
            AcceptedKind::Execution { sid: fn_sid, flow_sid: flow.to_string(), to: to.to_string(), from: from.to_string(), parameters };
        self.executions.push(Execution { to: to.to_string(), from: from.to_string(), active_until: now + REPLY_WAIT });
        Answer::json(201, &body).accepting(accepted)
    }
}
