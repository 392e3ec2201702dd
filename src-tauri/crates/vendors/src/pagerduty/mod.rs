//! PagerDuty: Events v2 to page, REST v2 to look and to annotate, webhooks v3 back.

mod ahead;
pub mod auth;
pub mod callback;
mod config;
pub mod reply;
pub mod request;
#[cfg(test)]
mod tests;

pub use config::Config;

use crate::exchange::{problem, Line, Stop};
use decide::outbox::{Delivery, Effect, EffectState, Finding, Look, Page, PageAction, PageNote, ProblemKind, Receipt, SeenIncident};
use decide::At;
use reply::{Alerts, Incident, Incidents, LogEntries, LogEntry, Notes, OnCalls, Written};

/// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
const DEDUP_KEY: usize = 255;
/// Incidents whose alerts are asked for a key that no incident carries itself.
const SEARCHED: usize = 10;
/// How far back that search goes.
const SEARCHED_DAYS: i64 = 7;
const PAGES: usize = 20;

/// Sends an event. A trigger of unknown fate is looked for first: if it was resolved meanwhile, the same key would open a new incident.
pub async fn page(c: &Config, line: &Line<'_>, effect: &Effect, page: &Page, now: At) -> Result<Receipt, Stop> {
    if page.dedup_key.is_empty() || page.dedup_key.chars().count() > DEDUP_KEY {
        return Err(Stop::Reject(problem(ProblemKind::Invalid, None, None, "the dedup key must have 1 to 255 characters")));
    }
    if page.action == PageAction::Trigger && matches!(effect.state, EffectState::Unknown { .. }) {
        // The key makes a repeat safe, so a look that fails must not keep a page back.
        if let Ok(Some(incident)) = find(c, line, &page.dedup_key, now).await {
            return Ok(Receipt {
                reference: page.dedup_key.clone(),
                taken_at: incident.created_at,
                found_by_looking: true,
                status: Some(incident.status),
            });
        }
    }
    let answer = line.perform(request::event(c, page)?).await?;
    reply::enqueued(&answer, &page.dedup_key)
}

/// Writes a note on the incident of that key.
pub async fn note(c: &Config, line: &Line<'_>, effect: &Effect, note: &PageNote, now: At) -> Result<Receipt, Stop> {
    let unknown = matches!(effect.state, EffectState::Unknown { .. });
    let unsettled = |stop: Stop| if unknown { stop.still_unknown() } else { stop };
    let Some(incident) = find(c, line, &note.dedup_key, now).await.map_err(unsettled)? else {
        return Err(Stop::Retry(problem(ProblemKind::NotProven, None, None, "no incident has that key yet"), None));
    };
    if unknown || effect.attempts > 0 {
        let notes: Notes =
            reply::read(&line.ask(request::of_incident(c, &incident.id, "notes")?).await.map_err(unsettled)?).map_err(unsettled)?;
        if let Some(found) = notes.notes.into_iter().find(|n| n.content == note.text) {
            return Ok(Receipt { reference: found.id, taken_at: Some(found.created_at), found_by_looking: true, status: None });
        }
    }
    let answer = line.perform(request::note(c, &incident.id, &note.text)?).await?;
    if !(200..300).contains(&answer.status) {
        return Err(reply::refusal(&answer, true));
    }
    match serde_json::from_slice::<Written>(&answer.body) {
        Ok(written) => {
            Ok(Receipt { reference: written.note.id, taken_at: Some(written.note.created_at), found_by_looking: false, status: None })
        }
        Err(_) => Err(Stop::Unknown(problem(ProblemKind::NoAnswer, Some(answer.status), None, "pagerduty answered without the note"))),
    }
}

