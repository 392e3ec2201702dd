//! Shadow mode: the nurse's word on each alert, the report of it, and the one way out.

use crate::spine::Incoming;
use crate::views::ward::*;
use chrono::TimeDelta;
use decide::connections::{Connection, ConnectionChange, TestEnd};
use decide::input::{Change, Input};
use decide::outbox::Vendor;
use decide::shadow::{ShadowChange, NEEDS};
use serde_json::{json, Value};
use wire::{Command, GateView, Language, Person, ShadowView};

fn who(name: &str, role: &str) -> Person {
    Person { name: name.into(), role: role.into(), language: Language::En, session: String::new() }
}

fn lead() -> Person {
    who("Dana Vale", "administrator")
}

fn director() -> Person {
    who("Dr. Kim", "clinician")
}

/// A ward in shadow since its first reading, behind the gate.
fn shadowed() -> Ward {
    let mut ward = Ward::new();
    ward.settings(json!({"mode": "shadow"}));
    arm(&ward);
    ward
}

fn arm(ward: &Ward) {
    let change = Change::Shadow(ShadowChange::Arm);
    ward.engine.lock().unwrap().turn(ward.now(), &[Incoming::Direct(Input::Change { who: "set-up".into(), change })]).unwrap();
}

fn report(ward: &Ward) -> ShadowView {
    serde_json::from_value(ward.call(Command::shadow_report, json!({"from": null, "to": null, "rehearsal": false})).unwrap()).unwrap()
}

fn judge(id: &str, opinion: &str, why: &str) -> Value {
    json!({"id": id, "opinion": opinion, "why": why, "acted_at": null})
}

fn gate(ward: &Ward, workflows: &[&str]) -> GateView {
    serde_json::from_value(ward.console.call(&lead(), Command::gate, json!({"workflows": workflows})).unwrap()).unwrap()
}

fn waive_all(ward: &Ward, workflows: &[&str]) {
    for need in NEEDS.iter().map(|n| n.name()).filter(|n| !n.ends_with("lead") && !n.ends_with("director")) {
        let args = json!({"need": need, "workflows": workflows, "how": "override", "why": "agreed with the board today"});
        ward.console.call(&lead(), Command::gate_note, args).unwrap();
    }
}

#[test]
fn a_nurse_agrees_with_one_key_and_the_row_says_so() {
    let mut ward = shadowed();
    ward.reading("bp", "165/95");
    let row = ward.row();
    assert!(["Y", "D", "X"].iter().all(|k| row.allowed.contains(&k.to_string())));
    let done = ward.call(Command::judge, judge(&row.id, "agree", "")).unwrap();
    assert!(done["undo"].is_object());
    assert!(ward.row().marks.contains(&"judged: agree".to_string()));
    let detail = ward.detail(&nurse(), &row.id);
    assert_eq!((detail.shadow, detail.judgement.map(|j| j.opinion)), (true, Some("agree".into())));
    assert_eq!(ward.acts("judged"), 1);
}

#[test]
fn a_judgement_is_taken_back_within_ten_seconds_only() {
    let mut ward = shadowed();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    let first = ward.call(Command::judge, judge(&id, "agree", "")).unwrap();
    let second = ward.call(Command::judge, judge(&id, "not_needed", "")).unwrap();
    ward.call(Command::undo, json!({"token": second["undo"]["token"]})).unwrap();
    assert_eq!(report(&ward).alerts[0].judgement.as_ref().unwrap().opinion, "agree");
    ward.clock.set(ward.now() + TimeDelta::seconds(11));
    let late = ward.call(Command::undo, json!({"token": first["undo"]["token"]})).unwrap_err();
    assert_eq!(late.code, "too_late");
    assert_eq!(report(&ward).total.agreed, 1);
}

#[test]
fn to_disagree_one_must_say_why() {
    let mut ward = shadowed();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    let refused = ward.call(Command::judge, judge(&id, "disagree", " ")).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("why"));
    ward.call(Command::judge, judge(&id, "disagree", "a call, not a text")).unwrap();
    assert_eq!(report(&ward).total.extra, 1);
}

#[test]
fn what_really_went_out_is_not_judged() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let row = ward.row();
    assert!(!row.allowed.contains(&"Y".to_string()));
    assert_eq!(ward.call(Command::judge, judge(&row.id, "agree", "")).unwrap_err().field.as_deref(), Some("id"));
    assert_eq!(report(&ward).total.raised, 0);
}

