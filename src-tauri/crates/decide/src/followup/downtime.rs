//! Announced maintenance and the stop-sending switch (behaviour.md 1.7): nothing leaves, nothing is lost, and no page waits silently.

use crate::desk::{clear_clock, set_clock, Desk};
use crate::input::DowntimeChange;
use crate::outbox::{Act, EffectState, PostPurpose, TextPurpose, Vendor};
use crate::rows::Row;
use crate::trail::Line;
use crate::{hours, At, ClockKind, Downtime, DowntimeEnd, DowntimeKind, Episode};

/// Longer than any vendor announces; more is a slip of the pen.
const LONGEST_MAINTENANCE_HOURS: f64 = 14.0 * 24.0;
const LONGEST_REASON: usize = 300;

impl Desk {
    pub(crate) fn change_downtime(&mut self, now: At, who: &str, change: DowntimeChange) {
        let refused = match change {
            DowntimeChange::Announce { vendor, from, until, why } => self.announce(now, who, vendor, from, until, why),
            DowntimeChange::Stop { vendor, why } => self.stop_sending(now, who, vendor, why),
            DowntimeChange::End { id } => match self.downtimes.get(&id).cloned() {
                Some(d) => {
                    self.end_downtime(now, d, Some(who));
                    None
                }
                None => Some("That is over already.".into()),
            },
        };
        self.out.answer.refused = refused;
    }

    fn announce(&mut self, now: At, who: &str, vendor: Vendor, from: At, until: At, why: String) -> Option<String> {
        let from = from.max(now);
        if until <= from {
            return Some("until: the end must be after the beginning and not past.".into());
        }
        if until - from > hours(LONGEST_MAINTENANCE_HOURS) {
            return Some("until: a maintenance lasts 14 days at most.".into());
        }
        if let Some(refused) = bad_reason(&why) {
            return Some(refused);
        }
        let window = self.downtime(now, who, DowntimeKind::Maintenance, Some(vendor), from, Some(until), why);
        self.tell_downtime(now, &window, "announced", Some(who));
        self.put_downtime(window.clone());
        if from <= now {
            self.begin_downtime(now, window);
        }
        None
    }

    fn stop_sending(&mut self, now: At, who: &str, vendor: Option<Vendor>, why: String) -> Option<String> {
        if let Some(refused) = bad_reason(&why) {
            return Some(refused);
        }
        if self.downtimes.values().any(|d| d.kind == DowntimeKind::Stop && (d.vendor.is_none() || d.vendor == vendor)) {
            return Some("Sending is stopped there already.".into());
        }
        let stop = self.downtime(now, who, DowntimeKind::Stop, vendor, now, None, why);
        self.begin_downtime(now, stop);
        None
    }

    #[allow(clippy::too_many_arguments)]
    fn downtime(
        &mut self,
        now: At,
        who: &str,
        kind: DowntimeKind,
        vendor: Option<Vendor>,
        from: At,
        until: Option<At>,
        why: String,
    ) -> Downtime {
        let id = self.new_id();
        Downtime { id, kind, vendor, from, until, by: who.into(), why: why.trim().into(), announced_at: now, begun: false, ended: None }
    }

    fn put_downtime(&mut self, d: Downtime) {
        self.out.rows.push(Row::Downtime(Box::new(d.clone())));
        if d.ended.is_some() {
            self.downtimes.remove(&d.id);
        } else {
            self.downtimes.insert(d.id, d);
        }
    }

    fn tell_downtime(&mut self, now: At, d: &Downtime, state: &str, by: Option<&str>) {
        let line = Line::Downtime { what: d.kind, state: state.into(), vendor: d.vendor, from: d.from, until: d.until, why: d.why.clone() };
        self.say(now, None, by, line);
    }

    /// What begins or ends by itself.
    pub(crate) fn tick_downtimes(&mut self, now: At) {
        while let Some(d) = self.downtimes.values().find(|d| d.next_change().is_some_and(|at| at <= now)).cloned() {
            if d.until.is_some_and(|u| u <= now) {
                self.end_downtime(now, d, None);
            } else {
                self.begin_downtime(now, d);
            }
        }
        self.give_up_shut_texts(now);
    }

