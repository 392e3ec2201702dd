//! Twilio Programmable Messaging, and starting Studio Flows.
//! Contract: contracts 3.1-3.7 (twilio-oai `twilio_api_v2010.json`).

mod create;
mod list;
mod opt_out;
mod segments;
mod studio;
mod webhook;

use crate::callback::Callback;
use crate::config::TwilioConfig;
use crate::exchange::{hex, Answer, Ask};
use crate::fault::FaultState;
use crate::sandbox::{NotPossible, Order};
use chrono::TimeDelta;
use decide::At;
use opt_out::OptOuts;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use webhook::Pending;

/// One account.
pub(crate) struct Twilio {
    config: TwilioConfig,
    order: Order,
    messages: Vec<Message>,
    /// Changes of state that come by themselves, in order of time.
    planned: Vec<Planned>,
    pending: Vec<Pending>,
    opt_outs: OptOuts,
    landlines: BTreeSet<String>,
    /// The number a phone last heard from.
    last_sender: BTreeMap<String, String>,
    executions: Vec<studio::Execution>,
}

/// One message, either way.
pub(crate) struct Message {
    sid: String,
    to: String,
    from: Option<String>,
    messaging_service_sid: Option<String>,
    body: String,
    inbound: bool,
    status: String,
    error_code: Option<u32>,
    status_callback: Option<String>,
    created: At,
    sent: Option<At>,
    updated: At,
}

struct Planned {
    due: At,
    message: usize,
    status: &'static str,
}

impl Twilio {
    pub fn new(config: TwilioConfig, order: Order) -> Twilio {
        Twilio {
            config,
            order,
            messages: Vec::new(),
            planned: Vec::new(),
            pending: Vec::new(),
            opt_outs: OptOuts::default(),
            landlines: BTreeSet::new(),
            last_sender: BTreeMap::new(),
            executions: Vec::new(),
        }
    }

    /// Answers one request.
    pub fn answer(&mut self, now: At, ask: &Ask) -> Answer {
        self.advance(now);
        if !self.authentic(ask) {
            return error(401, 20003, "Authenticate");
        }
        let segments = ask.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let get = ask.method == http::Method::GET;
        let post = ask.method == http::Method::POST;
        match path.as_slice() {
            ["2010-04-01", "Accounts", account, ..] if *account != self.config.account_sid => self.not_found(ask),
            ["2010-04-01", "Accounts", _, "Messages.json"] if post => self.create(now, ask),
            ["2010-04-01", "Accounts", _, "Messages.json"] if get => self.list(ask),
            ["2010-04-01", "Accounts", _, "Messages", sid] if get => {
                match self.messages.iter().find(|m| sid.strip_suffix(".json") == Some(&m.sid)) {
                    Some(message) => Answer::json(200, &self.shown(message)),
                    None => self.not_found(ask),
                }
            }
            ["2010-04-01", "Accounts", account] if get && account.ends_with(".json") => self.not_found(ask),
            ["2010-04-01", "Accounts", _, "Messages.json"] => error(405, 20004, "Method not allowed"),
            ["v2", "Flows", flow, rest @ ..] => self.studio(now, ask, flow, rest),
            _ => self.not_found(ask),
        }
    }

    /// A carrier's report about the newest message to a number.
    pub fn delivery(&mut self, now: At, to: &str, status: &str, error_code: Option<u32>) -> Result<String, NotPossible> {
        const REPORTED: [&str; 8] = ["queued", "sending", "sent", "delivered", "undelivered", "failed", "read", "canceled"];
        self.advance(now);
        let Some(status) = REPORTED.into_iter().find(|s| *s == status) else {
            return Err(NotPossible(format!("not a delivery status: {status}")));
        };
        let Some(index) = self.messages.iter().rposition(|m| !m.inbound && m.to == to) else {
            return Err(NotPossible("no message has been taken for that number".into()));
        };
        self.planned.retain(|p| p.message != index);
        self.messages[index].error_code = error_code;
        self.turn(now, index, status);
        Ok(self.messages[index].sid.clone())
    }

    pub fn flag_landline(&mut self, number: &str) {
        self.landlines.insert(number.to_string());
    }

    pub fn opt_out(&mut self, phone: &str) {
        for number in self.config.numbers.clone() {
            let sender = self.sender_key(&number);
            self.opt_outs.out(&sender, phone);
        }
    }

    pub fn next_due(&self) -> Option<At> {
        self.planned.iter().map(|p| p.due).chain(self.pending.iter().map(|p| p.due)).min()
    }

    pub fn due_callback(&mut self, now: At) -> Option<(At, u64)> {
        self.advance(now);
        self.pending.iter().map(|p| (p.due, p.id)).filter(|(due, _)| *due <= now).min()
    }

    pub fn take_callback(&mut self, id: u64, hooks: &str) -> Option<Callback> {
        let index = self.pending.iter().position(|p| p.id == id)?;
        Some(self.pending.remove(index).signed(hooks, &self.config.auth_token))
    }

