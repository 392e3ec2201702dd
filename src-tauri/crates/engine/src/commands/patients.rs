//! What staff change about patients. Who may order a limit is decided here, on every host.

use super::refusal::{field, needs_clinician, refused};
use super::work::words;
use crate::backtest::Proposed;
use crate::console::{lock, Console};
use crate::import::personal;
use crate::spine::Incoming;
use crate::views::{limit_trouble_words, may_change_limits, pick, say};
use chrono::NaiveDate;
use decide::clinic::limits::{plausible, read_limit};
use decide::desk::Answer;
use decide::input::{Change, Input, PersonalChange};
use decide::{Direction, LimitOrder, LimitSet, Mrn, Order, Patient, StatOrder};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use wire::{
    Done, Language, LimitOrderArgs, LimitRefusal, Person, PersonalArgs, SavedLimits, SetLimitsArgs, StatArgs, TextsArgs, UserError,
};

const LONGEST_REASON: usize = 300;
const LONGEST_NAME: usize = 100;
/// Patients whose limits are changed at once.
const MOST_ORDERS: usize = 1_000;
/// What a stat value may be about, and the limit whose plausible range it shares.
const STATS: [(&str, &str, &str); 5] = [
    ("systolic", "systolic_low", "systolic_high"),
    ("diastolic", "diastolic_low", "diastolic_high"),
    ("glucose", "glucose_low", "glucose_high"),
    ("spo2", "spo2_floor", "spo2_floor"),
    ("heart_rate", "heart_rate_low", "heart_rate_high"),
];

fn some(text: &str) -> Option<String> {
    Some(text.trim().to_string()).filter(|t| !t.is_empty())
}

/// Who ordered it, why, and when it is looked at again: a clinician orders for themselves, others name the clinician.
pub(super) fn order(who: &Person, why: &str, ordered_by: &str, review_on: Option<NaiveDate>) -> Result<Order, UserError> {
    let l = who.language;
    let ordered_by = match may_change_limits(&who.role) {
        "direct" => some(ordered_by),
        "ordered" => Some(words("ordered_by", ordered_by, LONGEST_NAME, l).map_err(|mut e| {
            if ordered_by.trim().is_empty() {
                e.what_happened = pick(
                    l,
                    "A limit is changed on a clinician's order: name the clinician who ordered it.",
                    "Un límite se cambia por orden médica: indique quién lo ordenó.",
                )
                .into();
                e.what_to_do = pick(l, "Write the clinician's name under \"ordered by\".", "Escriba su nombre en «ordenado por».").into();
            }
            e
        })?),
        _ => return Err(needs_clinician(l)),
    };
    if ordered_by.as_deref().is_some_and(|name| name.to_lowercase() == who.name.to_lowercase()) && may_change_limits(&who.role) != "direct"
    {
        return Err(field(
            "ordered_by",
            l,
            "That is your own name: name the clinician who ordered it.",
            "Ese es su propio nombre: indique quién lo ordenó.",
        ));
    }
    let why = match some(why) {
        Some(why) => Some(words("why", &why, LONGEST_REASON, l)?),
        None => None,
    };
    Ok(Order { why, ordered_by, review_on })
}

impl Console {
    /// A day ahead of the clinic's own, as typed.
    pub(super) fn day_ahead(&self, day: Option<&str>, l: Language) -> Result<Option<NaiveDate>, UserError> {
        let Some(day) = day.and_then(some) else { return Ok(None) };
        let day: NaiveDate =
            day.parse().map_err(|_| field("review_on", l, "A day is written 2026-06-01.", "Un día se escribe 2026-06-01."))?;
        let today = decide::wallclock::clinic_zone(&lock(&self.engine).desk.settings).wall(self.now()).date();
        if day <= today || day > today + chrono::TimeDelta::days(366 * 3) {
            return Err(field(
                "review_on",
                l,
                "The review lies ahead, within three years.",
                "La revisión es una fecha futura, dentro de tres años.",
            ));
        }
        Ok(Some(day))
    }

