//! Who may call what, what is refused and in which words, and that an act can be taken back.

use super::role_may;
use crate::views::ward::*;
use serde_json::json;
use wire::{Access, Command, Language, Person};

/// What may be called by whom is decided command by command: a change here is a change of who may do what.
#[test]
fn only_what_is_listed_needs_an_administrator_and_only_looking_is_free() {
    let of = |access| Command::ALL.iter().filter(|c| c.access() == access).map(|c| c.name()).collect::<Vec<_>>();
    assert_eq!(of(Access::Open), ["door", "first_administrator", "sign_in", "break_glass", "sign_out", "lock", "unlock"]);
    assert_eq!(of(Access::Audit), ["audit", "audit_verify", "export", "exports"]);
    assert_eq!(
        of(Access::Administer),
        [
            "people",
            "add_person",
            "change_person",
            "reset_person",
            "emergency_code",
            "sim_ehr",
            "hl7_map",
            "hl7_preview",
            "hl7_map_save",
            "sim_vendor",
            "sim_on_call",
            "connect_vendor",
            "disconnect_vendor",
            "rehearse",
            "gate_note",
            "baa",
            "go_live",
            "settings_export",
            "settings_diff",
            "safekeeping",
            "copy_now",
            "copy_test",
            "recovery_key",
            "test_connection",
            "new_hooks_key",
            "end_former_hooks_key"
        ]
    );
    assert_eq!(
        of(Access::Read),
        [
            "present",
            "my_password",
            "second_factor",
            "confirm_second_factor",
            "frame",
            "worklist",
            "episode",
            "connections",
            "visits",
            "visit",
            "sim_visits",
            "simulator",
            "sim_phone",
            "messages",
            "message",
            "check_ins",
            "patients",
            "patient",
            "setting_rights",
            "connection_set_up",
            "scripts",
            "script",
            "check_script",
            "recipes",
            "shadow_report",
            "gate",
            "settings",
            "minutes",
            "measures",
            "runbook",
            "runbook_incident",
            "evidence"
        ]
    );
    assert_eq!(
        of(Access::Halt),
        [
            "reprocess_edited",
            "announce_maintenance",
            "stop_sending",
            "end_downtime",
            "change_settings",
            "save_script",
            "restore_script",
            "try_script",
            "sign_off",
            "back_to_shadow"
        ]
    );
}

fn person(role: &str) -> Person {
    Person { name: "Somebody".into(), role: role.into(), language: Language::En, session: String::new() }
}

#[test]
fn every_command_asks_for_the_right_role() {
    let ward = Ward::new();
    for command in Command::ALL {
        for role in ["nurse", "clinician", "administrator", "auditor", "visitor", "nobody", ""] {
            let allowed = match (command.access(), role) {
                (Access::Open, _) => true,
                (_, "visitor" | "" | "nobody") => false,
                (Access::Read, _) | (_, "administrator") => true,
                (Access::Work, role) => role != "auditor",
                (Access::Audit, role) => role == "auditor",
                (Access::Halt, role) => role == "clinician",
                (Access::Administer, _) => false,
            };
            assert_eq!(role_may(role, command.access()), allowed, "{} {role}", command.name());
            // Arguments that no command can read: whoever may not call it never gets that far.
            let answer = ward.console.call(&person(role), *command, json!("nothing"));
            let code = answer.err().map(|e| e.code);
            assert_eq!(code.as_deref() == Some("forbidden"), !allowed, "{} {role}", command.name());
        }
    }
}

#[test]
fn an_act_can_be_undone_before_it_leaves() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let before = ward.row();
    let done = ward.call(Command::close, json!({"id": before.id, "disposition": "acted", "minutes": 4, "note": "Called."})).unwrap();
    assert_eq!(ward.row().state, "closed");
    let undone = ward.call(Command::undo, json!({"token": done["undo"]["token"]})).unwrap();
    assert_eq!(undone["said"], "Undone.");
    let row = ward.row();
    assert_eq!((row.state, row.group, row.next), (before.state, before.group, before.next));
}

#[test]
fn after_ten_seconds_it_is_too_late_to_undo() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let done = ward.call(Command::claim, json!({"id": ward.row().id})).unwrap();
    ward.clock.set(ward.now() + chrono::TimeDelta::seconds(11));
    let refused = ward.call(Command::undo, json!({"token": done["undo"]["token"]})).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.what_happened.as_str()), ("too_late", "It is too late to undo that."));
}

#[test]
fn a_text_by_hand_can_be_taken_back_and_then_never_leaves() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    let done = ward.call(Command::text, json!({"id": id, "body": "Please sit down and measure again."})).unwrap();
    ward.call(Command::undo, json!({"token": done["undo"]["token"]})).unwrap();
    ward.pass(1);
    assert_eq!(ward.detail(&nurse(), &id).conversation.iter().filter(|m| m.purpose == "nurse").count(), 0);
    ward.act(Command::text, json!({"id": id, "body": "Please sit down and measure again."}));
    let sent = ward.detail(&nurse(), &id).conversation;
    assert_eq!(sent.iter().find(|m| m.purpose == "nurse").map(|m| m.status.as_str()), Some("sent"));
}