/// The newest incident with that key.
async fn find(c: &Config, line: &Line<'_>, key: &str, now: At) -> Result<Option<Incident>, Stop> {
    let by_key: Incidents = reply::read(&line.ask(request::incidents_by_key(c, key)?).await?)?;
    let carried = by_key.incidents.into_iter().filter(|i| i.incident_key.as_deref().is_none_or(|k| k == key));
    if let Some(incident) = carried.max_by_key(|i| i.created_at) {
        return Ok(Some(incident));
    }
    // Incidents from Events v2 may carry no key themselves: their alerts do.
    let newest: Incidents = reply::read(&line.ask(request::newest_incidents(c, now - chrono::TimeDelta::days(SEARCHED_DAYS))?).await?)?;
    for incident in newest.incidents.into_iter().filter(|i| i.incident_key.is_none()).take(SEARCHED) {
        let alerts: Alerts = reply::read(&line.ask(request::of_incident(c, &incident.id, "alerts")?).await?)?;
        if alerts.alerts.iter().any(|a| a.alert_key.as_deref() == Some(key)) {
            return Ok(Some(incident));
        }
    }
    Ok(None)
}

/// Who is on call, or what became of an incident.
pub async fn look(c: &Config, line: &Line<'_>, look: &Look, hooks: Option<&str>, now: At) -> Result<Delivery, Stop> {
    match look {
        Look::OnCall => on_call(c, line, now).await,
        Look::Coverage { since, until } => ahead::coverage(c, line, *since, *until).await,
        Look::Webhook => ahead::webhook(c, line, hooks).await,
        Look::Incident { dedup_key } => {
            let incident = match find(c, line, dedup_key, now).await? {
                Some(incident) => Some(history(c, line, incident).await?),
                None => None,
            };
            Ok(Delivery::Found(Finding::Incident { incident }))
        }
        _ => Err(Stop::Reject(problem(ProblemKind::Config, None, None, "that question is not for pagerduty"))),
    }
}

async fn on_call(c: &Config, line: &Line<'_>, now: At) -> Result<Delivery, Stop> {
    let mut names: Vec<String> = Vec::new();
    let mut offset = 0;
    for _ in 0..PAGES {
        let page: OnCalls = reply::read(&line.ask(request::on_call(c, offset)?).await?)?;
        offset += page.oncalls.len();
        let more = page.more && !page.oncalls.is_empty();
        for entry in page.oncalls.into_iter().filter(|o| o.first_in_line(now)) {
            let Some(user) = entry.user else { continue };
            let name = user.called().unwrap_or(user.id);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if !more {
            break;
        }
    }
    Ok(Delivery::Found(Finding::OnCall { names }))
}

async fn history(c: &Config, line: &Line<'_>, incident: Incident) -> Result<SeenIncident, Stop> {
    let mut seen = SeenIncident {
        id: incident.id.clone(),
        status: incident.status.clone(),
        acknowledged_by: None,
        acknowledged_at: None,
        resolved_by: None,
        resolved_at: None,
        notes: Vec::new(),
    };
    if incident.status == "triggered" {
        return Ok(seen);
    }
    let log: LogEntries = reply::read(&line.ask(request::of_incident(c, &incident.id, "log_entries")?).await?)?;
    let newest = |kind: &str| -> Option<LogEntry> {
        log.log_entries.iter().filter(|e| e.kind == kind || e.kind == format!("{kind}_reference")).max_by_key(|e| e.created_at).cloned()
    };
    let acknowledged = newest("acknowledge_log_entry");
    let shown = incident.acknowledgements.last();
    seen.acknowledged_at = acknowledged.as_ref().and_then(|e| e.created_at).or_else(|| shown.and_then(|a| a.at));
    seen.acknowledged_by =
        acknowledged.and_then(|e| e.agent).or_else(|| shown.and_then(|a| a.acknowledger.clone())).and_then(|a| a.called());
    if incident.status == "resolved" {
        let resolved = newest("resolve_log_entry");
        seen.resolved_at = resolved.as_ref().and_then(|e| e.created_at).or(incident.last_status_change_at);
        seen.resolved_by = resolved.and_then(|e| e.agent).or(incident.last_status_change_by).map(reply::Reference::agent);
    }
    let notes: Notes = reply::read(&line.ask(request::of_incident(c, &incident.id, "notes")?).await?)?;
    seen.notes = notes.notes.into_iter().map(reply::Note::seen).collect();
    Ok(seen)
}
