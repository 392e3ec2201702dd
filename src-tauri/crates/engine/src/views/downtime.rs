//! Downtime and stuck targets, in words.

use super::frame::label;
use super::words::{pick, say};
use decide::desk::Desk;
use decide::outbox::{ProblemKind, Vendor};
use decide::{At, Downtime, DowntimeKind, StuckTarget};
use wire::{DowntimeView, Language, StuckView};

/// How many messages wait for a downtime's end.
fn waiting(desk: &Desk, d: &Downtime) -> u32 {
    Vendor::ALL.into_iter().filter(|v| d.covers(*v)).filter_map(|v| desk.waiting(v)).map(|w| w.count as u32).sum()
}

/// What was announced and is not over, those that hold now first.
pub(crate) fn rows(desk: &Desk, now: At) -> Vec<DowntimeView> {
    let mut rows: Vec<DowntimeView> = desk
        .downtimes
        .values()
        .map(|d| DowntimeView {
            id: d.id,
            kind: if d.kind == DowntimeKind::Stop { "stop" } else { "maintenance" }.into(),
            vendor: d.vendor.map(|v| v.name().into()),
            label: d.vendor.map(|v| label(v).into()),
            from: d.from,
            until: d.until,
            by: d.by.clone(),
            why: d.why.clone(),
            active: d.holds(now),
            waiting: if d.holds(now) { waiting(desk, d) } else { 0 },
        })
        .collect();
    rows.sort_by_key(|d| (!d.active, d.kind != "stop", d.from));
    rows
}

/// What stops and maintenance say across every screen.
pub(crate) fn banners(desk: &Desk, now: At, l: Language) -> Vec<String> {
    let everything = pick(l, "everybody outside", "todos los de fuera");
    let stops = desk.downtimes.values().filter(|d| d.kind == DowntimeKind::Stop).map(|d| {
        let (whom, by, why, n) = (d.vendor.map_or(everything, label), &d.by, &d.why, waiting(desk, d));
        let said = say!(
            l,
            "Sending to {whom} is stopped by {by}: {why}. {n} messages wait.",
            "{by} detuvo los envíos a {whom}: {why}. Esperan {n} mensajes."
        );
        match d.covers(Vendor::PagerDuty) {
            true => said + pick(l, " Pages do not go out: call the clinician.", " No salen llamadas: telefonee al médico."),
            false => said,
        }
    });
    let pager = desk.maintenance_until(Vendor::PagerDuty, now).map(|_| {
        pick(
            l,
            "PagerDuty is in maintenance: pages do not go out. Call the clinician.",
            "PagerDuty está en mantenimiento: no salen llamadas. Telefonee al médico.",
        )
        .to_string()
    });
    stops.chain(pager).collect()
}

/// Targets that are stuck, counted now.
pub(crate) fn stuck(desk: &Desk, l: Language) -> Vec<StuckView> {
    let alarms = desk.tasks.values().filter(|t| t.closed.is_none()).filter_map(|t| t.stuck.map(|s| (t, s)));
    alarms
        .filter_map(|(t, s)| {
            let waiting = desk.waiting(s.vendor)?;
            let http = t.detail.rsplit_once("answer ").and_then(|(_, code)| code.trim().parse::<u16>().ok());
            Some(StuckView {
                vendor: s.vendor.name().into(),
                label: label(s.vendor).into(),
                count: waiting.count as u32,
                oldest_at: waiting.oldest,
                cause: cause_words(s, http, l),
                row: format!("t{}", t.id),
            })
        })
        .collect()
}

fn cause_words(target: StuckTarget, http: Option<u16>, l: Language) -> String {
    match (http, target.cause) {
        (Some(code), _) => say!(l, "answer {code}", "respuesta {code}"),
        (None, ProblemKind::Unreachable) => pick(l, "not reached", "sin conexión").into(),
        (None, ProblemKind::NoAnswer) => pick(l, "no answer", "sin respuesta").into(),
        (None, ProblemKind::Credentials) => pick(l, "credentials refused", "credenciales rechazadas").into(),
        (None, ProblemKind::Throttled) => pick(l, "asks to slow down", "pide ir más despacio").into(),
        (None, _) => pick(l, "refused", "rechazado").into(),
    }
}

/// A trail line about a downtime.
pub(crate) fn line_words(kind: DowntimeKind, state: &str, vendor: Option<Vendor>, until: Option<At>, l: Language) -> String {
    let whom = vendor.map_or(pick(l, "everything", "todo"), label);
    let until = until.map(|u| u.format("%H:%M UTC").to_string()).unwrap_or_default();
    match (kind, state) {
        (DowntimeKind::Stop, "began") => say!(l, "Sending stopped: {whom}", "Envíos detenidos: {whom}"),
        (DowntimeKind::Stop, _) => say!(l, "Sending goes on: {whom}", "Siguen los envíos: {whom}"),
        (_, "announced") => say!(l, "Maintenance announced: {whom}, until {until}", "Mantenimiento anunciado: {whom}, hasta {until}"),
        (_, "began") => say!(l, "Maintenance began: {whom}, until {until}", "Empezó el mantenimiento: {whom}, hasta {until}"),
        (_, "called_off") => say!(l, "Maintenance called off: {whom}", "Mantenimiento cancelado: {whom}"),
        _ => say!(l, "Maintenance over: {whom}", "Terminó el mantenimiento: {whom}"),
    }
}
