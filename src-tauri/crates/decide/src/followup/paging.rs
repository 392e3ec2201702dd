//! Paging: urgency words, PagerDuty's severities, contents (behaviour.md 1.6).

use crate::desk::{set_clock, Desk, Owed};
use crate::outbox::{
    About, Act, Look, Page, PageAction, PageNote, PageReason, Post, PostPurpose, Priority, Text, TextPurpose, Urgency, Vendor,
};
use crate::trail::Line;
use crate::{minutes, narrate, At, ClockKind, Episode, EpisodeState, PageStep, Phone, Settings, Severity, Value, Vital};
use std::collections::BTreeMap;

/// The urgency word: first line of the table that fits; a critical verdict is never below High.
pub fn urgency(settings: &Settings, vital: Vital, value: &Value, symptoms: bool, severity: Severity) -> Urgency {
    let number = match value {
        Value::Number(n) => Some(*n),
        Value::Pressure { .. } => None,
    };
    let fits = |r: &&crate::UrgencyRule| {
        r.vital == vital
            && (!r.if_symptoms || symptoms)
            && r.below.is_none_or(|b| number.is_some_and(|n| n < b))
            && r.above.is_none_or(|a| number.is_some_and(|n| n > a))
    };
    let word = settings.urgency_table.iter().find(fits).map(|r| r.word).unwrap_or(Urgency::High);
    if severity == Severity::Critical || vital == Vital::Symptoms {
        word.max(Urgency::High)
    } else {
        word
    }
}

impl Desk {
    /// Whether an episode's effects leave: opened live, or its workflow is live now.
    pub(crate) fn leaves(&self, e: &Episode) -> bool {
        e.live
    }

    pub(crate) fn about(&self, e: &Episode) -> About {
        About { mrn: Some(e.mrn.clone()), vital: Some(e.vital), episode: Some(e.id), appointment_id: None }
    }

    fn severity_word(&self, urgency: Urgency) -> String {
        crate::recipes::severity_of(&self.settings.pagerduty_severity_map, urgency).into()
    }

    /// What a clinician on a phone at 2 AM reads.
    fn page_act(&self, e: &Episode, action: PageAction, dedup_key: String, urgency: Urgency, reason: PageReason, now: At) -> Page {
        let case = self.case_id(&e.mrn);
        let shown = e.acted.as_ref().unwrap_or(&e.latest);
        let patient = self.patients.get(&e.mrn).cloned().unwrap_or_else(|| crate::Patient::new(e.mrn.clone()));
        let zone = crate::wallclock::zone_of(&patient, &self.settings);
        let mut details: BTreeMap<String, String> = BTreeMap::new();
        let mut put = |k: &str, v: String| {
            if !v.is_empty() {
                details.insert(k.into(), v);
            }
        };
        put("case", case.clone());
        put("vital", e.vital.words().into());
        if e.vital != Vital::Symptoms {
            put("value", shown.value.text());
            put("unit", e.vital.unit().into());
            put(
                "measured",
                format!(
                    "{} UTC ({} for the patient{})",
                    shown.measured.format("%Y-%m-%d %H:%M"),
                    zone.clock(shown.measured),
                    if zone.assumed { ", zone assumed" } else { "" }
                ),
            );
        }
        put("limit", shown.verdict.limit.clone().unwrap_or_default());
        put("limit_value", shown.verdict.limit_value.map(crate::plain).unwrap_or_default());
        put("distance_percent", shown.verdict.distance_percent.map(|d| d.to_string()).unwrap_or_default());
        put("severity", e.worst.name().into());
        put("urgency", urgency.word().into());
        put("reason", narrate::why_paged(reason).into());
        let reply = match (e.symptoms, &e.question) {
            (Some(true), _) => "YES: symptoms",
            (Some(false), _) => "NO: no symptoms",
            (None, Some(q)) if q.taken_at.is_some() => "asked, no answer",
            (None, Some(_)) => "asked",
            (None, None) => "not asked",
        };
        put("reply", reply.into());
        put("no_text", e.no_text.clone().unwrap_or_default().replace('_', " "));
        put("look_up", self.settings.case_lookup_phone.clone());
        let link = (!self.settings.chart_url_template.is_empty()).then(|| self.settings.chart_url_template.replace("{case}", &case));
        let mut summary = narrate::page_summary(&case, e.vital, shown, e.worst, reason, urgency);
        if !self.settings.case_lookup_phone.is_empty() {
            summary += &format!(". Look up the case: {}", self.settings.case_lookup_phone);
        }
        summary.truncate(summary.char_indices().nth(1000).map_or(summary.len(), |(i, _)| i));
        Page {
            action,
            dedup_key,
            severity: self.severity_word(urgency),
            urgency,
            reason,
            summary,
            details,
            link,
            at: now,
            second_key: false,
        }
    }