    /// Plans what Twilio reports by itself.
    fn plan(&mut self, now: At, message: usize) {
        let sent = now + TimeDelta::milliseconds(self.config.sent_after_ms);
        if self.messages[message].messaging_service_sid.is_some() {
            self.planned.push(Planned { due: now, message, status: "queued" });
        }
        self.planned.push(Planned { due: sent, message, status: "sent" });
        if let Some(ms) = self.config.delivered_after_ms {
            self.planned.push(Planned { due: sent + TimeDelta::milliseconds(ms), message, status: "delivered" });
        }
    }

    /// Lets the states come that are due.
    fn advance(&mut self, now: At) {
        let mut due: Vec<Planned> = Vec::new();
        let mut i = 0;
        while i < self.planned.len() {
            if self.planned[i].due <= now {
                due.push(self.planned.remove(i));
            } else {
                i += 1;
            }
        }
        due.sort_by_key(|p| p.due);
        for plan in due {
            self.turn(plan.due, plan.message, plan.status);
        }
    }

    fn turn(&mut self, at: At, index: usize, status: &str) {
        let message = &mut self.messages[index];
        message.status = status.to_string();
        message.updated = at;
        if matches!(status, "sent" | "delivered" | "undelivered" | "read") && message.sent.is_none() {
            message.sent = Some(at);
        }
        self.report(at, index);
    }

    fn authentic(&self, ask: &Ask) -> bool {
        let Some((user, password)) = ask.basic() else { return false };
        let account = user == self.config.account_sid && password == self.config.auth_token;
        account || self.config.api_key.as_ref().is_some_and(|(key, secret)| *key == user && *secret == password)
    }

    /// Who an opt-out is kept under: the messaging service of a number, else the number.
    fn sender_key(&self, number: &str) -> String {
        self.config.messaging_service_sid.clone().unwrap_or_else(|| number.to_string())
    }

    fn not_found(&self, ask: &Ask) -> Answer {
        error(404, 20404, &format!("The requested resource {} was not found", ask.path))
    }

    /// A message as Twilio shows it.
    fn shown(&self, message: &Message) -> Value {
        let uri = format!("/2010-04-01/Accounts/{}/Messages/{}", self.config.account_sid, message.sid);
        let segments = if message.status == "accepted" { 0 } else { segments::count(&message.body) };
        json!({
            "account_sid": self.config.account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": rfc2822(message.created),
            "date_sent": message.sent.map(rfc2822),
            "date_updated": rfc2822(message.updated),
            "direction": if message.inbound { "inbound" } else { "outbound-api" },
            "error_code": message.error_code,
            "error_message": null,
            "from": if message.status == "accepted" { None } else { message.from.clone() },
            "messaging_service_sid": message.messaging_service_sid,
            "num_media": "0",
            "num_segments": segments.to_string(),
            "price": null,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": format!("{uri}/Media.json")},
            "to": message.to,
            "uri": format!("{uri}.json"),
        })
    }
}

/// An id of Twilio's shape, the same for the same count.
fn sid(prefix: &str, count: usize) -> String {
    let digest = Sha256::digest(format!("{prefix}{count}").as_bytes());
    format!("{prefix}{}", hex(&digest[..16]))
}

fn rfc2822(at: At) -> String {
    at.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Twilio's error envelope.
fn error(status: u16, code: u32, message: &str) -> Answer {
    let body =
        json!({"code": code, "message": message, "more_info": format!("https://www.twilio.com/docs/errors/{code}"), "status": status});
    Answer::json(status, &body)
}

/// Twilio in trouble.
pub(crate) fn trouble(fault: &FaultState) -> Answer {
    match fault {
        FaultState::RateLimited { retry_after_s } => {
            let answer = error(429, 20429, "Too Many Requests").with("twilio-concurrent-requests", "1");
            match retry_after_s {
                Some(s) => answer.with("retry-after", s.to_string()),
                None => answer,
            }
        }
        FaultState::Reject { status, error_code } => {
            let code = error_code.as_deref().and_then(|c| c.parse().ok());
            let status = status.unwrap_or(if code == Some(20003) { 401 } else { 400 });
            let code = code.unwrap_or(match status {
                401 => 20003,
                403 => 20403,
                404 => 20404,
                429 => 20429,
                500..=599 => 20500,
                _ => 21211,
            });
            error(status, code, meaning(code))
        }
        _ => error(503, 20503, "Service Unavailable"),
    }
}

/// Twilio's sentence for a code.
fn meaning(code: u32) -> &'static str {
    match code {
        20003 => "Authenticate",
        20404 => "The requested resource was not found",
        20429 => "Too Many Requests",
        21211 => "Invalid 'To' Phone Number",
        21408 => "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
        21606 => "The 'From' phone number is not a valid, SMS-capable inbound phone number or short code for your account",
        21608 => "The number is unverified. Trial accounts cannot send messages to unverified numbers",
        21610 => "Attempt to send to unsubscribed recipient",
        21612 => "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
        21614 => "'To' number is not a valid mobile number",
        21617 => "The concatenated message body exceeds the 1600 character limit",
        21659 => "'From' is not a Twilio phone number or Short Code country mismatch",
        30001 => "Queue overflow",
        30007 => "Message filtered",
        30034 => "US A2P 10DLC - Message from an Unregistered Number",
        _ => "The request was refused",
    }
}