#[test]
fn the_report_counts_agreed_extra_missed_and_the_minutes_earlier() {
    let mut ward = shadowed();
    ward.reading("bp", "165/95");
    ward.reading("spo2", "85");
    ward.pass(30);
    let alerts = report(&ward).alerts;
    let of = |vital: &str| alerts.iter().find(|a| a.vital == vital).unwrap();
    let acted = of("bp").texted_at.unwrap() + TimeDelta::minutes(12);
    ward.call(Command::judge, json!({"id": of("bp").id, "opinion": "agree", "why": "", "acted_at": acted})).unwrap();
    ward.call(Command::judge, judge(&of("spo2").id, "not_needed", "")).unwrap();
    let missed = json!({"mrn": ANN, "vital": "glucose", "at": ward.now(), "did": "called her"});
    ward.call(Command::missed_alert, missed).unwrap();
    let r = report(&ward);
    assert_eq!((r.total.raised, r.total.agreed, r.total.extra, r.total.missed, r.total.unexplained), (2, 1, 1, 1, 1));
    assert_eq!(r.total.agreement, Some(1.0 / 3.0));
    assert_eq!(r.earlier.as_ref().map(|e| (e.compared, e.median)), Some((1, 12.0)));
    assert_eq!(r.by_day.len(), 1);
    let rules: Vec<&str> = r.by_rule.iter().map(|t| t.id.as_str()).collect();
    assert!(rules.contains(&"bp/systolic_high") && rules.contains(&"glucose/missed"), "{rules:?}");
    ward.call(Command::explain_missed, json!({"id": r.missed[0].id, "why": "her meter was not connected"})).unwrap();
    assert_eq!(report(&ward).total.unexplained, 0);
}

#[test]
fn an_alert_missed_is_about_somebody_enrolled_and_says_what_was_done() {
    let ward = shadowed();
    for (args, field) in [
        (json!({"mrn": "nobody", "vital": "bp", "at": ward.now(), "did": "called"}), "mrn"),
        (json!({"mrn": ANN, "vital": "mood", "at": ward.now(), "did": "called"}), "vital"),
        (json!({"mrn": ANN, "vital": "bp", "at": ward.now(), "did": " "}), "did"),
        (json!({"mrn": ANN, "vital": "bp", "at": ward.now() + TimeDelta::hours(1), "did": "called"}), "at"),
        (json!({"mrn": ANN, "vital": "bp", "at": ward.now() - TimeDelta::minutes(1), "did": "called"}), "at"),
    ] {
        assert_eq!(ward.call(Command::missed_alert, args).unwrap_err().field.as_deref(), Some(field));
    }
    assert_eq!(report(&ward).missed.len(), 0);
}

#[test]
fn a_change_of_settings_never_leads_out_of_shadow_behind_the_gate() {
    let ward = shadowed();
    for mode in [json!("live"), json!({"bp": "live"})] {
        let map = json!({"mode": mode, "reply_wait_minutes": 7}).as_object().unwrap().clone();
        let input = Input::Change { who: "Dana Vale".into(), change: Change::Settings(map) };
        let turned = ward.engine.lock().unwrap().turn(ward.now(), &[Incoming::Direct(input)]).unwrap();
        let why = turned.answers[0][0].refused.clone().unwrap();
        assert!(why.starts_with("mode: ") && why.contains("go-live gate"), "{why}");
    }
    let frame = ward.call(Command::frame, json!({})).unwrap();
    assert_eq!(frame["mode"], "shadow");
    // What came beside it is taken all the same.
    assert_eq!(ward.engine.lock().unwrap().desk.settings.reply_wait_minutes, 7.0);
}

#[test]
fn the_sandbox_has_no_gate() {
    let mut ward = Ward::new();
    ward.settings(json!({"mode": "shadow"}));
    ward.settings(json!({"mode": "live"}));
    assert_eq!(ward.call(Command::frame, json!({})).unwrap()["mode"], "live");
}

#[test]
fn going_live_is_refused_with_what_is_lacking() {
    let mut ward = shadowed();
    ward.reading("bp", "165/95");
    let view = gate(&ward, &["bp"]);
    let open: Vec<&str> = view.needs.iter().filter(|n| n.standing == "open").map(|n| n.need.as_str()).collect();
    for need in ["shadow_days", "judged", "case_lookup", "baa", "nurse_lead", "medical_director", "warning_pages"] {
        assert!(open.contains(&need), "{need} of {open:?}");
    }
    assert!(!view.ready && view.armed);
    let refused = ward.console.call(&lead(), Command::go_live, json!({"workflows": ["bp"]})).unwrap_err();
    assert!(refused.what_happened.contains("shadow days") && refused.what_happened.contains("medical director"));
    assert_eq!(ward.acts("go_live_refused"), 1);
}

