//! Effect -> request. Events v2: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
//! REST v2: https://developer.pagerduty.com/api-reference/

use super::Config;
use crate::exchange::{problem, Stop};
use crate::form;
use crate::transport::Request;
use decide::outbox::{Page, PageAction, ProblemKind, Vendor, NO_SECOND_KEY};
use decide::At;
use serde_json::{json, Map, Value};

/// PagerDuty cuts or refuses beyond these (characters).
const SUMMARY: usize = 1024;
/// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ : only these words are taken.
const SEVERITIES: [&str; 4] = ["critical", "error", "warning", "info"];

/// The event of a page.
pub fn event(c: &Config, page: &Page) -> Result<Request, Stop> {
    let key =
        if page.second_key { c.second_routing_key.as_ref().filter(|k| !k.is_empty()).ok_or_else(no_second_key)? } else { &c.routing_key };
    let action = match page.action {
        PageAction::Trigger => "trigger",
        PageAction::Acknowledge => "acknowledge",
        PageAction::Resolve => "resolve",
    };
    let mut body = json!({ "routing_key": key.expose(), "event_action": action, "dedup_key": page.dedup_key });
    if page.action == PageAction::Trigger {
        body["payload"] = payload(page);
        body["client"] = json!("Careloop");
        // Anything but a web address would have the whole event refused.
        if let Some(link) = page.link.as_deref().filter(|l| l.starts_with("https://") || l.starts_with("http://")) {
            body["client_url"] = json!(link);
            body["links"] = json!([{ "href": link, "text": "Open the case" }]);
        }
    }
    Ok(Request::new(Vendor::PagerDuty, http::Method::POST, format!("{}/v2/enqueue", c.events_base()))
        .header("accept", "application/json")
        .json("application/json", &body))
}

/// A synthetic event of severity `info`, or its resolve: nobody is paged and nothing of a patient is in it.
pub fn test_event(c: &Config, key: &str, trigger: bool, at: At) -> Request {
    let mut body = json!({
        "routing_key": c.routing_key.expose(),
        "event_action": if trigger { "trigger" } else { "resolve" },
        "dedup_key": key,
    });
    if trigger {
        body["client"] = json!("Careloop");
        body["payload"] = json!({
            "summary": "Careloop connection test: nothing to do, it resolves by itself",
            "source": "careloop",
            "severity": "info",
            "timestamp": at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            "class": "connection_test",
        });
    }
    Request::new(Vendor::PagerDuty, http::Method::POST, format!("{}/v2/enqueue", c.events_base()))
        .header("accept", "application/json")
        .json("application/json", &body)
}

/// Nothing was asked: there is no second way.
fn no_second_key() -> Stop {
    Stop::Retry(
        problem(ProblemKind::Config, None, Some(NO_SECOND_KEY.into()), "the setting is missing: pagerduty.second_routing_key"),
        None,
    )
}

fn payload(page: &Page) -> Value {
    let severity = page.severity.to_lowercase();
    // A word PagerDuty does not know would lose the page; "error" pages a person.
    let severity = SEVERITIES.into_iter().find(|s| *s == severity).unwrap_or("error");
    let mut details: Map<String, Value> = page.details.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
    details.insert("urgency".into(), json!(page.urgency.word()));
    if let Some(link) = page.link.as_deref().filter(|l| !l.starts_with("http")) {
        details.insert("case".into(), json!(link));
    }
    json!({
        "summary": page.summary.chars().take(SUMMARY).collect::<String>(),
        "source": "careloop",
        "severity": severity,
        "timestamp": page.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "class": page.reason,
        "custom_details": details,
    })
}

fn rest(c: &Config, method: http::Method, path: &str, query: &[(&str, &str)]) -> Result<Request, Stop> {
    let key = c.api_key.as_ref().filter(|k| !k.is_empty()).ok_or_else(|| Stop::missing("pagerduty.api_key"))?;
    let mut url = format!("{}{path}", c.base.trim_end_matches('/'));
    if !query.is_empty() {
        url = format!("{url}?{}", form::write(query));
    }
    Ok(Request::new(Vendor::PagerDuty, method, url)
        .header("authorization", format!("Token token={}", key.expose()))
        .header("accept", "application/vnd.pagerduty+json;version=2"))
}

