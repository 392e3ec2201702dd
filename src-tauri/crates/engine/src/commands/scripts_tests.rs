//! Scripts through the commands: who may save, what is refused, versions, undo, and a try on a phone of the clinic.

use crate::views::ward::*;
use serde_json::{json, Value};
use wire::{Command, Language, Person, UserError};

const GOOD: &str = "Su glucosa es {value}. Tiene mucha sed o vomito? Responda SI o NO. Emergencia: llame al 911.";

fn person(name: &str, role: &str) -> Person {
    Person { name: name.into(), role: role.into(), language: Language::En, session: String::new() }
}

fn doctor() -> Person {
    person("Dr. Kim", "clinician")
}

fn save(ward: &Ward, who: &Person, text: &str, was: Option<&str>, despite: bool) -> Result<Value, UserError> {
    let args = json!({ "name": "glucose.high", "tongue": "es", "text": text, "why": "clearer", "was": was, "despite": despite });
    ward.console.call(who, Command::save_script, args)
}

fn script(ward: &Ward) -> Value {
    ward.console.call(&doctor(), Command::script, json!({ "name": "glucose.high" })).unwrap()
}

fn own(ward: &Ward) -> Option<String> {
    ward.engine.lock().unwrap().desk.settings.scripts.get("glucose.high.es").cloned()
}

#[test]
fn a_saved_script_is_a_version_with_who_when_and_why_and_is_in_force_at_once() {
    let ward = Ward::new();
    save(&ward, &doctor(), GOOD, None, false).unwrap();
    assert_eq!(own(&ward).as_deref(), Some(GOOD));
    let seen = script(&ward);
    let version = &seen["versions"][0];
    assert_eq!((&version["by"], &version["why"], &version["text"]), (&json!("Dr. Kim"), &json!("clearer"), &json!(GOOD)));
    assert_eq!((&version["at"], &version["tongue"], &version["current"]), (&json!(two_pm()), &json!("es"), &json!(true)));
    let list = ward.call(Command::scripts, json!({})).unwrap();
    let row = list["scripts"].as_array().unwrap().iter().find(|r| r["name"] == "glucose.high").unwrap().clone();
    assert_eq!((&row["texts"][1]["own"], &row["texts"][1]["by"]), (&json!(true), &json!("Dr. Kim")));
    assert_eq!((&row["texts"][0]["own"], &row["texts"][0]["missing"]), (&json!(false), &json!(true)));
}

#[test]
fn a_nurse_and_an_auditor_read_scripts_and_save_none() {
    let ward = Ward::new();
    for role in ["nurse", "auditor"] {
        let who = person("Ana R.", role);
        assert_eq!(save(&ward, &who, GOOD, None, false).unwrap_err().code, "forbidden");
        let list = ward.console.call(&who, Command::scripts, json!({})).unwrap();
        assert_eq!(list["may_change"], false);
        let checked = json!({ "name": "glucose.high", "tongue": "es", "text": GOOD, "sample": "ordinary" });
        assert!(ward.console.call(&who, Command::check_script, checked).is_ok());
    }
    assert_eq!(own(&ward), None);
}

#[test]
fn responda_cancel_is_saved_only_by_somebody_who_says_so() {
    let ward = Ward::new();
    let trap = GOOD.replace("Responda SI o NO.", "Responda SI o NO, o responda CANCEL.");
    let refused = save(&ward, &doctor(), &trap, None, false).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("invalid", Some("despite")));
    assert!(
        refused.what_happened.contains("\"CANCEL\"") && refused.what_happened.contains("blocks every text"),
        "{}",
        refused.what_happened
    );
    assert_eq!(own(&ward), None);
    save(&ward, &doctor(), &trap, None, true).unwrap();
    assert_eq!(own(&ward), Some(trap));
}

#[test]
fn what_cannot_be_filled_in_is_not_saved_whoever_says_so() {
    let ward = Ward::new();
    for (text, part) in [
        (GOOD.replace("{value}", "{valor}"), "{valor} at character 15"),
        (GOOD.replace("{value}", "{value"), "is not a name in braces"),
        (GOOD.replace("{value}", "{mrn}"), "who the patient is"),
        (GOOD.replace("911", ""), "emergency"),
        (String::new(), "no words"),
    ] {
        let refused = save(&ward, &doctor(), &text, None, true).unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("text"));
        assert!(refused.what_happened.contains(part), "{}", refused.what_happened);
    }
    let args = json!({ "name": "glucose.high", "tongue": "es", "text": GOOD, "why": " ", "was": null, "despite": true });
    assert_eq!(ward.console.call(&doctor(), Command::save_script, args).unwrap_err().field.as_deref(), Some("why"));
}