#[test]
fn days_judgements_and_explanations_meet_their_needs() {
    let mut ward = shadowed();
    ward.settings(json!({"shadow_days_minimum": 2, "case_lookup_phone": "+12025550100"}));
    ward.reading("bp", "165/95");
    ward.call(Command::judge, judge(&ward.row().id, "agree", "")).unwrap();
    ward.clock.set(ward.now() + TimeDelta::days(2));
    let met = |ward: &Ward, need: &str| gate(ward, &["bp"]).needs.iter().find(|n| n.need == need).unwrap().standing == "met";
    assert!(met(&ward, "shadow_days") && met(&ward, "judged") && met(&ward, "missed") && met(&ward, "case_lookup"));
    ward.call(Command::missed_alert, json!({"mrn": ANN, "vital": "bp", "at": ward.now(), "did": "called her"})).unwrap();
    assert!(!met(&ward, "missed"));
    ward.call(Command::explain_missed, json!({"id": report(&ward).missed[0].id, "why": "cuff was off"})).unwrap();
    assert!(met(&ward, "missed"));
}

#[test]
fn connection_tests_are_the_evidence() {
    let ward = shadowed();
    let of = |ward: &Ward, need: &str| gate(ward, &["check_ins"]).needs.iter().find(|n| n.need == need).unwrap().clone();
    assert_eq!(of(&ward, "connections").lacking, ["Twilio: not tried yet"]);
    for (verdict, standing) in [("bad", "open"), ("good", "met")] {
        test_of(&ward, Vendor::Twilio, verdict, "credentials");
        assert_eq!(of(&ward, "connections").standing, standing);
    }
}

#[test]
fn a_pager_that_would_ring_nobody_for_warning_is_seen() {
    let ward = shadowed();
    let of = |ward: &Ward| gate(ward, &["bp"]).needs.iter().find(|n| n.need == "warning_pages").unwrap().standing.clone();
    test_of(&ward, Vendor::PagerDuty, "bad", "urgency");
    assert_eq!(of(&ward), "open");
    test_of(&ward, Vendor::PagerDuty, "good", "urgency");
    assert_eq!(of(&ward), "met");
}

fn test_of(ward: &Ward, vendor: Vendor, verdict: &str, what: &str) {
    let known = ward.engine.lock().unwrap().desk.connections.contains_key(&vendor);
    let end = TestEnd { at: ward.now(), took_ms: 5, verdict: verdict.into(), lines: vec![(what.into(), verdict.into(), String::new())] };
    let test = || "check".to_string();
    let set = (!known).then(|| ConnectionChange::Set(Box::new(Connection::new(vendor))));
    let steps = set.into_iter().chain([
        ConnectionChange::TestBegan { vendor, test: test() },
        ConnectionChange::TestEnded { vendor, test: test(), end: Box::new(end) },
    ]);
    for change in steps {
        let input = Input::Change { who: "Dana Vale".into(), change: Change::Connection(change) };
        ward.engine.lock().unwrap().turn(ward.now(), &[Incoming::Direct(input)]).unwrap();
    }
}

#[test]
fn two_people_sign_and_only_then_it_goes_live() {
    let mut ward = shadowed();
    let vitals = ["bp", "glucose", "weight", "spo2", "heart_rate"];
    waive_all(&ward, &vitals);
    let workflows = json!({"workflows": vitals});
    ward.console.call(&lead(), Command::sign_off, workflows.clone()).unwrap();
    assert!(ward.console.call(&lead(), Command::go_live, workflows.clone()).is_err());
    // The same name in another role is the same person.
    let again = ward.console.call(&who("Dana Vale", "clinician"), Command::sign_off, workflows.clone()).unwrap_err();
    assert!(again.what_happened.contains("somebody else"), "{}", again.what_happened);
    assert_eq!(ward.console.call(&nurse(), Command::sign_off, workflows.clone()).unwrap_err().code, "forbidden");
    ward.console.call(&director(), Command::sign_off, workflows.clone()).unwrap();
    assert!(gate(&ward, &vitals).ready);
    ward.console.call(&lead(), Command::go_live, workflows).unwrap();
    let modes = gate(&ward, &[]).workflows;
    let live = |name: &str| modes.iter().find(|w| w.name == name).unwrap().mode == "live";
    assert!(live("bp") && live("heart_rate") && !live("visits") && !live("check_ins"));
    ward.reading("bp", "165/95");
    assert!(ward.engine.lock().unwrap().desk.episodes.values().any(|e| e.live));
}

#[test]
fn a_waiver_given_after_the_signatures_needs_new_ones() {
    let ward = shadowed();
    waive_all(&ward, &["visits"]);
    for signs in [lead(), director()] {
        ward.console.call(&signs, Command::sign_off, json!({"workflows": ["visits"]})).unwrap();
    }
    assert!(gate(&ward, &["visits"]).ready);
    let late = json!({"need": "baa", "workflows": ["visits"], "how": "override", "why": "the vendor is slow to answer"});
    ward.console.call(&lead(), Command::gate_note, late).unwrap();
    assert_eq!(gate(&ward, &["visits"]).open, 2);
}

