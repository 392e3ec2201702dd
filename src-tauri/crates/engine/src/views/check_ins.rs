//! Check-ins as the screen shows them.

use crate::console::{lock, Console};
use decide::{CheckIn, CheckInText, Hhmm, Language, Mode, PatientStatus, Repeat};
use std::collections::BTreeMap;
use wire::{CheckInView, CheckInWithheld, CheckInsView, PanelPatient};

fn clock(t: Hhmm) -> String {
    format!("{:02}:{:02}", t.0 / 100, t.0 % 100)
}

impl Console {
    /// The check-ins, newest first, and everybody who takes part.
    pub(crate) fn check_ins_view(&self) -> CheckInsView {
        let now = self.clock.now();
        let engine = lock(&self.engine);
        let desk = &engine.desk;
        let s = &desk.settings;
        let mut patients: Vec<PanelPatient> = desk
            .patients
            .values()
            .filter(|p| !matches!(p.status, PatientStatus::Ended | PatientStatus::Deceased))
            .map(|p| PanelPatient {
                mrn: p.mrn.expose().to_string(),
                name: p.listed_name(),
                language: if p.language == Language::Es { "es" } else { "en" }.into(),
            })
            .collect();
        patients.sort_by(|a, b| (&a.name, &a.mrn).cmp(&(&b.name, &b.mrn)));
        CheckInsView {
            now,
            check_ins: desk
                .check_ins
                .values()
                .rev()
                .filter(|c| c.ended.is_none())
                .map(|c| row(c, desk.panel(&c.plan).len() as u32))
                .collect(),
            patients,
            quiet: (s.quiet_hours_start != s.quiet_hours_finish)
                .then(|| format!("{} – {}", clock(s.quiet_hours_start), clock(s.quiet_hours_finish))),
            live: s.mode.of("check_ins") == Mode::Live,
        }
    }
}

fn row(c: &CheckIn, panel: u32) -> CheckInView {
    let (mut sent, mut waiting, mut withheld) = (0, 0, BTreeMap::<&str, u32>::new());
    for text in c.texts.values() {
        match text {
            CheckInText::Sent { .. } => sent += 1,
            CheckInText::Waiting { .. } => waiting += 1,
            CheckInText::Withheld { why } => *withheld.entry(why).or_default() += 1,
        }
    }
    let mut withheld: Vec<CheckInWithheld> =
        withheld.into_iter().map(|(why, patients)| CheckInWithheld { why: why.into(), patients }).collect();
    withheld.sort_by_key(|w| std::cmp::Reverse(w.patients));
    CheckInView {
        id: c.id,
        name: c.plan.name.clone(),
        script: c.plan.script.clone(),
        state: match (c.texts.is_empty(), c.next.is_none() && waiting == 0) {
            (_, true) => "over",
            (true, false) => "planned",
            (false, false) => "running",
        }
        .into(),
        day: c.day.to_string(),
        local_time: clock(c.plan.local_time),
        repeat: match c.plan.repeat {
            Repeat::Once => "once",
            Repeat::Daily => "daily",
            Repeat::Weekly => "weekly",
        }
        .into(),
        by: c.by.clone(),
        next: c.next,
        panel,
        sent,
        waiting,
        replies: c.replies,
        withheld,
    }
}
