//! The REST API v2: on call, incidents, alerts, notes, log entries.

use super::shown::reference;
use super::{rest_error, PagerDuty};
use crate::exchange::{value, Answer, Ask};
use crate::journal::AcceptedKind;
use chrono::{Months, TimeDelta};
use decide::At;
use serde_json::{json, Value};

const LIMIT_DEFAULT: usize = 25;
const LIMIT_MAX: usize = 100;
const DEPTH_MAX: usize = 10_000;

impl PagerDuty {
    /// Answers one REST request.
    pub(super) fn rest(&mut self, now: At, ask: &Ask) -> Answer {
        let authorised = ask.header("authorization").and_then(|h| h.strip_prefix("Token token=")).is_some_and(|k| k == self.config.api_key);
        if !authorised {
            return rest_error(401, 2006, "Authentication failed", &[]);
        }
        let accepts = ask.header("accept").unwrap_or("").replace(' ', "");
        if !accepts.contains("application/vnd.pagerduty+json;version=2") {
            return rest_error(406, 2002, "Arguments Caused Error", &["Accept must be application/vnd.pagerduty+json;version=2"]);
        }
        let segments = ask.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (&ask.method, path.as_slice()) {
            (&http::Method::GET, ["oncalls"]) => self.oncalls(now, ask),
            (&http::Method::GET, ["webhook_subscriptions"]) => {
                paged(ask, "webhook_subscriptions", vec![self.subscription.shown(now, &self.hooks)])
            }
            (&http::Method::GET, ["incidents"]) => self.search(now, ask),
            (&http::Method::GET, ["services", id]) if *id == self.config.service_id => {
                Answer::json(200, &json!({"service": self.service_settings()}))
            }
            (&http::Method::GET, ["escalation_policies", id]) if *id == self.config.escalation_policy => {
                Answer::json(200, &json!({"escalation_policy": self.policy_settings()}))
            }
            (method, ["incidents", id, rest @ ..]) => match self.incidents.iter().position(|i| i.id == *id) {
                Some(index) => self.of_incident(now, ask, &method.clone(), index, rest),
                None => rest_error(404, 2100, "Not Found", &[]),
            },
            _ => rest_error(404, 2100, "Not Found", &[]),
        }
    }

    fn of_incident(&mut self, now: At, ask: &Ask, method: &http::Method, index: usize, rest: &[&str]) -> Answer {
        match (method, rest) {
            (&http::Method::GET, []) => Answer::json(200, &json!({"incident": self.incident(index)})),
            (&http::Method::GET, ["alerts"]) => paged(ask, "alerts", vec![self.alert(index)]),
            (&http::Method::GET, ["notes"]) => {
                Answer::json(200, &json!({"notes": self.incidents[index].notes.iter().map(|n| n.shown()).collect::<Vec<_>>()}))
            }
            (&http::Method::GET, ["log_entries"]) => {
                let incident = &self.incidents[index];
                paged(ask, "log_entries", incident.log.iter().rev().map(|l| l.shown(incident)))
            }
            (&http::Method::POST, ["notes"]) => self.post_note(now, ask, index),
            (&http::Method::PUT, []) => self.put_status(now, ask, index),
            _ => rest_error(404, 2100, "Not Found", &[]),
        }
    }

    fn policy_settings(&self) -> Value {
        let mut policy = self.policy();
        policy["type"] = json!("escalation_policy");
        policy["services"] = json!([reference("service_reference", "services", &self.config.service_id, "Remote monitoring")]);
        policy
    }

    fn service_settings(&self) -> Value {
        let mut service = reference("service", "services", &self.config.service_id, "Remote monitoring");
        let rule = if self.config.severity_based_urgency { "severity_based" } else { "high" };
        service["status"] = json!("active");
        service["auto_resolve_timeout"] = json!(14400);
        service["acknowledgement_timeout"] = json!(1800);
        service["alert_creation"] = json!("create_alerts_and_incidents");
        service["incident_urgency_rule"] = json!({"type": "constant", "urgency": rule});
        service["escalation_policy"] = self.policy();
        service
    }

