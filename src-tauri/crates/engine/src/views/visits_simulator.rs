//! The visits simulator: made-up visits with their phones, and what a new one is filled in with.

use super::detail::arrived;
use super::messages::conversation;
use super::visit::{requests, told, waiting_texts};
use super::visit_words::{hindrance_words, offset, which_words};
use super::visits::{which_name, Waiting};
use super::words::{capital, say};
use crate::commands::{store_error, SIMULATED};
use crate::console::{lock, Console};
use chrono::{DurationRound, TimeDelta};
use decide::visits::Which;
use decide::wallclock::clinic_zone;
use decide::{At, Visit};
use wire::{Language, SimReminder, SimVisitBlank, SimVisitView, SimVisitsView, UserError};

/// The newest made-up visits that are shown.
const SHOWN: usize = 12;

impl Console {
    /// A new visit: in 24 hours, at the next quarter hour.
    pub(crate) fn blank_visit(&self) -> SimVisitBlank {
        let quarter = TimeDelta::minutes(15);
        let ahead = self.now() + TimeDelta::hours(24) + quarter;
        let at = ahead.duration_trunc(quarter).unwrap_or(ahead);
        let zone = clinic_zone(&lock(&self.engine).desk.settings);
        SimVisitBlank {
            provider_first_name: "Francis".into(),
            provider_last_name: "Diaz".into(),
            callback_phone: "+12025550190".into(),
            location: "Pacific Primary Care".into(),
            wall_clock: zone.wall(at).format("%Y-%m-%dT%H:%M").to_string(),
            offset: offset(zone.offset_minutes(at)),
        }
    }

    /// The simulator's visits.
    pub(crate) fn sim_visits_view(&self, l: Language) -> Result<SimVisitsView, UserError> {
        let now = self.now();
        let mut visits = lock(&self.reader).visits_named(SIMULATED, SHOWN).map_err(store_error)?;
        visits.sort_by_key(|v| std::cmp::Reverse(v.id));
        let visits = visits.iter().map(|v| self.sim_visit_view(v, now, l)).collect::<Result<Vec<_>, _>>()?;
        let answers = self.sandbox.as_ref().and_then(|s| s.ehr_answers_after());
        Ok(SimVisitsView {
            now,
            blank: self.blank_visit(),
            visits,
            ehr_answers: answers.is_some(),
            ehr_answers_after_seconds: answers.unwrap_or(crate::commands::EHR_ANSWERS_AFTER_SECONDS),
        })
    }

    fn sim_visit_view(&self, v: &Visit, now: At, l: Language) -> Result<SimVisitView, UserError> {
        let (mrn, day) = lock(&self.engine).desk.reminder_day(v, now);
        let (told, today) = {
            let reader = lock(&self.reader);
            (told(&reader, v).map_err(store_error)?, reader.reminders_on(&mrn, &day).map_err(store_error)?)
        };
        let row = self.visit_rows(std::slice::from_ref(v), now, l)?.remove(0);
        let engine = lock(&self.engine);
        let desk = &engine.desk;
        let waiting = Waiting::of(desk);
        let zone = desk.visit_plan(v, now, today).zone;
        let reminder = match desk.may_remind(v, now, today) {
            Ok(which) => offered(which, l),
            Err(h) => SimReminder { which: None, why: Some(h.why.into()), sentence: hindrance_words(&h, &zone, l), until: h.until },
        };
        let mut messages = conversation(&told.talk, waiting_texts(desk, v).iter(), l);
        messages.retain(|m| arrived(&m.status));
        Ok(SimVisitView {
            row,
            phone: v.told.patient_phone.as_ref().map_or(String::new(), |p| p.expose().into()),
            messages,
            requests: requests(&told.history, waiting.request(&v.told.appointment_id)),
            reminder,
        })
    }
}

fn offered(which: Which, l: Language) -> SimReminder {
    let words = which_words(which, l);
    let sentence = say!(l, "The {words} may go now.", "El {words} puede salir ahora.");
    SimReminder { which: Some(which_name(which).into()), why: None, sentence: capital(&sentence), until: None }
}
