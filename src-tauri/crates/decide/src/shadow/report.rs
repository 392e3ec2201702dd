//! The agreement report. Definitions (behaviour.md 1.8 "agreed, missed, extra, minutes earlier"):
//! - an **alert** is an episode opened in shadow: live, it would have texted, paged, or waited before staff;
//! - **agreed**: the nurse says she would have texted or paged;
//! - **extra**: the nurse says it was not needed, or that something else was to be done;
//! - **missed**: the nurse acted on something that the console raised nothing for;
//! - **minutes earlier**: of agreed alerts for which she said when she acted herself, her time less the console's
//!   first text or page (or its opening). Without her time nothing is compared;
//! - **agreement**: agreed / (agreed + extra + missed).

use super::{Judgement, Opinion};
use crate::{At, Episode, Mrn, Severity, Vital};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// An alert that shadow mode held back.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    pub episode: u64,
    pub mrn: Mrn,
    pub vital: Vital,
    pub at: At,
    pub severity: Severity,
    /// The limit that decided, else the rule.
    pub rule: String,
    /// "195/96".
    pub value: String,
    /// The text that would have left.
    pub texted_at: Option<At>,
    /// The page that would have left.
    pub paged_at: Option<At>,
}

impl Alert {
    /// When the console first would have reached somebody.
    pub fn first_act(&self) -> At {
        [self.texted_at, self.paged_at].into_iter().flatten().min().unwrap_or(self.at)
    }
}

/// The alert of an episode; none if it was live and really went out.
pub fn alert(e: &Episode) -> Option<Alert> {
    let shown = e.acted.as_ref().unwrap_or(&e.latest);
    (!e.live).then(|| Alert {
        episode: e.id,
        mrn: e.mrn.clone(),
        vital: e.vital,
        at: e.opened_at,
        severity: e.worst,
        rule: shown.verdict.limit.clone().unwrap_or_else(|| shown.verdict.rule.name().into()),
        value: shown.value.text(),
        texted_at: e.question.as_ref().map(|q| q.due),
        paged_at: e.pages.iter().map(|p| p.owed_at).min(),
    })
}

/// How many of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub raised: u64,
    pub agreed: u64,
    pub extra: u64,
    pub missed: u64,
    /// Of the missed, those nobody has explained.
    pub unexplained: u64,
}

impl Tally {
    /// Alerts somebody has judged.
    pub fn judged(&self) -> u64 {
        self.agreed + self.extra
    }

    /// Agreed, of all that the console or the nurse raised and that is judged; none = nothing to compare.
    pub fn agreement(&self) -> Option<f64> {
        let all = self.judged() + self.missed;
        (all > 0).then(|| self.agreed as f64 / all as f64)
    }

    fn raise(&mut self, said: Option<Opinion>) {
        self.raised += 1;
        match said {
            Some(Opinion::Agree) => self.agreed += 1,
            Some(Opinion::Disagree | Opinion::NotNeeded) => self.extra += 1,
            Some(Opinion::Missed) | None => {}
        }
    }

    fn miss(&mut self, explained: bool) {
        self.missed += 1;
        self.unexplained += u64::from(!explained);
    }
}

/// How much earlier than the nurse the console was, in minutes; negative = later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earlier {
    /// Of how many agreed alerts.
    pub compared: u64,
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

/// The report over a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    pub total: Tally,
    pub by_vital: BTreeMap<Vital, Tally>,
    pub by_rule: BTreeMap<(Vital, String), Tally>,
    pub by_day: BTreeMap<NaiveDate, Tally>,
    pub earlier: Option<Earlier>,
}

/// Compares alerts with what the nurse said. `day` gives the clinic's own day of an instant.
pub fn report(alerts: &[Alert], judgements: &[Judgement], day: impl Fn(At) -> NaiveDate) -> Report {
    let said: HashMap<u64, &Judgement> = judgements.iter().filter_map(|j| Some((j.episode?, j))).collect();
    let mut r = Report::default();
    let mut minutes = Vec::new();
    for a in alerts {
        let judgement = said.get(&a.episode);
        let opinion = judgement.map(|j| j.opinion);
        r.total.raise(opinion);
        r.by_vital.entry(a.vital).or_default().raise(opinion);
        r.by_rule.entry((a.vital, a.rule.clone())).or_default().raise(opinion);
        r.by_day.entry(day(a.at)).or_default().raise(opinion);
        if let (Some(Opinion::Agree), Some(acted)) = (opinion, judgement.and_then(|j| j.acted_at)) {
            minutes.push((acted - a.first_act()).num_seconds() as f64 / 60.0);
        }
    }
    for j in judgements.iter().filter(|j| j.opinion == Opinion::Missed) {
        let explained = j.explained.is_some();
        r.total.miss(explained);
        r.by_vital.entry(j.vital).or_default().miss(explained);
        r.by_rule.entry((j.vital, "missed".into())).or_default().miss(explained);
        r.by_day.entry(day(j.acted_at.unwrap_or(j.at))).or_default().miss(explained);
    }
    r.earlier = earlier(minutes);
    r
}

fn earlier(mut minutes: Vec<f64>) -> Option<Earlier> {
    minutes.sort_by(f64::total_cmp);
    let (least, most) = (*minutes.first()?, *minutes.last()?);
    let middle = minutes.len() / 2;
    let median = if minutes.len() % 2 == 1 { minutes[middle] } else { (minutes[middle - 1] + minutes[middle]) / 2.0 };
    Some(Earlier { compared: minutes.len() as u64, median, least, most })
}
