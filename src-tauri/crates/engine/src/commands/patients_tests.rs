//! Patients and limits as the ward changes them: who may, what is refused, and what the history keeps.

use crate::views::ward::*;
use decide::outbox::Act;
use serde_json::{json, Value};
use wire::{Command, ImportView, Language, PatientPage, PatientsView, Person, SavedLimits, UserError};

fn clinician() -> Person {
    Person { name: "Dr. Kim".into(), role: "clinician".into(), language: Language::En, session: String::new() }
}

fn list(ward: &Ward, search: &str, filter: &str) -> PatientsView {
    let args = json!({"search": search, "filter": filter, "offset": 0});
    serde_json::from_value(ward.call(Command::patients, args).unwrap()).unwrap()
}

fn page(ward: &Ward) -> PatientPage {
    serde_json::from_value(ward.call(Command::patient, json!({"mrn": ANN})).unwrap()).unwrap()
}

/// Ann's limits, each from what it was to what it shall be.
fn limits(set: &[(&str, Option<&str>, Option<&str>)], why: &str, ordered_by: &str) -> Value {
    let set: Vec<Value> = set.iter().map(|(limit, was, to)| json!({"limit": limit, "was": was, "to": to})).collect();
    json!({"orders": [{"mrn": ANN, "set": set}], "why": why, "ordered_by": ordered_by, "review_on": null})
}

fn save(ward: &Ward, who: &Person, args: Value) -> Result<SavedLimits, UserError> {
    ward.console.call(who, Command::set_limits, args).map(|v| serde_json::from_value(v).unwrap())
}

fn personal(ward: &Ward, fields: Value) -> Result<Value, UserError> {
    ward.call(Command::change_patient, json!({"mrn": ANN, "enrols": false, "fields": fields, "zone_checked": false}))
}

#[test]
fn a_nurse_without_an_order_changes_no_limit_and_is_told_what_is_missing() {
    let ward = Ward::new();
    let refused = save(&ward, &nurse(), limits(&[("systolic_high", None, Some("150"))], "", "")).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("ordered_by"));
    assert!(refused.what_happened.contains("name the clinician who ordered it"), "{}", refused.what_happened);
    let own = save(&ward, &nurse(), limits(&[("systolic_high", None, Some("150"))], "", "ana r.")).unwrap_err();
    assert!(own.what_happened.contains("your own name"), "{}", own.what_happened);
    assert!(page(&ward).own.is_empty() && page(&ward).history.is_empty());
}

#[test]
fn a_nurse_with_an_order_changes_it_and_the_history_names_both() {
    let ward = Ward::new();
    let set = [("systolic_high", None, Some("150")), ("glucose_high", None, Some("250.0"))];
    let saved = save(&ward, &nurse(), limits(&set, "home readings run high", "Dr. Kim")).unwrap();
    assert_eq!((saved.saved, saved.refused.len()), (vec![ANN.to_string()], 0));
    let page = page(&ward);
    assert_eq!(page.own.get("glucose_high").map(String::as_str), Some("250"));
    let last = &page.history[0];
    assert_eq!(
        (last.by.as_str(), last.ordered_by.as_deref(), last.why.as_deref()),
        ("Ana R.", Some("Dr. Kim"), Some("home readings run high"))
    );
    assert_eq!((page.history.len(), ward.acts("limit")), (2, 1), "one line for both limits");
}

#[test]
fn a_clinician_orders_for_themselves_and_an_administrator_names_one() {
    let ward = Ward::new();
    save(&ward, &clinician(), limits(&[("systolic_high", None, Some("150"))], "", "")).unwrap();
    let admin = Person { name: "Office".into(), role: "administrator".into(), ..clinician() };
    let refused = save(&ward, &admin, limits(&[("systolic_high", Some("150"), Some("145"))], "", "")).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("ordered_by"));
}

#[test]
fn a_limit_that_cannot_be_names_itself_and_the_patients_others_stay_too() {
    let ward = Ward::new();
    for (limit, to, words) in [
        ("glucose_high", "16.7", "goes from 80 to 600 mg/dL"),
        ("systolic_high", "high", "is not a number"),
        ("systolic_low", "165", "is not below the high limit 160"),
        ("mood", "5", "there is no such limit"),
    ] {
        let set = [("spo2_floor", None, Some("92")), (limit, None, Some(to))];
        let saved = save(&ward, &clinician(), limits(&set, "", "")).unwrap();
        assert_eq!((saved.saved.len(), saved.refused[0].limit.as_deref()), (0, Some(limit)));
        assert!(saved.refused[0].why.contains(words), "{}", saved.refused[0].why);
    }
    assert!(page(&ward).own.is_empty());
}

