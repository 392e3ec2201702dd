//! A reading arrives: judged, joined to its episode, acted on (behaviour.md 1.1, 1.4).

pub use super::shapes::{shape_hash, shape_hashes};

use super::misread::misread_of;
use crate::desk::{clear_clock, Desk};
use crate::evaluate::judge;
use crate::input::{Decoded, Past, RawRef, RowId};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::{
    hours, minutes, seconds, Arrival, At, ChartReadings, ClockKind, Episode, EpisodeState, Joined, Measured, Mode, Mrn, PatientStatus,
    Question, Reading, Rule, Severity, Shown, Source, Unusable, Value, Verdict, Vital,
};

/// What keeps a reading from acting by itself.
#[derive(Default)]
pub(crate) struct Flags {
    pub names: Vec<String>,
    /// No text and no page; staff see it if it matters.
    pub silent: bool,
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
        if past.repeat {
            self.intake(now, source.name(), IntakeOutcome::Duplicate, None, None, Some(&mrn));
            // The source has sent it again since: the kept one is nothing new.
            if let Some(id) = raw.again {
                self.leave_quarantine(now, id, "reprocessed", "console");
            }
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
        // A correction replaces its own former version; that one is not "newer". One that a device dated ahead counts
        // from its arrival, or a clock that is hours fast would silence every reading after it.
        let newer = past
            .newest
            .as_ref()
            .is_some_and(|n| n.measured.instant().min(n.arrived) > measured && past.former.as_ref().is_none_or(|f| f.id != n.id));
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
        let standing = verdict.rule != Rule::Withdrawn && verdict.rule != Rule::NotEvaluated;
        let withdrawn = matches!(verdict.rule, Rule::Withdrawn | Rule::Implausible);
        let from_chart = source == Source::ChartPull;
        let chart_it =
            self.settings.chart_readings == ChartReadings::All && standing && !withdrawn && !from_chart && measured_exactly(&arrival);
        let shown = Shown {
            reading: id,
            value: arrival.value,
            measured,
            verdict: verdict.clone(),
            loinc: arrival.loinc.clone(),
            // Only an id of the chart's own can be amended there.
            source_id: arrival.source_id.clone().filter(|_| from_chart),
            // What goes to the chart by itself is not created there again at the review.
            in_chart: from_chart || chart_it,
        };
        if let Some(former) = past.former.as_ref().filter(|f| !f.withdrawn) {
            self.out.rows.push(Row::ReadingWithdrawn { id: former.id });
        }
        // What it joins or opens decides the episode of the verdict line, so the action comes first on the desk and
        // the line comes first on the trail.
        let before = self.out.entries.len();
        let episode = match &past.former {
            Some(former) if verdict.rule == Rule::Withdrawn => {
                self.retract(now, former.id, former.episode, &mrn, arrival.vital, "was taken back by its source")
            }
            Some(former) if former.episode.is_some() && standing => self.correct(now, &mrn, &arrival, shown.clone(), former, &flags),
            _ if standing => self.consequence(now, &mrn, &arrival, shown.clone(), &flags),
            _ => None,
        };
        let line = verdict_line(&mrn, &arrival, &verdict, episode, &flags.names);
        self.out.entries.insert(before, crate::trail::Entry { at: now, episode, by: None, line });
        self.out.answer.row = episode.map(RowId::Episode).or(self.out.answer.row);
        let reading = Reading { id, mrn: mrn.clone(), arrived: now, source, arrival, verdict, episode, withdrawn, in_chart: from_chart };
        if chart_it {
            self.chart_reading(now, &reading, measured);
        }
        self.out.rows.push(Row::Reading(Box::new(reading)));
    }

    /// What a standing reading leads to: nothing, staff, or its episode.
    pub(crate) fn consequence(&mut self, now: At, mrn: &Mrn, arrival: &Arrival, shown: Shown, flags: &Flags) -> Option<u64> {
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
        // What shadow mode had open was never acted on by anybody it told.
        let closed = e.closed.as_ref().filter(|c| c.disposition != crate::shadow::WENT_LIVE)?;
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
            // Reported symptoms are no workflow of their own.
            live: if vital == Vital::Symptoms { self.anything_live() } else { self.settings.mode.of(vital.name()) == Mode::Live },
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

    pub(crate) fn rise(&mut self, now: At, e: &mut Episode, shown: Shown) {
        e.acted_severity = shown.verdict.severity;
        e.worst = e.worst.max(e.acted_severity);
        e.direction = shown.verdict.direction.or(e.direction);
        e.acted = Some(shown);
        if e.review.as_deref() == Some("back_to_normal") {
            // It waits for somebody to act again, not to see that it is over.
            e.review = None;
            clear_clock(&mut e.clocks, ClockKind::Review);
            clear_clock(&mut e.clocks, ClockKind::ReviewPage);
        }
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
}

fn measured_exactly(a: &Arrival) -> bool {
    a.measured.exact()
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