    fn begin_downtime(&mut self, now: At, mut d: Downtime) {
        d.begun = true;
        let by = (d.kind == DowntimeKind::Stop).then(|| d.by.clone());
        self.tell_downtime(now, &d, "began", by.as_deref());
        self.put_downtime(d.clone());
        self.set_shut(now);
        for vendor in Vendor::ALL.into_iter().filter(|v| d.covers(*v)) {
            self.not_stuck(now, vendor, d.kind);
        }
        let open: Vec<u64> = self.episodes.values().filter(|e| e.is_open() && e.live).map(|e| e.id).collect();
        for id in open {
            self.with_episode(id, |desk, e| {
                if d.kind == DowntimeKind::Maintenance && d.covers(Vendor::Twilio) {
                    desk.question_shut(now, e);
                }
                if d.covers(Vendor::PagerDuty) && e.pages.iter().any(|p| p.sent_at.is_none() && desk.effects.contains_key(&p.effect)) {
                    desk.page_kept_back(now, e);
                }
            });
        }
    }

    fn end_downtime(&mut self, now: At, mut d: Downtime, by: Option<&str>) {
        let begun = d.begun;
        d.ended = Some(DowntimeEnd { at: now, by: by.map(String::from) });
        self.tell_downtime(now, &d, if begun { "ended" } else { "called_off" }, by);
        self.put_downtime(d.clone());
        self.give_up_shut_texts(now);
        self.set_shut(now);
        let open: Vec<Vendor> = Vendor::ALL.into_iter().filter(|v| d.covers(*v) && !self.lanes.shut(*v, now)).collect();
        for vendor in open {
            // What waits goes on in its order, without the pauses of attempts made before.
            self.lanes.hold(vendor, None);
            let waiting: Vec<u64> = self
                .effects
                .values()
                .filter(|f| f.vendor == vendor && f.attempts > 0 && f.next_try > now)
                .filter(|f| matches!(f.state, EffectState::Owed | EffectState::Unknown { .. }))
                .map(|f| f.id)
                .collect();
            for id in waiting {
                if let Some(mut f) = self.effects.get(&id).cloned() {
                    f.next_try = now;
                    self.change_effect(f);
                }
            }
        }
    }

    /// Which lanes are shut now, and until when.
    pub(crate) fn set_shut(&mut self, now: At) {
        for vendor in Vendor::ALL {
            let holding: Vec<&Downtime> = self.downtimes.values().filter(|d| d.covers(vendor) && d.holds(now)).collect();
            let latest = |of: &[&Downtime]| of.iter().filter_map(|d| d.until).max();
            let acts = match holding.iter().any(|d| d.until.is_none()) {
                true => Some(None),
                false => latest(&holding).map(Some),
            };
            let maintenance: Vec<&Downtime> = holding.into_iter().filter(|d| d.kind == DowntimeKind::Maintenance).collect();
            let looks = latest(&maintenance);
            self.lanes.shut_until(vendor, acts, looks);
        }
    }

    /// Until when a vendor's announced maintenance goes on.
    pub fn maintenance_until(&self, vendor: Vendor, now: At) -> Option<At> {
        let holding = |d: &&Downtime| d.kind == DowntimeKind::Maintenance && d.covers(vendor) && d.holds(now);
        self.downtimes.values().filter(holding).filter_map(|d| d.until).max()
    }

    /// The stop that keeps everything to a vendor back.
    pub fn stopped(&self, vendor: Vendor) -> Option<&Downtime> {
        self.downtimes.values().find(|d| d.kind == DowntimeKind::Stop && d.covers(vendor))
    }

    /// When a downtime begins or ends, or a text that waits for its end is to be given up.
    pub(crate) fn next_downtime(&self) -> Option<At> {
        if self.downtimes.is_empty() {
            return None;
        }
        let changes = self.downtimes.values().filter_map(Downtime::next_change);
        changes.chain(self.shut_texts().map(|(at, _)| at)).min()
    }

