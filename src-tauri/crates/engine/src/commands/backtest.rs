//! Back-tests: begun by a screen, run on a thread of their own, asked after, ended; and the reason that a change needs.

use super::refusal::{field, store_error};
use crate::backtest::{run, Proposed, Question};
use crate::console::{lock, Console};
use crate::views::{backtest_result, pick};
use decide::backtest::{loosened_bounds, loosened_settings, Found};
use decide::followup::change::with_settings;
use decide::{Bounds, Direction, Mrn, OwnStat, Patient, StatRule};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{mpsc, Arc, Mutex};
use std::time::Duration;
use wire::*;

/// A short one is answered at once; a longer one is asked after.
const ANSWER_WITHIN: Duration = Duration::from_millis(900);
/// Back-tests that are remembered.
const REMEMBERED: usize = 12;
/// Progress is kept in thousandths.
const WHOLE: f64 = 1_000.0;

/// A back-test under way or over.
pub struct Trial {
    id: u64,
    by: String,
    question: Question,
    loosens: Vec<String>,
    thousandths: AtomicU64,
    cancelled: AtomicBool,
    end: Mutex<Option<Result<Option<Arc<Found>>, String>>>,
}

impl Trial {
    /// The same change, whoever asked.
    fn is_about(&self, proposed: &Proposed) -> bool {
        match (&self.question.proposed, proposed) {
            (Proposed::Patient { proposed: a, .. }, Proposed::Patient { proposed: b, .. }) => {
                (&a.mrn, &a.bounds, &a.stat) == (&b.mrn, &b.bounds, &b.stat)
            }
            (Proposed::Settings(a), Proposed::Settings(b)) => a == b,
            _ => false,
        }
    }

    fn missed(&self) -> bool {
        matches!(&*lock(&self.end), Some(Ok(Some(found))) if found.missed().next().is_some())
    }
}

impl Console {
    pub(crate) fn do_backtest(&self, who: &Person, args: &BacktestArgs) -> Result<BacktestView, UserError> {
        let question = self.question(who, args)?;
        self.keep_seen(who, "backtest", question.mrn().cloned())?;
        let loosens = self.loosens(&question.proposed);
        let reader = lock(&self.engine).reader().map_err(store_error)?;
        let trial = {
            let mut all = lock(&self.trials);
            // One at a time for each person: the former question is not wanted any more.
            all.iter().filter(|t| t.by == who.name).for_each(|t| t.cancelled.store(true, Ordering::Relaxed));
            let trial = Arc::new(Trial {
                id: all.first().map_or(1, |t| t.id + 1),
                by: who.name.clone(),
                question,
                loosens,
                thousandths: AtomicU64::new(0),
                cancelled: AtomicBool::new(false),
                end: Mutex::default(),
            });
            all.insert(0, trial.clone());
            all.truncate(REMEMBERED);
            trial
        };
        let (ended, wait) = mpsc::channel();
        let running = trial.clone();
        std::thread::spawn(move || {
            let goes_on = |progress: f64| {
                running.thousandths.store((progress * WHOLE) as u64, Ordering::Relaxed);
                !running.cancelled.load(Ordering::Relaxed)
            };
            let end = run(&reader, &running.question, &goes_on).map(|found| found.map(Arc::new)).map_err(|e| e.to_string());
            if let Err(why) = &end {
                tracing::error!(%why, "a back-test could not read the stored readings");
            }
            *lock(&running.end) = Some(end);
            let _ = ended.send(());
        });
        let _ = wait.recv_timeout(ANSWER_WITHIN);
        self.trial_view(&trial, who.language)
    }

    pub(crate) fn backtest_view(&self, who: &Person, id: u64) -> Result<BacktestView, UserError> {
        let trial = self.trial(who, id)?;
        self.trial_view(&trial, who.language)
    }

    pub(crate) fn do_backtest_cancel(&self, who: &Person, id: u64) -> Result<BacktestView, UserError> {
        let trial = self.trial(who, id)?;
        trial.cancelled.store(true, Ordering::Relaxed);
        self.trial_view(&trial, who.language)
    }

    fn trial(&self, who: &Person, id: u64) -> Result<Arc<Trial>, UserError> {
        let found = lock(&self.trials).iter().find(|t| t.id == id && t.by == who.name).cloned();
        found.ok_or_else(|| UserError::not_found("This back-test"))
    }

    fn trial_view(&self, trial: &Trial, l: Language) -> Result<BacktestView, UserError> {
        let end = lock(&trial.end).clone();
        let (state, result) = match end {
            None if trial.cancelled.load(Ordering::Relaxed) => ("cancelled", None),
            None => ("running", None),
            Some(Ok(None)) => ("cancelled", None),
            Some(Err(_)) => ("failed", None),
            Some(Ok(Some(found))) => {
                let case_key = lock(&self.engine).desk.case_key;
                let reader = lock(&self.reader);
                ("done", Some(backtest_result(&reader, &trial.question, &found, &trial.loosens, &case_key, l).map_err(store_error)?))
            }
        };
        let progress = if state == "done" { 1.0 } else { trial.thousandths.load(Ordering::Relaxed) as f64 / WHOLE };
        Ok(BacktestView { id: trial.id, state: state.into(), progress, result })
    }

