//! An event, an answer or a due time meets a visit.

use super::plan::{step, Dues, Step, Which};
use super::texting::Telling;
use super::{event_text, filtered, reminder_text};
use crate::desk::Desk;
use crate::hl7::SiteMap;
use crate::input::RawRef;
use crate::outbox::{About, TextPurpose};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::wallclock::{zone_for_visit, PatientZone};
use crate::{
    At, HeardState, HeldText, Language, Mode, Mrn, Reminder, Severity, Source, Visit, VisitEvent, VisitEventType, VisitRequest, VisitState,
};

/// Reminder texts that one patient may get in one local day.
pub(super) const REMINDERS_A_DAY: u32 = 2;

impl Desk {
    /// How HL7 messages are read here.
    pub fn site_map(&self) -> SiteMap {
        let mut map = self.settings.hl7_site_map.clone();
        map.default_country.get_or_insert_with(|| self.settings.default_country.clone());
        map.time_zone.get_or_insert_with(|| self.settings.clinic_time_zone.clone());
        map
    }

    pub(super) fn visit_zone(&self, e: &VisitEvent) -> PatientZone {
        zone_for_visit(self.patients.get(&e.patient_id), e.offset_minutes)
    }

    /// The patient and the local day under which a reminder sent now is counted.
    pub fn reminder_day(&self, visit: &Visit, now: At) -> (Mrn, String) {
        (visit.told.patient_id.clone(), self.visit_zone(&visit.told).day(now))
    }

    pub(super) fn visits_live(&self) -> bool {
        self.settings.mode.of("visits") == Mode::Live
    }

