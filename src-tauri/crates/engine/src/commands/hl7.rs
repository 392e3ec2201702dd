//! How the site's HL7 messages are read: the map as typed, its preview, its change.

use super::refusal::{field, refused};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::{capital, pick, quarantine_title};
use decide::hl7::{preview, SiteMap};
use decide::input::{Change, Input};
use serde_json::{Map, Value};
use wire::*;

const SETTING: &str = "hl7_site_map";
/// A message over MLLP may be as long.
const LONGEST_MESSAGE: usize = 1 << 20;
/// Stands for an empty list, where nothing typed means the standard's.
const NONE: &str = "-";

/// Every entry of the map and how it is typed.
const ENTRIES: [(&str, Kind); 16] = [
    ("appointment_id", Kind::Word),
    ("times", Kind::Places),
    ("time_zone", Kind::Word),
    ("zones", Kind::Pairs),
    ("patient_id_type", Kind::Word),
    ("patient_id_authority", Kind::Word),
    ("default_country", Kind::Word),
    ("provider", Kind::Places),
    ("callback_phones", Kind::Places),
    ("callback_phone", Kind::Word),
    ("location_phones", Kind::Pairs),
    ("location", Kind::Places),
    ("locations", Kind::Pairs),
    ("service", Kind::Places),
    ("status", Kind::Places),
    ("statuses", Kind::Pairs),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Places,
    Pairs,
}

impl Kind {
    fn of(name: &str) -> Option<Kind> {
        ENTRIES.iter().find(|(entry, _)| *entry == name).map(|(_, kind)| *kind)
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Word => "word",
            Kind::Places => "places",
            Kind::Pairs => "pairs",
        }
    }

    /// The entry's value; none where nothing is typed.
    fn read(self, text: &str) -> Result<Option<Value>, String> {
        Ok(match (self, text.trim()) {
            (_, "") => None,
            (Kind::Word, word) => Some(word.into()),
            (Kind::Places, NONE) => Some(Value::Array(vec![])),
            (Kind::Places, list) => Some(list.split(',').map(str::trim).filter(|p| !p.is_empty()).map(Value::from).collect()),
            (Kind::Pairs, NONE) => Some(Value::Object(Map::new())),
            (Kind::Pairs, lines) => {
                let mut pairs = Map::new();
                for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
                    let (key, word) = line.split_once('=').ok_or_else(|| format!("each line is KEY = value: {line}"))?;
                    if pairs.insert(key.trim().into(), word.trim().into()).is_some() {
                        return Err(format!("is there twice: {}", key.trim()));
                    }
                }
                Some(Value::Object(pairs))
            }
        })
    }
}