    /// Texts that wait for the end of a downtime, and when each is given up. A symptom check has a clock of its own.
    fn shut_texts(&self) -> impl Iterator<Item = (At, u64)> + '_ {
        let shut = self.downtimes.values().any(|d| d.begun && d.covers(Vendor::Twilio));
        self.effects.values().filter(move |f| shut && f.vendor == Vendor::Twilio && f.state == EffectState::Owed).filter_map(|f| {
            match &f.act {
                // An event text is held anew, or withheld, by its visit.
                Act::Text(t) if t.purpose != TextPurpose::SymptomCheck && !t.purpose.tells_event() => f.give_up_at.map(|at| (at, f.id)),
                _ => None,
            }
        })
    }

    fn give_up_shut_texts(&mut self, now: At) {
        let late: Vec<u64> = self.shut_texts().filter(|(at, _)| *at <= now).map(|(_, id)| id).collect();
        for id in late {
            let Some(mut f) = self.effects.get(&id).cloned() else { continue };
            f.state = EffectState::Withdrawn { at: now, why: "too_late".into() };
            self.change_effect(f.clone());
            if let Act::Text(t) = &f.act {
                self.text_line(now, &f, t, "withheld", Some("too_late".into()));
            }
        }
    }

    /// A symptom check that cannot leave during a maintenance: no text is possible, so the page does not wait for it.
    fn question_shut(&mut self, now: At, e: &mut Episode) {
        let Some(q) = e.question.as_ref().filter(|q| q.open() && q.taken_at.is_none()) else { return };
        let effect = q.effect;
        let Some(f) = self.effects.get(&effect).cloned() else { return };
        if self.withdraw_effect(now, effect, "maintenance") {
            if let Act::Text(t) = &f.act {
                self.text_line(now, &f, t, "withheld", Some("maintenance".into()));
            }
            clear_clock(&mut e.clocks, ClockKind::TextLimit);
            self.no_text_possible(now, e, "maintenance");
        }
    }

    /// A page that may not leave now is never kept back silently: staff hear it at once, and the other ways are used that are open.
    pub(crate) fn page_kept_back(&mut self, now: At, e: &mut Episode) {
        let stop = self.stopped(Vendor::PagerDuty).cloned();
        let until = self.maintenance_until(Vendor::PagerDuty, now);
        let (reason, detail, heard) = match (&stop, until) {
            (Some(stop), _) => (
                "sending_stopped",
                format!("Sending is stopped ({}, {}): nobody has been paged. Call the clinician.", stop.by, stop.why),
                "sending stopped",
            ),
            (None, Some(until)) => (
                "pager_maintenance",
                format!("PagerDuty is in maintenance until {}: nobody has been paged. Call the clinician.", until.format("%H:%M UTC")),
                "pager in maintenance",
            ),
            (None, None) => return,
        };
        self.attention(now, reason, (&e.mrn, Some(e.vital)), Some(e.id), detail);
        self.sound(e, heard);
        if self.stopped(Vendor::Slack).is_none() {
            let (case, about) = (self.case_id(&e.mrn), self.about(e));
            let text =
                format!("{case}: no page can be sent now; {} {} needs a clinician. Please call on call.", e.worst.name(), e.vital.words());
            self.post(now, PostPurpose::PagerDown, about, false, text);
        }
        if self.stopped(Vendor::Twilio).is_none() {
            self.backup(now, e);
        }
    }

    /// During a maintenance nothing is asked: the next look is at its end.
    pub(crate) fn look_after_maintenance(&self, now: At, vendor: Vendor, e: &mut Episode, kind: ClockKind) -> bool {
        let until = self.maintenance_until(vendor, now);
        if let Some(until) = until {
            set_clock(&mut e.clocks, kind, until);
        }
        until.is_some()
    }
}

fn bad_reason(why: &str) -> Option<String> {
    match why.trim().chars().count() {
        0 => Some("why: say why.".into()),
        n if n > LONGEST_REASON => Some("why: 300 characters at most.".into()),
        _ => None,
    }
}