    fn oncalls(&mut self, now: At, ask: &Ask) -> Answer {
        let query = ask.query_pairs();
        for name in ["since", "until"] {
            if value(&query, name).is_some_and(|t| parsed(t).is_none()) {
                return rest_error(400, 2004, "Invalid time values in 'since' and/or 'until' parameters", &[]);
            }
        }
        let policies: Vec<&String> = query.iter().filter(|(n, _)| n == "escalation_policy_ids[]").map(|(_, v)| v).collect();
        let asked = policies.is_empty() || policies.contains(&&self.config.escalation_policy);
        let mut found = Vec::new();
        if asked && self.someone_on_call {
            let name = self.config.on_call.clone();
            let mut user = self.user(&name).shown();
            if query.iter().any(|(n, v)| n == "include[]" && v == "users") {
                user["type"] = json!("user");
                user["name"] = json!(name);
                user["email"] = json!("on.call@clinic.example");
                user["time_zone"] = json!("America/New_York");
            }
            // Without bounds the list is of this moment.
            let bound = |name: &str| value(&query, name).and_then(parsed).unwrap_or(now);
            let (since, until) = (bound("since"), bound("until").max(bound("since")));
            let instant = |at: Option<At>| at.map(super::shown::instant);
            for (start, end) in self.shifts().into_iter().filter(|(s, e)| s.is_none_or(|s| s <= until) && e.is_none_or(|e| e > since)) {
                found.push(json!({"escalation_policy": self.policy(), "escalation_level": 1, "schedule": null, "user": user, "start": instant(start), "end": instant(end)}));
            }
        }
        paged(ask, "oncalls", found)
    }

    /// When somebody is first in line: always, but for the gaps.
    fn shifts(&self) -> Vec<(Option<At>, Option<At>)> {
        let mut gaps = self.gaps.clone();
        gaps.sort_unstable();
        let mut shifts = Vec::new();
        let mut start = None;
        for (from, until) in gaps {
            shifts.push((start, Some(from)));
            start = Some(until);
        }
        shifts.push((start, None));
        shifts
    }

    fn search(&mut self, now: At, ask: &Ask) -> Answer {
        let query = ask.query_pairs();
        let all = value(&query, "date_range") == Some("all");
        let bound = |name: &str| value(&query, name).filter(|_| !all).map(parsed);
        let (since, until) = (bound("since"), bound("until"));
        if since == Some(None) || until == Some(None) {
            return rest_error(400, 2004, "Invalid time values in 'since' and/or 'until' parameters", &[]);
        }
        let until = until.flatten().unwrap_or(now + TimeDelta::seconds(1));
        let since = since.flatten().unwrap_or_else(|| until - Months::new(1));
        if !all && (since > until || since < until - Months::new(6)) {
            return rest_error(400, 2005, "Invalid Query Date Range", &["The date range may not exceed 6 months"]);
        }
        let listed = |name: &str| -> Vec<String> { query.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect() };
        let (statuses, services, urgencies) = (listed("statuses[]"), listed("service_ids[]"), listed("urgencies[]"));
        if statuses.iter().any(|s| !matches!(s.as_str(), "triggered" | "acknowledged" | "resolved")) {
            return rest_error(400, 2001, "Invalid Input Provided", &["Statuses must be triggered, acknowledged or resolved"]);
        }
        let key = value(&query, "incident_key");
        let mut found: Vec<usize> = (0..self.incidents.len())
            .filter(|i| {
                let incident = &self.incidents[*i];
                let keyed = key.is_none_or(|k| incident.key == k);
                let dated = all || (incident.created >= since && incident.created <= until);
                let in_status = statuses.is_empty() || statuses.iter().any(|s| s == incident.status.word());
                let of_service = services.is_empty() || services.contains(&self.config.service_id);
                let urgent = urgencies.is_empty() || urgencies.iter().any(|u| u == if incident.high_urgency { "high" } else { "low" });
                keyed && dated && in_status && of_service && urgent
            })
            .collect();
        if value(&query, "sort_by").is_some_and(|s| s.ends_with(":desc")) {
            found.reverse();
        }
        // Only those of the page are written out: a day may have hundreds.
        paged(ask, "incidents", found.into_iter().map(|i| self.incident(i)))
    }