    /// Pages on call: a new step with a key of its own, and asks who is on call.
    pub(crate) fn page(&mut self, now: At, e: &mut Episode, reason: PageReason) {
        let shown = e.acted.as_ref().unwrap_or(&e.latest);
        let word = urgency(&self.settings, e.vital, &shown.value, e.symptoms == Some(true), e.worst);
        self.page_as(now, e, reason, word);
    }

    pub(crate) fn page_as(&mut self, now: At, e: &mut Episode, reason: PageReason, word: Urgency) {
        let step = e.pages.len() as u32 + 1;
        let dedup_key = format!("{}:e{}:{step}", self.workspace, e.id);
        let page = self.page_act(e, PageAction::Trigger, dedup_key.clone(), word, reason, now);
        let shadow = !self.leaves(e);
        let line = self.page_line(e, &page, if shadow { "would_send" } else { "owed" }, None);
        let about = self.about(e);
        let effect = self.owe(
            now,
            Owed {
                vendor: Vendor::PagerDuty,
                act: Act::Page(page),
                about: about.clone(),
                priority: Priority::Critical,
                shadow,
                not_before: None,
                give_up_at: None,
            },
        );
        e.pages.push(PageStep {
            step,
            dedup_key,
            urgency: word,
            reason,
            effect,
            owed_at: now,
            sent_at: None,
            incident: None,
            first_failed_at: None,
            fallback_done: false,
            second_key: false,
            no_second_key: false,
            acknowledged: None,
            resolved: false,
        });
        e.held_by = None;
        crate::desk::clear_clock(&mut e.clocks, ClockKind::Lease);
        self.set_state(now, e, EpisodeState::Paged, Some(reason_name(reason)));
        self.sound(e, narrate::why_paged(reason));
        if shadow {
            self.say(now, Some(e.id), None, line);
        } else {
            self.owe(
                now,
                Owed {
                    vendor: Vendor::PagerDuty,
                    act: Act::Look(Look::OnCall),
                    about,
                    priority: Priority::Critical,
                    shadow: false,
                    not_before: None,
                    give_up_at: None,
                },
            );
        }
        if !shadow {
            self.page_kept_back(now, e);
        }
        set_clock(&mut e.clocks, ClockKind::AckTarget, now + minutes(self.settings.ack_target_minutes));
        set_clock(&mut e.clocks, ClockKind::AckLimit, now + minutes(self.settings.ack_limit_minutes));
        if e.worst == Severity::Critical && !self.settings.backup_numbers.is_empty() && !shadow {
            set_clock(&mut e.clocks, ClockKind::BackupText, now + minutes(self.settings.backup_text_minutes));
        }
    }

    pub(crate) fn page_line(&self, e: &Episode, page: &Page, status: &str, detail: Option<String>) -> Line {
        Line::Page {
            action: page.action,
            mrn: e.mrn.clone(),
            vital: e.vital,
            dedup_key: page.dedup_key.clone(),
            severity: page.severity.clone(),
            urgency_word: page.urgency,
            reason: page.reason,
            status: status.into(),
            detail,
        }
    }

