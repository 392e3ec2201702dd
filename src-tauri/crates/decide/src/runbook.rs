//! The runbook: which branch an incident took at each decision, read from the lines that its trail kept.
//!
//! Nothing is judged again here: the trail says what was decided and why, and these are its decisions by name.

use crate::outbox::{PageAction, PageReason, PostPurpose, TextPurpose, Urgency};
use crate::trail::Line;
use crate::{EpisodeState, Severity};

/// A decision on the way of an incident, in the order in which they fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// How far beyond its limit is it?
    Judged,
    /// Is it quiet hours where the patient lives?
    Quiet,
    /// Can the patient be texted?
    Reach,
    /// What became of the question to the patient?
    Asked,
    /// What did the patient answer?
    Answer,
    /// Is somebody paged, and why?
    Page,
    /// How urgently?
    Urgency,
    /// Did the page arrive?
    Proof,
    /// Who took it?
    Taken,
    /// How did it end?
    Closed,
    /// Is it in the chart?
    Charted,
}

impl Decision {
    /// All of them, in order.
    pub const ALL: [Decision; 11] = [
        Self::Judged,
        Self::Quiet,
        Self::Reach,
        Self::Asked,
        Self::Answer,
        Self::Page,
        Self::Urgency,
        Self::Proof,
        Self::Taken,
        Self::Closed,
        Self::Charted,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::Quiet => "quiet",
            Self::Reach => "reach",
            Self::Asked => "asked",
            Self::Answer => "answer",
            Self::Page => "page",
            Self::Urgency => "urgency",
            Self::Proof => "proof",
            Self::Taken => "taken",
            Self::Closed => "closed",
            Self::Charted => "charted",
        }
    }

    /// The branches that lead on from it.
    pub fn branches(self) -> &'static [&'static str] {
        match self {
            Self::Judged => &["routine", "abnormal", "critical", "unverified"],
            Self::Quiet => &["no", "held", "paged", "not_asked"],
            Self::Reach => &["yes", "no"],
            Self::Asked => &["sent", "held", "withheld", "failed", "undelivered"],
            Self::Answer => &["symptoms", "no_symptoms", "not_understood", "none", "opt_out"],
            Self::Page => {
                &["critical", "no_answer", "symptoms", "no_text", "quiet_hours", "unverified", "lease_expired", "review_overdue", "nurse"]
            }
            Self::Urgency => &["medium", "high", "critical"],
            Self::Proof => &["seen", "not_proven", "pager_down", "nobody_on_call"],
            Self::Taken => &["pager", "console", "overdue", "lease_expired"],
            Self::Closed => &["acted", "watched", "false_alarm", "wrong_limit", "device", "resolved", "back_to_normal"],
            Self::Charted => &["queued", "done", "blocked", "failed", "waits"],
        }
    }
}

