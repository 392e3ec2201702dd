//! A reading arrives: judged, joined to its episode, acted on (behaviour.md 1.1, 1.4).

use crate::desk::{clear_clock, Desk, Owed};
use crate::evaluate::judge;
use crate::input::{Decoded, Past, RawRef, RowId, Withdrawal};
use crate::outbox::{About, Act, Look, PageReason, Priority, Vendor};
use crate::rows::{Quarantined, Row};
use crate::trail::{IntakeOutcome, Line};
use crate::{
    hours, minutes, seconds, Arrival, At, ChartReadings, ClockKind, Episode, EpisodeState, Joined, Measured, Misread, Mode, Mrn,
    PatientStatus, Question, Reading, Rule, Severity, Shown, Source, Unusable, Value, Verdict, Vital,
};

/// What keeps a reading from acting by itself.
#[derive(Default)]
struct Flags {
    names: Vec<String>,
    /// No text and no page; staff see it if it matters.
    silent: bool,
}

impl Flags {
    fn add(&mut self, name: &str, silent: bool) {
        self.names.push(name.into());
        self.silent |= silent;
    }
}

impl Desk {
    pub(crate) fn take_reading(&mut self, now: At, source: Source, decoded: Decoded, past: Past, raw: RawRef) {
        match decoded {
            Decoded::Reading(arrival) => self.take_arrival(now, source, arrival, past, raw),
            Decoded::Misread(misread) => self.take_misread(now, source, misread, raw),
            Decoded::Withdrawal(w) => self.take_withdrawal(now, source, w, past, raw),
        }
    }