    /// Acknowledges or resolves, at PagerDuty, every step that is still open there (our own act; its echo is a no-op).
    pub(crate) fn tell_pager(&mut self, now: At, e: &mut Episode, action: PageAction, not_before: Option<At>) -> Vec<u64> {
        let mut owed = Vec::new();
        let shadow = !self.leaves(e);
        for i in 0..e.pages.len() {
            let step = e.pages[i].clone();
            if step.resolved || (action == PageAction::Acknowledge && step.acknowledged.is_some()) {
                continue;
            }
            // A page that never left needs no acknowledgement.
            if step.sent_at.is_none()
                && self
                    .effects
                    .get(&step.effect)
                    .is_none_or(|f| matches!(f.state, crate::outbox::EffectState::Owed | crate::outbox::EffectState::Blocked))
            {
                continue;
            }
            let mut page = self.page_act(e, action, step.dedup_key.clone(), step.urgency, step.reason, now);
            page.second_key = step.second_key;
            let about = self.about(e);
            owed.push(self.owe(
                now,
                Owed {
                    vendor: Vendor::PagerDuty,
                    act: Act::Page(page),
                    about,
                    priority: Priority::SymptomCheck,
                    shadow,
                    not_before,
                    give_up_at: None,
                },
            ));
        }
        owed
    }

    /// Posts a note to the newest incident of an episode (a correction, a late answer).
    pub(crate) fn note_incident(&mut self, now: At, e: &Episode, text: &str) {
        let Some(step) = e.pages.iter().rev().find(|s| s.sent_at.is_some() && !s.resolved) else { return };
        let act = Act::PageNote(PageNote { dedup_key: step.dedup_key.clone(), text: format!("{}: {text}", self.case_id(&e.mrn)) });
        let about = self.about(e);
        let shadow = !self.leaves(e);
        self.owe(
            now,
            Owed { vendor: Vendor::PagerDuty, act, about, priority: Priority::SymptomCheck, shadow, not_before: None, give_up_at: None },
        );
    }

    /// Posts to Slack: words without PHI.
    pub(crate) fn post(&mut self, now: At, purpose: PostPurpose, about: About, shadow: bool, text: String) {
        if shadow {
            self.say(now, about.episode, None, Line::Slack { purpose, status: "would_send".into(), text: Some(text.clone()) });
        }
        self.owe(
            now,
            Owed {
                vendor: Vendor::Slack,
                act: Act::Post(Post { purpose, text }),
                about,
                priority: Priority::Critical,
                shadow,
                not_before: None,
                give_up_at: None,
            },
        );
    }

    /// Texts the backup numbers now, and again every five minutes until someone acknowledges.
    pub(crate) fn backup(&mut self, now: At, e: &mut Episode) {
        if self.settings.backup_numbers.is_empty() || e.held_by.is_some() || !e.is_open() || !self.leaves(e) {
            return;
        }
        let case = self.case_id(&e.mrn);
        // The case id only: what it is about stays in the console.
        let body = format!("Careloop: case {case} needs a clinician and nobody has taken it. {}", self.settings.case_lookup_phone);
        for number in self.settings.backup_numbers.clone() {
            let text = Text { to: Phone::new(number), body: body.trim().to_string(), purpose: TextPurpose::Backup, validity_seconds: 300 };
            let about = self.about(e);
            self.owe(
                now,
                Owed {
                    vendor: Vendor::Twilio,
                    act: Act::Text(text),
                    about,
                    priority: Priority::Critical,
                    shadow: false,
                    not_before: None,
                    give_up_at: Some(now + minutes(5.0)),
                },
            );
        }
        set_clock(&mut e.clocks, ClockKind::BackupText, now + minutes(5.0));
    }
}

/// The reason's name in transcripts.
pub(crate) fn reason_name(r: PageReason) -> &'static str {
    match r {
        PageReason::Critical => "critical",
        PageReason::NoAnswer => "no_answer",
        PageReason::Symptoms => "symptoms",
        PageReason::NoTextPossible => "no_text_possible",
        PageReason::QuietHours => "quiet_hours",
        PageReason::Unverified => "unverified",
        PageReason::LeaseExpired => "lease_expired",
        PageReason::ReviewOverdue => "review_overdue",
        PageReason::Nurse => "nurse",
    }
}
