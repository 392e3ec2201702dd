//! Settings: what each is and how it stands; as a file without secrets; a file held against what is in force.

use super::refusal::{field, store_error};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::{pick, say};
use decide::input::{Act, Input};
use decide::{setting, Kind, Range, Settings, SETTINGS};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use wire::*;

/// May hold a key in its address.
const SECRET: &[&str] = &["heartbeat_url"];
/// Where a workspace stands is its own: it goes live by the gate, never by a file.
const OWN: &[&str] = &["mode"];

/// The file: a name for what it is, then the settings by name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// 1.
    careloop_settings: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_at: Option<At>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workspace: Option<String>,
    settings: Map<String, Value>,
}

fn values(settings: &Settings) -> Map<String, Value> {
    serde_json::to_value(settings).ok().and_then(|v| v.as_object().cloned()).unwrap_or_default()
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|w| w.to_string()).collect()
}

/// A setting as this version knows it; one without a line of its own is shown all the same.
fn view(name: &str, value: &Value, default: &Value) -> SettingView {
    let about = setting(name);
    let mut view = SettingView {
        name: name.into(),
        group: about.map_or("other", |a| a.group).into(),
        kind: String::new(),
        unit: String::new(),
        at_least: None,
        above: false,
        at_most: None,
        choices: Vec::new(),
        words: Vec::new(),
        screen: None,
        value: value.to_string(),
        default: default.to_string(),
        is_default: value == default,
        changed_at: None,
        changed_by: None,
        is_secret: SECRET.contains(&name),
    };
    let number = |view: &mut SettingView, r: Range| {
        (view.unit, view.at_least, view.above, view.at_most) = (r.unit.into(), Some(r.at_least), r.above, r.at_most);
    };
    view.kind = match about.map(|a| a.kind) {
        Some(Kind::Number(r)) => {
            number(&mut view, r);
            "number"
        }
        Some(Kind::NumberOrOff(r)) => {
            number(&mut view, r);
            "number_or_off"
        }
        Some(Kind::NumberEach(names, r)) => {
            number(&mut view, r);
            view.choices = words(names);
            "number_each"
        }
        Some(Kind::Time) => "time",
        Some(Kind::Lead) => "lead",
        Some(Kind::OnOff) => "on_off",
        Some(Kind::Choice(list)) => {
            view.choices = words(list);
            "choice"
        }
        Some(Kind::Some(list)) => {
            view.choices = words(list);
            "some"
        }
        Some(Kind::ChoiceEach(names, list)) => {
            (view.choices, view.words) = (words(names), words(list));
            "choice_each"
        }
        Some(Kind::Word) => "word",
        Some(Kind::Words) => "words",
        Some(Kind::Phones) => "phones",
        Some(Kind::Limits) => "limits",
        Some(Kind::Filters) => "filters",
        Some(Kind::Elsewhere(screen)) => {
            view.screen = Some(screen.into());
            "elsewhere"
        }
        None => "elsewhere",
    }
    .into();
    view
}