    fn take_arrival(&mut self, now: At, source: Source, arrival: Arrival, past: Past, raw: RawRef) {
        let Some(mrn) = self.find_patient(&arrival.patient) else {
            let reason = if arrival.patient.mrn.is_none() && arrival.patient.fhir_id.is_none() {
                Unusable::NoPatient
            } else {
                Unusable::UnknownPatient
            };
            let misread = misread_of(
                &arrival,
                reason,
                "Observation.subject",
                "This patient is not enrolled here. Add the patient, then try the record again.",
            );
            self.ask_chart(now, &misread);
            self.take_misread(now, source, misread, raw);
            return;
        };
        if past.repeat && raw.again.is_none() {
            self.intake(now, source.name(), IntakeOutcome::Duplicate, None, None, Some(&mrn));
            return;
        }
        self.note_shape(now, source, &arrival.shape);
        let patient = self.patients[&mrn].clone();
        let mut flags = Flags::default();
        let measured = match arrival.measured {
            Measured::At(at) if at > now + hours(24.0) => {
                let misread = misread_of(
                    &arrival,
                    Unusable::FutureDated,
                    "Observation.effectiveDateTime",
                    "Measured more than a day ahead of now: check the device's clock, then send it again.",
                );
                self.take_misread(now, source, misread, raw);
                return;
            }
            Measured::At(at) if at > now => {
                if at > now + minutes(self.settings.future_tolerance_minutes) {
                    flags.add("device_clock", false);
                }
                now
            }
            other => {
                if !other.exact() {
                    flags.add("no_exact_time", true);
                }
                other.instant()
            }
        };
        if now - measured > hours(self.settings.stale_after_hours) {
            flags.add("late", true);
        }
        // A correction replaces its own former version; that one is not "newer".
        let newer =
            past.newest.as_ref().is_some_and(|n| n.measured.instant() > measured && past.former.as_ref().is_none_or(|f| f.id != n.id));
        if newer {
            flags.add("out_of_order", true);
        }
        let verdict = match judge(&arrival, measured, &patient, &self.settings, &past) {
            Ok(v) => v,
            Err(straddles) => {
                let mut misread = misread_of(
                    &arrival,
                    Unusable::Straddles,
                    "Observation.valueQuantity.comparator",
                    &format!("The device gave only a bound and the limit {} lies inside it: ask for the value itself.", straddles.limit),
                );
                misread.candidates.clear();
                self.take_misread(now, source, misread, raw);
                return;
            }
        };
        self.intake(now, source.name(), IntakeOutcome::Kept, None, None, Some(&mrn));
        self.freshest_reading_at = Some(now);
        if let Some(id) = raw.again {
            self.leave_quarantine(now, id, "reprocessed", "console");
        }
        if arrival.comparator.is_some() {
            flags.add("bound", false);
        }
        let id = self.new_id();
        let shown = Shown {
            reading: id,
            value: arrival.value,
            measured,
            verdict: verdict.clone(),
            loinc: arrival.loinc.clone(),
            source_id: arrival.source_id.clone(),
            in_chart: source == Source::ChartPull,
        };
        if let Some(former) = past.former.as_ref().filter(|f| !f.withdrawn) {
            self.out.rows.push(Row::ReadingWithdrawn { id: former.id });
        }
        let standing = verdict.rule != Rule::Withdrawn && verdict.rule != Rule::NotEvaluated;
        // What it joins or opens decides the episode of the verdict line, so the action comes first on the desk and
        // the line comes first on the trail.
        let before = self.out.entries.len();
        let episode = match &past.former {
            Some(former) if verdict.rule == Rule::Withdrawn => {
                self.retract(now, former.id, former.episode, &mrn, arrival.vital, "was taken back by its source")
            }
            Some(former) if former.episode.is_some() => {
                self.correct(now, &mrn, arrival.vital, shown.clone(), former.id, former.episode, &flags)
            }
            _ if standing => self.consequence(now, &mrn, &arrival, shown.clone(), &patient.status, &flags),
            _ => None,
        };
        let line = verdict_line(&mrn, &arrival, &verdict, episode, &flags.names);
        self.out.entries.insert(before, crate::trail::Entry { at: now, episode, by: None, line });
        self.out.answer.row = episode.map(RowId::Episode).or(self.out.answer.row);
        let withdrawn = matches!(verdict.rule, Rule::Withdrawn | Rule::Implausible);
        let chart_it = self.settings.chart_readings == ChartReadings::All
            && standing
            && !withdrawn
            && source != Source::ChartPull
            && measured_exactly(&arrival);
        let reading = Reading {
            id,
            mrn: mrn.clone(),
            arrived: now,
            source,
            arrival,
            verdict,
            episode,
            withdrawn,
            in_chart: source == Source::ChartPull,
        };
        if chart_it {
            self.chart_reading(now, &reading, measured);
        }
        self.out.rows.push(Row::Reading(Box::new(reading)));
    }