#[test]
fn one_signature_may_be_waived_but_by_somebody_else_than_who_gave_the_other() {
    let ward = shadowed();
    ward.console.call(&lead(), Command::sign_off, json!({"workflows": ["visits"]})).unwrap();
    let waive = json!({"need": "medical_director", "workflows": ["visits"], "how": "override", "why": "she is away until Monday"});
    assert_eq!(ward.console.call(&lead(), Command::gate_note, waive.clone()).unwrap_err().field.as_deref(), Some("need"));
    ward.console.call(&who("Ivo Marsh", "administrator"), Command::gate_note, waive).unwrap();
    let view = gate(&ward, &["visits"]);
    assert_eq!(view.needs.iter().find(|n| n.need == "medical_director").unwrap().standing, "noted");
}

#[test]
fn a_reason_is_said_in_words() {
    let ward = shadowed();
    let short = json!({"need": "baa", "workflows": ["visits"], "how": "override", "why": "later"});
    assert_eq!(ward.console.call(&lead(), Command::gate_note, short).unwrap_err().field.as_deref(), Some("why"));
    let proof = json!({"need": "shadow_days", "workflows": ["visits"], "how": "proof", "why": "we have waited long enough"});
    assert_eq!(ward.console.call(&lead(), Command::gate_note, proof).unwrap_err().field.as_deref(), Some("how"));
}

#[test]
fn back_to_shadow_is_always_possible_at_once_and_starts_anew() {
    let mut ward = Ward::new();
    arm(&ward);
    ward.reading("bp", "195/95");
    let back = json!({"workflows": ["bp"], "why": "two wrong pages last night"});
    assert_eq!(ward.console.call(&nurse(), Command::back_to_shadow, back.clone()).unwrap_err().code, "forbidden");
    ward.console.call(&director(), Command::back_to_shadow, back).unwrap();
    assert_eq!(ward.acts("went_back_to_shadow"), 1);
    // What was open finishes live; nothing new is.
    assert!(ward.engine.lock().unwrap().desk.episodes.values().all(|e| e.live));
    ward.reading("glucose", "320");
    ward.clock.set(ward.now() + TimeDelta::minutes(1));
    let view = gate(&ward, &["bp"]);
    assert_eq!(view.workflows.iter().find(|w| w.name == "bp").unwrap().mode, "shadow");
    assert!(view.needs.iter().any(|n| n.need == "shadow_days" && n.standing == "open"));
}

#[test]
fn what_shadow_mode_had_open_is_put_before_staff_when_it_ends() {
    let mut ward = shadowed();
    ward.reading("bp", "165/95");
    waive_all(&ward, &["bp"]);
    for signs in [lead(), director()] {
        ward.console.call(&signs, Command::sign_off, json!({"workflows": ["bp"]})).unwrap();
    }
    ward.console.call(&lead(), Command::go_live, json!({"workflows": ["bp"]})).unwrap();
    let rows = ward.list(0, false).rows;
    assert!(
        rows.iter().any(|r| r.state == "task" && r.headline.contains("shadow")),
        "{:?}",
        rows.iter().map(|r| &r.headline).collect::<Vec<_>>()
    );
    // The next reading beyond the limit acts, although the last was minutes ago.
    ward.pass(5);
    ward.reading("bp", "166/96");
    assert!(ward.engine.lock().unwrap().desk.episodes.values().any(|e| e.live && e.is_open()));
}

#[test]
fn a_rehearsal_is_judged_and_counts_for_no_gate() {
    let ward = shadowed();
    let text = include_str!("../../../../../tests/scenarios/vitals/V05.json");
    ward.console.call(&lead(), Command::rehearse, json!({"text": text})).unwrap();
    let ask = json!({"from": null, "to": null, "rehearsal": true});
    let shown = |ward: &Ward| -> ShadowView { serde_json::from_value(ward.call(Command::shadow_report, ask.clone()).unwrap()).unwrap() };
    let view = shown(&ward);
    assert!(view.rehearsal.is_some() && view.total.raised >= 1);
    assert!(view.alerts[0].paged_at.is_some());
    ward.call(Command::judge, judge(&view.alerts[0].id, "agree", "")).unwrap();
    assert_eq!(shown(&ward).total.agreed, 1);
    let own = report(&ward);
    assert_eq!((own.total.raised, own.total.agreed, own.rehearsed), (0, 0, true));
    assert_eq!((ward.acts("rehearsed"), ward.acts("rehearsal_judged")), (1, 1));
    assert!(ward.list(0, true).rows.is_empty(), "nothing of it touches the ward");
}

#[test]
fn a_bad_scenario_is_refused_with_its_line() {
    let ward = shadowed();
    let refused = ward.console.call(&lead(), Command::rehearse, json!({"text": "{ \"format\": 3 }"})).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("invalid", Some("text")));
}