#[test]
fn a_limit_that_somebody_else_changed_meanwhile_is_not_overwritten() {
    let ward = Ward::new();
    save(&ward, &clinician(), limits(&[("systolic_high", None, Some("150"))], "", "")).unwrap();
    let late = save(&ward, &nurse(), limits(&[("systolic_high", None, Some("170"))], "too many alarms", "Dr. Kim")).unwrap();
    assert!(late.refused[0].why.contains("it is 150 now"), "{}", late.refused[0].why);
    assert_eq!(page(&ward).own.get("systolic_high").map(String::as_str), Some("150"));
}

#[test]
fn a_limit_that_lets_more_through_needs_a_reason() {
    let ward = Ward::new();
    let looser = |why: &str| save(&ward, &clinician(), limits(&[("systolic_high", None, Some("170"))], why, ""));
    assert_eq!(looser(" ").unwrap_err().field.as_deref(), Some("why"));
    assert!(page(&ward).own.is_empty());
    looser("known white-coat readings").unwrap();
    assert_eq!(page(&ward).history[0].why.as_deref(), Some("known white-coat readings"));
}

#[test]
fn a_cleared_limit_takes_the_default_and_its_review_is_over() {
    let ward = Ward::new();
    let mut set = limits(&[("systolic_high", None, Some("150"))], "", "");
    set["review_on"] = json!("2026-06-01");
    save(&ward, &clinician(), set).unwrap();
    assert_eq!(list(&ward, "", "all").rows[0].review_on.as_deref(), Some("2026-06-01"));
    save(&ward, &clinician(), limits(&[("systolic_high", Some("150"), None)], "back to usual", "")).unwrap();
    let row = list(&ward, "", "all").rows.remove(0);
    assert!(row.own.is_empty() && row.review_on.is_none());
    assert_eq!((row.changes[0].old.as_deref(), row.changes[0].new.as_deref()), (Some("150"), None));
}

#[test]
fn the_next_reading_is_judged_by_the_new_limit() {
    let mut ward = Ward::new();
    ward.reading("bp", "155/80");
    assert!(ward.list(0, false).rows.is_empty());
    save(&ward, &clinician(), limits(&[("systolic_high", None, Some("150"))], "", "")).unwrap();
    ward.pass(3);
    ward.reading("bp", "155/80");
    assert_eq!(ward.row().value.unwrap().limit.as_deref(), Some("limit 150"));
}

#[test]
fn a_review_that_is_due_is_found_by_its_filter() {
    let ward = Ward::new();
    let mut set = limits(&[("systolic_high", None, Some("150"))], "", "");
    set["review_on"] = json!("2026-03-05");
    assert_eq!(save(&ward, &clinician(), set.clone()).unwrap_err().field.as_deref(), Some("review_on"), "today is not ahead");
    set["review_on"] = json!("2026-03-06");
    save(&ward, &clinician(), set).unwrap();
    assert_eq!(list(&ward, "", "review").total, 0);
    ward.clock.set(ward.now() + chrono::TimeDelta::days(1));
    let due = list(&ward, "", "review");
    assert_eq!((due.total, due.counts.review, due.rows[0].review_due), (1, 1, true));
}

#[test]
fn patients_are_found_by_name_number_and_phone_and_a_search_is_on_the_trail_once() {
    let mut ward = Ward::new();
    ward.other("3000001", "Zoë", "O'Brien-Núñez", "+12025550188");
    for words in ["lee", "Ann L", "10222", "nunez zoe", "obrien", "0188", "(202) 555-0188", "3000001"] {
        assert_eq!(list(&ward, words, "all").total, 1, "{words}");
    }
    assert_eq!(list(&ward, "nobody", "all").total, 0);
    assert_eq!(list(&ward, "", "all").total, 2);
    assert_eq!(ward.acts("search"), 9);
    list(&ward, "lee", "all");
    assert_eq!(ward.acts("search"), 9, "the same words again are the same search");
}

