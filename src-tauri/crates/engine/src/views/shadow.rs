//! The agreement report as it is read, of the ward or of a rehearsal.

use super::row::brief_of;
use super::standing::severity_of;
use super::words::{pick, vital_words};
use crate::commands::store_error;
use crate::console::{lock, Console};
use crate::scenario::Rehearsed;
use decide::desk::Desk;
use decide::input::RowId;
use decide::shadow::{alert, in_shadow, report, Alert, Judgement, Opinion, Report, Tally};
use decide::wallclock::clinic_zone;
use decide::{At, Mrn, Patient};
use std::collections::{HashMap, HashSet};
use wire::{
    EarlierView, JudgementView, Language, MissedAlert, PatientBrief, Person, ShadowAlert, ShadowArgs, ShadowView, TallyRow, TallyView,
    UserError,
};

/// So many alerts are listed; the figures count all.
const LISTED: usize = 500;

/// A shadow day played from a scenario, and what was said of its alerts. It counts for no gate.
pub(crate) struct Rehearsal {
    pub day: Rehearsed,
    pub judgements: Vec<Judgement>,
}

/// What is reported on.
struct Matter {
    from: At,
    to: At,
    rehearsal: Option<String>,
    alerts: Vec<Alert>,
    judgements: Vec<Judgement>,
    briefs: HashMap<Mrn, PatientBrief>,
    letter: &'static str,
}

/// A nurse's word on an alert, as a mark.
pub(crate) fn opinion_words(o: Opinion, l: Language) -> &'static str {
    match o {
        Opinion::Agree => pick(l, "judged: agree", "valorado: de acuerdo"),
        Opinion::Disagree => pick(l, "judged: disagree", "valorado: en desacuerdo"),
        Opinion::NotNeeded => pick(l, "judged: not needed", "valorado: no hacía falta"),
        Opinion::Missed => pick(l, "missed by the console", "no la dio la consola"),
    }
}

/// As the panel and the report show it.
pub(crate) fn judgement(j: &Judgement) -> JudgementView {
    JudgementView { opinion: j.opinion.name().into(), why: j.why.clone(), acted_at: j.acted_at, by: j.by.clone(), at: j.at }
}

/// The limit or rule that decided, as people say it.
fn rule_words(rule: &str, l: Language) -> String {
    let (en, es) = match rule {
        "systolic_high" => ("systolic, high limit", "sistólica, límite alto"),
        "systolic_low" => ("systolic, low limit", "sistólica, límite bajo"),
        "diastolic_high" => ("diastolic, high limit", "diastólica, límite alto"),
        "diastolic_low" => ("diastolic, low limit", "diastólica, límite bajo"),
        "glucose_high" => ("glucose, high limit", "glucosa, límite alto"),
        "glucose_low" => ("glucose, low limit", "glucosa, límite bajo"),
        "weight_gain_24h_lb" => ("weight gain in a day", "aumento de peso en un día"),
        "weight_gain_7d_lb" => ("weight gain in a week", "aumento de peso en una semana"),
        "spo2_floor" => ("oxygen, low limit", "oxígeno, límite bajo"),
        "heart_rate_high" => ("heart rate, high limit", "frecuencia, límite alto"),
        "heart_rate_low" => ("heart rate, low limit", "frecuencia, límite bajo"),
        "missed" => ("raised by the nurse alone", "solo la dio enfermería"),
        other => return other.replace('_', " "),
    };
    pick(l, en, es).into()
}

pub(super) fn tally(t: &Tally) -> TallyView {
    TallyView {
        raised: t.raised,
        judged: t.judged(),
        agreed: t.agreed,
        extra: t.extra,
        missed: t.missed,
        unexplained: t.unexplained,
        agreement: t.agreement(),
    }
}

fn shown(a: &Alert, j: Option<&Judgement>, m: &Matter) -> ShadowAlert {
    let agreed = j.filter(|j| j.opinion == Opinion::Agree).and_then(|j| j.acted_at);
    ShadowAlert {
        id: format!("{}{}", m.letter, a.episode),
        at: a.at,
        patient: m.briefs.get(&a.mrn).cloned().unwrap_or_else(|| nameless(&a.mrn)),
        vital: a.vital.name().into(),
        severity: severity_of(a.severity),
        rule: a.rule.clone(),
        value: a.value.clone(),
        unit: a.vital.unit().into(),
        texted_at: a.texted_at,
        paged_at: a.paged_at,
        judgement: j.map(judgement),
        minutes_earlier: agreed.map(|at| (at - a.first_act()).num_seconds() as f64 / 60.0),
    }
}

fn nameless(mrn: &Mrn) -> PatientBrief {
    PatientBrief { mrn: mrn.expose().into(), name: String::new(), birth_date: None, case_id: String::new() }
}

/// When shadow mode began, for the longest of what is in it; none = nothing is.
pub(super) fn began(desk: &Desk) -> Option<At> {
    let shadow = in_shadow(&desk.settings);
    desk.shadow.gate.since.iter().filter(|(w, _)| shadow.contains(*w)).map(|(_, at)| *at).min()
}

