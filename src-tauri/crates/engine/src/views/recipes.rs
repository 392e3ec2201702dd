//! Recipes in sentences: what each rule does to a reading, a page, a night.

use super::words::{capital, pick, say, vital_words};
use crate::console::{lock, Console};
use decide::outbox::Urgency;
use decide::recipes::{severity_faults, severity_of, stat_faults, urgency_faults, Fault, URGENCIES};
use decide::{plain, AfterHours, Direction, Hhmm, Settings, StatRule, UrgencyRule};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use wire::{Language, RecipeLine, RecipeRefusal, RecipesView, SeverityLine, StatLine, UrgencyLine};

/// The settings that are recipes.
const NAMES: [&str; 5] = ["stat_table", "urgency_table", "pagerduty_severity_map", "reply_wait_minutes", "after_hours_policy"];

fn what_words(what: &str, l: Language) -> String {
    let (en, es) = match what {
        "systolic" => ("Systolic pressure", "Presión sistólica"),
        "diastolic" => ("Diastolic pressure", "Presión diastólica"),
        "glucose" => ("Glucose", "Glucosa"),
        "spo2" => ("Oxygen saturation", "Saturación de oxígeno"),
        "heart_rate" => ("Heart rate", "Frecuencia cardíaca"),
        other => return other.into(),
    };
    pick(l, en, es).into()
}

fn fault_words(f: &Fault, l: Language) -> String {
    let w = &f.word;
    match f.code {
        "unknown_what" => say!(l, "There is nothing measured of that name: {w}.", "No se mide nada con ese nombre: {w}."),
        "out_of_range" => say!(l, "Outside {w}: that looks like a slip of the pen.", "Fuera de {w}: parece un error al escribir."),
        "twice" => pick(l, "The same direction is there already.", "Esa dirección ya está.").into(),
        "crossed" => {
            pick(l, "With the other line every reading would be critical.", "Con la otra línea, toda lectura sería crítica.").into()
        }
        "two_numbers" => pick(
            l,
            "A blood pressure has two numbers: this line would never fit. Use symptoms, or no condition.",
            "La presión tiene dos números: esta línea nunca se aplicaría. Use síntomas o ninguna condición.",
        )
        .into(),
        "nothing_between" => {
            pick(l, "No number is above the one and below the other.", "Ningún número está por encima de uno y por debajo del otro.").into()
        }
        "never_reached" => say!(
            l,
            "Never reached: line {w} takes every page of that vital. Move this one above it.",
            "Nunca se alcanza: la línea {w} se lleva todas las llamadas de ese signo. Póngala encima."
        ),
        "unknown_severity" => say!(l, "PagerDuty does not know this: {w}.", "PagerDuty no conoce esto: {w}."),
        _ => say!(l, "{w} would be told more quietly than a lesser urgency.", "{w} se avisaría más bajo que una urgencia menor."),
    }
}

fn fault_of(faults: &[Fault], line: usize, l: Language) -> Option<String> {
    faults.iter().find(|f| f.line == Some(line)).map(|f| fault_words(f, l))
}

fn stat_line(rule: &StatRule, fault: Option<String>, l: Language) -> StatLine {
    let (what, value) = (what_words(&rule.what, l), plain(rule.value));
    let sentence = match rule.direction {
        Direction::Low => say!(
            l,
            "{what} below {value}: critical, whatever the patient's own limits say. Ask the patient and page at once.",
            "{what} por debajo de {value}: crítico, digan lo que digan los límites del paciente. Se pregunta y se llama en el acto."
        ),
        Direction::High => say!(
            l,
            "{what} above {value}: critical, whatever the patient's own limits say. Ask the patient and page at once.",
            "{what} por encima de {value}: crítico, digan lo que digan los límites del paciente. Se pregunta y se llama en el acto."
        ),
    };
    let direction = if rule.direction == Direction::Low { "low" } else { "high" };
    StatLine { what: rule.what.clone(), direction: direction.into(), value, line: RecipeLine { sentence, fault } }
}