#[test]
fn opening_a_patient_is_on_the_trail_once_in_ten_minutes() {
    let ward = Ward::new();
    page(&ward);
    page(&ward);
    assert_eq!(ward.acts("opened"), 1);
    ward.clock.set(ward.now() + chrono::TimeDelta::minutes(11));
    page(&ward);
    assert_eq!(ward.acts("opened"), 2);
    assert_eq!(ward.call(Command::patient, json!({"mrn": "nobody"})).unwrap_err().code, "not_found");
}

#[test]
fn the_page_shows_the_trend_the_conversation_and_the_episode() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.reply("no");
    ward.appointment(json!({}));
    let page = page(&ward);
    assert_eq!((page.trends.len(), page.trends[0].vital.as_str(), page.trends[0].points.len()), (1, "bp", 1));
    assert_eq!(page.trends[0].band.high, Some(160.0));
    assert!(page.trends[0].marks.iter().any(|m| m.kind == "reply"));
    assert!(page.conversation.iter().any(|m| m.from_patient && m.body == "no"));
    assert_eq!((page.episodes.len(), page.episodes[0].value.as_str()), (1, "165/95 mmHg"));
    assert_eq!((page.visits.len(), page.visits[0].local_time.as_str()), (1, "3:00 PM"));
}

#[test]
fn a_pause_has_a_reason_and_an_end() {
    let ward = Ward::new();
    let refused = personal(&ward, json!({"status": "paused"})).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("status_reason"));
    let refused = personal(&ward, json!({"status": "paused", "status_reason": "travelling"})).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("status_until"));
    let past = json!({"status": "paused", "status_reason": "travelling", "status_until": "2026-03-01T12:00:00Z"});
    assert_eq!(personal(&ward, past).unwrap_err().field.as_deref(), Some("status_until"));
    personal(&ward, json!({"status": "paused", "status_reason": "travelling", "status_until": "2026-03-06T12:00:00Z"})).unwrap();
    assert_eq!(list(&ward, "", "away").total, 1);
    ward.clock.set(ward.now() + chrono::TimeDelta::days(1));
    assert_eq!((list(&ward, "", "away").total, page(&ward).personal.status_now.as_str()), (0, "active"));
}

#[test]
fn a_bad_field_of_a_patient_is_named_and_nothing_changes() {
    let ward = Ward::new();
    for (name, value) in [
        ("phone", json!("555-0103")),
        ("time_zone", json!("Mars/Olympus")),
        ("language", json!("fr")),
        ("sms_consent", json!(null)),
        ("birth_date", json!("12.04.1958")),
        ("mood", json!("good")),
    ] {
        let refused = personal(&ward, json!({name: value})).unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("invalid", Some(name)));
    }
    assert_eq!(ward.acts("patient"), 1, "only the enrolment");
}

#[test]
fn an_assumed_zone_is_listed_until_somebody_tells_it_and_again_after_ninety_days() {
    let mut ward = Ward::new();
    assert_eq!(list(&ward, "", "zone").total, 0, "told at the enrolment");
    personal(&ward, json!({"time_zone": null})).unwrap();
    let personal_now = page(&ward).personal;
    assert!(personal_now.zone_assumed && personal_now.zone == "America/New_York");
    assert_eq!(list(&ward, "", "zone").total, 1);
    personal(&ward, json!({"time_zone": "America/Chicago"})).unwrap();
    assert_eq!(list(&ward, "", "zone").total, 0);
    ward.pass(91 * 24 * 60);
    assert_eq!(list(&ward, "", "zone").total, 1);
    ward.call(Command::change_patient, json!({"mrn": ANN, "enrols": false, "fields": {}, "zone_checked": true})).unwrap();
    assert_eq!(list(&ward, "", "zone").total, 0);
}

#[test]
fn what_staff_put_down_can_be_taken_back_but_a_stop_only_by_the_patient() {
    let mut ward = Ward::new();
    let texts = |ward: &Ward, out: bool| ward.call(Command::patient_texts, json!({"mrn": ANN, "out": out, "why": "told us on the phone"}));
    texts(&ward, true).unwrap();
    let stopped = page(&ward).personal;
    assert_eq!((stopped.untextable.as_deref(), stopped.opt_out.unwrap().by.as_deref()), (Some("opted out of texts"), Some("Ana R.")));
    assert_eq!((list(&ward, "", "opted_out").total, ward.acts("texts_stopped")), (1, 1));
    assert_eq!(texts(&ward, true).unwrap_err().code, "too_late");
    texts(&ward, false).unwrap();
    assert!(page(&ward).personal.untextable.is_none());
    ward.reply("STOP");
    let refused = texts(&ward, false).unwrap_err();
    assert!(refused.what_happened.contains("Only START"), "{}", refused.what_happened);
}