    /// What a standing reading leads to: nothing, staff, or its episode.
    fn consequence(&mut self, now: At, mrn: &Mrn, arrival: &Arrival, shown: Shown, _status: &PatientStatus, flags: &Flags) -> Option<u64> {
        let severity = shown.verdict.severity;
        let vital = arrival.vital;
        let said = |d: &Shown| format!("{} {} {}", vital.words(), d.value.text(), vital.unit());
        if shown.verdict.rule == Rule::Implausible {
            self.raise(
                now,
                "check_device",
                Some(mrn.clone()),
                Some(vital),
                Severity::Abnormal,
                format!("{} is not plausible: check the device and measure again.", said(&shown)),
            );
            return None;
        }
        let status = self.status_now(&self.patients[mrn].clone(), now);
        match status {
            PatientStatus::Ended | PatientStatus::Deceased => {
                self.raise(
                    now,
                    "reading_after_end",
                    Some(mrn.clone()),
                    Some(vital),
                    severity,
                    format!(
                        "A reading came for a patient who is {}: {}.",
                        if status == PatientStatus::Ended { "no longer in the programme" } else { "recorded as deceased" },
                        said(&shown)
                    ),
                );
                return None;
            }
            PatientStatus::Paused | PatientStatus::Admitted => {
                if severity == Severity::Critical {
                    self.raise(
                        now,
                        "critical_while_away",
                        Some(mrn.clone()),
                        Some(vital),
                        Severity::Critical,
                        format!(
                            "Critical {} while the patient is {}; nobody was texted or paged.",
                            said(&shown),
                            if status == PatientStatus::Paused { "paused" } else { "admitted" }
                        ),
                    );
                }
                return None;
            }
            PatientStatus::Active => {}
        }
        if flags.silent {
            let matters =
                severity == Severity::Critical || (severity == Severity::Abnormal && flags.names.iter().any(|f| f == "no_exact_time"));
            if matters {
                let why = flags.names.join(", ").replace('_', " ");
                let reason = if flags.names.iter().any(|f| f == "late") {
                    "late_reading"
                } else if flags.names.iter().any(|f| f == "out_of_order") {
                    "out_of_order_reading"
                } else {
                    "reading_without_time"
                };
                self.raise(
                    now,
                    reason,
                    Some(mrn.clone()),
                    Some(vital),
                    severity,
                    format!("{} {} ({why}): no text and no page by itself.", severity.name(), said(&shown)),
                );
            }
            return None;
        }
        if flags.names.iter().any(|f| f == "device_clock") {
            self.attention(
                now,
                "device_clock",
                (mrn, Some(vital)),
                None,
                "Measured ahead of now by the device's clock; judged as of arrival.",
            );
        }
        if let Some(id) = self.open_episode(mrn, vital).map(|e| e.id) {
            self.with_episode(id, |desk, e| desk.join(now, e, shown));
            return Some(id);
        }
        if severity == Severity::Routine {
            return None;
        }
        if let Some(id) = self.repeats(now, mrn, vital, severity) {
            self.with_episode(id, |desk, e| {
                e.readings.push(Joined { reading: shown.reading, measured: shown.measured, severity, withdrawn: false });
                e.latest = shown;
                desk.raise(
                    now,
                    "still_out_of_limit",
                    Some(e.mrn.clone()),
                    Some(vital),
                    Severity::Abnormal,
                    format!("Still out of limit after the episode was closed: {} {}.", vital.words(), e.latest.value.text()),
                );
            });
            return Some(id);
        }
        Some(self.open(now, mrn, vital, shown))
    }

    /// A closed episode that a reading of the same or lower severity still belongs to.
    fn repeats(&self, now: At, mrn: &Mrn, vital: Vital, severity: Severity) -> Option<u64> {
        let e = self.closed_episode(mrn, vital)?;
        let closed = e.closed.as_ref()?;
        let recent = now - closed.at <= minutes(self.settings.repeat_window_minutes);
        (recent && severity == Severity::Abnormal && severity <= e.worst).then_some(e.id)
    }

    /// Opens an episode and acts.
    pub(crate) fn open(&mut self, now: At, mrn: &Mrn, vital: Vital, shown: Shown) -> u64 {
        let why = shown.verdict.severity.name();
        let mut e = self.new_episode(now, mrn, vital, shown);
        self.set_state(now, &mut e, EpisodeState::Open, Some(why));
        self.act(now, &mut e);
        let id = e.id;
        self.put_episode(e);
        id
    }

    /// An episode that has not acted yet.
    pub(crate) fn new_episode(&mut self, now: At, mrn: &Mrn, vital: Vital, shown: Shown) -> Episode {
        let severity = shown.verdict.severity;
        // A page about an unverified value or reported symptoms has no reading behind it.
        let readings = if shown.reading == 0 {
            Vec::new()
        } else {
            vec![Joined { reading: shown.reading, measured: shown.measured, severity, withdrawn: false }]
        };
        Episode {
            id: self.new_id(),
            mrn: mrn.clone(),
            vital,
            opened_at: now,
            state: EpisodeState::Open,
            acted_severity: severity,
            worst: severity,
            direction: shown.verdict.direction,
            acted: Some(shown.clone()),
            latest: shown,
            readings,
            live: self.settings.mode.of(vital.name()) == Mode::Live,
            question: None,
            symptoms: None,
            no_text: None,
            held_until: None,
            pages: Vec::new(),
            review: None,
            held_by: None,
            shelf: None,
            unacknowledged: false,
            notes: Vec::new(),
            minutes: None,
            closed: None,
            writes: None,
            clocks: Vec::new(),
        }
    }