    /// Why no text may go about this visit, if so.
    pub(super) fn visit_untextable(&self, e: &VisitEvent, now: At) -> Option<&'static str> {
        let Some(phone) = &e.patient_phone else { return Some("no_mobile") };
        if self.opted_out.contains(phone) {
            return Some("opted_out");
        }
        let patient = self.patients.get(&e.patient_id);
        let consent = patient.map(|p| p.sms_consent).unwrap_or_default();
        if consent == crate::Consent::No || (self.settings.sms_consent_required && consent != crate::Consent::Yes) {
            return Some("no_consent");
        }
        match patient.map(|p| self.status_now(p, now)) {
            Some(crate::PatientStatus::Active) | None => None,
            Some(_) => Some("not_active"),
        }
    }

    pub(super) fn visit_language(&self, e: &VisitEvent) -> Language {
        self.patients.get(&e.patient_id).map(|p| p.language).unwrap_or_default()
    }

    pub(super) fn visit_line(&mut self, now: At, v: &Visit) {
        self.visit_line_of(now, v, None);
    }

    fn visit_line_of(&mut self, now: At, v: &Visit, event: Option<VisitEventType>) {
        self.say(
            now,
            None,
            None,
            Line::Appointment {
                appointment_id: v.told.appointment_id.clone(),
                mrn: Some(v.told.patient_id.clone()),
                state: v.state,
                request: v.request,
                confirmed: v.confirmed,
                event,
                wall_clock: event.map(|_| v.told.wall_clock),
            },
        );
    }

    pub(super) fn visit_attention(&mut self, now: At, v: &VisitEvent, reason: &str, detail: String) {
        self.say(
            now,
            None,
            None,
            Line::Attention {
                reason: reason.into(),
                mrn: Some(v.patient_id.clone()),
                vital: None,
                appointment_id: Some(v.appointment_id.clone()),
                detail: detail.clone(),
            },
        );
        self.raise_quietly(now, reason, about_visit(v), Severity::Routine, detail);
    }

    /// An appointment event.
    pub(crate) fn take_visit(&mut self, now: At, source: Source, event: VisitEvent, known: Option<Box<Visit>>, raw: RawRef) {
        self.take_visit_quietly(now, source, event, known, raw, false);
    }

    /// The same; `quiet`: nobody is texted about the event itself.
    pub(super) fn take_visit_quietly(
        &mut self,
        now: At,
        source: Source,
        event: VisitEvent,
        known: Option<Box<Visit>>,
        raw: RawRef,
        quiet: bool,
    ) {
        let at = event.event_at.unwrap_or(now);
        let kept = |desk: &mut Desk, outcome, reason: Option<&str>| {
            desk.say(
                now,
                None,
                None,
                Line::Intake {
                    source: source.name().into(),
                    outcome,
                    reason: reason.map(String::from),
                    field: None,
                    mrn: Some(event.patient_id.clone()),
                    appointment_id: Some(event.appointment_id.clone()),
                },
            );
            desk.out.answer.outcome = outcome;
            desk.out.answer.reason = reason.map(String::from);
        };
        if let Some(id) = raw.again {
            self.leave_quarantine(now, id, "reprocessed", "console");
        }
        if event.test {
            kept(self, IntakeOutcome::Kept, Some("test_message"));
            self.visit_attention(now, &event, "test_message", "A test message (processing id T or D): nobody is texted.".into());
            return;
        }
        if let Some(conflict) = &event.conflict {
            kept(self, IntakeOutcome::Kept, Some("time_conflict"));
            self.visit_attention(
                now,
                &event,
                "time_conflict",
                format!("The message gives times that do not agree ({conflict}): nobody is texted."),
            );
            return;
        }
        if let Some(v) = &known {
            let same = VisitEvent { event_at: v.told.event_at, ..event.clone() } == v.told;
            if same {
                kept(self, IntakeOutcome::Duplicate, None);
                return;
            }
            if at < v.newest_at {
                kept(self, IntakeOutcome::Kept, Some("older"));
                return;
            }
            let revives = matches!(event.event_type, VisitEventType::Rescheduled | VisitEventType::Booked);
            if v.state == VisitState::Canceled && !revives {
                kept(self, IntakeOutcome::Kept, Some("after_cancel"));
                self.visit_attention(
                    now,
                    &event,
                    "after_cancel",
                    format!("{} came for a visit that is canceled: nothing was changed.", event.event_type.name()),
                );
                return;
            }
        }
        kept(self, IntakeOutcome::Kept, None);
        self.apply(now, at, event, known.map(|v| *v), quiet);
    }

    fn apply(&mut self, now: At, at: At, event: VisitEvent, known: Option<Visit>, quiet: bool) {
        let new_time = known.as_ref().is_some_and(|v| v.told.instant() != event.instant() || v.told.wall_clock != event.wall_clock);
        let live = known.as_ref().is_some_and(Visit::live);
        let meaning = match event.event_type {
            VisitEventType::Booked if live && new_time => VisitEventType::Rescheduled,
            VisitEventType::Modified if new_time => VisitEventType::Rescheduled,
            VisitEventType::Booked if live => VisitEventType::Modified,
            other => other,
        };
        if event.event_type == VisitEventType::Modified && new_time {
            self.visit_attention(now, &event, "modified_time", "MODIFIED with a new time: handled as rescheduled.".into());
        }
        let changed = known.as_ref().map(|v| changes(&v.told, &event, self.visit_language(&event))).unwrap_or_default();
        let rearm = known.is_none() || meaning == VisitEventType::Rescheduled || (meaning == VisitEventType::Booked && !live);
        let mut v = match known {
            Some(old) => Visit { told: event.clone(), newest_at: at, ..old },
            None => Visit {
                id: self.new_id(),
                told: event.clone(),
                newest_at: at,
                state: VisitState::Queued,
                confirmed: false,
                request: VisitRequest::None,
                first: Reminder::ToCome,
                second: Reminder::ToCome,
                last_text_at: None,
                left_at: None,
                held: None,
                telling: None,
                helped: false,
                heard: None,
                next: None,
            },
        };
        // A reminder that has not left says what is no longer so: it is planned anew.
        self.recall_reminders(now, &mut v, "overtaken");
        if rearm {
            self.forget_heard(now, &mut v);
            v.state = VisitState::Queued;
            v.first = Reminder::ToCome;
            v.second = Reminder::ToCome;
            v.confirmed = false;
            v.request = VisitRequest::None;
        }
        match meaning {
            VisitEventType::Canceled => {
                v.state = VisitState::Canceled;
                v.request = VisitRequest::None;
            }
            VisitEventType::NoShowed => {
                v.state = VisitState::NoShowed;
                v.request = VisitRequest::None;
            }
            VisitEventType::Confirmed => {
                v.confirmed = true;
                if v.request == VisitRequest::Confirm {
                    v.request = VisitRequest::None;
                }
            }
            VisitEventType::Booked | VisitEventType::Rescheduled | VisitEventType::Modified => {}
        }
        // Whatever was waiting to be told is overtaken by this event.
        v.held = None;
        if let Some(why) = &event.phone_problem {
            self.visit_attention(
                now,
                &event,
                "phone_problem",
                format!("The patient's number cannot be used ({why}): the visit is kept without texts."),
            );
        }
        let past = v.told.instant() <= now;
        if past && meaning != VisitEventType::NoShowed {
            if v.live() {
                v.state = VisitState::Expired;
            }
            self.visit_line_of(now, &v, Some(meaning));
            self.visit_attention(now, &event, "visit_past", "The event is about a visit whose time has passed: nobody is texted.".into());
            self.put_visit(v);
            return;
        }
        self.visit_line_of(now, &v, Some(meaning));
        if !quiet {
            self.tell(now, &mut v, meaning, changed);
        }
        self.settle_visit(now, v, None, None);
    }

    /// Texts an event now, or holds it to the end of quiet hours unless the visit starts before that.
    fn tell(&mut self, now: At, v: &mut Visit, meaning: VisitEventType, changed: Vec<String>) {
        if let Some(rule) = filtered(&self.settings, &v.told, Some(meaning)) {
            let body = event_text(&self.settings, &v.told, meaning, &changed, self.visit_language(&v.told));
            self.visit_sms(now, v, purpose(meaning), body, Telling::filtered(rule));
            return;
        }
        let zone = self.visit_zone(&v.told);
        let s = &self.settings;
        if s.event_text_quiet_hours {
            let until = zone.quiet_ends(now, s.quiet_hours_start, s.quiet_hours_finish);
            if until > now && until < v.told.instant() {
                let body = event_text(s, &v.told, meaning, &changed, self.visit_language(&v.told));
                self.visit_sms(now, v, purpose(meaning), body, Telling::held("quiet_hours", until));
                v.held = Some(HeldText { event_type: meaning, changed, until });
                return;
            }
        }
        self.tell_now(now, v, meaning, &changed);
    }

    fn tell_now(&mut self, now: At, v: &mut Visit, meaning: VisitEventType, changed: &[String]) {
        let body = event_text(&self.settings, &v.told, meaning, changed, self.visit_language(&v.told));
        let closes = self.event_text_closes(now, v);
        let owed = self.text_visit(now, v, purpose(meaning), body, closes);
        v.telling = owed.then(|| HeldText { event_type: meaning, changed: changed.to_vec(), until: now });
    }

    /// A visit's time has come: everything that it wants now, then when to look again.
    pub(crate) fn take_visit_due(&mut self, now: At, visit: Visit, reminders_today: u32) {
        let stored = visit.clone();
        self.settle_visit(now, visit, Some(&stored), Some(reminders_today));
    }

    /// Everything that a visit wants now, then when to look again. Written unless it is as `stored`.
    /// `reminders_today`: how many its patient got on this local day, where that is known.
    pub(super) fn settle_visit(&mut self, now: At, mut v: Visit, stored: Option<&Visit>, reminders_today: Option<u32>) {
        self.heard_enough(now, &mut v);
        let zone = self.visit_zone(&v.told);
        self.hold_again(now, &zone, &mut v);
        let mut today = reminders_today;
        loop {
            match step(&v, &self.rules(now, &zone, &v), now) {
                Step::EventText => {
                    if let Some(held) = v.held.take() {
                        self.tell_now(now, &mut v, held.event_type, &held.changed);
                    }
                }
                Step::Send(which) => {
                    let Some(reminders) = today else {
                        // How many the patient got today is not known to an event: asked for at once.
                        v.next = Some(now);
                        break;
                    };
                    if let Some(rule) = filtered(&self.settings, &v.told, None) {
                        *reminder(&mut v, which) = Reminder::Dropped { why: "filtered".into() };
                        let body = reminder_text(&self.settings, &v.told, self.visit_language(&v.told));
                        self.visit_sms(now, &v, reminder_purpose(which), body, Telling::filtered(rule));
                        continue;
                    }
                    if reminders >= REMINDERS_A_DAY && !crate::planted::on(crate::planted::Fault::DailyLimitForgotten) {
                        self.drop_reminder(now, &mut v, which, "daily_limit");
                        continue;
                    }
                    today = Some(reminders + u32::from(self.send_reminder(now, &zone, &mut v, which)));
                }
                Step::Drop(which, why) => self.drop_reminder(now, &mut v, which, why),
                Step::Expire => {
                    v.state = VisitState::Expired;
                    v.request = VisitRequest::None;
                    self.visit_line(now, &v);
                }
                Step::Wait(at) => {
                    v.next = Some(at);
                    break;
                }
                Step::Rest => {
                    v.next = None;
                    break;
                }
            }
        }
        if stored == Some(&v) {
            self.ahead.set(v.id, v.next);
        } else {
            self.put_visit(v);
        }
    }

    /// Owes the text of a reminder and says so; one that may not be texted any more is dropped.
    pub(super) fn send_reminder(&mut self, now: At, zone: &PatientZone, v: &mut Visit, which: Which) -> bool {
        let body = reminder_text(&self.settings, &v.told, self.visit_language(&v.told));
        let end = Dues::of(v, &self.settings).end(which, v);
        let closes = self.rules(now, zone, v).closes(now, end);
        if !self.text_visit(now, v, reminder_purpose(which), body, Some(closes)) {
            *reminder(v, which) = Reminder::Dropped { why: "not_allowed".into() };
            return false;
        }
        let (mrn, day) = self.reminder_day(v, now);
        self.out.rows.push(Row::ReminderDay { mrn, day });
        *reminder(v, which) = Reminder::Sent { at: now };
        v.state = if which == Which::First { VisitState::Reminded1 } else { VisitState::Reminded2 };
        self.visit_line(now, v);
        true
    }

    /// A reminder that will not be sent is listed with the reason.
    fn drop_reminder(&mut self, now: At, v: &mut Visit, which: Which, why: &str) {
        *reminder(v, which) = Reminder::Dropped { why: why.into() };
        let body = reminder_text(&self.settings, &v.told, self.visit_language(&v.told));
        self.visit_sms(now, v, reminder_purpose(which), body, Telling::withheld(why));
        if why != "superseded" && why != "not_allowed" {
            let told = v.told.clone();
            self.visit_attention(
                now,
                &told,
                why,
                format!("The {} reminder is not sent: {}.", if which == Which::First { "first" } else { "second" }, why.replace('_', " ")),
            );
        }
    }

    /// Stores a visit; an answer that waits for its other half has a time of its own.
    pub(super) fn put_visit(&mut self, mut v: Visit) {
        if let Some(until) = v.heard.as_ref().filter(|h| h.state == HeardState::Open).map(|h| h.until) {
            v.next = Some(v.next.map_or(until, |n| n.min(until)));
        }
        self.ahead.set(v.id, v.next);
        self.out.rows.push(Row::Visit(Box::new(v)));
    }
}

