//! The frame: who, which mode, how bad, how fresh, how each vendor is.

use super::words::{pick, say};
use crate::console::{lock, Console};
use decide::desk::Desk;
use decide::outbox::{Effect, ProblemKind, Vendor};
use decide::watch::{Became, Why};
use decide::{At, Mode, Vital};
use std::collections::HashMap;
use wire::{FrameView, HealthState, Language, OnCallView, Person, SoundView, VendorHealth};

/// How long an absence stays in the frame.
const AWAY_SHOWN_HOURS: f64 = 4.0;

/// Name shown of a vendor.
pub(crate) fn label(v: Vendor) -> &'static str {
    match v {
        Vendor::Cerner => "Cerner",
        Vendor::Twilio => "Twilio",
        Vendor::PagerDuty => "PagerDuty",
        Vendor::Slack => "Slack",
        Vendor::Ehr => "EHR",
    }
}

/// How many wait for a vendor, and since when the oldest does; questions to a vendor are not a queue.
fn queues(desk: &Desk) -> HashMap<Vendor, (u32, At)> {
    let mut queues: HashMap<Vendor, (u32, At)> = HashMap::new();
    for f in desk.effects.values().filter(|f| waits(f) && !matches!(f.state, decide::outbox::EffectState::Parked { .. })) {
        let queue = queues.entry(f.vendor).or_insert((0, f.owed_at));
        queue.0 += 1;
        queue.1 = queue.1.min(f.owed_at);
    }
    queues
}

/// Owed, and more than a question.
pub(crate) fn waits(f: &Effect) -> bool {
    f.outstanding() && !matches!(f.act, decide::outbox::Act::Look(_))
}

/// What to do about a problem of a connection.
fn what_to_do(kind: ProblemKind, l: Language) -> &'static str {
    match kind {
        ProblemKind::Credentials => {
            pick(l, "Ask an administrator to renew the credentials.", "Pida a administración que renueve las credenciales.")
        }
        ProblemKind::Config => {
            pick(l, "Ask an administrator to mend the connection's settings.", "Pida a administración que corrija la configuración.")
        }
        ProblemKind::Throttled => pick(l, "Nothing: it goes on when the vendor allows it.", "Nada: sigue cuando el proveedor lo permita."),
        ProblemKind::Unreachable | ProblemKind::NoAnswer => {
            pick(l, "Check the network; what is owed is kept and tried again.", "Revise la red; lo pendiente se guarda y se reintenta.")
        }
        _ => pick(l, "Nothing yet: what is owed is kept and tried again.", "Nada aún: lo pendiente se guarda y se reintenta."),
    }
}

/// How often a vendor may be asked in a minute, as the settings have it.
fn most_per_minute(vendor: Vendor, s: &decide::Settings) -> Option<f64> {
    match vendor {
        Vendor::Cerner => Some(s.cerner_requests_per_minute),
        Vendor::Twilio => Some(s.twilio_messages_per_second * 60.0),
        Vendor::PagerDuty => Some(s.pagerduty_events_per_minute),
        Vendor::Slack | Vendor::Ehr => None,
    }
}

/// Credentials that are to be renewed, for who can renew them.
fn overdue(desk: &Desk, now: At, l: Language) -> Option<String> {
    let all = desk.overdue_credentials(now);
    let oldest = all.first()?;
    let name = decide::connections::named(oldest.vendor, &oldest.secret);
    let (days, others) = (oldest.days, all.len() - 1);
    Some(match others {
        0 => say!(l, "{name} is {days} days old: renew it under Connections.", "{name} tiene {days} días: renuévelo en Conexiones."),
        _ => say!(
            l,
            "{name} is {days} days old, and {others} more credentials are due: renew them under Connections.",
            "{name} tiene {days} días y hay {others} credenciales más por renovar: vaya a Conexiones."
        ),
    })
}

impl Console {
    /// Health of every vendor.
    pub(crate) fn vendors(&self, desk: &Desk, now: At, l: Language) -> Vec<VendorHealth> {
        let queues = queues(desk);
        self.switchboard
            .places()
            .iter()
            .map(|(vendor, base_url, built_in)| {
                let known = self.health.of(now, *vendor);
                let queue = queues.get(vendor);
                // The desk knows of trouble that the last request alone does not show.
                let trouble = desk.trouble.get(vendor).copied().or(known.problem.as_ref().map(|p| p.kind));
                let state = if trouble.is_some() { HealthState::Failing } else { known.state() };
                VendorHealth {
                    vendor: vendor.name().into(),
                    label: label(*vendor).into(),
                    base_url: base_url.clone(),
                    built_in: *built_in,
                    state,
                    latency_ms: known.median_ms,
                    queued: queue.map_or(0, |q| q.0),
                    oldest_queued_at: queue.map(|q| q.1),
                    last_ok_at: known.last_ok_at,
                    requests_today: known.requests_today,
                    failures_today: known.failures_today,
                    last_minute: known.last_minute,
                    per_minute: most_per_minute(*vendor, &desk.settings),
                    problem: trouble.map(|kind| known.problem.as_ref().map_or_else(|| kind_words(kind, l).to_string(), |p| p.said.clone())),
                    what_to_do: trouble.map(|kind| what_to_do(kind, l).into()),
                }
            })
            .collect()
    }