    /// A further reading of an open episode: only a rise acts again.
    fn join(&mut self, now: At, e: &mut Episode, shown: Shown) {
        let severity = shown.verdict.severity;
        let debounced = e.acted.as_ref().is_some_and(|a| (shown.measured - a.measured).abs() <= seconds(self.settings.debounce_seconds));
        e.readings.push(Joined { reading: shown.reading, measured: shown.measured, severity, withdrawn: false });
        e.latest = shown.clone();
        if severity > e.acted_severity {
            self.rise(now, e, shown);
            return;
        }
        if debounced {
            return;
        }
        if severity == Severity::Routine {
            self.back_to_normal(now, e);
        } else if severity == Severity::Critical && e.paged_and_acknowledged() {
            e.held_by = None;
            clear_clock(&mut e.clocks, ClockKind::Lease);
            self.sound(e, "critical again");
            let text = format!("Critical again: {} {}.", e.vital.words(), e.latest.value.text());
            self.attention(now, "critical_again", (&e.mrn, Some(e.vital)), Some(e.id), text);
        }
    }

    fn rise(&mut self, now: At, e: &mut Episode, shown: Shown) {
        e.acted_severity = shown.verdict.severity;
        e.worst = e.worst.max(e.acted_severity);
        e.direction = shown.verdict.direction.or(e.direction);
        e.acted = Some(shown);
        if e.state == EpisodeState::BackToNormal {
            self.set_state(now, e, EpisodeState::Open, Some("out_of_limit_again"));
        }
        self.act(now, e);
    }

    fn back_to_normal(&mut self, now: At, e: &mut Episode) {
        if e.acted_severity == Severity::Routine {
            return;
        }
        e.acted_severity = Severity::Routine;
        self.set_state(now, e, EpisodeState::BackToNormal, Some("a later reading is inside the limits"));
        self.review(now, e, "back_to_normal");
    }

    /// A later version of a reading that an episode acted on.
    fn correct(&mut self, now: At, mrn: &Mrn, vital: Vital, shown: Shown, former: u64, episode: Option<u64>, flags: &Flags) -> Option<u64> {
        let id = episode.filter(|id| self.episodes.get(id).is_some_and(Episode::is_open));
        let Some(id) = id else {
            let severity = shown.verdict.severity;
            if severity > Severity::Routine && !flags.silent {
                return Some(self.open(now, mrn, vital, shown));
            }
            return episode;
        };
        self.with_episode(id, |desk, e| {
            let severity = shown.verdict.severity;
            if let Some(j) = e.readings.iter_mut().find(|j| j.reading == former) {
                j.withdrawn = true;
            }
            let acted = e.acted.as_ref().is_some_and(|a| a.reading == former);
            let same = acted && e.acted.as_ref().is_some_and(|a| a.value == shown.value);
            e.readings.push(Joined { reading: shown.reading, measured: shown.measured, severity, withdrawn: false });
            e.latest = shown.clone();
            if same {
                e.acted = Some(shown);
                return;
            }
            let text = format!(
                "Corrected by its source: {} is now {} {} ({}).",
                e.vital.words(),
                shown.value.text(),
                e.vital.unit(),
                severity.name()
            );
            desk.attention(now, "corrected", (&e.mrn, Some(e.vital)), Some(e.id), text.clone());
            desk.note_incident(now, e, &text);
            if severity > e.acted_severity {
                desk.rise(now, e, shown);
            } else if acted && severity == Severity::Routine {
                desk.undo_effects(now, e, "corrected");
                e.acted_severity = Severity::Routine;
            } else if acted {
                e.acted = Some(shown);
                e.acted_severity = severity;
            }
        });
        Some(id)
    }