    /// A patient as is and as proposed: what the back-test asks about.
    pub(super) fn proposed(&self, mrn: &Mrn, change: impl FnOnce(&mut Patient)) -> Option<Proposed> {
        let now = lock(&self.engine).desk.patients.get(mrn)?.clone();
        let mut proposed = now.clone();
        change(&mut proposed);
        Some(Proposed::Patient { now: Box::new(now), proposed: Box::new(proposed) })
    }

    fn change(&self, who: &Person, change: Change) -> Result<Answer, UserError> {
        self.take(vec![Incoming::Direct(Input::Change { who: who.name.clone(), change })], who.language)
    }

    /// The desk's refusal, at its field when it names one.
    fn or_refused(&self, answer: Answer, l: Language) -> Result<(), UserError> {
        match (answer.refused, answer.field) {
            (None, _) => Ok(()),
            (Some(why), Some(at)) => {
                let why = in_spanish(&why, l);
                Err(UserError::invalid(&at, why, pick(l, "Correct it and send it again.", "Corríjalo y envíelo de nuevo.")))
            }
            (Some(why), None) => Err(refused(&why, l)),
        }
    }

    pub(crate) fn do_set_limits(&self, who: &Person, args: &SetLimitsArgs) -> Result<SavedLimits, UserError> {
        let l = who.language;
        let order = order(who, &args.why, &args.ordered_by, self.day_ahead(args.review_on.as_deref(), l)?)?;
        if args.orders.is_empty() || args.orders.len() > MOST_ORDERS {
            return Err(field("orders", l, "Change 1 to 1,000 patients at once.", "Cambie de 1 a 1000 pacientes a la vez."));
        }
        let mut out = SavedLimits { said: String::new(), saved: Vec::new(), refused: Vec::new() };
        let mut good = Vec::new();
        for asked in &args.orders {
            match read(asked, &order, l) {
                Ok(one) => good.push(one),
                Err(refusal) => out.refused.push(refusal),
            }
        }
        for one in &good {
            let proposed = self.proposed(&one.mrn, |p| {
                for set in &one.set {
                    p.bounds.set_limit(&set.limit, set.to);
                }
            });
            if let Some(proposed) = proposed {
                self.reason_for(&proposed, &args.why, l)?;
            }
        }
        let inputs = good
            .iter()
            .map(|o| Incoming::Direct(Input::Change { who: who.name.clone(), change: Change::Limits(Box::new(o.clone())) }))
            .collect();
        let answers = (self.submit)(inputs).ok_or_else(|| super::not_stored(l))?;
        for (one, answers) in good.iter().zip(answers) {
            let mrn = one.mrn.expose().to_string();
            match answers.into_iter().find_map(|a| a.refused.map(|why| (why, a.field))) {
                None => out.saved.push(mrn),
                Some((why, limit)) => out.refused.push(LimitRefusal { mrn, limit, why: in_spanish(&why, l) }),
            }
        }
        let (saved, not) = (out.saved.len(), out.refused.len());
        out.said = match (saved, not) {
            (1, 0) => pick(l, "Limits saved for 1 patient.", "Límites guardados de 1 paciente.").into(),
            (n, 0) => say!(l, "Limits saved for {n} patients.", "Límites guardados de {n} pacientes."),
            (n, m) => say!(l, "Limits saved for {n} patients, not for {m}.", "Límites guardados de {n} pacientes, de {m} no."),
        };
        Ok(out)
    }

