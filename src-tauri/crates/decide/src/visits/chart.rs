//! An Appointment of the chart meets a visit: which event it makes, whose it is, what it changes (behaviour.md 2.1).
//!
//! The chart shows states, not events. What it shows again, or shows older than what is known, changes nothing;
//! a text goes out only for what a patient would notice.

use super::apply::changes;
use crate::decode::chart_appointment::{ChartAppointment, ChartStatus, Participation};
use crate::decode::Refusal;
use crate::desk::{Desk, Owed};
use crate::hl7::normalise;
use crate::input::{Input, RawRef};
use crate::outbox::{About, Act, Look, Priority, SeenPatient, Vendor};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::{At, Mrn, PatientRef, Phone, Source, Visit, VisitEvent, VisitEventType, VisitRequest, VisitState, Words};
use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};

/// The key under which a version of an Appointment is remembered: a pull that shows it again is not news.
pub fn version_key(a: &ChartAppointment) -> Option<String> {
    let version = a.version.clone().or_else(|| a.updated.map(|t| t.timestamp_millis().to_string()))?;
    Some(format!("appointment:{}:{version}", a.id))
}

/// The key under which it is remembered that the patient's own word was open once.
pub fn open_key(id: &str) -> String {
    format!("appointment-open:{id}")
}

/// One Appointment, with what is remembered about it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartVisit {
    pub source: Source,
    pub appointment: ChartAppointment,
    /// The chart's patient, once looked up.
    pub seen: Option<SeenPatient>,
    pub known: Option<Box<Visit>>,
    /// An earlier version showed the patient's participation open.
    pub was_open: bool,
    /// It stood in the chart before anybody looked: kept and reminded of, nobody is texted about it.
    pub old_news: bool,
    pub raw: RawRef,
}

/// Whose appointment it is.
struct Patient {
    mrn: Mrn,
    first: Words,
    last: Words,
    phone: Option<Phone>,
    problem: Option<String>,
}

impl Desk {
    /// An Appointment as the chart shows it.
    pub(crate) fn take_chart_visit(&mut self, now: At, v: ChartVisit) {
        let a = &v.appointment;
        if a.participation == Participation::Open {
            self.out.rows.push(Row::Seen { key: open_key(&a.id), at: now });
        }
        if self.no_event(now, &v) {
            return;
        }
        let Some(patient) = self.patient_of(&v) else {
            self.ask_whose(now, a, v.raw);
            return;
        };
        let known = v.known.as_deref();
        let event = match self.event_of(a, patient, known) {
            Ok(event) => event,
            Err(r) => return self.refuse_chart_visit(now, &v, r),
        };
        let event = VisitEvent { event_type: kind(&v, &event), ..event };
        let unnoticed = known.is_some_and(|k| {
            let news = matches!(event.event_type, VisitEventType::Confirmed | VisitEventType::Canceled | VisitEventType::NoShowed);
            k.live() && !news && k.told.instant() == event.instant() && changes(&k.told, &event, crate::Language::En).is_empty()
        });
        if a.participation == Participation::Declined && known.is_some_and(Visit::live) {
            self.visit_attention(
                now,
                &event,
                "patient_declined",
                "The chart says that the patient declined the visit. Please call.".into(),
            );
        }
        self.take_visit_quietly(now, v.source, event, v.known, v.raw, unnoticed || v.old_news);
    }

