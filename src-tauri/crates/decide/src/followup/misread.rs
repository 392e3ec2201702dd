//! A resource that cannot be used: quarantine, staff, and a page when it is critical in every unit (behaviour.md 1.1).

use crate::desk::{Desk, Owed};
use crate::evaluate::judge;
use crate::input::{Past, RawRef, RowId};
use crate::outbox::{About, Act, Look, PageReason, Priority, Vendor};
use crate::rows::{Quarantined, Row};
use crate::trail::IntakeOutcome;
use crate::{
    hours, Arrival, At, EpisodeState, Measured, Misread, Mrn, PatientStatus, Severity, Shown, Source, Unusable, Value, Verdict, Vital,
};

impl Desk {
    /// A resource that cannot be used: quarantine, staff, and a page when it would be critical whatever the unit is.
    pub(crate) fn take_misread(&mut self, now: At, source: Source, misread: Misread, raw: RawRef) {
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
    pub(crate) fn ask_chart(&mut self, now: At, m: &Misread) {
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
}

/// A record of a reading that was read but cannot be used.
pub(crate) fn misread_of(a: &Arrival, reason: Unusable, field: &str, detail: &str) -> Misread {
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