    pub(crate) fn do_set_stat(&self, who: &Person, args: &StatArgs) -> Result<Done, UserError> {
        let l = who.language;
        let (_, low, high) = STATS
            .into_iter()
            .find(|(what, ..)| *what == args.what)
            .ok_or_else(|| field("what", l, "Choose what it is about.", "Elija de qué se trata."))?;
        let (direction, limit) = match args.direction.as_str() {
            "low" => (Direction::Low, low),
            "high" if args.what != "spo2" => (Direction::High, high),
            _ => return Err(field("direction", l, "Below or above.", "Por debajo o por encima.")),
        };
        let value = match args.value.as_deref().and_then(some) {
            None => None,
            Some(text) => {
                let n: Decimal = text.parse().map_err(|_| field("value", l, "This is not a number.", "No es un número."))?;
                plausible(limit, n).map_err(|why| {
                    let words = limit_trouble_words(&why, l);
                    let what = say!(l, "The value {words}.", "El valor {words}.");
                    UserError::invalid("value", what, pick(l, "Correct it and send it again.", "Corríjalo y envíelo de nuevo."))
                })?;
                Some(n)
            }
        };
        let why = words("why", &args.why, LONGEST_REASON, l)?;
        let review_on = self.day_ahead(args.review_on.as_deref(), l)?;
        if value.is_some() && review_on.is_none() {
            return Err(field(
                "review_on",
                l,
                "Say when it is looked at again: a stat value of one's own has a review date.",
                "Diga cuándo se revisa: un valor urgente propio lleva fecha de revisión.",
            ));
        }
        let order = order(who, &why, &args.ordered_by, review_on)?;
        let change = StatOrder { mrn: Mrn::from(args.mrn.as_str()), what: args.what.clone(), direction, value, order };
        let answer = self.change(who, Change::Stat(Box::new(change)))?;
        self.or_refused(answer, l)?;
        let said = match value {
            Some(_) => pick(l, "Saved. Beyond it a reading is critical.", "Guardado. Más allá, una lectura es crítica."),
            None => pick(l, "The clinic's own stat value counts again.", "Vuelve a contar el valor urgente de la clínica."),
        };
        Ok(Done { said: said.into(), undo: None })
    }

    pub(crate) fn do_change_patient(&self, who: &Person, args: PersonalArgs) -> Result<Done, UserError> {
        let l = who.language;
        let mrn = words("mrn", &args.mrn, 64, l)?;
        let mut fields = Map::new();
        for (name, text) in &args.fields {
            let text = text.as_deref().map(str::trim).filter(|t| !t.is_empty());
            let value = match text {
                Some(text) => personal(name, text, l).map_err(|why| {
                    let why = crate::views::capital(&why);
                    UserError::invalid(name, format!("{why}."), pick(l, "Correct it and send it again.", "Corríjalo y envíelo de nuevo."))
                })?,
                None if matches!(name.as_str(), "first_name" | "last_name") => Value::String(String::new()),
                None if matches!(name.as_str(), "birth_date" | "fhir_id" | "phone" | "time_zone" | "status_until" | "status_reason") => {
                    Value::Null
                }
                None => return Err(field(name, l, "This must not be empty.", "No puede quedar vacío.")),
            };
            fields.insert(name.clone(), value);
        }
        let change = PersonalChange { mrn: Mrn::new(mrn), enrols: args.enrols, fields, zone_checked: args.zone_checked };
        let before = self.waiting_for_unknown();
        let answer = self.change(who, Change::Personal(Box::new(change)))?;
        self.or_refused(answer, l)?;
        let used = before.saturating_sub(self.waiting_for_unknown());
        let said = match (args.enrols, used) {
            (true, 0) => pick(l, "Enrolled.", "Inscrito.").into(),
            (true, n) => {
                say!(l, "Enrolled; {n} records that had waited could be used.", "Inscrito; se usaron {n} registros que esperaban.")
            }
            (false, 0) => pick(l, "Saved.", "Guardado.").into(),
            (false, n) => say!(l, "Saved; {n} records that had waited could be used.", "Guardado; se usaron {n} registros que esperaban."),
        };
        Ok(Done { said, undo: None })
    }

    pub(crate) fn do_patient_texts(&self, who: &Person, args: &TextsArgs) -> Result<Done, UserError> {
        let l = who.language;
        let why = words("why", &args.why, LONGEST_REASON, l)?;
        let mrn = Mrn::from(args.mrn.as_str());
        let phone = lock(&self.engine).desk.patients.get(&mrn).ok_or_else(|| UserError::not_found("That patient"))?.phone.clone();
        if let (false, Some(phone)) = (args.out, &phone) {
            let standing = lock(&self.reader).opt_out_of(phone).map_err(super::store_error)?;
            if standing.is_some_and(|s| s.out && s.by.is_none()) {
                return Err(super::refusal::too_late(
                    pick(
                        l,
                        "The patient said STOP by text. Only START from that phone allows texts again; until then they are blocked at Twilio.",
                        "El paciente respondió STOP. Solo START desde ese teléfono los permite de nuevo; hasta entonces Twilio los bloquea.",
                    ),
                    l,
                ));
            }
        }
        let answer = self.change(who, Change::Texts { mrn, out: args.out, why })?;
        self.or_refused(answer, l)?;
        let said = if args.out {
            pick(l, "No more texts go to this number.", "No se envían más mensajes a este número.")
        } else {
            pick(l, "Texts to this number are allowed again.", "Se permiten de nuevo los mensajes a este número.")
        };
        Ok(Done { said: said.into(), undo: None })
    }