/// Who is on call now for the escalation policy.
pub fn on_call(c: &Config, offset: usize) -> Result<Request, Stop> {
    let policy = c.escalation_policy.as_deref().filter(|p| !p.is_empty()).ok_or_else(|| Stop::missing("pagerduty.escalation_policy"))?;
    let offset = offset.to_string();
    rest(
        c,
        http::Method::GET,
        "/oncalls",
        &[("escalation_policy_ids[]", policy), ("include[]", "users"), ("limit", "100"), ("offset", &offset)],
    )
}

/// Who is on call for the escalation policy between two instants.
pub fn on_call_between(c: &Config, since: At, until: At, offset: usize) -> Result<Request, Stop> {
    let policy = c.escalation_policy.as_deref().filter(|p| !p.is_empty()).ok_or_else(|| Stop::missing("pagerduty.escalation_policy"))?;
    let instant = |at: At| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (since, until, offset) = (instant(since), instant(until), offset.to_string());
    rest(
        c,
        http::Method::GET,
        "/oncalls",
        &[
            ("escalation_policy_ids[]", policy),
            ("include[]", "users"),
            ("since", &since),
            ("until", &until),
            ("limit", "100"),
            ("offset", &offset),
        ],
    )
}

/// The account's webhook subscriptions.
/// https://developer.pagerduty.com/api-reference/b3A6MjkyNDc4NA-list-webhook-subscriptions
pub fn webhook_subscriptions(c: &Config, offset: usize) -> Result<Request, Stop> {
    let offset = offset.to_string();
    rest(c, http::Method::GET, "/webhook_subscriptions", &[("limit", "100"), ("offset", &offset)])
}

/// The escalation policy with the services that use it.
pub fn policy(c: &Config) -> Result<Request, Stop> {
    let policy = c.escalation_policy.as_deref().filter(|p| !p.is_empty()).ok_or_else(|| Stop::missing("pagerduty.escalation_policy"))?;
    rest(c, http::Method::GET, &format!("/escalation_policies/{}", form::encode(policy)), &[])
}

/// A service with its urgency rule.
pub fn service(c: &Config, id: &str) -> Result<Request, Stop> {
    rest(c, http::Method::GET, &format!("/services/{}", form::encode(id)), &[])
}

const EVERY_STATUS: [(&str, &str); 3] = [("statuses[]", "triggered"), ("statuses[]", "acknowledged"), ("statuses[]", "resolved")];

/// Incidents with that key, whatever their status and age.
pub fn incidents_by_key(c: &Config, key: &str) -> Result<Request, Stop> {
    let mut query = vec![("incident_key", key), ("date_range", "all"), ("limit", "100")];
    query.extend(EVERY_STATUS);
    rest(c, http::Method::GET, "/incidents", &query)
}

/// The newest incidents since then, whatever their key.
pub fn newest_incidents(c: &Config, since: At) -> Result<Request, Stop> {
    let since = since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let mut query = vec![("since", since.as_str()), ("sort_by", "created_at:desc"), ("limit", "25")];
    query.extend(EVERY_STATUS);
    rest(c, http::Method::GET, "/incidents", &query)
}

/// Something of one incident: `alerts`, `notes`, `log_entries`.
pub fn of_incident(c: &Config, incident: &str, what: &str) -> Result<Request, Stop> {
    let page: &[(&str, &str)] = if what == "notes" { &[] } else { &[("limit", "100")] };
    rest(c, http::Method::GET, &format!("/incidents/{}/{what}", form::encode(incident)), page)
}

/// Writes a note on an incident.
pub fn note(c: &Config, incident: &str, text: &str) -> Result<Request, Stop> {
    let from = c.from_email.as_deref().filter(|f| !f.is_empty()).ok_or_else(|| Stop::missing("pagerduty.from_email"))?;
    let request = rest(c, http::Method::POST, &format!("/incidents/{}/notes", form::encode(incident)), &[])?;
    Ok(request.header("from", from).json("application/json", &json!({ "note": { "content": text } })))
}
