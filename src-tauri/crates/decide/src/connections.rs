//! Vendor connections as the desk knows them: what is set, since when and by whom. No secret is ever here.
//!
//! Secrets live in the keyring (or a sealed file); a row names the entry that holds one.

use crate::desk::Desk;
use crate::outbox::{Delivery, EffectState, Vendor, SCOPES_EXCESS};
use crate::rows::Row;
use crate::trail::Line;
use crate::{At, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One vendor's set-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    pub vendor: Vendor,
    /// Fields that are no secrets, by name.
    #[serde(default)]
    pub parts: BTreeMap<String, String>,
    /// Secrets that are kept, by name.
    #[serde(default)]
    pub secrets: BTreeMap<String, Kept>,
    /// The last test of each kind.
    #[serde(default)]
    pub tests: BTreeMap<String, Tested>,
}

/// A secret that is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub at: At,
    pub by: String,
    /// Its entry in the keyring or the sealed file; a new one each time it is set.
    pub entry: String,
}

/// A connection test. `ended` none: it has begun, and what became of it is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    pub began: At,
    pub by: String,
    #[serde(default)]
    pub ended: Option<TestEnd>,
}

/// How a connection test came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestEnd {
    pub at: At,
    pub took_ms: u64,
    /// `good`, `warning`, `bad`.
    pub verdict: String,
    /// Each point: what, verdict, sentence. No PHI, no secrets.
    pub lines: Vec<(String, String, String)>,
}

impl Connection {
    /// With nothing set.
    pub fn new(vendor: Vendor) -> Self {
        Self { vendor, parts: BTreeMap::new(), secrets: BTreeMap::new(), tests: BTreeMap::new() }
    }
}

/// What happens to the connections.
#[derive(Debug, Clone, PartialEq)]
pub enum ConnectionChange {
    /// A vendor's whole new set-up; what differs from the former one is put on the trail.
    Set(Box<Connection>),
    /// A vendor is not connected any more.
    Remove { vendor: Vendor },
    /// Secrets are read into memory, and where from.
    Read { names: Vec<String>, from: String },
    /// The connectors were changed: what waits for that vendor may go.
    Connected { vendor: Vendor },
    /// A test begins: kept before its request leaves.
    TestBegan { vendor: Vendor, test: String },
    /// A test is over.
    TestEnded { vendor: Vendor, test: String, end: Box<TestEnd> },
    /// The hooks' key: `made`, `former_ended`; `detail` says until when the former one is good, or when it was last used.
    HooksKey { what: &'static str, detail: String },
}

/// A secret that has not been renewed for too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    pub vendor: Vendor,
    pub secret: String,
    pub days: i64,
}

/// The name of a secret on the trail.
pub fn named(vendor: Vendor, secret: &str) -> String {
    format!("{}.{secret}", vendor.name())
}

impl Desk {
    pub(crate) fn change_connection(&mut self, now: At, who: &str, change: ConnectionChange) {
        match change {
            ConnectionChange::Set(new) => self.set_connection(now, who, *new),
            ConnectionChange::Remove { vendor } => {
                if let Some(old) = self.connections.remove(&vendor) {
                    for name in old.secrets.keys() {
                        self.credential(now, who, named(vendor, name), "removed");
                    }
                    self.say(now, None, Some(who), Line::Credential { what: vendor.name().into(), action: "disconnected".into() });
                    self.out.rows.push(Row::Disconnected(vendor));
                }
            }
            ConnectionChange::Read { names, from } => {
                for name in names {
                    self.credential(now, who, name, &format!("read from {from}"));
                }
            }
            ConnectionChange::Connected { vendor } => self.connected(now, vendor),
            ConnectionChange::TestBegan { vendor, test } => {
                let tested = Tested { began: now, by: who.into(), ended: None };
                self.credential(now, who, format!("{} test {test}", vendor.name()), "began");
                self.with_connection(vendor, |c| drop(c.tests.insert(test, tested)));
            }
            ConnectionChange::TestEnded { vendor, test, end } => {
                let said = end.lines.iter().find(|(_, verdict, _)| *verdict == end.verdict).map(|(_, _, said)| said.clone());
                let action = format!("{} after {} ms{}", end.verdict, end.took_ms, said.map(|s| format!(": {s}")).unwrap_or_default());
                self.credential(now, who, format!("{} test {test}", vendor.name()), &action);
                self.with_connection(vendor, |c| {
                    if let Some(tested) = c.tests.get_mut(&test) {
                        tested.ended = Some(*end);
                    }
                });
            }
            ConnectionChange::HooksKey { what, detail } => self.credential(now, who, "hooks key".into(), &format!("{what}: {detail}")),
        }
    }