    /// The frame.
    pub(crate) fn frame_view(&self, who: &Person) -> FrameView {
        let (now, l) = (self.now(), who.language);
        let engine = lock(&self.engine);
        let desk = &engine.desk;
        let live = Vital::ALL.iter().filter(|v| desk.settings.mode.of(v.name()) == Mode::Live).count();
        let mut banners = self.facts.banners.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if live > 0 && live < Vital::ALL.len() {
            let n = Vital::ALL.len() - live;
            banners.push(say!(
                l,
                "{n} vitals are in shadow mode: nothing is sent for them.",
                "{n} signos están en modo sombra: no se envía nada por ellos."
            ));
        }
        banners.extend(super::downtime::banners(desk, now, l));
        if who.role == "administrator" {
            banners.extend(overdue(desk, now, l));
        }
        if let Some(said) = stale(desk, now, l) {
            banners.push(said);
        }
        if let Some(said) = away(desk, now, l) {
            banners.push(said);
        }
        FrameView {
            now,
            seq: engine.change,
            profile: self.facts.profile.clone(),
            mode: if live > 0 { "live" } else { "shadow" }.into(),
            who: who.clone(),
            counts: super::standing::counts(desk),
            vendors: self.vendors(desk, now, l),
            on_call: on_call(desk),
            freshest_reading_at: desk.freshest_reading_at,
            patients_watched: desk.patients.len() as u32,
            sound: SoundView {
                sounding: self.sound.now().map(|p| p.name().into()),
                muted_until: self.sound.muted_until(now),
                available: self.sound.available(),
            },
            demo: self.demo.playing(),
            quarantined: desk.quarantine.len() as u32,
            downtimes: super::downtime::rows(desk, now),
            stuck: super::downtime::stuck(desk, l),
            banners,
        }
    }
}

fn kind_words(kind: ProblemKind, l: Language) -> &'static str {
    match kind {
        ProblemKind::Credentials => pick(l, "The credentials were refused.", "Se rechazaron las credenciales."),
        ProblemKind::Config => pick(l, "The set-up at the vendor is wrong.", "La configuración en el proveedor está mal."),
        ProblemKind::Throttled => pick(l, "The vendor asks to slow down.", "El proveedor pide ir más despacio."),
        ProblemKind::Unreachable => pick(l, "It cannot be reached.", "No se puede conectar."),
        ProblemKind::NoAnswer => pick(l, "It does not answer in time.", "No responde a tiempo."),
        _ => pick(l, "It answers with an error.", "Responde con un error."),
    }
}

/// Who is on call: known, nobody, or unknown.
pub(crate) fn on_call(desk: &Desk) -> OnCallView {
    let (state, names) = match &desk.on_call.names {
        Some(names) if names.is_empty() => ("nobody", Vec::new()),
        Some(names) => ("known", names.clone()),
        None => ("unknown", Vec::new()),
    };
    OnCallView { state: state.into(), names, checked_at: desk.on_call.checked_at }
}

/// The newest reading is older than it should ever be: the screen may look calm because nothing arrives.
fn stale(desk: &Desk, now: At, l: Language) -> Option<String> {
    let minutes = desk.settings.stale_data_minutes;
    let newest = desk.freshest_reading_at?;
    if minutes <= 0.0 || desk.patients.is_empty() || now - newest <= decide::minutes(minutes) {
        return None;
    }
    let hours = (now - newest).num_minutes() as f64 / 60.0;
    Some(say!(
        l,
        "No reading has come for {hours:.1} h: look at the sources under Connections before trusting a calm list.",
        "No llega ninguna lectura desde hace {hours:.1} h: revise los orígenes en Conexiones antes de fiarse de una lista tranquila."
    ))
}

/// What was due while the console was away, for some hours after its return.
fn away(desk: &Desk, now: At, l: Language) -> Option<String> {
    let away = desk.watch.away.as_ref().filter(|a| now - a.until < decide::hours(AWAY_SHOWN_HOURS) && !a.items.is_empty())?;
    let minutes = (away.until - away.from).num_minutes();
    let count = |became| away.count(became);
    let (late, held, dropped, alarmed) = (count(Became::SentLate), count(Became::Held), count(Became::Dropped), count(Became::Alarmed));
    Some(match away.why {
        Why::Asleep => say!(
            l,
            "While this computer slept ({minutes} min): {late} sent late, {held} held, {dropped} dropped, {alarmed} put before staff. Each is on the audit trail.",
            "Mientras este equipo dormía ({minutes} min): {late} enviados tarde, {held} retenidos, {dropped} descartados, {alarmed} presentados al personal. Todo está en la auditoría."
        ),
        Why::Closed => say!(
            l,
            "While the console was closed ({minutes} min): {late} sent late, {held} held, {dropped} dropped, {alarmed} put before staff. Each is on the audit trail.",
            "Mientras la consola estaba cerrada ({minutes} min): {late} enviados tarde, {held} retenidos, {dropped} descartados, {alarmed} presentados al personal. Todo está en la auditoría."
        ),
    })
}