#[test]
fn a_page_by_hand_goes_out_after_the_time_to_undo_it() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.act(Command::page, json!({"id": id, "reason": "she sounds confused"}));
    let pages = ward.detail(&nurse(), &id).pages;
    assert_eq!((pages.len(), pages[0].status.as_str(), pages[0].reason.as_str()), (1, "proven", "paged by the nurse"));
}

#[test]
fn a_field_at_fault_is_named() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    let long = "x".repeat(1_601);
    for (command, args, field) in [
        (Command::shelve, json!({"id": id, "minutes": 30, "reason": "  "}), "reason"),
        (Command::shelve, json!({"id": id, "minutes": 0, "reason": "busy"}), "minutes"),
        (Command::shelve, json!({"id": id, "minutes": 5000, "reason": "busy"}), "minutes"),
        (Command::text, json!({"id": id, "body": ""}), "body"),
        (Command::text, json!({"id": id, "body": long}), "body"),
        (Command::page, json!({"id": id, "reason": ""}), "reason"),
        (Command::call, json!({"id": id, "outcome": "shouted", "note": ""}), "outcome"),
        (Command::note, json!({"id": id, "text": " \n "}), "text"),
        (Command::close, json!({"id": id, "disposition": "bored", "minutes": 1, "note": ""}), "disposition"),
        (Command::close, json!({"id": id, "disposition": "acted", "minutes": 601, "note": ""}), "minutes"),
        (Command::close, json!({"id": id, "disposition": "acted", "minutes": -1, "note": ""}), "minutes"),
        (Command::mute, json!({"minutes": 1000}), "minutes"),
        (Command::undo, json!({"token": "soon"}), "token"),
        (Command::sim_reading, json!({"mrn": ANN, "vital": "mood", "value": 1, "minutes_ago": 0}), "vital"),
        (Command::sim_reading, json!({"mrn": ANN, "vital": "bp", "systolic": 120, "minutes_ago": 0}), "diastolic"),
        (Command::sim_reply, json!({"mrn": ANN, "text": ""}), "text"),
        (Command::sim_page, json!({"incident": "Q1", "action": "shrug", "by": "", "note": ""}), "action"),
        (Command::sim_demo, json!({"playing": true, "speed": 0}), "speed"),
        (Command::sim_play, json!({"text": ""}), "text"),
        (Command::worklist, json!({"since": "yesterday", "closed": false}), "arguments"),
    ] {
        let error = ward.call(command, args).unwrap_err();
        assert_eq!((error.code.as_str(), error.field.as_deref()), ("invalid", Some(field)), "{}", command.name());
        assert!(!error.what_happened.is_empty() && !error.what_to_do.is_empty());
    }
    assert_eq!(ward.row().state, "open");
}

#[test]
fn a_row_that_is_not_there_is_not_found() {
    let ward = Ward::new();
    for id in ["e99", "t99", "x1", "", "e", "e-1", "é1"] {
        for command in [Command::episode, Command::acknowledge, Command::claim, Command::unshelve] {
            assert_eq!(ward.call(command, json!({"id": id})).unwrap_err().code, "not_found", "{id} {}", command.name());
        }
    }
    assert_eq!(ward.call(Command::reprocess, json!({"id": 99})).unwrap_err().code, "not_found");
    assert_eq!(ward.call(Command::set_aside, json!({"id": 99})).unwrap_err().code, "not_found");
    assert_eq!(ward.call(Command::sim_phone, json!({"mrn": "nobody"})).unwrap_err().code, "not_found");
}

#[test]
fn what_a_closed_episode_does_not_allow_is_refused() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": 4, "note": "Called."}));
    for (command, args) in [
        (Command::page, json!({"id": id, "reason": "again"})),
        (Command::shelve, json!({"id": id, "minutes": 5, "reason": "busy"})),
        (Command::claim, json!({"id": id})),
        (Command::close, json!({"id": id, "disposition": "acted", "minutes": 4, "note": ""})),
        (Command::complete, json!({"id": id, "disposition": "acted", "minutes": 4, "note": ""})),
    ] {
        assert_eq!(ward.call(command, args).unwrap_err().code, "too_late", "{}", command.name());
    }
}

#[test]
fn a_patient_who_opted_out_is_not_texted_and_the_nurse_reads_why() {
    let mut ward = Ward::new();
    ward.opt_out();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    let refused = ward.call(Command::text, json!({"id": id, "body": "Hello"})).unwrap_err();
    assert!(refused.what_happened.contains("opted out"), "{}", refused.what_happened);
    let refused = ward.console.call(&enfermera(), Command::text, json!({"id": id, "body": "Hola"})).unwrap_err();
    assert_eq!(refused.what_happened, "No se puede escribir a este paciente: no acepta mensajes. Llame.");
}