fn urgency_line(rule: &UrgencyRule, map: &BTreeMap<String, String>, fault: Option<String>, l: Language) -> UrgencyLine {
    let vital = capital(vital_words(rule.vital, l));
    let mut when = Vec::new();
    if let Some(below) = rule.below {
        when.push(say!(l, "below {0}", "por debajo de {0}", plain(below)));
    }
    if let Some(above) = rule.above {
        when.push(say!(l, "above {0}", "por encima de {0}", plain(above)));
    }
    if rule.if_symptoms {
        when.push(pick(l, "with symptoms", "con síntomas").into());
    }
    let when = if when.is_empty() { pick(l, "otherwise", "en otro caso").to_string() } else { when.join(pick(l, " and ", " y ")) };
    let (word, severity) = (rule.word.word(), severity_of(map, rule.word));
    let sentence = say!(
        l,
        "{vital} {when}: the page says \"{word}\"; PagerDuty gets \"{severity}\".",
        "{vital} {when}: la llamada dice «{word}»; PagerDuty recibe «{severity}»."
    );
    UrgencyLine {
        vital: rule.vital.name().into(),
        below: rule.below.map(plain),
        above: rule.above.map(plain),
        if_symptoms: rule.if_symptoms,
        word: word.into(),
        line: RecipeLine { sentence, fault },
    }
}

fn severity_line(urgency: Urgency, map: &BTreeMap<String, String>, faults: &[Fault], l: Language) -> SeverityLine {
    let (word, severity) = (urgency.word(), severity_of(map, urgency));
    let fault = faults.iter().find(|f| f.word.split(' ').next() == Some(word)).map(|f| fault_words(f, l));
    let sentence = match severity {
        "critical" | "error" => say!(
            l,
            "\"{word}\" reaches PagerDuty as \"{severity}\": high urgency, it calls until somebody answers.",
            "«{word}» llega a PagerDuty como «{severity}»: urgencia alta, llama hasta que alguien conteste."
        ),
        _ => say!(
            l,
            "\"{word}\" reaches PagerDuty as \"{severity}\": on a service with urgency by severity nobody is called. The connection test says whether yours is one.",
            "«{word}» llega a PagerDuty como «{severity}»: en un servicio con urgencia por gravedad no se llama a nadie. La prueba de conexión dice si el suyo lo es."
        ),
    };
    SeverityLine { word: word.into(), severity: severity.into(), line: RecipeLine { sentence, fault } }
}

fn clock(t: Hhmm) -> String {
    format!("{:02}:{:02}", t.0 / 100, t.0 % 100)
}

fn after_hours(s: &Settings, l: Language) -> String {
    let (start, finish) = (clock(s.quiet_hours_start), clock(s.quiet_hours_finish));
    if s.quiet_hours_start == s.quiet_hours_finish {
        return pick(
            l,
            "Quiet hours are off: every reading is handled at once, day and night.",
            "No hay horas de silencio: toda lectura se atiende en el acto, de día y de noche.",
        )
        .into();
    }
    match s.after_hours_policy {
        AfterHours::Hold => say!(
            l,
            "From {start} to {finish} an abnormal reading waits until {finish}; the nurse sees it at once. Critical, oxygen and low glucose never wait.",
            "De {start} a {finish} una lectura anormal espera hasta las {finish}; enfermería la ve en el acto. Lo crítico, el oxígeno y la glucosa baja nunca esperan."
        ),
        AfterHours::Escalate => say!(
            l,
            "From {start} to {finish} an abnormal reading pages on call at once instead of texting the patient.",
            "De {start} a {finish} una lectura anormal llama a la guardia en el acto en vez de escribir al paciente."
        ),
    }
}