    /// A reading was taken back: what it caused and has not happened yet is withdrawn, and the episode says so.
    fn retract(&mut self, now: At, former: u64, episode: Option<u64>, mrn: &Mrn, vital: Vital, how: &str) -> Option<u64> {
        self.out.rows.push(Row::ReadingWithdrawn { id: former });
        let id = episode.filter(|id| self.episodes.contains_key(id))?;
        let text = format!("The {} reading {how}.", vital.words());
        self.with_episode(id, |desk, e| {
            for j in e.readings.iter_mut().filter(|j| j.reading == former) {
                j.withdrawn = true;
            }
            desk.attention(now, "retracted", (mrn, Some(vital)), Some(id), text.clone());
            desk.note_incident(now, e, &text);
            let still_out = e.readings.iter().any(|j| !j.withdrawn && j.severity > Severity::Routine);
            if e.is_open() && !still_out {
                desk.undo_effects(now, e, "retracted");
            }
        });
        Some(id)
    }

    /// Withdraws what has not happened yet and leaves the episode to a nurse.
    fn undo_effects(&mut self, now: At, e: &mut Episode, why: &str) {
        if let Some(q) = e.question.clone() {
            if self.withdraw_effect(now, q.effect, why) {
                let patient = self.patients.get(&e.mrn).cloned();
                let to = patient.and_then(|p| p.phone).unwrap_or_default();
                self.say(
                    now,
                    Some(e.id),
                    None,
                    Line::Sms {
                        to,
                        purpose: crate::outbox::TextPurpose::SymptomCheck,
                        mrn: Some(e.mrn.clone()),
                        appointment_id: None,
                        body: String::new(),
                        status: "withheld".into(),
                        reason: Some(why.into()),
                        until: None,
                    },
                );
            }
        }
        self.end_question(e, why);
        e.held_until = None;
        clear_clock(&mut e.clocks, ClockKind::HoldEnds);
        for step in &e.pages {
            if step.sent_at.is_none() {
                self.withdraw_effect(now, step.effect, why);
            }
        }
        e.acted_severity = Severity::Routine;
        self.review(now, e, why);
        self.set_state(now, e, EpisodeState::NurseReview, Some(why));
    }

    /// A retraction that carries no value.
    fn take_withdrawal(&mut self, now: At, source: Source, w: Withdrawal, past: Past, raw: RawRef) {
        let mrn = self.find_patient(&w.patient);
        if past.repeat && past.former.is_none() && raw.again.is_none() {
            self.intake(now, source.name(), IntakeOutcome::Duplicate, None, None, mrn.as_ref());
            return;
        }
        let Some(mrn) = mrn else {
            let misread = Misread {
                reason: Unusable::UnknownPatient,
                field: "Observation.subject".into(),
                detail: "A reading was taken back for a patient who is not enrolled here.".into(),
                patient: w.patient,
                vital: w.vital,
                candidates: Vec::new(),
                measured: w.measured,
                status: Some(w.status),
                source_id: w.source_id,
                shape: w.shape,
            };
            self.take_misread(now, source, misread, raw);
            return;
        };
        self.intake(now, source.name(), IntakeOutcome::Kept, None, None, Some(&mrn));
        if let Some(id) = raw.again {
            self.leave_quarantine(now, id, "reprocessed", "console");
        }
        let vital = past.former.as_ref().map(|f| f.vital).or(w.vital);
        if let (Some(former), Some(vital)) = (past.former.as_ref().filter(|f| !f.withdrawn), vital) {
            let episode = self.retract(now, former.id, former.episode, &mrn, vital, "was taken back by its source");
            self.out.answer.row = episode.map(RowId::Episode);
        }
    }