    fn credential(&mut self, now: At, who: &str, what: String, action: &str) {
        self.say(now, None, Some(who), Line::Credential { what, action: action.into() });
    }

    /// A vendor of the start file or the built-in one has a row too, for its tests alone.
    fn with_connection(&mut self, vendor: Vendor, f: impl FnOnce(&mut Connection)) {
        let row = self.connections.entry(vendor).or_insert_with(|| Connection::new(vendor));
        f(row);
        self.out.rows.push(Row::Connection(Box::new(row.clone())));
    }

    fn set_connection(&mut self, now: At, who: &str, new: Connection) {
        let vendor = new.vendor;
        let old = self.connections.get(&vendor).cloned().unwrap_or_else(|| Connection::new(vendor));
        for name in new.parts.keys().chain(old.parts.keys().filter(|n| !new.parts.contains_key(*n))) {
            let (was, is) = (old.parts.get(name), new.parts.get(name));
            if was != is {
                // What it was and is stays off the line: numbers and addresses of staff are among them.
                let outcome = if is.is_some() { "applied" } else { "cleared" };
                let name = format!("{}.{name}", vendor.name());
                let outcome = outcome.into();
                let line = Line::Setting { name, outcome, reason: None, why: None, ordered_by: None, was: None, is: None };
                self.say(now, None, Some(who), line);
            }
        }
        for name in new.secrets.keys().chain(old.secrets.keys().filter(|n| !new.secrets.contains_key(*n))) {
            let action = match (old.secrets.get(name), new.secrets.get(name)) {
                (None, Some(_)) => "set",
                (Some(_), None) => "removed",
                (Some(was), Some(is)) if was.entry != is.entry => "replaced",
                _ => continue,
            };
            self.credential(now, who, named(vendor, name), action);
        }
        self.out.rows.push(Row::Connection(Box::new(new.clone())));
        self.connections.insert(vendor, new);
    }

    /// What waited for a set-up, or for the next attempt with the old one, goes now.
    fn connected(&mut self, now: At, vendor: Vendor) {
        let waiting: Vec<u64> = self
            .effects
            .values()
            .filter(|f| f.vendor == vendor && (matches!(f.state, EffectState::Blocked) || f.state == EffectState::Owed && f.attempts > 0))
            .map(|f| f.id)
            .collect();
        for id in waiting {
            if let Some(mut f) = self.effects.get(&id).cloned() {
                f.state = EffectState::Owed;
                f.next_try = now;
                self.change_effect(f);
            }
        }
        self.lanes.hold(vendor, None);
    }

    /// A chart that grants too much is one alarm, until it grants less: nothing is sent to it meanwhile.
    pub(crate) fn grant(&mut self, now: At, vendor: Vendor, delivery: &Delivery) {
        let open = self.tasks.values().find(|t| t.reason == SCOPES_EXCESS && t.closed.is_none()).map(|t| t.id);
        match (delivery, open) {
            (Delivery::RetryLater { problem, .. }, None) if problem.code.as_deref() == Some(SCOPES_EXCESS) => {
                self.raise(now, SCOPES_EXCESS, None, None, Severity::Abnormal, problem.said.clone());
            }
            (Delivery::Delivered(_) | Delivery::Found(_), Some(id)) if vendor == Vendor::Cerner => {
                self.close_task(now, id, "console", "mended")
            }
            _ => {}
        }
    }

    /// Puts credentials that are to be renewed before staff, on the trail.
    pub(crate) fn say_overdue(&mut self, now: At) {
        for o in self.overdue_credentials(now) {
            let detail = format!("{} is {} days old.", named(o.vendor, &o.secret), o.days);
            let reason = "credential_overdue".into();
            self.say(now, None, None, Line::Attention { reason, mrn: None, vital: None, appointment_id: None, detail });
        }
    }

