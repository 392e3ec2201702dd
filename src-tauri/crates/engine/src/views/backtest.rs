//! What a back-test found, in words and figures.

use super::value::{band, trend_point};
use super::words::{pick, say, vital_words};
use crate::backtest::{Proposed, Question};
use decide::backtest::{Alarms, Fate, Found, Took, Worse};
use decide::input::RowId;
use decide::{narrate, Bounds, Severity, Vital};
use ledger::{LedgerError, Reader};
use wire::{AlarmLoad, BacktestEpisode, BacktestResult, BacktestTrend, BacktestWeek, Language, LeftOut};

/// Episodes of a list.
const LISTED: usize = 100;
/// Points of a trend.
const POINTS: usize = 400;

/// The whole answer.
pub(crate) fn result(
    reader: &Reader,
    question: &Question,
    found: &Found,
    loosens: &[String],
    case_key: &[u8; 32],
    l: Language,
) -> Result<BacktestResult, LedgerError> {
    let days = found.days();
    let episode = |w: &Worse| listed(w, case_key, l);
    let (missed, weaker): (Vec<&Worse>, Vec<&Worse>) = found.worse.iter().partition(|w| w.fate == Fate::Missed);
    let (before, after) = (load(found.before, days), load(found.after, days));
    Ok(BacktestResult {
        from: found.from,
        to: found.to,
        days: (days * 10.0).round() / 10.0,
        sentence: sentence(found, &before, &after, missed.len(), l),
        weeks: found
            .weeks
            .iter()
            .map(|w| BacktestWeek {
                from: w.from,
                before_critical: w.before.critical,
                before_abnormal: w.before.abnormal,
                after_critical: w.after.critical,
                after_abnormal: w.after.abnormal,
            })
            .collect(),
        acted_on: found.acted_on,
        missed_count: missed.len() as u64,
        weaker_count: weaker.len() as u64,
        reason_needed: !loosens.is_empty() || !missed.is_empty(),
        missed: missed.into_iter().take(LISTED).map(episode).collect(),
        weaker: weaker.into_iter().take(LISTED).map(episode).collect(),
        raised_by_neither: found.raised_by_neither,
        loosens: loosens.to_vec(),
        readings: found.readings,
        patients: found.patients,
        left_out: found.left_out.iter().map(|(why, n)| LeftOut { why: (*why).into(), said: left_out(why, l), readings: *n }).collect(),
        assumed: assumed(found.taken_minutes, l),
        trends: trends(reader, question, found, l)?,
        before,
        after,
    })
}

fn load(alarms: Alarms, days: f64) -> AlarmLoad {
    let weekly = |n: u64| (n as f64 / (days / 7.0).max(1.0) * 10.0).round() / 10.0;
    AlarmLoad {
        critical: alarms.critical,
        abnormal: alarms.abnormal,
        per_week: weekly(alarms.all()),
        critical_per_week: weekly(alarms.critical),
    }
}

/// "On the last 90 days this would have been 3 alarms a week instead of 11; it would have missed none that were acted on."
fn sentence(found: &Found, before: &AlarmLoad, after: &AlarmLoad, missed: usize, l: Language) -> String {
    if found.readings == 0 {
        return pick(
            l,
            "There are no stored readings to try this on: nothing is known of what it would change.",
            "No hay lecturas guardadas para probarlo: no se sabe qué cambiaría.",
        )
        .into();
    }
    let days = found.days().round() as u64;
    let (was, is) = (found.before.all(), found.after.all());
    let first = if days < 14 {
        match (days, l) {
            (1, Language::En) => format!("In the last day this would have been {is} alarms instead of {was}"),
            (_, Language::En) => format!("On the last {days} days this would have been {is} alarms instead of {was}"),
            (1, Language::Es) => format!("En el último día habrían sido {is} alarmas en vez de {was}"),
            (_, Language::Es) => format!("En los últimos {days} días habrían sido {is} alarmas en vez de {was}"),
        }
    } else if before.per_week == after.per_week && was == is {
        let rate = rate(after.per_week);
        say!(
            l,
            "On the last {days} days nothing would have changed: {rate} alarms a week",
            "En los últimos {days} días no habría cambiado nada: {rate} alarmas por semana"
        )
    } else {
        let (is, was) = (rate(after.per_week), rate(before.per_week));
        say!(
            l,
            "On the last {days} days this would have been {is} alarms a week instead of {was}",
            "En los últimos {days} días habrían sido {is} alarmas por semana en vez de {was}"
        )
    };
    let then = match (found.acted_on, missed) {
        (0, _) => pick(l, "no episode of that time was acted on", "en ese tiempo no se atendió ningún episodio").to_string(),
        (_, 0) => pick(l, "it would have missed none that were acted on", "no se habría perdido ninguno de los atendidos").to_string(),
        (acted, 1) => say!(l, "it would have missed 1 of the {acted} that were acted on", "se habría perdido 1 de los {acted} atendidos"),
        (acted, n) => {
            say!(l, "it would have missed {n} of the {acted} that were acted on", "se habrían perdido {n} de los {acted} atendidos")
        }
    };
    format!("{first}; {then}.")
}