pub(super) fn about_visit(v: &VisitEvent) -> About {
    About { mrn: Some(v.patient_id.clone()), appointment_id: Some(v.appointment_id.clone()), ..About::default() }
}

pub(super) fn reminder(v: &mut Visit, which: Which) -> &mut Reminder {
    match which {
        Which::First => &mut v.first,
        Which::Second => &mut v.second,
    }
}

pub(super) fn reminder_purpose(which: Which) -> TextPurpose {
    match which {
        Which::First => TextPurpose::Reminder1,
        Which::Second => TextPurpose::Reminder2,
    }
}

fn purpose(t: VisitEventType) -> TextPurpose {
    match t {
        VisitEventType::Booked => TextPurpose::Booked,
        VisitEventType::Rescheduled => TextPurpose::Rescheduled,
        VisitEventType::Modified => TextPurpose::Modified,
        VisitEventType::NoShowed => TextPurpose::Noshowed,
        VisitEventType::Canceled => TextPurpose::Canceled,
        VisitEventType::Confirmed => TextPurpose::Confirmed,
    }
}

/// What a patient would notice between two tellings.
pub(super) fn changes(old: &VisitEvent, new: &VisitEvent, l: Language) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |en: &str, es: &str, is: &str| {
        out.push(match l {
            Language::En => format!("{en} {is}"),
            Language::Es => format!("{es} {is}"),
        })
    };
    if old.location != new.location {
        say("location is", "el lugar es", &new.location);
    }
    if (&old.provider_last_name, &old.provider_first_name) != (&new.provider_last_name, &new.provider_first_name) {
        say("provider is Dr.", "le atiende Dr.", &new.provider_last_name);
    }
    if old.provider_callback_phone != new.provider_callback_phone {
        say("phone is", "el telefono es", new.provider_callback_phone.as_deref().unwrap_or_default());
    }
    out
}
