//! Connections: vendors, hooks, what waits, what could not be used, and payloads that changed their shape.

use super::detail::BODY_SHOWN;
use super::frame::waits;
use super::reasons;
use super::row::brief_of;
use super::timeline::{chart_words, purpose_words};
use super::watch;
use super::words::{page_reason_words, pick};
use crate::commands::store_error;
use crate::console::{lock, Console};
use decide::desk::Desk;
use decide::outbox::{Act, Effect, EffectState, PageAction};
use decide::rows::Quarantined;
use decide::{hours, At, Source};
use ledger::Page;
use std::collections::BTreeMap;
use wire::{
    ConnectionsView, DriftRow, HookView, Language, MllpView, PatientBrief, Person, QuarantineRow, QueuedEffect, RefusedCount, SweepView,
    UserError,
};

/// So many of each list are shown.
const SHOWN: usize = 200;
/// Records that left the quarantine are shown beside those that wait, the newest so many.
const LEFT_SHOWN: u32 = 50;

/// A new source shows its kinds of payload within so long.
const LEARNING_HOURS: f64 = 24.0;

/// Ways in: the name shown, the path under the key, the source's name in transcripts.
const HOOKS: [(&str, &str, Source); 4] = [
    ("Device readings (FHIR)", "fhir", Source::FhirHook),
    ("Twilio: patients' texts", "twilio/inbound", Source::TwilioInbound),
    ("Twilio: delivery reports", "twilio/status", Source::TwilioStatus),
    ("PagerDuty", "pagerduty", Source::PagerDutyWebhook),
];

/// The last whole sweep of the chart.
fn sweep(desk: &Desk) -> SweepView {
    let seconds = desk.sweep.took_seconds();
    let slow = seconds.is_some_and(|s| s > decide::sweep::SLOW_SECONDS);
    SweepView { seconds, at: desk.sweep.finished_at(), patients: desk.sweep.patients(), slow }
}

impl Console {
    /// The Connections screen.
    pub(crate) fn connections_view(&self, who: &Person) -> Result<ConnectionsView, UserError> {
        let (now, l) = (self.now(), who.language);
        let (vendors, queue, waiting, sweep, away) = {
            let engine = lock(&self.engine);
            let desk = &engine.desk;
            let waiting: Vec<Quarantined> = desk.quarantine.values().rev().take(SHOWN).cloned().collect();
            (self.vendors(desk, now, l), queue(desk, l), waiting, sweep(desk), watch::away(desk, l))
        };
        let (records, bodies, shapes) = {
            let reader = lock(&self.reader);
            let mut records = waiting;
            let left = reader.quarantine(None, Page::first(LEFT_SHOWN)).map_err(store_error)?;
            records.extend(left.into_iter().filter(|q| q.state != "waiting"));
            let mut bodies = Vec::with_capacity(records.len());
            for q in &records {
                bodies.push(reader.raw(q.raw).map_err(store_error)?.map(|raw| raw.body).unwrap_or_default());
            }
            (records, bodies, reader.shapes().map_err(store_error)?)
        };
        let quarantine = {
            let engine = lock(&self.engine);
            records
                .into_iter()
                .zip(bodies)
                .map(|(q, body)| {
                    let patient = q.mrn.as_ref().map(|m| brief_of(&engine.desk, m));
                    quarantine_row(q, &body, patient, l)
                })
                .collect()
        };
        // The key in the address lets anybody send readings: who cannot renew it need not know it.
        let hooks_url = if who.role == "administrator" { self.switchboard.hooks_url() } else { self.switchboard.hooks_url_hidden() };
        let hooks = HOOKS
            .iter()
            .map(|(name, path, source)| {
                let traffic = self.health.traffic(now, source.name());
                HookView {
                    name: (*name).into(),
                    url: format!("{}/{path}", hooks_url),
                    received_today: traffic.received_today,
                    refused_today: traffic.refused_today,
                    last_at: traffic.last_at,
                }
            })
            .collect();
        let refused = self.health.refusals(now).into_iter().map(|(reason, count)| RefusedCount { reason, count }).collect();
        Ok(ConnectionsView {
            vendors,
            hooks,
            quarantine,
            drift: drift(&shapes),
            refused,
            queue,
            sweep,
            zone_data: self.facts.zone_data.clone(),
            key_home: self.facts.key_home.clone(),
            mllp: self.mllp_view(now),
            away,
        })
    }

    fn mllp_view(&self, now: At) -> Option<MllpView> {
        let address = self.facts.mllp.clone()?;
        let traffic = self.health.traffic(now, Source::Mllp.name());
        let last = self.health.hl7();
        Some(MllpView {
            address,
            received_today: traffic.received_today,
            refused_today: traffic.refused_today,
            last_at: last.as_ref().map(|a| a.at),
            last_answer: last.as_ref().map(|a| a.code.name().into()),
            last_why: last.map(|a| a.why).filter(|why| !why.is_empty()),
        })
    }
}

fn quarantine_row(q: Quarantined, body: &[u8], patient: Option<PatientBrief>, l: Language) -> QuarantineRow {
    let detail = match l {
        Language::En => q.detail,
        Language::Es => reasons::quarantine_title(&q.reason, l),
    };
    QuarantineRow {
        id: q.id,
        at: q.at,
        source: q.source.name().into(),
        reason: q.reason,
        field: q.field,
        detail,
        patient,
        body: String::from_utf8_lossy(body).chars().take(BODY_SHOWN).collect(),
        state: q.state,
    }
}