/// "3", "0.4": one place only where it says something.
fn rate(r: f64) -> String {
    if r >= 10.0 || r.fract() == 0.0 {
        format!("{r:.0}")
    } else {
        format!("{r:.1}")
    }
}

fn listed(w: &Worse, case_key: &[u8; 32], l: Language) -> BacktestEpisode {
    let e = &w.lived;
    let (fate, said) = match w.fate {
        Fate::Missed => ("missed", pick(l, "no alarm at all", "sin ninguna alarma").to_string()),
        Fate::Later { minutes } => ("later", say!(l, "{} later", "{} más tarde", span(minutes, l))),
        Fate::Lower => {
            ("lower", pick(l, "abnormal instead of critical: no page at once", "anormal en vez de crítico: sin llamada inmediata").into())
        }
    };
    BacktestEpisode {
        id: RowId::Episode(e.id).to_string(),
        case_id: narrate::case_id(case_key, &e.mrn),
        vital: vital_words(e.vital, l).into(),
        value: format!("{} {}", e.value, e.vital.unit()),
        at: e.opened_at,
        severity: if e.worst == Severity::Critical { "critical" } else { "abnormal" }.into(),
        acted: e.took.map(|t| took(t, l)).unwrap_or_default().into(),
        fate: fate.into(),
        said,
    }
}

fn span(minutes: i64, l: Language) -> String {
    match minutes {
        m if m < 120 => format!("{m} min"),
        m if m < 48 * 60 => format!("{} h", (m + 30) / 60),
        m => say!(l, "{} days", "{} días", (m + 720) / 1440),
    }
}

fn took(t: Took, l: Language) -> &'static str {
    match t {
        Took::PageAcknowledged => pick(l, "page acknowledged", "llamada atendida"),
        Took::Called => pick(l, "patient called", "se llamó al paciente"),
        Took::Claimed => pick(l, "taken by a person", "alguien lo tomó"),
        Took::Symptoms => pick(l, "patient reported symptoms", "el paciente comunicó síntomas"),
        Took::Closed => pick(l, "closed as real", "cerrado como real"),
    }
}

fn left_out(why: &str, l: Language) -> String {
    let (en, es) = match why {
        "taken_back" => ("taken back by their source", "retiradas por su origen"),
        "not_evaluated" => ("not final: stored, not judged", "no definitivas: guardadas, sin evaluar"),
        "implausible" => ("not plausible: check the device", "no verosímiles: revisar el dispositivo"),
        "late" => ("came more than a day late", "llegaron con más de un día de retraso"),
        "out_of_order" => ("older than the newest one", "anteriores a la más reciente"),
        "no_exact_time" => ("no exact time", "sin hora exacta"),
        "not_active" => {
            ("the patient was paused, admitted or not in the programme", "el paciente estaba en pausa, ingresado o fuera del programa")
        }
        "patient_gone" => ("the patient is not enrolled any more", "el paciente ya no está inscrito"),
        "not_comparable" => ("only a bound was given and a limit lies inside it", "solo dieron una cota y un límite cae dentro"),
        other => return other.replace('_', " "),
    };
    pick(l, en, es).into()
}

fn assumed(minutes: i64, l: Language) -> String {
    let usual = span(minutes, l);
    say!(
        l,
        "Replayed by the rules that judge live readings. An alarm that there really was ends when it was closed; one that nobody had is taken to end after {usual}, as half of the real ones did.",
        "Repetido con las reglas que juzgan las lecturas en vivo. Una alarma que existió termina cuando se cerró; una que nadie tuvo se da por terminada tras {usual}, como la mitad de las reales."
    )
}

/// The readings of one patient with the limits in force and those proposed.
fn trends(reader: &Reader, question: &Question, found: &Found, l: Language) -> Result<Vec<BacktestTrend>, LedgerError> {
    let Proposed::Patient { now, proposed } = &question.proposed else { return Ok(Vec::new()) };
    let in_force = |own: &Bounds| own.or(&question.settings.default_limits).or(&Bounds::defaults());
    let mut trends = Vec::new();
    for vital in question.vitals() {
        let readings = reader.trend(&now.mrn, vital, found.from, POINTS)?;
        let points: Vec<_> = readings.iter().filter_map(trend_point).collect();
        if points.is_empty() || vital == Vital::Symptoms {
            continue;
        }
        trends.push(BacktestTrend {
            vital: vital.name().into(),
            name: super::capital(vital_words(vital, l)),
            unit: vital.unit().into(),
            points,
            before: band(vital, &in_force(&now.bounds)),
            after: band(vital, &in_force(&proposed.bounds)),
        });
    }
    Ok(trends)
}