#[test]
fn nobody_saves_over_words_they_have_not_seen() {
    let ward = Ward::new();
    save(&ward, &doctor(), GOOD, None, false).unwrap();
    let later = GOOD.replace("mucha sed", "sed");
    assert_eq!(save(&ward, &person("Ada", "administrator"), &later, None, false).unwrap_err().code, "too_late");
    save(&ward, &person("Ada", "administrator"), &later, Some(GOOD), false).unwrap();
    assert_eq!(own(&ward), Some(later));
}

#[test]
fn an_older_version_comes_back_as_a_new_one() {
    let ward = Ward::new();
    save(&ward, &doctor(), GOOD, None, false).unwrap();
    let later = GOOD.replace("mucha sed", "sed");
    save(&ward, &doctor(), &later, Some(GOOD), false).unwrap();
    let first = script(&ward)["versions"][1]["id"].clone();
    let back = json!({ "name": "glucose.high", "tongue": "es", "version": first, "why": "the old one was clearer" });
    ward.console.call(&doctor(), Command::restore_script, back).unwrap();
    assert_eq!(own(&ward).as_deref(), Some(GOOD));
    let versions = script(&ward)["versions"].as_array().unwrap().clone();
    assert_eq!((versions.len(), &versions[0]["why"], &versions[0]["current"]), (3, &json!("the old one was clearer"), &json!(true)));
    let built_in = json!({ "name": "glucose.high", "tongue": "es", "version": null, "why": "as shipped" });
    ward.console.call(&doctor(), Command::restore_script, built_in).unwrap();
    assert_eq!(own(&ward), None);
}

#[test]
fn a_saved_script_is_undone_within_ten_seconds_by_whom_saved_it() {
    let ward = Ward::new();
    save(&ward, &doctor(), GOOD, None, false).unwrap();
    let later = GOOD.replace("mucha sed", "sed");
    let done = save(&ward, &doctor(), &later, Some(GOOD), false).unwrap();
    let token = json!({ "token": done["undo"]["token"] });
    assert_eq!(ward.console.call(&person("Ada", "administrator"), Command::undo, token.clone()).unwrap_err().code, "too_late");
    ward.console.call(&doctor(), Command::undo, token.clone()).unwrap();
    assert_eq!(own(&ward).as_deref(), Some(GOOD));
    assert_eq!(ward.console.call(&doctor(), Command::undo, token).unwrap_err().code, "too_late");
    let done = save(&ward, &doctor(), &later, Some(GOOD), false).unwrap();
    ward.clock.set(ward.now() + chrono::TimeDelta::seconds(11));
    let token = json!({ "token": done["undo"]["token"] });
    assert_eq!(ward.console.call(&doctor(), Command::undo, token).unwrap_err().code, "too_late");
    assert_eq!(own(&ward), Some(later));
}

fn attempt(ward: &Ward, number: &str) -> Result<Value, UserError> {
    let args = json!({ "name": "glucose.high", "tongue": "es", "text": GOOD, "sample": "ordinary", "number": number });
    ward.console.call(&doctor(), Command::try_script, args)
}

#[test]
fn a_script_is_tried_on_a_phone_of_the_clinic_for_a_made_up_patient() {
    let mut ward = Ward::new();
    ward.settings(json!({ "internal_numbers": ["+12025550177"] }));
    assert_eq!(attempt(&ward, "+12025550178").unwrap_err().field.as_deref(), Some("number"));
    attempt(&ward, "+12025550177").unwrap();
    let texts: Vec<(String, String)> = {
        let engine = ward.engine.lock().unwrap();
        let texts = engine.desk.effects.values().filter_map(|f| match &f.act {
            decide::outbox::Act::Text(t) => Some((t.to.expose().to_string(), t.body.clone())),
            _ => None,
        });
        texts.collect()
    };
    assert_eq!(texts, [("+12025550177".to_string(), format!("PRUEBA: {}", GOOD.replace("{value}", "312")))]);
    ward.pass(1);
    let engine = ward.engine.lock().unwrap();
    assert!(!engine.desk.effects.values().any(|f| f.outstanding()), "it left");
    assert!(engine.desk.tasks.is_empty(), "and troubles nobody");
}

#[test]
fn nothing_is_tried_where_nothing_may_leave_or_where_a_patient_would_read_it() {
    let mut ward = Ward::new();
    ward.settings(json!({ "internal_numbers": ["+12025550177", "+12025550101"] }));
    let patients = attempt(&ward, "+12025550101").unwrap_err();
    assert!(patients.what_happened.contains("patient's number"), "{}", patients.what_happened);
    ward.settings(json!({ "mode": "shadow" }));
    assert!(attempt(&ward, "+12025550177").unwrap_err().what_happened.contains("shadow"));
    ward.settings(json!({ "mode": "live" }));
    ward.console.call(&doctor(), Command::stop_sending, json!({ "vendor": "twilio", "why": "wrong texts" })).unwrap();
    assert!(attempt(&ward, "+12025550177").unwrap_err().what_happened.contains("Sending is stopped"));
    assert!(ward.engine.lock().unwrap().desk.effects.is_empty());
}