/// An entry of the map as a person types it.
fn typed(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Array(list) if list.is_empty() => NONE.into(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Object(pairs) if pairs.is_empty() => NONE.into(),
        Value::Object(pairs) => {
            pairs.iter().map(|(k, v)| format!("{k} = {}", v.as_str().unwrap_or_default())).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// The map as typed; the trouble names its entry.
fn map_of(entries: &[Hl7MapEntry], l: Language) -> Result<(Value, SiteMap), Hl7Trouble> {
    let mut object = Map::new();
    for entry in entries {
        let kind = Kind::of(&entry.name).ok_or_else(|| trouble(&entry.name, "there is no such entry", l))?;
        if let Some(value) = kind.read(&entry.value).map_err(|why| trouble(&entry.name, &why, l))? {
            object.insert(entry.name.clone(), value);
        }
    }
    let object = Value::Object(object);
    match SiteMap::read(&object) {
        Ok(map) => Ok((object, map)),
        Err(said) => {
            let (name, why) = said.split_once(": ").unwrap_or(("appointment_id", &said));
            Err(trouble(name, why, l))
        }
    }
}

/// What is wrong with an entry, in the reader's language.
fn trouble(name: &str, why: &str, l: Language) -> Hl7Trouble {
    let es = match (name, Kind::of(name)) {
        ("time_zone" | "zones", _) => "No es una zona horaria IANA, p. ej. America/New_York.",
        ("default_country", _) => "Un país se escribe con dos letras, p. ej. US.",
        ("callback_phone" | "location_phones", _) => "No es un número al que se pueda llamar.",
        ("statuses", _) => "Cada línea es PALABRA = evento, con la palabra en mayúsculas, p. ej. CONFIRMED = CONFIRMED.",
        ("appointment_id", _) | (_, Some(Kind::Places)) => "Un lugar del mensaje se escribe como SCH-2 o SCH-11.4.",
        (_, Some(Kind::Pairs)) => "Cada línea es CLAVE = valor.",
        _ => "No se puede usar aquí.",
    };
    let said = match l {
        Language::En => capital(why),
        Language::Es => es.into(),
    };
    Hl7Trouble { field: name.into(), said }
}

impl Console {
    pub(crate) fn hl7_map_view(&self) -> Hl7MapView {
        let (now, standard) = {
            let engine = lock(&self.engine);
            let settings = &engine.desk.settings;
            let standard = SiteMap {
                default_country: Some(settings.default_country.clone()),
                time_zone: Some(settings.clinic_time_zone.clone()),
                ..SiteMap::default()
            };
            (settings.hl7_site_map.clone(), standard)
        };
        let json = |map: &SiteMap| serde_json::to_value(map).unwrap_or_default();
        let (now, own, standard) = (json(&now), json(&SiteMap::default()), json(&standard));
        let field = |(name, kind): &(&str, Kind)| Hl7MapField {
            name: (*name).into(),
            kind: kind.name().into(),
            value: if now[*name] == own[*name] { String::new() } else { typed(&now[*name]) },
            standard: typed(&standard[*name]),
        };
        Hl7MapView { fields: ENTRIES.iter().map(field).collect() }
    }

    pub(crate) fn do_hl7_preview(&self, who: &Person, args: &Hl7PreviewArgs) -> Result<Hl7PreviewView, UserError> {
        let l = who.language;
        if args.message.len() > LONGEST_MESSAGE {
            return Err(field("message", l, "A message has at most 1 MB.", "Un mensaje tiene como máximo 1 MB."));
        }
        let mut map = match map_of(&args.fields, l) {
            Ok((_, map)) => map,
            Err(trouble) => return Ok(Hl7PreviewView { map: Some(trouble), ..Hl7PreviewView::default() }),
        };
        if args.message.trim().is_empty() {
            return Ok(Hl7PreviewView::default());
        }
        {
            let engine = lock(&self.engine);
            let settings = &engine.desk.settings;
            map.default_country.get_or_insert_with(|| settings.default_country.clone());
            map.time_zone.get_or_insert_with(|| settings.clinic_time_zone.clone());
        }
        Ok(match preview(&args.message, &map) {
            Ok(seen) => Hl7PreviewView {
                values: seen.fields.into_iter().map(|f| Hl7Value { name: f.name.into(), value: f.value, place: f.place }).collect(),
                conflict: seen.conflict,
                phone_problem: seen.phone_problem.map(|en| match l {
                    Language::En => en,
                    Language::Es => "El teléfono del paciente no sirve para mensajes.".into(),
                }),
                test: seen.test,
                ..Hl7PreviewView::default()
            },
            Err(why) => Hl7PreviewView {
                answer: Some(why.ack.name().into()),
                refused: Some(Hl7Trouble {
                    said: match l {
                        Language::En => why.detail,
                        Language::Es => quarantine_title(why.reason, l),
                    },
                    field: why.field,
                }),
                ..Hl7PreviewView::default()
            },
        })
    }

    pub(crate) fn do_hl7_map_save(&self, who: &Person, args: &Hl7MapArgs) -> Result<Done, UserError> {
        let l = who.language;
        let to_do = pick(l, "Correct it and save again.", "Corríjalo y guarde de nuevo.");
        let (map, _) = map_of(&args.fields, l).map_err(|t| UserError::invalid(&t.field, t.said, to_do))?;
        let change = Change::Settings([(SETTING.to_string(), map)].into_iter().collect());
        let answer = self.take(vec![Incoming::Direct(Input::Change { who: who.name.clone(), change })], l)?;
        match answer.refused {
            Some(why) => Err(refused(&why, l)),
            None => {
                let said = pick(l, "Saved. The next message is read so.", "Guardado. El próximo mensaje se lee así.");
                Ok(Done { said: said.into(), undo: None })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::views::ward::*;
    use decide::hl7::SiteMap;
    use serde_json::{json, Value};
    use wire::{Command, Language, Person, UserError};

    const MESSAGE: &str =
        "MSH|^~\\&|EHR|CLINIC|||20260305112000-0500||SIU^S12|M1|P|2.5\nSCH|P1|A1|||||||||^^^20260310150000-0500\nPID|1||77||Lee^Ann\n";

    fn ask(ward: &Ward, command: Command, args: Value) -> Result<Value, UserError> {
        let admin = Person { name: "Ada".into(), role: "administrator".into(), language: Language::En, session: String::new() };
        ward.console.call(&admin, command, args)
    }

    fn entry(name: &str, value: &str) -> Value {
        json!([{ "name": name, "value": value }])
    }

    fn saved(ward: &Ward) -> SiteMap {
        ward.engine.lock().unwrap().desk.settings.hl7_site_map.clone()
    }

    #[test]
    fn a_saved_map_is_shown_and_messages_are_read_by_it() {
        let ward = Ward::new();
        ask(&ward, Command::hl7_map_save, json!({ "fields": entry("appointment_id", " SCH-1 ") })).unwrap();
        let shown = ask(&ward, Command::hl7_map, json!({})).unwrap();
        let of = |name: &str| shown["fields"].as_array().unwrap().iter().find(|f| f["name"] == name).unwrap().clone();
        assert_eq!((&of("appointment_id")["value"], &of("appointment_id")["standard"]), (&json!("SCH-1"), &json!("SCH-2")));
        assert_eq!(of("times")["value"], json!(""), "what was not typed is the standard's");
        assert_eq!(saved(&ward).appointment_id.to_string(), "SCH-1");
    }

    #[test]
    fn a_map_that_cannot_be_is_refused_at_its_field_and_nothing_changes() {
        let ward = Ward::new();
        for (name, value) in [
            ("appointment_id", "SCH"),
            ("times", "SCH-11.4, soon"),
            ("zones", "MAIN"),
            ("zones", "MAIN = Mars/Olympus"),
            ("location_phones", "MAIN = 2025550199\nMAIN = 2025550198"),
            ("statuses", "ok = CONFIRMED"),
            ("colour", "blue"),
        ] {
            let refused = ask(&ward, Command::hl7_map_save, json!({ "fields": entry(name, value) })).unwrap_err();
            assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("invalid", Some(name)), "{value}");
        }
        assert_eq!(saved(&ward), SiteMap::default());
    }

    #[test]
    fn every_entry_of_the_map_can_be_typed_and_read_again() {
        let ward = Ward::new();
        let shown = ask(&ward, Command::hl7_map, json!({})).unwrap();
        let shown = shown["fields"].as_array().unwrap();
        let whole = SiteMap { default_country: Some("US".into()), time_zone: Some("UTC".into()), ..SiteMap::default() };
        for name in serde_json::to_value(whole).unwrap().as_object().unwrap().keys() {
            assert!(shown.iter().any(|f| f["name"] == *name), "{name}");
        }
        let standard: Vec<Value> = shown.iter().map(|f| json!({ "name": f["name"], "value": f["standard"] })).collect();
        ask(&ward, Command::hl7_map_save, json!({ "fields": standard })).unwrap();
        let read = SiteMap { default_country: None, time_zone: None, ..saved(&ward) };
        assert_eq!(read, SiteMap::default());
    }

    #[test]
    fn a_preview_shows_each_value_with_its_place_and_keeps_nothing() {
        let ward = Ward::new();
        let preview = |name: &str, value: &str| {
            ask(&ward, Command::hl7_preview, json!({ "fields": entry(name, value), "message": MESSAGE })).unwrap()
        };
        let seen = preview("appointment_id", "SCH-1");
        let id = seen["values"].as_array().unwrap().iter().find(|v| v["name"] == "appointment_id").unwrap();
        assert_eq!((&id["value"], &id["place"]), (&json!("P1"), &json!("SCH-1")));
        let refused = preview("appointment_id", "SCH-26");
        assert_eq!((&refused["refused"]["field"], &refused["answer"]), (&json!("SCH-26"), &json!("AE")));
        assert_eq!(preview("time_zone", "Here")["map"]["field"], json!("time_zone"));
        assert!(ward.engine.lock().unwrap().desk.quarantine.is_empty());
    }
}