    /// Records that wait because their patient is not enrolled.
    pub(super) fn waiting_for_unknown(&self) -> usize {
        lock(&self.engine).desk.quarantine.values().filter(|q| q.reason == "unknown_patient").count()
    }

    pub(crate) fn do_retry_unknown(&self, who: &Person) -> Result<Done, UserError> {
        let l = who.language;
        let ids: Vec<u64> = {
            let engine = lock(&self.engine);
            engine.desk.quarantine.values().filter(|q| q.reason == "unknown_patient").map(|q| q.id).collect()
        };
        let before = ids.len();
        self.keep_seen(who, "reprocess", None)?;
        for some in ids.chunks(200) {
            let again = some.iter().map(|id| Incoming::Again { quarantine: *id }).collect();
            (self.submit)(again).ok_or_else(|| super::not_stored(l))?;
        }
        let used = before.saturating_sub(self.waiting_for_unknown());
        let left = before - used;
        let said = say!(l, "{used} records could be used, {left} still wait.", "Se usaron {used} registros, {left} siguen en espera.");
        Ok(Done { said, undo: None })
    }
}

/// The limits asked for one patient, each read exactly.
fn read(asked: &LimitOrderArgs, order: &Order, l: Language) -> Result<LimitOrder, LimitRefusal> {
    let at = |limit: &str, why: String| LimitRefusal { mrn: asked.mrn.clone(), limit: Some(limit.into()), why };
    let mut set = Vec::new();
    for one in &asked.set {
        let cell = |text: &Option<String>| text.as_deref().unwrap_or_default().to_string();
        let was = cell(&one.was).trim().parse::<Decimal>().ok();
        let to = read_limit(&one.limit, &cell(&one.to)).map_err(|why| {
            let words = limit_trouble_words(&why, l);
            at(&one.limit, say!(l, "This limit {words}.", "Este límite {words}."))
        })?;
        set.push(LimitSet { limit: one.limit.clone(), was, to });
    }
    if set.is_empty() {
        let why = pick(l, "No limit is named.", "No se nombra ningún límite.").into();
        return Err(LimitRefusal { mrn: asked.mrn.clone(), limit: None, why });
    }
    Ok(LimitOrder { mrn: Mrn::from(asked.mrn.as_str()), set, order: order.clone() })
}

/// The desk's sentences about patients in the reader's language.
fn in_spanish(sentence: &str, l: Language) -> String {
    if l == Language::En {
        return sentence.into();
    }
    if let Some(is) = sentence.strip_prefix("Somebody else changed this limit meanwhile: it is ") {
        let is = is.trim_end_matches(" now.").replace("the default", "el valor general");
        return format!("Alguien cambió este límite entretanto: ahora es {is}.");
    }
    match sentence {
        "A patient with this MRN is enrolled already." => "Ya hay un paciente inscrito con este número.",
        "That patient is not enrolled here." => "Ese paciente no está inscrito aquí.",
        "There is no such limit." => "No existe ese límite.",
        "Say why: a pause has a reason." => "Diga por qué: una pausa tiene un motivo.",
        "Say until when: a pause always expires." => "Diga hasta cuándo: una pausa siempre termina.",
        "There is no mobile number to stop texts to." => "No hay número de móvil.",
        "Another patient has this id at the chart: readings would be filed with the wrong person." => {
            "Otro paciente tiene este id en la historia: las lecturas irían a la persona equivocada."
        }
        other => other,
    }
    .into()
}