/// An entry as a person reads it.
fn text(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

/// What differs inside a table or a list; nothing for a single value.
fn parts(now: &Value, file: &Value) -> Vec<SettingPart> {
    match (now, file) {
        (Value::Object(now), Value::Object(file)) => {
            let names: std::collections::BTreeSet<&String> = now.keys().chain(file.keys()).collect();
            let differing = names.into_iter().filter(|name| now.get(*name) != file.get(*name));
            differing.map(|name| SettingPart { what: name.clone(), now: now.get(name).map(text), file: file.get(name).map(text) }).collect()
        }
        (Value::Array(now), Value::Array(file)) => {
            let gone = now.iter().filter(|v| !file.contains(v)).map(|v| SettingPart { what: named(v), now: Some(text(v)), file: None });
            let new = file.iter().filter(|v| !now.contains(v)).map(|v| SettingPart { what: named(v), now: None, file: Some(text(v)) });
            gone.chain(new).collect()
        }
        _ => Vec::new(),
    }
}

/// The name of a list's entry, where it has one.
fn named(value: &Value) -> String {
    value.get("name").and_then(Value::as_str).unwrap_or_default().into()
}

fn read(file: &str, l: Language) -> Result<Written, UserError> {
    match serde_json::from_str::<Written>(file) {
        Ok(written) if written.careloop_settings == 1 => Ok(written),
        Ok(_) => Err(field(
            "text",
            l,
            "This file was written by a newer version: update this console first.",
            "El archivo es de una versión más nueva: actualice antes esta consola.",
        )),
        Err(e) => {
            let what = say!(l, "This is no file of settings: {e}.", "No es un archivo de configuración: {e}.");
            let to_do = pick(l, "Choose one that \"Export\" wrote.", "Elija uno escrito con «Exportar».");
            Err(UserError::invalid("text", what, to_do))
        }
    }
}

impl Console {
    pub(crate) fn settings_view(&self, who: &Person) -> Result<SettingsView, UserError> {
        let (now, default) = (values(&lock(&self.engine).desk.settings), values(&Settings::default()));
        let changes = lock(&self.reader).setting_changes().map_err(store_error)?;
        let mut changed: BTreeMap<String, (At, String)> = changes.into_iter().map(|(name, at, by)| (name, (at, by))).collect();
        let known = SETTINGS.iter().map(|a| a.name).filter(|name| now.contains_key(*name));
        let rest = now.keys().map(String::as_str).filter(|name| setting(name).is_none());
        let settings = known.chain(rest).map(|name| {
            let mut view = view(name, &now[name], &default[name]);
            (view.changed_at, view.changed_by) = changed.remove(name).unzip();
            if view.is_secret && who.role != "administrator" && !view.is_default {
                view.value = "null".into();
            }
            view
        });
        Ok(SettingsView { settings: settings.collect() })
    }

    pub(crate) fn do_settings_export(&self, who: &Person) -> Result<SettingsFile, UserError> {
        let act = Act::Saw { what: "settings_exported".into(), mrn: None };
        self.take(vec![Incoming::Direct(Input::Act { who: who.name.clone(), act, undo_seconds: 0.0 })], who.language)?;
        let now = self.now();
        let left_out: Vec<String> = SECRET.iter().chain(OWN).map(|s| s.to_string()).collect();
        let mut settings = values(&lock(&self.engine).desk.settings);
        settings.retain(|name, _| !left_out.contains(name));
        let workspace = self.keeping.workspace().to_string();
        let name = format!("careloop-settings-{workspace}-{}.json", now.format("%Y%m%d-%H%M%S"));
        let written =
            Written { careloop_settings: 1, made_at: Some(now), made_by: Some(who.name.clone()), workspace: Some(workspace), settings };
        let text = serde_json::to_string_pretty(&written).expect("settings are JSON");
        Ok(SettingsFile { name, text, left_out })
    }

    pub(crate) fn do_settings_diff(&self, who: &Person, file: &str) -> Result<SettingsDiff, UserError> {
        let l = who.language;
        let written = read(file, l)?;
        let settings = lock(&self.engine).desk.settings.clone();
        let now = values(&settings);
        // As they would be read: "on" and true, 800 and "0800" are the same.
        let (read, mut refused) = decide::followup::change::with_settings(&settings, &written.settings);
        let read = values(&read);
        for name in written.settings.keys().filter(|n| SECRET.contains(&n.as_str()) || OWN.contains(&n.as_str())) {
            let why = pick(l, "is not taken from a file", "no se toma de un archivo");
            refused.insert(name.clone(), why.into());
        }
        let mut differences = Vec::new();
        for (name, given) in &written.settings {
            let refused = refused.get(name).cloned();
            let file = if refused.is_some() { given } else { &read[name] };
            if now.get(name) != Some(file) {
                let nothing = Value::Null;
                let parts = parts(now.get(name).unwrap_or(&nothing), file);
                differences.push(SettingDifference {
                    name: name.clone(),
                    now: now.get(name).filter(|_| !SECRET.contains(&name.as_str())).map(Value::to_string),
                    file: file.to_string(),
                    parts,
                    refused,
                });
            }
        }
        let order = |name: &str| SETTINGS.iter().position(|a| a.name == name).unwrap_or(usize::MAX);
        differences.sort_by_key(|d| order(&d.name));
        let same = (written.settings.len() - differences.len()) as u32;
        Ok(SettingsDiff { made_by: written.made_by, made_at: written.made_at, workspace: written.workspace, differences, same })
    }
}

#[cfg(test)]
mod tests {
    use crate::views::ward::*;
    use serde_json::{json, Value};
    use wire::*;

    fn administrator() -> Person {
        Person { role: "administrator".into(), ..nurse() }
    }

    fn call(ward: &Ward, command: Command, args: Value) -> Result<Value, UserError> {
        ward.console.call(&administrator(), command, args)
    }

    /// What the file that was exported says, with some of it changed.
    fn edited(ward: &Ward, change: impl FnOnce(&mut Value)) -> String {
        let text = call(ward, Command::settings_export, json!({})).unwrap()["text"].as_str().unwrap().to_string();
        let mut file: Value = serde_json::from_str(&text).unwrap();
        change(&mut file["settings"]);
        file.to_string()
    }

    #[test]
    fn every_setting_is_shown_with_what_it_is() {
        let ward = Ward::new();
        let view = call(&ward, Command::settings, json!({})).unwrap();
        let all = view["settings"].as_array().unwrap();
        assert_eq!(all.len(), decide::SETTINGS.len());
        let wait = all.iter().find(|s| s["name"] == "reply_wait_minutes").unwrap();
        assert_eq!(
            (&wait["kind"], &wait["unit"], &wait["value"], &wait["default"]),
            (&json!("number"), &json!("min"), &json!("15.0"), &json!("15.0"))
        );
        assert!(all.iter().all(|s| s["group"] != "other"));
    }

    #[test]
    fn an_exported_file_holds_no_secret_and_differs_in_nothing() {
        let mut ward = Ward::new();
        ward.settings(json!({ "heartbeat_url": "https://watch.example/s3cret" }));
        let text = edited(&ward, |_| {});
        assert!(!text.contains("s3cret"));
        let diff = call(&ward, Command::settings_diff, json!({ "text": text })).unwrap();
        assert_eq!(
            (diff["differences"].as_array().unwrap().len(), diff["same"].as_u64().unwrap() as usize),
            (0, decide::SETTINGS.len() - 2)
        );
        assert_eq!(ward.acts("settings_exported"), 1);
    }

    #[test]
    fn what_a_file_has_otherwise_is_told_setting_by_setting_and_refusals_by_name() {
        let ward = Ward::new();
        let text = edited(&ward, |s| {
            s["reply_wait_minutes"] = json!(10);
            s["quiet_hours_start"] = json!(2100);
            s["default_limits"]["systolic_high"] = json!("150");
            s["ack_target_minutes"] = json!(-1);
            s["mode"] = json!("shadow");
            s["warp_speed"] = json!(9);
        });
        let diff = call(&ward, Command::settings_diff, json!({ "text": text })).unwrap();
        let of = |name: &str| diff["differences"].as_array().unwrap().iter().find(|d| d["name"] == name).cloned();
        assert_eq!(of("reply_wait_minutes").unwrap()["refused"], Value::Null);
        assert!(of("quiet_hours_start").is_none());
        assert_eq!(of("default_limits").unwrap()["parts"], json!([{ "what": "systolic_high", "now": "160", "file": "150" }]));
        assert!(of("ack_target_minutes").unwrap()["refused"].as_str().unwrap().contains("more than 0"));
        assert!(of("warp_speed").unwrap()["refused"].as_str().unwrap().contains("no setting of this name"));
        assert!(of("mode").unwrap()["refused"].is_string());
    }

    #[test]
    fn what_is_no_file_of_settings_is_said_to_be_none() {
        let ward = Ward::new();
        for text in ["", "{}", "mrn,name", "{\"careloop_settings\":2,\"settings\":{}}", "[1]"] {
            let error = call(&ward, Command::settings_diff, json!({ "text": text })).unwrap_err();
            assert_eq!((error.code.as_str(), error.field.as_deref()), ("invalid", Some("text")), "{text}");
        }
    }

    #[test]
    fn an_address_that_may_hold_a_key_is_shown_to_administrators_only() {
        let mut ward = Ward::new();
        ward.settings(json!({ "heartbeat_url": "https://watch.example/s3cret" }));
        let shown = |who: &Person| ward.console.call(who, Command::settings, json!({})).unwrap().to_string().contains("s3cret");
        assert!(shown(&administrator()) && !shown(&nurse()));
    }
}