#[test]
fn a_full_disk_is_said_and_nothing_is_changed() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let before = ward.row();
    *ward.full.lock().unwrap() = true;
    let refused = ward.call(Command::claim, json!({"id": before.id})).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.retryable), ("store", true));
    // Looking still works: a nurse is not kept from a patient.
    assert_eq!(ward.detail(&nurse(), &before.id).row.id, before.id);
    assert_eq!(ward.row(), before);
}

#[test]
fn the_simulator_says_what_became_of_a_reading() {
    let mut ward = Ward::new();
    let send = |ward: &Ward, args: serde_json::Value| ward.call(Command::sim_reading, args).unwrap();
    let bp = |s: f64, d: f64| json!({"mrn": ANN, "vital": "bp", "systolic": s, "diastolic": d, "minutes_ago": 0});
    assert_eq!(send(&ward, bp(150.0, 90.0))["said"], "Kept: inside the limits.");
    ward.pass(3);
    let sent = send(&ward, bp(195.0, 96.0));
    assert_eq!(sent["said"], "Kept: critical, on call is paged and the patient is asked.");
    assert_eq!(sent["row"], ward.row().id);
    let odd = send(&ward, json!({"mrn": ANN, "vital": "weight", "value": 13, "unit": "[stone_av]", "minutes_ago": 0}));
    assert_eq!(
        (odd["outcome"].as_str(), odd["said"].as_str()),
        (Some("quarantined"), Some("Kept whole, not used: The unit is not known."))
    );
    let unknown = send(&ward, json!({"mrn": "999", "vital": "spo2", "value": 97, "minutes_ago": 0}));
    assert_eq!(unknown["said"], "Kept whole, not used: The patient is not enrolled here.");
}

#[test]
fn a_record_is_tried_again_and_set_aside() {
    let ward = Ward::new();
    ward.call(Command::sim_reading, json!({"mrn": "2000002", "vital": "spo2", "value": 97, "minutes_ago": 0})).unwrap();
    let id = *ward.engine.lock().unwrap().desk.quarantine.keys().next().unwrap();
    let still = ward.call(Command::reprocess, json!({"id": id})).unwrap();
    assert_eq!(still["said"], "Still not usable: The patient is not enrolled here.");
    ward.call(Command::set_aside, json!({"id": id})).unwrap();
    assert!(ward.engine.lock().unwrap().desk.quarantine.is_empty());
    assert!(ward.list(0, false).rows.is_empty());
    assert_eq!((ward.acts("reprocess"), ward.acts("set_aside")), (1, 1));
}

#[test]
fn the_pager_and_the_vendors_do_as_they_are_told() {
    let ward = Ward::new();
    let admin = person("administrator");
    let nobody = ward.console.call(&admin, Command::sim_on_call, json!({"present": false})).unwrap();
    assert_eq!(nobody["said"], "Nobody is on call.");
    let down = ward.console.call(&admin, Command::sim_vendor, json!({"vendor": "twilio", "state": "rate_limited"})).unwrap();
    assert_eq!(down["said"], "Twilio is now rate limited.");
    let view = ward.call(Command::simulator, json!({})).unwrap();
    assert_eq!(view["on_call_present"], false);
    assert_eq!(view["vendors"].as_array().unwrap().iter().find(|v| v["vendor"] == "twilio").unwrap()["state"], "rate_limited");
    let refused = ward.call(Command::sim_page, json!({"incident": "Q404", "action": "acknowledge", "by": "", "note": ""})).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.what_happened.as_str()), ("vendor", "No such incident."));
}

#[test]
fn a_mute_is_on_the_trail_and_a_test_can_be_heard() {
    let ward = Ward::new();
    ward.call(Command::mute, json!({"minutes": 10})).unwrap();
    let frame = ward.call(Command::frame, json!({})).unwrap();
    assert_eq!(frame["sound"]["muted_until"], json!(two_pm() + chrono::TimeDelta::minutes(10)));
    ward.call(Command::mute, json!({"minutes": 0})).unwrap();
    ward.call(Command::sound_test, json!({})).unwrap();
    let frame = ward.call(Command::frame, json!({})).unwrap();
    assert_eq!((&frame["sound"]["muted_until"], &frame["sound"]["sounding"]), (&json!(null), &json!("critical")));
    assert_eq!((ward.acts("mute"), ward.acts("unmute"), ward.acts("sound_test")), (1, 1, 1));
}

#[test]
fn a_played_scenario_stays_to_be_read() {
    let ward = Ward::new();
    ward.call(Command::sim_play, json!({"text": "V01"})).unwrap();
    assert_eq!(ward.call(Command::simulator, json!({})).unwrap()["played"]["name"], "V01");
}