    /// A resource that cannot be used: quarantine, staff, and a page when it would be critical whatever the unit is.
    fn take_misread(&mut self, now: At, source: Source, misread: Misread, raw: RawRef) {
        let mrn = self.find_patient(&misread.patient);
        let known_vital = mrn.as_ref().zip(misread.vital);
        self.note_shape(now, source, &misread.shape);
        if let Some(id) = raw.again {
            // Tried again and still not usable: it stays, with the reason of now.
            let row = self.quarantine.get_mut(&id).map(|q| {
                q.reason = misread.reason.name().into();
                q.detail = misread.detail.clone();
                q.field = Some(misread.field.clone());
                Row::Quarantine(Box::new(q.clone()))
            });
            self.out.rows.extend(row);
            self.out.answer.outcome = IntakeOutcome::Quarantined;
            self.out.answer.reason = Some(misread.reason.name().into());
            self.out.answer.detail = Some(misread.detail);
            return;
        }
        let fresh = misread
            .measured
            .is_none_or(|m| m.exact() && m.instant() <= now + hours(24.0) && now - m.instant() <= hours(self.settings.stale_after_hours))
            && misread.status.is_none_or(|s| s.judged());
        let judged = matches!(misread.reason, Unusable::NoUnit | Unusable::UnknownUnit) && fresh;
        let mut unverified = None;
        if let (Some((mrn, vital)), true) = (known_vital, judged) {
            unverified = self.critical_in_every_unit(now, mrn, vital, &misread).map(|v| (mrn.clone(), vital, v));
        }
        let severity = if known_vital.is_some() || mrn.is_some() { Severity::Abnormal } else { Severity::Routine };
        let (value, measured) = (misread.candidates.first().copied(), misread.measured);
        let q = Quarantined {
            id: 0,
            at: now,
            source,
            raw: raw.raw,
            entry: raw.entry,
            reason: misread.reason.name().into(),
            field: Some(misread.field.clone()),
            detail: misread.detail.clone(),
            mrn,
            state: "waiting".into(),
            task: None,
            episode: None,
            misread: Some(misread),
        };
        self.quarantine(now, q, severity, IntakeOutcome::Quarantined);
        if let (Some((mrn, vital, verdict)), Some(value)) = (unverified, value) {
            self.page_unverified(now, &mrn, vital, value, measured.map_or(now, |m| m.instant()), verdict);
        }
    }

    /// The verdict when the number is critical read in every accepted unit.
    fn critical_in_every_unit(&self, now: At, mrn: &Mrn, vital: Vital, m: &Misread) -> Option<Verdict> {
        let patient = self.patients.get(mrn)?;
        if self.status_now(patient, now) != PatientStatus::Active || m.candidates.is_empty() {
            return None;
        }
        let mut first = None;
        for value in &m.candidates {
            let arrival = Arrival {
                patient: m.patient.clone(),
                vital,
                value: *value,
                comparator: None,
                loinc: String::new(),
                given: String::new(),
                measured: m.measured.unwrap_or(Measured::At(now)),
                status: crate::ObservationStatus::Final,
                source_id: None,
                version: None,
                shape: Vec::new(),
            };
            let verdict = judge(&arrival, now, patient, &self.settings, &Past::default()).ok()?;
            if verdict.severity != Severity::Critical {
                return None;
            }
            first.get_or_insert(verdict);
        }
        first
    }