#[test]
fn a_patient_who_tells_us_to_stop_while_asked_is_paged_about() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.call(Command::patient_texts, json!({"mrn": ANN, "out": true, "why": "told us on the phone"})).unwrap();
    ward.deliver();
    assert_eq!(ward.row().state, "paged");
}

#[test]
fn a_text_that_waits_follows_the_patient_to_the_new_number() {
    let mut ward = Ward::new();
    ward.down.insert(decide::outbox::Vendor::Twilio);
    ward.reading("bp", "165/95");
    personal(&ward, json!({"phone": "+12025550177"})).unwrap();
    let engine = ward.engine.lock().unwrap();
    let to: Vec<String> = engine
        .desk
        .effects
        .values()
        .filter_map(|f| match &f.act {
            Act::Text(t) => Some(t.to.expose().to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(to, ["+12025550177"]);
}

#[test]
fn who_is_admitted_while_asked_goes_to_the_nurse_and_nobody_is_paged() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    personal(&ward, json!({"status": "admitted"})).unwrap();
    ward.pass(40);
    assert_eq!((ward.row().state.as_str(), ward.detail(&nurse(), &ward.row().id).pages.len()), ("nurse_review", 0));
}

#[test]
fn an_own_stat_value_needs_a_reason_a_review_and_an_order() {
    let mut ward = Ward::new();
    let stat = |who: &Person, value: Value, why: &str, by: &str, review: Value| json!({"who": who.name, "mrn": ANN, "what": "systolic", "direction": "high", "value": value, "why": why, "ordered_by": by, "review_on": review});
    let ask = |ward: &Ward, who: &Person, args: Value| ward.console.call(who, Command::set_stat, args);
    let doctor = clinician();
    for (args, field) in [
        (stat(&doctor, json!("170"), "", "", json!("2026-06-01")), "why"),
        (stat(&doctor, json!("170"), "aneurysm", "", json!(null)), "review_on"),
        (stat(&doctor, json!("17"), "aneurysm", "", json!("2026-06-01")), "value"),
    ] {
        assert_eq!(ask(&ward, &doctor, args).unwrap_err().field.as_deref(), Some(field));
    }
    let refused = ask(&ward, &nurse(), stat(&nurse(), json!("170"), "aneurysm", "", json!("2026-06-01"))).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("ordered_by"));
    ask(&ward, &doctor, stat(&doctor, json!("170"), "aneurysm", "", json!("2026-06-01"))).unwrap();
    assert_eq!((page(&ward).stats[0].value.as_str(), page(&ward).stats[0].by.as_str()), ("170", "Dr. Kim"));
    ward.reading("bp", "171/80");
    assert_eq!(ward.row().severity, wire::SeverityView::Critical);
    ask(&ward, &doctor, stat(&doctor, json!(null), "aneurysm treated", "", json!(null))).unwrap();
    assert!(page(&ward).stats.is_empty());
}

const FILE: &str = "mrn,first_name,phone,systolic_high\n1022228,Ann,+12025550101,150\n3000001,Bo,+12025550131,\n3000002,Cy,555,140\n,Di,,\n3000003,Ed,+12025550133,high\n";

fn preview(ward: &Ward, file: &str) -> ImportView {
    serde_json::from_value(ward.call(Command::import_preview, json!({"text": file})).unwrap()).unwrap()
}

#[test]
fn a_file_is_shown_first_and_nothing_is_saved() {
    let ward = Ward::new();
    let seen = preview(&ward, FILE);
    let bad: Vec<(u32, &str)> = seen.bad.iter().map(|b| (b.line, b.column.as_str())).collect();
    assert_eq!(bad, [(4, "phone"), (5, "mrn"), (6, "systolic_high")]);
    assert_eq!((seen.new_patients, seen.changed_patients, seen.limits, seen.taken), (1, 1, true, false));
    let ann = &seen.patients[0];
    assert_eq!((ann.line, ann.name.as_str(), ann.is_new, ann.cells.len()), (2, "Lee, Ann", false, 1));
    assert_eq!((ann.cells[0].old.as_deref(), ann.cells[0].new.as_deref()), (None, Some("150")));
    assert_eq!(list(&ward, "", "all").total, 1);
}

#[test]
fn the_good_lines_go_in_without_the_bad_and_records_that_waited_are_used() {
    let ward = Ward::new();
    ward.call(Command::sim_reading, json!({"mrn": "3000001", "vital": "spo2", "value": 97, "minutes_ago": 0})).unwrap();
    assert_eq!(list(&ward, "", "all").unknown[0].mrn.as_deref(), Some("3000001"));
    let seen = preview(&ward, FILE);
    let args = |by: &str| json!({"text": FILE, "fingerprint": seen.fingerprint, "why": "enrolment of March", "ordered_by": by});
    assert_eq!(ward.call(Command::import_apply, args("")).unwrap_err().field.as_deref(), Some("ordered_by"));
    let done: ImportView = serde_json::from_value(ward.call(Command::import_apply, args("Dr. Kim")).unwrap()).unwrap();
    assert!(done.taken && done.said.contains("1 records that had waited could be used"), "{}", done.said);
    assert_eq!(list(&ward, "", "all").total, 2);
    assert!(list(&ward, "", "all").unknown.is_empty());
    assert_eq!(page(&ward).history[0].ordered_by.as_deref(), Some("Dr. Kim"));
    let again = preview(&ward, FILE);
    assert_eq!((again.unchanged, again.patients.len()), (2, 0), "the same file again changes nothing");
}

#[test]
fn a_file_that_would_do_something_else_by_now_is_looked_at_again() {
    let ward = Ward::new();
    let seen = preview(&ward, FILE);
    save(&ward, &clinician(), limits(&[("systolic_high", None, Some("155"))], "", "")).unwrap();
    let args = json!({"text": FILE, "fingerprint": seen.fingerprint, "why": "", "ordered_by": "Dr. Kim"});
    assert_eq!(ward.call(Command::import_apply, args).unwrap_err().code, "too_late");
}

#[test]
fn what_is_written_out_can_be_taken_in_again_and_runs_nothing() {
    let mut ward = Ward::new();
    ward.other("3000001", "=HYPERLINK(1)", "Lee", "+12025550131");
    save(&ward, &clinician(), limits(&[("systolic_high", None, Some("150"))], "", "")).unwrap();
    let file = ward.call(Command::export_patients, json!({"what": "patients"})).unwrap();
    assert_eq!(file["rows"], 2);
    let text = std::fs::read_to_string(file["path"].as_str().unwrap()).unwrap();
    assert!(text.contains(",'=HYPERLINK(1),") && text.contains(",'+12025550131,"), "{text}");
    let seen = preview(&ward, &text);
    assert_eq!((seen.rows, seen.unchanged, seen.bad.len(), seen.patients.len()), (2, 2, 0, 0));
    assert_eq!(ward.acts("export_patients"), 1);
    let history = ward.call(Command::export_patients, json!({"what": "limit_history"})).unwrap();
    assert_eq!(history["rows"], 1);
    assert_eq!(ward.call(Command::export_patients, json!({"what": "audit"})).unwrap_err().code, "invalid");
}

#[test]
fn a_new_patient_is_enrolled_once_and_shares_no_id_at_the_chart() {
    let ward = Ward::new();
    let enrol = |mrn: &str, fhir: &str| {
        let fields = json!({"first_name": "Bo", "last_name": "Ray", "fhir_id": fhir});
        ward.call(Command::change_patient, json!({"mrn": mrn, "enrols": true, "fields": fields, "zone_checked": false}))
    };
    assert_eq!(enrol(ANN, "1").unwrap_err().field.as_deref(), Some("mrn"));
    assert_eq!(enrol("3000001", "12724066").unwrap_err().field.as_deref(), Some("fhir_id"));
    assert_eq!(enrol("3000001", "555").unwrap()["said"], "Enrolled.");
    assert_eq!(list(&ward, "ray", "all").total, 1);
}

#[test]
fn records_of_nobody_known_are_tried_again_together() {
    let ward = Ward::new();
    for mrn in ["3000001", "3000002"] {
        ward.call(Command::sim_reading, json!({"mrn": mrn, "vital": "spo2", "value": 97, "minutes_ago": 0})).unwrap();
    }
    assert_eq!(ward.call(Command::retry_unknown, json!({})).unwrap()["said"], "0 records could be used, 2 still wait.");
}