impl Console {
    fn ward_matter(&self, args: &ShadowArgs, now: At) -> Result<Matter, UserError> {
        let (from, to, judgements) = {
            let engine = lock(&self.engine);
            // What happened this very instant counts.
            let to = args.to.unwrap_or(now + decide::seconds(0.001));
            let from = args.from.or_else(|| began(&engine.desk)).unwrap_or(to - decide::hours(24.0 * 30.0));
            (from, to, engine.desk.shadow.judgements.values().cloned().collect::<Vec<_>>())
        };
        let mut alerts = Vec::new();
        // A connection of its own: a long report holds up no screen.
        let reader = lock(&self.engine).reader().map_err(store_error)?;
        reader.episodes_opened(from, to, |e| alerts.extend(alert(&e))).map_err(store_error)?;
        let told: HashSet<u64> = alerts.iter().map(|a| a.episode).collect();
        let inside = |j: &Judgement| match j.episode {
            Some(e) => told.contains(&e),
            None => j.acted_at.is_some_and(|at| from <= at && at < to),
        };
        let judgements: Vec<Judgement> = judgements.into_iter().filter(inside).collect();
        let engine = lock(&self.engine);
        let mrns = alerts.iter().map(|a| &a.mrn).chain(judgements.iter().map(|j| &j.mrn));
        let briefs = mrns.map(|m| (m.clone(), brief_of(&engine.desk, m))).collect();
        Ok(Matter { from, to, rehearsal: None, alerts, judgements, briefs, letter: "e" })
    }

    fn rehearsal_matter(&self) -> Option<Matter> {
        let remembered = lock(&self.remembered);
        let r = remembered.rehearsal.as_ref()?;
        let alerts: Vec<Alert> = r.day.episodes.iter().filter_map(alert).collect();
        let brief = |p: &Patient| PatientBrief { name: p.listed_name(), birth_date: p.birth_date.clone(), ..nameless(&p.mrn) };
        Some(Matter {
            from: r.day.from,
            to: r.day.to,
            rehearsal: Some(r.day.name.clone()),
            alerts,
            judgements: r.judgements.clone(),
            briefs: r.day.patients.iter().map(|p| (p.mrn.clone(), brief(p))).collect(),
            letter: "r",
        })
    }

    pub(crate) fn shadow_view(&self, who: &Person, args: &ShadowArgs) -> Result<ShadowView, UserError> {
        let (now, l) = (self.now(), who.language);
        let rehearsed = self.rehearsal_matter();
        let is_rehearsed = rehearsed.is_some();
        let m = match rehearsed.filter(|_| args.rehearsal) {
            Some(m) => m,
            None => self.ward_matter(args, now)?,
        };
        let (settings, shadow) = {
            let engine = lock(&self.engine);
            (engine.desk.settings.clone(), in_shadow(&engine.desk.settings))
        };
        let zone = clinic_zone(&settings);
        let r = report(&m.alerts, &m.judgements, |at| zone.wall(at).date());
        let said: HashMap<u64, &Judgement> = m.judgements.iter().filter_map(|j| Some((j.episode?, j))).collect();
        let mut alerts: Vec<ShadowAlert> = m.alerts.iter().map(|a| shown(a, said.get(&a.episode).copied(), &m)).collect();
        alerts.sort_by_key(|a| (a.judgement.is_some(), std::cmp::Reverse(a.at)));
        let more = alerts.len().saturating_sub(LISTED) as u64;
        alerts.truncate(LISTED);
        let mut missed: Vec<MissedAlert> =
            m.judgements.iter().filter(|j| j.opinion == Opinion::Missed).map(|j| missed_alert(j, &m)).collect();
        missed.sort_by_key(|x| (x.explained.is_some(), std::cmp::Reverse(x.at)));
        let Report { total, by_vital, by_rule, by_day, earlier } = r;
        Ok(ShadowView {
            now,
            from: m.from,
            to: m.to,
            rehearsal: m.rehearsal.clone(),
            rehearsed: is_rehearsed,
            in_shadow: shadow.into_iter().collect(),
            total: tally(&total),
            earlier: earlier.map(|e| EarlierView { compared: e.compared, median: e.median, least: e.least, most: e.most }),
            by_vital: by_vital.iter().map(|(v, t)| row(v.name().into(), vital_words(*v, l).into(), t)).collect(),
            by_rule: by_rule
                .iter()
                .map(|((v, rule), t)| {
                    let words =
                        if rule == "missed" { format!("{}: {}", vital_words(*v, l), rule_words(rule, l)) } else { rule_words(rule, l) };
                    row(format!("{}/{rule}", v.name()), words, t)
                })
                .collect(),
            by_day: by_day.iter().map(|(d, t)| row(d.to_string(), d.to_string(), t)).collect(),
            alerts,
            more,
            missed,
        })
    }
}

fn row(id: String, words: String, t: &Tally) -> TallyRow {
    TallyRow { id, words: super::words::capital(&words), tally: tally(t) }
}

fn missed_alert(j: &Judgement, m: &Matter) -> MissedAlert {
    MissedAlert {
        id: j.id,
        at: j.acted_at.unwrap_or(j.at),
        patient: m.briefs.get(&j.mrn).cloned().unwrap_or_else(|| nameless(&j.mrn)),
        vital: j.vital.name().into(),
        did: j.did.clone(),
        by: j.by.clone(),
        explained: j.explained.as_ref().map(|e| e.why.clone()),
        explained_by: j.explained.as_ref().map(|e| e.by.clone()),
    }
}

/// An alert of a rehearsal by its id, `r3`.
pub(crate) fn rehearsed_id(id: &str) -> Option<u64> {
    id.strip_prefix('r').and_then(|n| n.parse().ok())
}

/// Whether it is the id of an episode of the ward.
pub(crate) fn episode_id(id: &str) -> Option<u64> {
    match RowId::read(id) {
        Some(RowId::Episode(n)) => Some(n),
        _ => None,
    }
}