/// A decision with the branch that was taken.
pub type Taken = (Decision, &'static str);

/// The branches that a line of the trail says were taken. `judged` is the severity last judged before it: a critical
/// reading is never asked about quiet hours.
pub fn taken(line: &Line, judged: Severity) -> Vec<Taken> {
    use Decision::*;
    match line {
        Line::Verdict { severity, .. } => vec![(
            Judged,
            match severity {
                Severity::Routine => "routine",
                Severity::Abnormal => "abnormal",
                Severity::Critical => "critical",
            },
        )],
        Line::Sms { purpose: TextPurpose::SymptomCheck, status, reason, .. } => asked(status, reason.as_deref(), judged),
        Line::Delivery { status, .. } if matches!(status.as_str(), "undelivered" | "failed" | "canceled") => vec![(Asked, "undelivered")],
        Line::Reply { read_as, .. } => match read_as.as_str() {
            "yes" | "danger_words" => vec![(Answer, "symptoms")],
            "no" => vec![(Answer, "no_symptoms")],
            "opt_out" => vec![(Answer, "opt_out")],
            "not_understood" | "short_form_fits_several" | "help" => vec![(Answer, "not_understood")],
            _ => Vec::new(),
        },
        Line::Page { action: PageAction::Trigger, reason, urgency_word, .. } => paged(*reason, *urgency_word),
        Line::Slack { purpose, .. } => match purpose {
            PostPurpose::ScheduleCoverage => vec![(Proof, "nobody_on_call")],
            PostPurpose::PageNotProven => vec![(Proof, "not_proven")],
            PostPurpose::PagerDown => vec![(Proof, "pager_down")],
            PostPurpose::AckOverdue => vec![(Taken, "overdue")],
            PostPurpose::ReviewOverdue => Vec::new(),
        },
        Line::Incident { action, .. } => match action.as_str() {
            "triggered" => vec![(Proof, "seen")],
            "acknowledged" => vec![(Proof, "seen"), (Taken, "pager")],
            "resolved" => vec![(Proof, "seen"), (Closed, "resolved")],
            _ => Vec::new(),
        },
        Line::Act { what, .. } if matches!(what.as_str(), "acknowledge" | "claim") => vec![(Taken, "console")],
        Line::Attention { reason, .. } => match reason.as_str() {
            "ack_overdue" | "ack_limit" => vec![(Taken, "overdue")],
            "lease_expired" => vec![(Taken, "lease_expired")],
            "nobody_on_call" => vec![(Proof, "nobody_on_call")],
            "page_not_proven" => vec![(Proof, "not_proven")],
            "pager_down" => vec![(Proof, "pager_down")],
            "note_missing" | "minutes_missing" => vec![(Charted, "waits")],
            _ => Vec::new(),
        },
        Line::Episode { state, reason, .. } => stands(*state, reason.as_deref()),
        Line::Chart { status, .. } => match status.as_str() {
            "queued" => vec![(Charted, "queued")],
            "blocked" => vec![(Charted, "blocked")],
            "failed" => vec![(Charted, "failed")],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The question to the patient: whether quiet hours and the number let it go.
fn asked(status: &str, reason: Option<&str>, judged: Severity) -> Vec<Taken> {
    use Decision::*;
    let quiet = (Quiet, if judged == Severity::Critical { "not_asked" } else { "no" });
    match (status, reason) {
        ("sent" | "would_send", _) => vec![quiet, (Reach, "yes"), (Asked, "sent")],
        ("held", _) => vec![(Quiet, "held"), (Reach, "yes"), (Asked, "held")],
        ("withheld", Some("opted_out" | "no_mobile" | "no_consent" | "not_active" | "maintenance")) => {
            vec![(Reach, "no"), (Asked, "withheld")]
        }
        ("withheld", _) => vec![(Asked, "withheld")],
        ("failed", _) => vec![quiet, (Reach, "yes"), (Asked, "failed")],
        _ => Vec::new(),
    }
}

fn paged(reason: PageReason, urgency: Urgency) -> Vec<Taken> {
    use Decision::*;
    let mut taken = match reason {
        PageReason::Critical => vec![(Quiet, "not_asked"), (Page, "critical")],
        PageReason::NoAnswer => vec![(Answer, "none"), (Page, "no_answer")],
        PageReason::Symptoms => vec![(Answer, "symptoms"), (Page, "symptoms")],
        PageReason::NoTextPossible => vec![(Reach, "no"), (Page, "no_text")],
        PageReason::QuietHours => vec![(Quiet, "paged"), (Page, "quiet_hours")],
        PageReason::Unverified => vec![(Judged, "unverified"), (Page, "unverified")],
        PageReason::LeaseExpired => vec![(Taken, "lease_expired"), (Page, "lease_expired")],
        PageReason::ReviewOverdue => vec![(Page, "review_overdue")],
        PageReason::Nurse => vec![(Page, "nurse")],
    };
    taken.push((
        Urgency,
        match urgency {
            crate::outbox::Urgency::Medium => "medium",
            crate::outbox::Urgency::High => "high",
            crate::outbox::Urgency::Critical => "critical",
        },
    ));
    taken
}

fn stands(state: EpisodeState, reason: Option<&str>) -> Vec<Taken> {
    use Decision::*;
    match state {
        EpisodeState::Held => vec![(Quiet, "held")],
        EpisodeState::AnsweredNo => vec![(Answer, "no_symptoms")],
        EpisodeState::BackToNormal => vec![(Closed, "back_to_normal")],
        EpisodeState::Closed => {
            let known = reason.and_then(|r| Closed.branches().iter().find(|b| **b == r));
            vec![(Closed, known.copied().unwrap_or("resolved"))]
        }
        EpisodeState::Charted => vec![(Charted, "done")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mrn, Phone, Vital};

    fn sms(status: &str, reason: Option<&str>) -> Line {
        Line::Sms {
            to: Phone::new("+12025550101"),
            purpose: TextPurpose::SymptomCheck,
            mrn: Some(Mrn::new("1")),
            appointment_id: None,
            body: String::new(),
            status: status.into(),
            reason: reason.map(String::from),
            until: None,
            detail: None,
        }
    }

    fn page(reason: PageReason, urgency_word: Urgency) -> Line {
        Line::Page {
            action: PageAction::Trigger,
            mrn: Mrn::new("1"),
            vital: Vital::Bp,
            dedup_key: "w:1:1".into(),
            severity: "error".into(),
            urgency_word,
            reason,
            status: "sent".into(),
            detail: None,
        }
    }

    #[test]
    fn a_symptom_check_by_day_says_that_it_was_no_quiet_hour() {
        use Decision::*;
        assert_eq!(taken(&sms("sent", None), Severity::Abnormal), [(Quiet, "no"), (Reach, "yes"), (Asked, "sent")]);
        assert_eq!(taken(&sms("sent", None), Severity::Critical), [(Quiet, "not_asked"), (Reach, "yes"), (Asked, "sent")]);
        assert_eq!(taken(&sms("held", Some("quiet_hours")), Severity::Abnormal)[0], (Quiet, "held"));
        assert_eq!(taken(&sms("withheld", Some("opted_out")), Severity::Abnormal)[0], (Reach, "no"));
    }

    #[test]
    fn a_page_after_the_wait_says_that_nobody_answered() {
        use Decision::*;
        let found = taken(&page(PageReason::NoAnswer, crate::outbox::Urgency::Medium), Severity::Abnormal);
        assert_eq!(found, [(Answer, "none"), (Page, "no_answer"), (Urgency, "medium")]);
    }

    #[test]
    fn every_branch_taken_is_one_that_the_decision_has() {
        let all = [
            PageReason::Critical,
            PageReason::NoAnswer,
            PageReason::Symptoms,
            PageReason::NoTextPossible,
            PageReason::QuietHours,
            PageReason::Unverified,
            PageReason::LeaseExpired,
            PageReason::ReviewOverdue,
            PageReason::Nurse,
        ];
        let mut lines: Vec<Line> = all.into_iter().map(|r| page(r, Urgency::Critical)).collect();
        for status in ["sent", "held", "withheld", "failed", "would_send"] {
            lines.extend([sms(status, None), sms(status, Some("opted_out")), sms(status, Some("closed"))]);
        }
        let state = |state, reason: &str| Line::Episode { mrn: Mrn::new("1"), vital: Vital::Bp, state, reason: Some(reason.into()) };
        for reason in crate::followup::nurse::DISPOSITIONS.into_iter().chain(["resolved_in_pagerduty"]) {
            lines.push(state(EpisodeState::Closed, reason));
        }
        lines.push(state(EpisodeState::Held, "quiet_hours"));
        lines.push(state(EpisodeState::Charted, ""));
        for line in &lines {
            for (decision, branch) in taken(line, Severity::Abnormal) {
                assert!(decision.branches().contains(&branch), "{decision:?} has no branch {branch}");
            }
        }
    }
}
