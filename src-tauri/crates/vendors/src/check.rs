//! Connection tests: what a set-up can do, asked without changing anything at the vendor.

use crate::exchange::{Line, Stop};
use crate::pagerduty::reply::{PolicyReply, ServiceReply};
use crate::{cerner, pagerduty, twilio, Connections, Transport};
use decide::outbox::{Delivery, Finding, Look, Vendor};
use decide::At;

/// How one point of a test came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// It works, and something should be looked at before going live.
    Warning,
    Bad,
}

/// One point of a connection test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// What was tested: `credentials`, `on call`, `urgency`, `scopes`, `codes` ...
    pub what: &'static str,
    pub verdict: Verdict,
    /// A sentence without PHI or secrets.
    pub said: String,
}

pub(crate) fn good(what: &'static str, said: impl Into<String>) -> CheckLine {
    CheckLine { what, verdict: Verdict::Good, said: said.into() }
}

pub(crate) fn warning(what: &'static str, said: impl Into<String>) -> CheckLine {
    CheckLine { what, verdict: Verdict::Warning, said: said.into() }
}

pub(crate) fn bad(what: &'static str, said: impl Into<String>) -> CheckLine {
    CheckLine { what, verdict: Verdict::Bad, said: said.into() }
}

pub(crate) fn stopped(what: &'static str, stop: &Stop) -> CheckLine {
    bad(what, stop.problem().said.clone())
}

/// Tests one vendor's set-up. Nothing is sent, paged, posted or charted. `appointments`: visits use the chart's.
pub async fn check(c: &Connections, t: &dyn Transport, vendor: Vendor, now: At, appointments: bool) -> Vec<CheckLine> {
    let line = Line { transport: t, vendor, effect: None };
    let config = &c.config;
    match (vendor, &config.twilio, &config.pagerduty, &config.cerner, &config.slack) {
        (Vendor::Twilio, Some(twilio), ..) => texts(twilio, &line, c.status_callback(), now).await,
        (Vendor::PagerDuty, _, Some(pager), ..) => pages(pager, &line, now).await,
        (Vendor::Cerner, _, _, Some(cerner), _) => chart(cerner, &c.tokens, line, now, appointments).await,
        // An incoming webhook cannot be tried without posting.
        (Vendor::Slack, .., Some(_)) => vec![good("webhook", "a webhook is set; only a post can prove it")],
        _ => vec![bad("set-up", format!("{} is not connected", vendor.name()))],
    }
}

async fn texts(c: &twilio::Config, line: &Line<'_>, callback: Option<String>, now: At) -> Vec<CheckLine> {
    let mut lines = Vec::new();
    let asked = match line.ask(twilio::request::list(c, None, None, now)).await {
        Ok(answer) => twilio::reply::listed(&answer).map(|_| ()),
        Err(stop) => Err(stop),
    };
    lines.push(match asked {
        Ok(()) => good("credentials", "twilio takes the credentials"),
        Err(stop) => stopped("credentials", &stop),
    });
    lines.push(match (&c.messaging_service_sid, &c.from) {
        (None, None) => stopped("sender", &Stop::missing("twilio.from or twilio.messaging_service_sid")),
        (Some(_), _) => good("sender", "texts go out through the messaging service"),
        (None, Some(_)) => good("sender", "texts go out from our number"),
    });
    lines.push(match callback {
        Some(url) if url.starts_with("https://") => good("delivery reports", "twilio can report deliveries"),
        Some(_) => warning("delivery reports", "the public address is not https: twilio will not sign or report well over plain http"),
        None => warning("delivery reports", "no public address: replies and deliveries are learnt by asking only"),
    });
    lines
}

async fn pages(c: &pagerduty::Config, line: &Line<'_>, now: At) -> Vec<CheckLine> {
    let mut lines = Vec::new();
    match pagerduty::look(c, line, &Look::OnCall, None, now).await {
        Ok(Delivery::Found(Finding::OnCall { names })) if names.is_empty() => lines.push(warning("on call", "nobody is on call now")),
        Ok(_) => lines.push(good("on call", "somebody is on call now")),
        Err(stop) => lines.push(stopped("on call", &stop)),
    }
    lines.push(match urgency(c, line).await {
        Ok(services) if services.is_empty() => {
            warning("urgency", "no service uses the escalation policy, or pagerduty does not say: see that `warning` pages")
        }
        Ok(services) if services.iter().all(|pages| *pages) => good("urgency", "an event of severity `warning` pages"),
        Ok(_) => warning(
            "urgency",
            "an event of severity `warning` would page nobody: set the service to high urgency, or map Medium to `error`",
        ),
        Err(stop) => stopped("urgency", &stop),
    });
    lines.push(match c.webhook_secrets().is_empty() {
        true => warning("webhooks", "no pagerduty.webhook_secret: acknowledgements are learnt by asking only"),
        false => good("webhooks", "webhooks are checked against the secret"),
    });
    if c.from_email.as_deref().is_none_or(str::is_empty) {
        lines.push(warning("notes", "no pagerduty.from_email: corrections cannot be noted on an incident"));
    }
    lines
}

/// Of each service that uses the policy, whether `warning` pages.
async fn urgency(c: &pagerduty::Config, line: &Line<'_>) -> Result<Vec<bool>, Stop> {
    let policy: PolicyReply = pagerduty::reply::read(&line.ask(pagerduty::request::policy(c)?).await?)?;
    let mut found = Vec::new();
    for service in policy.escalation_policy.services {
        let reply: ServiceReply = pagerduty::reply::read(&line.ask(pagerduty::request::service(c, &service.id)?).await?)?;
        let service = reply.service;
        found.push(service.status != "disabled" && service.status != "maintenance" && service.incident_urgency_rule.pages_for_warning());
    }
    Ok(found)
}