    /// Statuses that make no event; true if this is one.
    fn no_event(&mut self, now: At, v: &ChartVisit) -> bool {
        let a = &v.appointment;
        let older = v.known.as_ref().is_some_and(|k| a.updated.unwrap_or(now) < k.newest_at);
        let live = v.known.as_deref().filter(|k| k.live());
        match a.status {
            ChartStatus::Proposed | ChartStatus::Pending | ChartStatus::Waitlist => {
                self.chart_intake(now, v, IntakeOutcome::Kept, Some(if older { "older" } else { "not_booked" }));
                if let (Some(k), false) = (live, older) {
                    let detail = format!("The chart says {}: the visit may not stand. Nothing was changed.", a.status.name());
                    self.visit_attention(now, &k.told.clone(), "not_booked", detail);
                }
            }
            // The patient is there, or has been: there is nothing left to remind of, and no event to tell.
            ChartStatus::Arrived | ChartStatus::CheckedIn | ChartStatus::Fulfilled => {
                self.chart_intake(now, v, IntakeOutcome::Kept, Some(if older { "older" } else { "patient_arrived" }));
                if let (Some(k), false) = (live, older) {
                    let arrived = Visit {
                        state: VisitState::Expired,
                        request: VisitRequest::None,
                        newest_at: a.updated.unwrap_or(now),
                        held: None,
                        next: None,
                        ..k.clone()
                    };
                    self.visit_line(now, &arrived);
                    self.put_visit(arrived);
                }
            }
            // What never should have been there, and was never heard of here.
            ChartStatus::EnteredInError if v.known.is_none() => self.chart_intake(now, v, IntakeOutcome::Kept, Some("entered_in_error")),
            ChartStatus::Cancelled | ChartStatus::EnteredInError if v.known.as_ref().is_some_and(|k| k.state == VisitState::Canceled) => {
                self.chart_intake(now, v, IntakeOutcome::Duplicate, None)
            }
            ChartStatus::Noshow if v.known.as_ref().is_some_and(|k| k.state == VisitState::NoShowed) => {
                self.chart_intake(now, v, IntakeOutcome::Duplicate, None)
            }
            _ => return false,
        }
        if let Some(id) = v.raw.again {
            self.leave_quarantine(now, id, "reprocessed", "console");
        }
        true
    }

    fn chart_intake(&mut self, now: At, v: &ChartVisit, outcome: IntakeOutcome, reason: Option<&str>) {
        let mrn = v.known.as_ref().map(|k| k.told.patient_id.clone()).or_else(|| self.find_patient(&v.appointment.patient));
        let line = Line::Intake {
            source: v.source.name().into(),
            outcome,
            reason: reason.map(String::from),
            field: None,
            mrn,
            appointment_id: Some(v.appointment.id.clone()),
        };
        self.say(now, None, None, line);
        self.out.answer.outcome = outcome;
        self.out.answer.reason = reason.map(String::from);
    }

    /// Kept whole in quarantine, with the field named.
    pub(crate) fn refuse_chart_visit(&mut self, now: At, v: &ChartVisit, r: Refusal) {
        if v.raw.again.is_some() {
            self.out.answer.outcome = IntakeOutcome::Quarantined;
            self.out.answer.reason = Some(r.reason);
            self.out.answer.detail = Some(r.detail);
            return;
        }
        let input = Input::Refused { source: v.source, raw: v.raw, reason: r.reason, field: r.field, detail: r.detail };
        self.take_here(now, input);
    }

    /// The patient as enrolled here, else as the chart shows them; none if neither is known yet.
    fn patient_of(&self, v: &ChartVisit) -> Option<Patient> {
        let registered = self.find_patient(&v.appointment.patient).and_then(|mrn| self.patients.get(&mrn));
        if let Some(p) = registered {
            return Some(Patient {
                mrn: p.mrn.clone(),
                first: p.first_name.clone(),
                last: p.last_name.clone(),
                phone: p.phone.clone(),
                problem: None,
            });
        }
        let seen = v.seen.as_ref()?;
        // A number of several is not guessed; the chart's own id names nobody else.
        let mrn = match seen.mrns.iter().find(|m| self.patients.contains_key(m)).or(seen.mrns.first()) {
            Some(mrn) if seen.mrns.len() == 1 || self.patients.contains_key(mrn) => mrn.clone(),
            _ => Mrn::new(&seen.fhir_id),
        };
        let (phone, problem) = match &seen.mobile {
            None => (None, Some("the chart has no mobile number".to_string())),
            Some(text) => match normalise(text, &self.settings.default_country) {
                Some(number) => (Some(Phone::new(number)), None),
                None => (None, Some(format!("the chart's mobile number is none that can be called in {}", self.settings.default_country))),
            },
        };
        Some(Patient { mrn, first: seen.first_name.as_str().into(), last: seen.last_name.as_str().into(), phone, problem })
    }