    /// Secrets older than `credential_review_days`, the oldest first; 0 days = no reminder.
    pub fn overdue_credentials(&self, now: At) -> Vec<Overdue> {
        let most = self.settings.credential_review_days;
        if most <= 0.0 {
            return Vec::new();
        }
        let age = |kept: &Kept| now - kept.at;
        let mut overdue: Vec<Overdue> = self
            .connections
            .values()
            .flat_map(|c| c.secrets.iter().map(move |(name, kept)| (c.vendor, name, kept)))
            .filter(|(_, _, kept)| age(kept) >= crate::hours(24.0 * most))
            .map(|(vendor, name, kept)| Overdue { vendor, secret: name.clone(), days: age(kept).num_days() })
            .collect();
        overdue.sort_by_key(|o| std::cmp::Reverse(o.days));
        overdue
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{Outcome, Stored};
    use crate::input::{Change, Input};

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    const MORNING: &str = "2026-03-05T09:00:00Z";

    fn desk() -> Desk {
        Desk::load(Stored::default(), at(MORNING), "ward".into(), [1; 32])
    }

    fn change(desk: &mut Desk, when: &str, change: ConnectionChange) -> Outcome {
        desk.take(at(when), Input::Change { who: "Dana Vale".into(), change: Change::Connection(change) })
    }

    fn twilio(token_entry: &str, from: &str, when: &str) -> Connection {
        let mut c = Connection::new(Vendor::Twilio);
        c.parts.insert("from".into(), from.into());
        c.secrets.insert("auth_token".into(), Kept { at: at(when), by: "Dana Vale".into(), entry: token_entry.into() });
        c
    }

    fn lines(out: &Outcome) -> Vec<String> {
        out.entries
            .iter()
            .map(|e| match &e.line {
                Line::Credential { what, action } => format!("{what} {action}"),
                Line::Setting { name, outcome, .. } => format!("{name} {outcome}"),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn what_changed_is_on_the_trail_by_name_and_never_by_its_words() {
        let mut desk = desk();
        let first = change(&mut desk, MORNING, ConnectionChange::Set(Box::new(twilio("a", "+12025550100", MORNING))));
        assert_eq!(lines(&first), ["twilio.from applied", "twilio.auth_token set"]);
        let same = change(&mut desk, MORNING, ConnectionChange::Set(Box::new(twilio("a", "+12025550100", MORNING))));
        assert_eq!(lines(&same), [""; 0]);
        let second = change(&mut desk, MORNING, ConnectionChange::Set(Box::new(twilio("b", "+12025550101", MORNING))));
        assert_eq!(lines(&second), ["twilio.from applied", "twilio.auth_token replaced"]);
        let gone = change(&mut desk, MORNING, ConnectionChange::Remove { vendor: Vendor::Twilio });
        assert_eq!(lines(&gone), ["twilio.auth_token removed", "twilio disconnected"]);
        assert!(gone.rows.contains(&Row::Disconnected(Vendor::Twilio)));
    }

    #[test]
    fn a_secret_is_overdue_from_its_ninetieth_day_until_it_is_renewed() {
        let mut desk = desk();
        change(&mut desk, MORNING, ConnectionChange::Set(Box::new(twilio("a", "+12025550100", MORNING))));
        assert!(desk.overdue_credentials(at("2026-06-03T08:59:59Z")).is_empty());
        let due = desk.overdue_credentials(at("2026-06-03T09:00:00Z"));
        assert_eq!((due.len(), due[0].secret.as_str(), due[0].days), (1, "auth_token", 90));
        change(&mut desk, "2026-06-03T09:00:00Z", ConnectionChange::Set(Box::new(twilio("b", "+12025550100", "2026-06-03T09:00:00Z"))));
        assert!(desk.overdue_credentials(at("2026-06-03T09:00:01Z")).is_empty());
    }

    #[test]
    fn a_test_is_kept_before_its_request_and_again_with_its_result() {
        let mut desk = desk();
        let began = change(&mut desk, MORNING, ConnectionChange::TestBegan { vendor: Vendor::Slack, test: "post".into() });
        let kept = |out: &Outcome| match &out.rows[..] {
            [Row::Connection(c)] => c.tests["post"].ended.clone(),
            other => panic!("one row, not {other:?}"),
        };
        assert_eq!(kept(&began), None);
        let end = TestEnd {
            at: at(MORNING),
            took_ms: 40,
            verdict: "bad".into(),
            lines: vec![("post".into(), "bad".into(), "slack knows no such webhook".into())],
        };
        let over = change(
            &mut desk,
            MORNING,
            ConnectionChange::TestEnded { vendor: Vendor::Slack, test: "post".into(), end: Box::new(end.clone()) },
        );
        assert_eq!(kept(&over), Some(end));
        assert_eq!(lines(&over), ["slack test post bad after 40 ms: slack knows no such webhook"]);
    }
}