    /// The change that the arguments mean, with the rules in force.
    fn question(&self, who: &Person, args: &BacktestArgs) -> Result<Question, UserError> {
        let l = who.language;
        let (now, settings) = (self.now(), lock(&self.engine).desk.settings.clone());
        let proposed = match args.mrn.as_deref().map(str::trim).filter(|m| !m.is_empty()) {
            Some(mrn) => {
                let patient = lock(&self.engine).desk.patients.get(&Mrn::from(mrn)).cloned();
                let patient = patient.ok_or_else(|| UserError::not_found("This patient"))?;
                let stat = match &args.stat {
                    None => patient.stat.clone(),
                    Some(stat) => stat.iter().map(|s| own_stat(s, who)).collect::<Result<_, _>>()?,
                };
                let proposed = Patient { bounds: bounds_of(&args.bounds, l)?, stat, ..patient.clone() };
                Proposed::Patient { now: Box::new(patient), proposed: Box::new(proposed) }
            }
            None if args.settings.is_empty() => {
                return Err(field("settings", l, "Say which limits or rules would change.", "Diga qué límites o reglas cambiarían."));
            }
            None => {
                let (new, refused) = with_settings(&settings, &args.settings);
                if let Some((name, why)) = refused.into_iter().next() {
                    let to_do = pick(l, "Correct it and try again.", "Corríjalo e inténtelo de nuevo.");
                    return Err(UserError::invalid(&name, why, to_do));
                }
                Proposed::Settings(Box::new(new))
            }
        };
        Ok(Question { settings, proposed, now })
    }

    fn loosens(&self, proposed: &Proposed) -> Vec<String> {
        let settings = lock(&self.engine).desk.settings.clone();
        match proposed {
            Proposed::Patient { now, proposed } => loosened_bounds((&now.bounds, &now.stat), (&proposed.bounds, &proposed.stat), &settings),
            Proposed::Settings(new) => loosened_settings(&settings, new),
        }
    }

    /// Refuses a change without a reason when it loosens a limit, or when its back-test showed an episode that was acted
    /// on and would have been missed. Every command that saves limits or default rules asks here first.
    pub(crate) fn reason_for(&self, proposed: &Proposed, why: &str, l: Language) -> Result<(), UserError> {
        if why.chars().any(char::is_alphanumeric) {
            return Ok(());
        }
        if lock(&self.trials).iter().any(|t| t.is_about(proposed) && t.missed()) {
            return Err(field(
                "why",
                l,
                "The back-test shows an episode that was acted on and would have been missed: say why you change it all the same.",
                "La prueba muestra un episodio atendido que se habría perdido: diga por qué lo cambia de todos modos.",
            ));
        }
        if !self.loosens(proposed).is_empty() {
            return Err(field(
                "why",
                l,
                "This lets more readings through than before: say why.",
                "Esto deja pasar más lecturas que antes: diga por qué.",
            ));
        }
        Ok(())
    }
}

/// A patient's own cells as typed; the wrong one is named.
pub(crate) fn bounds_of(cells: &Map<String, Value>, l: Language) -> Result<Bounds, UserError> {
    let mut bounds = Value::Object(Map::new());
    for (name, value) in cells {
        let one: Map<String, Value> = [(name.clone(), value.clone())].into_iter().collect();
        let read = serde_json::from_value::<Bounds>(Value::Object(one)).map_err(|_| {
            field(name, l, "A limit is a number, or empty for the default.", "Un límite es un número, o vacío para el valor general.")
        })?;
        if let (Some(all), Ok(Value::Object(cell))) = (bounds.as_object_mut(), serde_json::to_value(read)) {
            if cell.values().any(|v| v.as_str().is_some_and(|v| v.starts_with('-'))) {
                return Err(field(name, l, "A limit is not below 0.", "Un límite no es menor que 0."));
            }
            all.extend(cell);
        }
    }
    serde_json::from_value(bounds).map_err(|_| field("bounds", l, "The limits could not be read.", "No se pudieron leer los límites."))
}

fn own_stat(s: &BacktestStat, who: &Person) -> Result<OwnStat, UserError> {
    let wrong = || {
        let l = who.language;
        field("stat", l, "A stat value names what, low or high, and a number.", "Un valor urgente indica qué, bajo o alto, y un número.")
    };
    let direction = match s.direction.as_str() {
        "low" => Direction::Low,
        "high" => Direction::High,
        _ => return Err(wrong()),
    };
    if !["systolic", "diastolic", "glucose", "spo2", "heart_rate"].contains(&s.what.as_str()) {
        return Err(wrong());
    }
    let value = decide::decimal(&s.value.to_string()).filter(|v| *v >= Decimal::ZERO).ok_or_else(wrong)?;
    Ok(OwnStat { stat: StatRule { what: s.what.clone(), direction, value }, by: who.name.clone(), reason: String::new(), review_on: None })
}