    fn page_unverified(&mut self, now: At, mrn: &Mrn, vital: Vital, value: Value, measured: At, verdict: Verdict) {
        let shown = Shown { reading: 0, value, measured, verdict, loinc: String::new(), source_id: None, in_chart: false };
        if let Some(id) = self.open_episode(mrn, vital).map(|e| e.id) {
            self.with_episode(id, |desk, e| {
                if e.acted_severity < Severity::Critical {
                    e.acted_severity = Severity::Critical;
                    e.worst = Severity::Critical;
                    e.acted = Some(shown);
                    desk.page(now, e, PageReason::Unverified);
                }
            });
            return;
        }
        let mut e = self.new_episode(now, mrn, vital, shown);
        e.review = Some("unverified".into());
        let id = e.id;
        self.set_state(now, &mut e, EpisodeState::Open, Some("unverified"));
        self.page(now, &mut e, PageReason::Unverified);
        self.put_episode(e);
        self.out.answer.row = Some(RowId::Episode(id));
    }

    /// Reads the patient at the chart: an id that we do not know may belong to a patient whom we do.
    fn ask_chart(&mut self, now: At, m: &Misread) {
        let Some(fhir_id) = m.patient.fhir_id.clone() else { return };
        let look = Look::Patient { mrn: None, fhir_id: Some(fhir_id) };
        if self.effects.values().any(|f| f.act == Act::Look(look.clone())) {
            return;
        }
        self.owe(
            now,
            Owed {
                vendor: Vendor::Cerner,
                act: Act::Look(look),
                about: About::default(),
                priority: Priority::Reminder,
                shadow: false,
                not_before: None,
                give_up_at: Some(now + hours(1.0)),
            },
        );
    }

    /// Schema drift: a shape new to a source is flagged (the source's very first shape is simply remembered).
    fn note_shape(&mut self, now: At, source: Source, shape: &[String]) {
        if shape.is_empty() {
            return;
        }
        use std::hash::{Hash, Hasher};
        let mut h = Fnv::default();
        source.name().hash(&mut h);
        shape.hash(&mut h);
        if self.new_shape(h.finish()) {
            self.out.rows.push(Row::Shape { source, shape: shape.to_vec(), at: now });
        }
    }
}

/// A hash that is the same on every machine and in every version (the stored shapes are compared by it).
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The hash under which a payload shape of a source is remembered.
pub fn shape_hash(source: Source, shape: &[String]) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut h = Fnv::default();
    source.name().hash(&mut h);
    shape.hash(&mut h);
    h.finish()
}

fn measured_exactly(a: &Arrival) -> bool {
    a.measured.exact()
}

fn misread_of(a: &Arrival, reason: Unusable, field: &str, detail: &str) -> Misread {
    Misread {
        reason,
        field: field.into(),
        detail: detail.into(),
        patient: a.patient.clone(),
        vital: Some(a.vital),
        candidates: vec![a.value],
        measured: Some(a.measured),
        status: Some(a.status),
        source_id: a.source_id.clone(),
        shape: a.shape.clone(),
    }
}

/// A decimal as a JSON number.
pub(crate) fn json_number(d: rust_decimal::Decimal) -> serde_json::Value {
    serde_json::from_str(&crate::plain(d)).unwrap_or_else(|_| serde_json::Value::String(d.to_string()))
}

fn verdict_line(mrn: &Mrn, a: &Arrival, v: &Verdict, episode: Option<u64>, flags: &[String]) -> Line {
    let value = match a.value {
        Value::Number(n) => json_number(n),
        Value::Pressure { .. } => serde_json::Value::String(a.value.text()),
    };
    Line::Verdict {
        mrn: mrn.clone(),
        vital: a.vital,
        value,
        unit: a.vital.unit().into(),
        severity: v.severity,
        rule: v.rule.name().into(),
        limit: v.limit.clone(),
        limit_value: v.limit_value.map(json_number),
        compared: v.compared.map(json_number),
        distance_percent: v.distance_percent.map(json_number),
        episode,
        flags: flags.to_vec(),
    }
}

/// Whether a question is open on an episode.
pub(crate) fn asks(e: &Episode) -> bool {
    e.is_open() && e.question.as_ref().is_some_and(Question::open)
}