async fn chart(c: &cerner::Config, tokens: &cerner::Tokens, line: Line<'_>, now: At, appointments: bool) -> Vec<CheckLine> {
    let mut lines = Vec::new();
    match tokens.token(c, &line, now, Default::default()).await {
        Ok(token) => {
            lines.push(good("credentials", "the chart gives us a token"));
            let lacks = token.granted.lacks();
            lines.push(match lacks.is_empty() {
                true => good("scopes", "granted what is needed and no more"),
                false => bad("scopes", format!("not granted: {}", lacks.join(", "))),
            });
        }
        Err(stop) => lines.push(stopped("credentials", &stop)),
    }
    if appointments {
        lines.push(match tokens.token(c, &line, now, cerner::scope::Purpose::ChangeAppointments).await {
            Ok(token) if token.granted.covers("Appointment", "rsu") => good("appointments", "granted what visits need"),
            Ok(_) => bad("appointments", "not granted: Appointment.read or Appointment.write"),
            Err(stop) => stopped("appointments", &stop),
        });
    }
    for (what, set) in [
        ("cerner.performer", c.performer().is_some()),
        ("cerner.codes.note_type", c.codes.note_type.is_some()),
        ("cerner.codes.flowsheet", c.codes.flowsheet.is_some()),
    ] {
        if !set {
            lines.push(bad("codes", format!("the setting is missing: {what}")));
        }
    }
    if c.mrn_system.as_deref().is_none_or(str::is_empty) {
        lines.push(warning("patients", "no cerner.mrn_system: a number that several authorities gave stops the write"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::*;
    use serde_json::{json, Value};

    const NOW: &str = "2026-03-05T19:00:00Z";

    fn verdict(lines: &[CheckLine], what: &str) -> Verdict {
        lines.iter().find(|l| l.what == what).unwrap_or_else(|| panic!("{what} was not tested: {lines:?}")).verdict
    }

    async fn urgency_of(rule: Value) -> Verdict {
        let line = Scripted::new([
            says(200, json!({ "oncalls": [{ "user": { "id": "P1", "summary": "Dr. Kim" }, "escalation_level": 1 }] })),
            says(200, json!({ "escalation_policy": { "id": "PESC", "services": [{ "id": "PS1", "type": "service_reference" }] } })),
            says(200, json!({ "service": { "id": "PS1", "status": "active", "incident_urgency_rule": rule } })),
        ]);
        verdict(&check(&connections(), &line, Vendor::PagerDuty, at(NOW), false).await, "urgency")
    }

    #[tokio::test]
    async fn a_service_that_would_page_nobody_for_a_medium_is_warned_about() {
        assert_eq!(urgency_of(json!({ "type": "constant", "urgency": "high" })).await, Verdict::Good);
        assert_eq!(urgency_of(json!({ "type": "constant", "urgency": "severity_based" })).await, Verdict::Warning);
        let hours = |outside: &str| {
            json!({ "type": "use_support_hours", "during_support_hours": { "type": "constant", "urgency": "high" },
                "outside_support_hours": { "type": "constant", "urgency": outside } })
        };
        assert_eq!(urgency_of(hours("low")).await, Verdict::Warning);
        assert_eq!(urgency_of(hours("high")).await, Verdict::Good);
    }

    #[tokio::test]
    async fn nobody_on_call_and_on_call_unknown_are_told_apart() {
        let empty = says(200, json!({ "oncalls": [] }));
        let line = Scripted::new([empty, says(404, json!({}))]);
        let lines = check(&connections(), &line, Vendor::PagerDuty, at(NOW), false).await;
        assert_eq!((verdict(&lines, "on call"), verdict(&lines, "urgency")), (Verdict::Warning, Verdict::Bad));
        let line = Scripted::new([says(401, json!({})), says(401, json!({}))]);
        assert_eq!(verdict(&check(&connections(), &line, Vendor::PagerDuty, at(NOW), false).await, "on call"), Verdict::Bad);
    }

    #[tokio::test]
    async fn a_chart_that_grants_too_little_is_named() {
        let discovery = says(200, json!({ "token_endpoint": "http://chart.test/token" }));
        let token =
            says(200, json!({ "access_token": "t", "scope": "system/Observation.read system/Observation.write system/Patient.read" }));
        let mut c = connections();
        c.config.cerner.as_mut().unwrap().codes.flowsheet = None;
        let lines = check(&c, &Scripted::new([discovery, token]), Vendor::Cerner, at(NOW), false).await;
        assert_eq!(
            (verdict(&lines, "credentials"), verdict(&lines, "scopes"), verdict(&lines, "codes")),
            (Verdict::Good, Verdict::Bad, Verdict::Bad)
        );
        assert!(lines.iter().any(|l| l.said.contains("DocumentReference.write")) && lines.iter().any(|l| l.said.contains("flowsheet")));
    }

    #[tokio::test]
    async fn a_test_of_texts_sends_none() {
        let line = Scripted::new([says(200, json!({ "messages": [] }))]);
        let lines = check(&connections(), &line, Vendor::Twilio, at(NOW), false).await;
        assert!(lines.iter().all(|l| l.verdict == Verdict::Good), "{lines:?}");
        assert_eq!(line.writes(), 0);
        assert!(line.asked()[0].starts_with("GET "));
    }

    #[tokio::test]
    async fn a_vendor_that_is_not_set_up_is_said() {
        let c = Connections::new(crate::VendorConfig::default(), None);
        for vendor in Vendor::ALL {
            assert_eq!(verdict(&check(&c, &Scripted::default(), vendor, at(NOW), false).await, "set-up"), Verdict::Bad);
        }
    }
}