impl Console {
    pub(crate) fn recipes_view(&self, draft: &Map<String, Value>, l: Language) -> RecipesView {
        let now = lock(&self.engine).desk.settings.clone();
        let draft: Map<String, Value> =
            draft.iter().filter(|(n, _)| NAMES.contains(&n.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect();
        let (settings, refused) = decide::followup::change::with_settings(&now, &draft);
        // A table that is refused is still shown line by line, so that each says what is the matter with it.
        let stat = table(&draft, "stat_table").unwrap_or_else(|| settings.stat_table.clone());
        let urgency = table(&draft, "urgency_table").unwrap_or_else(|| settings.urgency_table.clone());
        let map: BTreeMap<String, String> =
            table(&draft, "pagerduty_severity_map").unwrap_or_else(|| settings.pagerduty_severity_map.clone());
        let (of_stat, of_urgency, of_map) = (stat_faults(&stat), urgency_faults(&urgency), severity_faults(&map));
        let wait = settings.reply_wait_minutes;
        let reply_wait = say!(
            l,
            "After a symptom check the patient has {wait} minutes to answer; then on call is paged.",
            "Tras la pregunta de síntomas el paciente tiene {wait} minutos para contestar; después se llama a la guardia."
        );
        let fault = |name: &str| refused.get(name).map(|why| capital(why));
        RecipesView {
            stat_table: stat.iter().enumerate().map(|(i, rule)| stat_line(rule, fault_of(&of_stat, i, l), l)).collect(),
            urgency_table: urgency.iter().enumerate().map(|(i, rule)| urgency_line(rule, &map, fault_of(&of_urgency, i, l), l)).collect(),
            severity_map: URGENCIES.iter().rev().map(|(urgency, _)| severity_line(*urgency, &map, &of_map, l)).collect(),
            reply_wait_minutes: wait,
            reply_wait: RecipeLine { sentence: reply_wait, fault: fault("reply_wait_minutes") },
            after_hours_policy: if settings.after_hours_policy == AfterHours::Hold { "hold" } else { "escalate" }.into(),
            after_hours: RecipeLine { sentence: after_hours(&settings, l), fault: fault("after_hours_policy") },
            refused: refused.iter().map(|(setting, why)| RecipeRefusal { setting: setting.clone(), said: capital(why) }).collect(),
        }
    }
}

/// A table of the draft, if it can be read at all.
fn table<T: serde::de::DeserializeOwned>(draft: &Map<String, Value>, name: &str) -> Option<T> {
    serde_json::from_value(draft.get(name)?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use crate::views::ward::*;
    use serde_json::{json, Value};
    use wire::Command;

    fn recipes(ward: &Ward, draft: Value) -> Value {
        ward.call(Command::recipes, json!({ "draft": draft })).unwrap()
    }

    #[test]
    fn each_rule_is_a_sentence_a_nurse_can_read() {
        let ward = Ward::new();
        let view = recipes(&ward, json!({}));
        let stat: Vec<&str> = view["stat_table"].as_array().unwrap().iter().map(|s| s["line"]["sentence"].as_str().unwrap()).collect();
        assert!(stat.contains(&"Glucose below 55: critical, whatever the patient's own limits say. Ask the patient and page at once."));
        let urgency: Vec<&str> =
            view["urgency_table"].as_array().unwrap().iter().map(|s| s["line"]["sentence"].as_str().unwrap()).collect();
        assert!(urgency.contains(&"Glucose above 400: the page says \"High\"; PagerDuty gets \"error\"."));
        assert!(urgency.contains(&"Blood pressure otherwise: the page says \"Medium\"; PagerDuty gets \"warning\"."));
        assert!(view["after_hours"]["sentence"].as_str().unwrap().starts_with("From 21:00 to 08:00 an abnormal reading waits"));
        assert!(view["severity_map"][2]["line"]["sentence"].as_str().unwrap().contains("nobody is called"));
        assert_eq!(view["refused"], json!([]));
    }

    #[test]
    fn a_draft_is_read_line_by_line_and_nothing_of_it_is_kept() {
        let ward = Ward::new();
        let draft = json!({
            "stat_table": [{ "what": "glucose", "direction": "high", "value": 300 }, { "what": "glucose", "direction": "high", "value": 5 }],
            "reply_wait_minutes": -1,
            "customer_name": "not a recipe",
        });
        let view = recipes(&ward, draft);
        assert!(view["stat_table"][0]["line"]["sentence"].as_str().unwrap().starts_with("Glucose above 300: critical"));
        assert_eq!(view["stat_table"][0]["line"]["fault"], Value::Null);
        assert!(view["stat_table"][1]["line"]["fault"].as_str().unwrap().contains("slip of the pen"));
        let refused: Vec<&str> = view["refused"].as_array().unwrap().iter().map(|r| r["setting"].as_str().unwrap()).collect();
        assert_eq!(refused, ["reply_wait_minutes", "stat_table"]);
        assert_eq!(ward.engine.lock().unwrap().desk.settings.stat_table.len(), 3);
    }
}
