//! The Simulator: patients one can play, their phones, the pager, the vendors' faults, the demo day.

use super::detail::arrived;
use super::frame::label;
use super::messages::conversation;
use super::row::brief;
use crate::commands::store_error;
use crate::console::{lock, Console};
use decide::outbox::Vendor;
use decide::wallclock::zone_of;
use decide::{hours, Mrn};
use sandbox::FaultState;
use wire::{DemoView, Language, PhoneView, SimIncident, SimPatient, SimVendor, SimulatorView, UserError};

/// Patients offered; more are found by search elsewhere.
const PATIENTS_SHOWN: usize = 500;
/// A phone shows so much of its past.
const PHONE_HOURS: f64 = 72.0;

/// The name of a fault on the wire.
fn fault_name(f: &FaultState) -> &'static str {
    match f {
        FaultState::Up => "up",
        FaultState::Down => "down",
        FaultState::Unreachable => "unreachable",
        FaultState::Slow { .. } => "slow",
        FaultState::RateLimited { .. } => "rate_limited",
        FaultState::Reject { .. } => "reject",
        FaultState::AcceptThenDrop => "accept_then_drop",
    }
}

impl Console {
    /// The simulator's picture.
    pub(crate) fn simulator_view(&self) -> SimulatorView {
        let now = self.now();
        let patients = {
            let engine = lock(&self.engine);
            let desk = &engine.desk;
            let mut found: Vec<_> = desk.patients.values().collect();
            found.sort_by_key(|p| (p.listed_name(), p.mrn.clone()));
            found
                .into_iter()
                .take(PATIENTS_SHOWN)
                .map(|p| SimPatient {
                    patient: brief(desk, p),
                    phone: p.phone.as_ref().map(|n| n.expose().into()),
                    language: if p.language == decide::Language::Es { "es" } else { "en" }.into(),
                    local_time: zone_of(p, &desk.settings).clock(now),
                    // A question that waits for this patient's answer.
                    unread: desk
                        .open_episodes(&p.mrn)
                        .iter()
                        .filter(|id| desk.episodes[id].question.as_ref().is_some_and(|q| q.open() && q.taken_at.is_some()))
                        .count() as u32,
                })
                .collect()
        };
        let built_in = |v: Vendor| self.switchboard.places().iter().any(|(vendor, _, built_in)| *vendor == v && *built_in);
        let vendors = Vendor::ALL
            .into_iter()
            .map(|v| SimVendor {
                vendor: v.name().into(),
                label: label(v).into(),
                state: self.sandbox.as_ref().map_or("up", |s| fault_name(&s.fault(v).state)).into(),
                built_in: built_in(v),
            })
            .collect();
        let incidents = self.sandbox.as_ref().map(|s| s.incidents()).unwrap_or_default();
        SimulatorView {
            now,
            patients,
            incidents: incidents
                .into_iter()
                .map(|i| SimIncident {
                    id: i.id,
                    dedup_key: i.dedup_key,
                    summary: i.summary,
                    severity: i.severity,
                    status: i.status,
                    at: i.at,
                    assigned_to: i.acknowledged_by,
                })
                .collect(),
            vendors,
            on_call_present: self.sandbox.as_ref().is_none_or(|s| s.anyone_on_call()),
            demo: DemoView { playing: self.demo.playing(), events_left: self.demo.events_left(), speed: self.demo.speed() },
            played: lock(&self.remembered).played.clone(),
        }
    }

    /// A simulated patient's phone, as the patient sees it.
    pub(crate) fn phone_view(&self, mrn: &str, l: Language) -> Result<PhoneView, UserError> {
        let mrn = Mrn::new(mrn);
        let phone = {
            let engine = lock(&self.engine);
            let p = engine.desk.patients.get(&mrn).ok_or_else(|| UserError::not_found("That patient"))?;
            p.phone.as_ref().map(|n| n.expose().to_string())
        };
        let lines = lock(&self.reader).conversation(&mrn, self.now() - hours(PHONE_HOURS)).map_err(store_error)?;
        let mut messages = conversation(&lines, std::iter::empty(), l);
        messages.retain(|m| arrived(&m.status));
        Ok(PhoneView { mrn: mrn.expose().into(), phone, messages })
    }
}