    /// The chart is asked whose appointment it is; the answer brings it back.
    fn ask_whose(&mut self, now: At, a: &ChartAppointment, raw: RawRef) {
        let PatientRef { mrn, fhir_id } = a.patient.clone();
        self.owe(
            now,
            Owed {
                vendor: Vendor::Cerner,
                act: Act::Look(Look::Visitor { mrn, fhir_id, raw: raw.raw, entry: raw.entry, again: raw.again }),
                about: About { appointment_id: Some(a.id.clone()), ..About::default() },
                priority: Priority::Reminder,
                shadow: false,
                not_before: None,
                give_up_at: None,
            },
        );
    }

    /// The event's fields, its type left to `kind`.
    fn event_of(&self, a: &ChartAppointment, patient: Patient, known: Option<&Visit>) -> Result<VisitEvent, Refusal> {
        let map = self.site_map();
        let keys = [&a.location_id, &a.location];
        let (wall_clock, offset_minutes) = match (a.start, known) {
            (Some(start), _) => local(start, a.offset_minutes, map.zone_of(keys)),
            (None, Some(k)) => (k.told.wall_clock, k.told.offset_minutes),
            (None, None) => {
                let detail = "start is missing: when the visit begins.".to_string();
                return Err(Refusal::invalid("missing", "start", detail));
            }
        };
        let words = keys.iter().find_map(|k| map.locations.get(k.as_str())).unwrap_or(&a.location).clone();
        let phone_keys: Vec<String> = [&a.location_id, &a.location, &words].into_iter().filter(|k| !k.is_empty()).cloned().collect();
        Ok(VisitEvent {
            event_type: VisitEventType::Booked,
            event_at: a.updated,
            appointment_id: a.id.clone(),
            patient_id: patient.mrn,
            patient_first_name: patient.first,
            patient_last_name: patient.last,
            patient_phone: patient.phone,
            phone_problem: patient.problem,
            provider_id: a.provider_id.clone(),
            provider_first_name: a.provider_name.0.clone(),
            provider_last_name: a.provider_name.1.clone(),
            provider_callback_phone: map.callback_at(&phone_keys),
            location: words,
            service: a.service.clone(),
            wall_clock,
            offset_minutes,
            conflict: None,
            test: false,
        })
    }
}

/// Which event a state makes of what is known.
fn kind(v: &ChartVisit, event: &VisitEvent) -> VisitEventType {
    let a = &v.appointment;
    match a.status {
        ChartStatus::Cancelled | ChartStatus::EnteredInError => return VisitEventType::Canceled,
        ChartStatus::Noshow => return VisitEventType::NoShowed,
        _ => {}
    }
    let Some(k) = v.known.as_deref().filter(|k| k.live()) else { return VisitEventType::Booked };
    let same_time = k.told.instant() == event.instant();
    let accepted = a.participation == Participation::Accepted;
    if accepted && same_time && !k.confirmed && (v.was_open || k.request == VisitRequest::Confirm) {
        return VisitEventType::Confirmed;
    }
    // What is known already, by whatever event it came, is no other event.
    let as_told = VisitEvent { event_type: k.told.event_type, event_at: k.told.event_at, ..event.clone() };
    if as_told == k.told {
        return k.told.event_type;
    }
    VisitEventType::Booked
}

/// The wall clock where the visit takes place: by the offset as written, else by the place's zone on that date.
fn local(start: At, offset: Option<i32>, zone: jiff::tz::TimeZone) -> (NaiveDateTime, i32) {
    let minutes = offset.unwrap_or_else(|| {
        let at = jiff::Timestamp::from_second(start.timestamp()).unwrap_or_default();
        (f64::from(zone.to_offset(at).seconds()) / 60.0).round() as i32
    });
    let wall = (start + TimeDelta::minutes(minutes.into())).naive_utc();
    debug_assert!(wall.year() > 0);
    (wall.with_nanosecond(0).unwrap_or(wall), minutes)
}
