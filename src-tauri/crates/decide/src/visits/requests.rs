//! What staff hear of requests to the EHR that it will not take, and of appointments whose patient is not to be found.

use crate::decode::chart_appointment::entries;
use crate::desk::Desk;
use crate::input::RawRef;
use crate::outbox::{Act, Effect, EhrRequest, Look, Problem};
use crate::rows::Quarantined;
use crate::trail::{IntakeOutcome, Line};
use crate::{At, Severity, Source};

impl Desk {
    /// The EHR said no: the request goes on being tried, and somebody must look why.
    pub(crate) fn request_refused(&mut self, now: At, f: &Effect, r: &EhrRequest, problem: &Problem) {
        let asked = if r.event_type == "CONFIRM" { "confirm" } else { "cancel" };
        let detail = format!("The EHR refuses the patient's request to {asked} ({}). Please do it by hand.", problem.said);
        self.say(
            now,
            None,
            None,
            Line::Attention {
                reason: "ehr_refused".into(),
                mrn: f.about.mrn.clone(),
                vital: None,
                appointment_id: Some(r.appointment_id.clone()),
                detail: detail.clone(),
            },
        );
        self.raise_quietly(now, "ehr_refused", f.about.clone(), Severity::Routine, detail);
    }

    /// Nobody in the chart answers to the appointment's patient: it is kept whole until somebody does.
    pub(crate) fn visitor_unknown(&mut self, now: At, f: &Effect, said: &str) {
        let Act::Look(Look::Visitor { raw, entry, again, .. }) = &f.act else { return };
        if again.is_some() {
            return;
        }
        let raw = RawRef { raw: *raw, entry: *entry, again: None };
        let q = Quarantined {
            id: 0,
            at: now,
            source: Source::ChartAppointments,
            raw: raw.raw,
            entry: raw.entry,
            reason: "unknown_patient".into(),
            field: Some("participant.actor".into()),
            detail: format!("The appointment's patient is not enrolled here, and {said}."),
            misread: None,
            mrn: None,
            state: "waiting".into(),
            task: None,
            episode: None,
        };
        self.quarantine(now, q, Severity::Routine, IntakeOutcome::Quarantined);
    }
}

/// The Appointment that is kept as an entry of a body.
pub fn kept_appointment(body: &[u8], entry: u32) -> Option<crate::decode::chart_appointment::ChartEntry> {
    entries(body).ok()?.into_iter().find(|e| e.at as u32 == entry)
}