    fn post_note(&mut self, now: At, ask: &Ask, index: usize) -> Answer {
        let from = match requester(ask) {
            Ok(from) => from,
            Err(refusal) => return *refusal,
        };
        let body: Value = serde_json::from_slice(&ask.body).unwrap_or(Value::Null);
        let Some(content) = body.pointer("/note/content").and_then(Value::as_str).filter(|c| !c.trim().is_empty()) else {
            return rest_error(400, 2001, "Invalid Input Provided", &["Content cannot be empty."]);
        };
        let by = self.user(&from);
        let added = self.annotate(now, index, &by, content);
        let incident = &self.incidents[index];
        let accepted =
            AcceptedKind::Note { incident: incident.id.clone(), dedup_key: Some(incident.key.clone()), content: content.to_string(), from };
        Answer::json(201, &json!({"note": incident.notes[added].shown()})).accepting(accepted)
    }

    fn put_status(&mut self, now: At, ask: &Ask, index: usize) -> Answer {
        let from = match requester(ask) {
            Ok(from) => from,
            Err(refusal) => return *refusal,
        };
        let body: Value = serde_json::from_slice(&ask.body).unwrap_or(Value::Null);
        if !matches!(body.pointer("/incident/type").and_then(Value::as_str), Some("incident" | "incident_reference")) {
            return rest_error(400, 2001, "Invalid Input Provided", &["Incident type is invalid"]);
        }
        let status = body.pointer("/incident/status").and_then(Value::as_str).unwrap_or("").to_string();
        if !matches!(status.as_str(), "acknowledged" | "resolved") {
            return rest_error(400, 2001, "Invalid Input Provided", &["Incident Status is invalid"]);
        }
        if !self.incidents[index].is_open() {
            return rest_error(400, 2001, "Invalid Input Provided", &["Incident Already Resolved"]);
        }
        let by = self.user(&from);
        match status.as_str() {
            "resolved" => self.resolve(now, index, &by),
            _ => self.acknowledge(now, index, &by),
        }
        if let Some(note) = body.pointer("/incident/resolution").and_then(Value::as_str).filter(|n| !n.trim().is_empty()) {
            self.annotate(now, index, &by, note);
        }
        let incident = &self.incidents[index];
        let accepted = AcceptedKind::IncidentUpdate { incident: incident.id.clone(), dedup_key: Some(incident.key.clone()), status, from };
        Answer::json(200, &json!({"incident": self.incident(index)})).accepting(accepted)
    }
}

/// Who writes: the `From` header must be a user's e-mail address.
fn requester(ask: &Ask) -> Result<String, Box<Answer>> {
    if ask.media_type() != "application/json" {
        return Err(Box::new(rest_error(400, 2001, "Invalid Input Provided", &["Content-Type must be application/json"])));
    }
    let from = ask.header("from").unwrap_or("").trim();
    let (name, host) = from.split_once('@').unwrap_or(("", ""));
    if name.is_empty() || !host.contains('.') {
        return Err(Box::new(rest_error(400, 1008, "Requester User Not Found", &[])));
    }
    Ok(from.to_string())
}

/// One page of a list, by `limit` and `offset`.
fn paged<I>(ask: &Ask, name: &str, items: I) -> Answer
where
    I: IntoIterator<Item = Value>,
    I::IntoIter: ExactSizeIterator,
{
    let items = items.into_iter();
    let query = ask.query_pairs();
    let number = |name: &str, default: usize| value(&query, name).map_or(Some(default), |v| v.parse().ok());
    let (Some(limit), Some(offset)) = (number("limit", LIMIT_DEFAULT), number("offset", 0)) else {
        return rest_error(400, 2001, "Invalid Input Provided", &["limit and offset must be numbers"]);
    };
    if limit == 0 || limit > LIMIT_MAX || offset + limit > DEPTH_MAX {
        return rest_error(400, 2001, "Invalid Input Provided", &["limit may not exceed 100, nor offset + limit 10000"]);
    }
    let total = (value(&query, "total") == Some("true")).then_some(items.len());
    let more = offset + limit < items.len();
    let page: Vec<Value> = items.skip(offset).take(limit).collect();
    let mut body = json!({"limit": limit, "offset": offset, "more": more, "total": total});
    body[name] = json!(page);
    Answer::json(200, &body)
}

fn parsed(text: &str) -> Option<At> {
    let instant = chrono::DateTime::parse_from_rfc3339(text).map(|t| t.to_utc()).ok();
    instant.or_else(|| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|d| d.and_time(chrono::NaiveTime::MIN).and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_as_they_are_written() {
        let at = parsed("2026-03-05T19:00:00Z").unwrap();
        assert_eq!(crate::pagerduty::shown::instant(at), "2026-03-05T19:00:00Z");
        assert_eq!(parsed("next week"), None);
    }
}