/// What an effect is, in a few words.
pub(crate) fn what(f: &Effect, l: Language) -> String {
    match &f.act {
        Act::Text(t) => purpose_words(t.purpose, l).into(),
        Act::Execution(x) => purpose_words(x.purpose, l).into(),
        Act::Page(p) => match p.action {
            PageAction::Trigger => format!("{}: {}", pick(l, "page", "llamada"), page_reason_words(p.reason, l)),
            PageAction::Acknowledge => pick(l, "acknowledge at the pager", "atender en el localizador").into(),
            PageAction::Resolve => pick(l, "resolve at the pager", "resolver en el localizador").into(),
        },
        Act::PageNote(_) => pick(l, "note at the pager", "nota en el localizador").into(),
        Act::Post(_) => pick(l, "post to the team", "aviso al equipo").into(),
        Act::Chart(w) => chart_words(w.purpose, l).into(),
        Act::EhrRequest(r) if r.event_type == "CONFIRM" => pick(l, "confirm request to the EHR", "pedido de confirmar la cita").into(),
        Act::EhrRequest(_) => pick(l, "cancel request to the EHR", "pedido de cancelar la cita").into(),
        Act::Look(_) => pick(l, "question", "consulta").into(),
    }
}

fn queue(desk: &Desk, l: Language) -> Vec<QueuedEffect> {
    let mut owed: Vec<&Effect> = desk.effects.values().filter(|f| waits(f)).collect();
    owed.sort_by_key(|f| (f.owed_at, f.id));
    owed.into_iter()
        .take(SHOWN)
        .map(|f| {
            let state = match f.state {
                EffectState::Sending { .. } => "sending",
                EffectState::Unknown { .. } => "unknown",
                EffectState::Blocked => "blocked",
                EffectState::Parked { .. } => "parked",
                _ => "owed",
            };
            QueuedEffect {
                id: f.id,
                vendor: f.vendor.name().into(),
                what: what(f, l),
                patient: f.about.mrn.as_ref().map(|m| brief_of(desk, m)),
                since: f.owed_at,
                attempts: f.attempts,
                next_try_at: matches!(f.state, EffectState::Owed | EffectState::Unknown { .. }).then_some(f.next_try),
                state: state.into(),
                problem: f.problem.as_ref().map(|p| p.said.clone()),
            }
        })
        .collect()
}

/// What is new in each shape against the one before it that is most like it. A source's first shape is no drift.
fn drift(shapes: &[(Source, At, Vec<String>)]) -> Vec<DriftRow> {
    let mut before: BTreeMap<Source, (At, Vec<&Vec<String>>)> = BTreeMap::new();
    let mut rows = Vec::new();
    for (source, at, shape) in shapes {
        let (first_at, earlier) = before.entry(*source).or_insert_with(|| (*at, Vec::new()));
        let like = earlier.iter().map(|e| difference(e, shape)).min_by_key(|(added, removed)| added.len() + removed.len());
        if let Some((added, removed)) = like {
            // Another vital's first payload is news by its code alone, and in a source's first day none at all.
            let other_kind = added.iter().any(|p| p.starts_with("code.coding.code="));
            if other_kind && *at - *first_at < hours(LEARNING_HOURS) {
                earlier.push(shape);
                continue;
            }
            let (added, removed) =
                if other_kind { (added.into_iter().filter(|p| p.contains('=')).collect(), Vec::new()) } else { (added, removed) };
            rows.push(DriftRow { source: source.name().into(), first_seen_at: *at, added, removed });
        }
        earlier.push(shape);
    }
    rows.sort_by_key(|r| std::cmp::Reverse(r.first_seen_at));
    rows.truncate(SHOWN);
    rows
}

fn difference(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
    let added = after.iter().filter(|p| !before.contains(p)).cloned().collect();
    let removed = before.iter().filter(|p| !after.contains(p)).cloned().collect();
    (added, removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(paths: &[&str]) -> Vec<String> {
        paths.iter().map(|p| (*p).to_string()).collect()
    }

    #[test]
    fn a_new_field_is_drift_against_the_most_similar_payload() {
        let at: At = "2026-03-05T14:00:00Z".parse().unwrap();
        let shapes = [
            (Source::FhirHook, at, shape(&["code.coding.code=2339-0", "valueQuantity.code=mg/dL"])),
            (Source::FhirHook, at, shape(&["code.coding.code=29463-7", "valueQuantity.code=kg"])),
            (Source::FhirHook, at, shape(&["code.coding.code=2339-0", "device.display", "valueQuantity.code=mmol/L"])),
        ];
        let rows = drift(&shapes);
        assert_eq!(rows.len(), 1, "the other vital's first payload is no drift");
        let changed = rows.iter().find(|r| r.added.iter().any(|p| p == "device.display")).unwrap();
        assert_eq!(changed.added, ["device.display", "valueQuantity.code=mmol/L"]);
        assert_eq!(changed.removed, ["valueQuantity.code=mg/dL"]);
    }

    #[test]
    fn the_first_payload_of_a_source_is_no_drift() {
        let at: At = "2026-03-05T14:00:00Z".parse().unwrap();
        assert!(drift(&[(Source::FhirHook, at, shape(&["status"]))]).is_empty());
    }
}
