//! What the screens show for each state of an episode, in order, in two languages.

use super::ward::*;
use decide::input::{Act, RowId};
use decide::outbox::{PagerEventKind, Vendor};
use serde_json::json;
use wire::{Command, LampState, SeverityView, WorklistRow};

fn lamp(row: &WorklistRow, which: &str) -> LampState {
    row.lamps.iter().find(|l| l.which == which).unwrap().state
}

fn due(row: &WorklistRow, which: &str) -> Option<decide::At> {
    row.lamps.iter().find(|l| l.which == which).unwrap().due
}

fn after(minutes: i64) -> decide::At {
    two_pm() + chrono::TimeDelta::minutes(minutes)
}

fn allows(row: &WorklistRow, letter: &str) -> bool {
    row.allowed.iter().any(|a| a == letter)
}

#[test]
fn an_abnormal_pressure_is_asked_about_and_says_when_on_call_is_paged() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let row = ward.row();
    assert_eq!((row.severity, row.group.as_str(), row.state.as_str()), (SeverityView::Abnormal, "now", "open"));
    assert_eq!(row.headline, "Blood pressure 165/95 is above the limit of 160");
    assert_eq!(row.next_sentence, "Ann L. has not answered; on call will be paged");
    let next = row.next.clone().unwrap();
    assert_eq!((next.what.as_str(), next.due), ("page", after(15)));
    assert_eq!(lamp(&row, "received"), LampState::Done);
    assert_eq!(lamp(&row, "judged"), LampState::Done);
    assert_eq!((lamp(&row, "patient"), due(&row, "patient")), (LampState::Running, Some(after(15))));
    assert_eq!((lamp(&row, "clinician"), due(&row, "clinician")), (LampState::ToCome, Some(after(15))));
    assert_eq!(lamp(&row, "charted"), LampState::ToCome);
    let value = row.value.clone().unwrap();
    assert_eq!((value.text.as_str(), value.unit.as_str()), ("165/95", "mmHg"));
    assert_eq!((value.limit.as_deref(), value.distance.as_deref(), value.arrow.as_deref()), (Some("limit 160"), Some("+3 %"), Some("up")));
    assert_eq!((row.band.high, row.band.second_high), (Some(160.0), Some(100.0)));
    assert_eq!(row.spark.len(), 1);
    for letter in ["A", "C", "S", "T", "P", "N", "L", "1-5"] {
        assert!(allows(&row, letter), "{letter}");
    }
}

#[test]
fn a_critical_pressure_is_paged_and_asked_at_once() {
    let mut ward = Ward::new();
    ward.reading("bp", "195/96");
    let row = ward.row();
    assert_eq!((row.severity, row.state.as_str()), (SeverityView::Critical, "paged"));
    assert_eq!(row.headline, "Blood pressure 195/96 is far above the limit of 160");
    let next = row.next.clone().unwrap();
    assert_eq!((next.what.as_str(), next.due), ("ack_due", after(5)));
    assert_eq!((lamp(&row, "clinician"), due(&row, "clinician")), (LampState::Running, Some(after(5))));
    assert_eq!(lamp(&row, "patient"), LampState::Running);
    assert_eq!(row.value.unwrap().distance.as_deref(), Some("+22 %"));
}

#[test]
fn an_unacknowledged_page_is_late_after_its_target() {
    let mut ward = Ward::new();
    ward.reading("bp", "195/96");
    ward.pass(6);
    let row = ward.row();
    assert_eq!(lamp(&row, "clinician"), LampState::Late);
    assert_eq!(row.next.unwrap().due, after(30));
    assert_eq!(row.next_sentence, "On call has not acknowledged: call the clinician yourself");
}

#[test]
fn an_acknowledgement_at_the_pager_is_a_lease_with_a_name() {
    let mut ward = Ward::new();
    ward.reading("bp", "195/96");
    ward.pager(PagerEventKind::Acknowledged, "user_reference");
    let row = ward.row();
    assert_eq!((row.state.as_str(), row.group.as_str(), row.unacknowledged), ("acknowledged", "later", false));
    assert_eq!(row.holder.as_ref().unwrap().name, "Dr. Kim");
    assert_eq!(lamp(&row, "clinician"), LampState::Done);
    let next = row.next.clone().unwrap();
    assert_eq!((next.what.as_str(), next.due), ("lease", after(10)));
    assert!(!allows(&row, "A") && allows(&row, "C"));
}

#[test]
fn no_answer_pages_on_call_and_the_row_says_so() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.pass(16);
    let row = ward.row();
    assert_eq!(row.state, "paged");
    assert_eq!(row.headline, "Blood pressure 165/95 is above the limit of 160; Ann L. has not answered");
    assert_eq!(lamp(&row, "patient"), LampState::Late);
    assert_eq!(lamp(&row, "clinician"), LampState::Running);
}

#[test]
fn symptoms_are_in_the_headline_and_the_marks() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.reply("yes");
    let row = ward.row();
    assert_eq!(row.headline, "Blood pressure 165/95 is above the limit of 160; Ann L. reports symptoms");
    assert_eq!(row.marks, ["symptoms"]);
    assert_eq!(lamp(&row, "patient"), LampState::Done);
}

#[test]
fn no_symptoms_wait_for_the_nurse_with_a_clock() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.pass(2);
    ward.reply("No");
    let row = ward.row();
    assert_eq!((row.state.as_str(), row.group.as_str()), ("answered_no", "now"));
    assert_eq!(row.next_sentence, "Ann L. reports no symptoms: look at it and close");
    let next = row.next.clone().unwrap();
    assert_eq!((next.what.as_str(), next.due), ("review", after(62)));
    assert_eq!(lamp(&row, "patient"), LampState::Done);
}

#[test]
fn a_patient_who_opted_out_cannot_be_reached_and_is_paged_about() {
    let mut ward = Ward::new();
    ward.opt_out();
    ward.reading("bp", "165/95");
    let row = ward.row();
    let patient = row.lamps.iter().find(|l| l.which == "patient").unwrap();
    assert_eq!((patient.state, patient.why.as_deref()), (LampState::Impossible, Some("opted out of texts")));
    assert_eq!(row.state, "paged");
    assert!(!allows(&row, "T"));
    assert!(row.marks.contains(&"opted out of texts".to_string()));
}

#[test]
fn quiet_hours_hold_an_abnormal_until_morning_and_show_it_now() {
    let mut ward = Ward::at("2026-03-06T02:30:00Z".parse().unwrap());
    ward.reading("bp", "165/95");
    let row = ward.row();
    assert_eq!((row.state.as_str(), row.group.as_str()), ("held", "now"));
    assert_eq!(row.next_sentence, "Quiet hours for Ann L.: the symptom check goes out when they end");
    let next = row.next.clone().unwrap();
    assert_eq!((next.what.as_str(), next.due), ("text", "2026-03-06T13:00:00Z".parse().unwrap()));
    assert_eq!(lamp(&row, "patient"), LampState::ToCome);
}

#[test]
fn a_pager_that_is_down_is_late_and_tried_again() {
    let mut ward = Ward::new();
    ward.down.insert(Vendor::PagerDuty);
    ward.reading("bp", "195/96");
    let row = ward.row();
    assert_eq!(lamp(&row, "clinician"), LampState::Late);
    assert_eq!(row.next.as_ref().unwrap().what, "retry");
    assert!(row.next_sentence.contains("call on call"), "{}", row.next_sentence);
    assert!(ward.detail(&nurse(), &row.id).guidance.contains("telephone the clinician"));
}

#[test]
fn back_inside_the_limits_is_not_closed() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.pass(3);
    ward.reading("bp", "150/85");
    let row = ward.row();
    assert_eq!((row.state.as_str(), row.group.as_str()), ("back_to_normal", "now"));
    assert_eq!(row.headline, "Blood pressure 150/85 is back inside the limits");
    assert_eq!(row.value.unwrap().distance, None);
}

#[test]
fn a_claim_a_shelf_and_its_end_show_on_the_row() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.act(Command::claim, json!({"id": id}));
    let row = ward.row();
    assert!(row.holder.as_ref().unwrap().claimed && !allows(&row, "C"));
    ward.act(Command::shelve, json!({"id": id, "minutes": 30, "reason": "in the dialysis chair"}));
    let row = ward.row();
    assert_eq!((row.group.as_str(), row.state.as_str()), ("shelved", "shelved"));
    assert_eq!(row.shelf.as_ref().unwrap().reason, "in the dialysis chair");
    assert_eq!(row.next.as_ref().unwrap().what, "shelf");
    assert!(allows(&row, "U"));
    ward.act(Command::unshelve, json!({"id": id}));
    assert_eq!(ward.row().group, "now");
}

#[test]
fn a_close_without_minutes_waits_for_them_and_is_charted_with_them() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": null, "note": "Called, will recheck."}));
    let row = ward.row();
    assert_eq!((row.state.as_str(), row.group.as_str()), ("closed", "now"));
    assert_eq!(row.next_sentence, "Enter the minutes: the chart entry waits for them");
    assert!(allows(&row, "1-5") && !allows(&row, "P"));
    ward.act(Command::complete, json!({"id": id, "disposition": "acted", "minutes": 12, "note": ""}));
    let row = ward.row();
    assert_eq!((row.state.as_str(), row.group.as_str()), ("charted", "closed"));
    assert_eq!(lamp(&row, "charted"), LampState::Done);
    let detail = ward.detail(&nurse(), &id);
    assert!(detail.writes.iter().all(|w| w.status == "done"), "{:?}", detail.writes);
    assert_eq!(detail.writes.len(), 3);
}

#[test]
fn a_record_without_a_unit_is_a_row_with_what_to_do() {
    let ward = Ward::new();
    ward.call(Command::sim_reading, json!({"mrn": ANN, "vital": "glucose", "value": 120, "unit": "none", "minutes_ago": 0})).unwrap();
    let rows = ward.list(0, false).rows;
    let row = rows.iter().find(|r| r.state == "task").expect("a task");
    assert_eq!((row.group.as_str(), row.severity), ("now", SeverityView::Abnormal));
    assert!(allows(row, "A") && !allows(row, "P"));
    let detail = ward.detail(&nurse(), &row.id);
    assert!(detail.timeline[0].raw.contains("valueQuantity"));
    assert!(detail.guidance.contains("Connections"));
}

#[test]
fn unacknowledged_criticals_come_first_then_abnormals_then_what_was_seen() {
    let mut ward = Ward::new();
    ward.other("2000002", "Leo", "Ortiz", "+12025550102");
    ward.other("3000003", "Mae", "Roy", "+12025550103");
    ward.reading_of("2000002", "glucose", "320");
    ward.pass(1);
    ward.reading("bp", "165/95");
    ward.pass(1);
    ward.reading_of("3000003", "spo2", "86");
    let mut rows = ward.list(0, false).rows;
    rows.sort_by_key(|r| (r.group.clone() != "now", r.order));
    let names: Vec<&str> = rows.iter().map(|r| r.patient.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(names, ["Roy, Mae", "Ortiz, Leo", "Lee, Ann"]);
    let ortiz = rows[1].id.clone();
    ward.act(Command::acknowledge, json!({"id": ortiz}));
    let rows = ward.list(0, false).rows;
    assert_eq!(rows.iter().find(|r| r.id == ortiz).unwrap().group, "later");
}

#[test]
fn what_changed_since_merges_into_the_whole() {
    let mut ward = Ward::new();
    ward.other("2000002", "Leo", "Ortiz", "+12025550102");
    ward.reading("bp", "165/95");
    ward.reading_of("2000002", "glucose", "320");
    let first = ward.list(0, false);
    assert!(first.whole);
    let mut held: std::collections::BTreeMap<String, WorklistRow> = first.rows.into_iter().map(|r| (r.id.clone(), r)).collect();
    let mut seq = first.seq;
    let ann = held.values().find(|r| r.vital.as_deref() == Some("bp")).unwrap().id.clone();
    for step in 0..4 {
        match step {
            0 => ward.reply("no"),
            1 => ward.pass(17),
            2 => ward.act(Command::close, json!({"id": ann, "disposition": "watched", "minutes": 5, "note": "Fine."})),
            _ => ward.reading("weight", "180"),
        }
        let changed = ward.list(seq, false);
        assert!(!changed.whole);
        for row in changed.rows {
            held.insert(row.id.clone(), row);
        }
        for id in &changed.gone {
            held.remove(id);
        }
        seq = changed.seq;
        let whole: std::collections::BTreeMap<String, WorklistRow> =
            ward.list(0, false).rows.into_iter().map(|r| (r.id.clone(), r)).collect();
        assert_eq!(held, whole, "after step {step}");
    }
    assert!(!held.contains_key(&ann));
    assert!(ward.list(0, true).rows.iter().any(|r| r.id == ann && r.group == "closed"));
}

#[test]
fn a_screen_of_another_run_gets_everything() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let view = ward.list(9_999, false);
    assert!(view.whole);
    assert_eq!(view.rows.len(), 1);
}

#[test]
fn counts_agree_with_the_rows() {
    let mut ward = Ward::new();
    ward.other("2000002", "Leo", "Ortiz", "+12025550102");
    ward.reading("bp", "195/95");
    ward.reading_of("2000002", "glucose", "320");
    let counts = ward.list(0, false).counts;
    assert_eq!((counts.critical, counts.abnormal, counts.unacknowledged), (1, 1, 2));
    let frame = ward.call(Command::frame, json!({})).unwrap();
    assert_eq!(frame["counts"]["critical"], 1);
    assert_eq!(frame["mode"], "live");
}

#[test]
fn opening_a_patient_is_one_audit_line_in_ten_minutes() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.detail(&nurse(), &id);
    ward.detail(&nurse(), &id);
    assert_eq!(ward.acts("opened"), 1);
    ward.pass(11);
    ward.detail(&nurse(), &id);
    assert_eq!(ward.acts("opened"), 2);
}

#[test]
fn the_panel_tells_the_whole_story() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.pass(1);
    ward.reply("maybe");
    ward.pass(1);
    ward.reply("yes");
    let id = ward.row().id;
    ward.act_as("Ana R.", Act::Note { row: RowId::read(&id).unwrap(), text: "Called her daughter.".into() });
    let detail = ward.detail(&nurse(), &id);
    assert_eq!((detail.phone.as_deref(), detail.local_time.as_str(), detail.zone_assumed), (Some("+12025550101"), "2:02 PM", false));
    let said: Vec<(bool, &str, Option<&str>)> =
        detail.conversation.iter().map(|m| (m.from_patient, m.status.as_str(), m.read_as.as_deref())).collect();
    assert_eq!(
        said,
        [
            (false, "sent", None),
            (true, "received", Some("not understood")),
            (false, "sent", None),
            (true, "received", Some("YES: symptoms")),
        ]
    );
    assert_eq!(detail.pages.len(), 1);
    assert_eq!((detail.pages[0].status.as_str(), detail.pages[0].reason.as_str()), ("sent", "patient reports symptoms"));
    assert_eq!(detail.notes.last().unwrap().text, "Called her daughter.");
    assert!(detail.guidance.starts_with("The patient reports symptoms: call now."));
    assert!(detail.draft_text.contains("Hello Ann") && detail.draft_text.contains("165/95 mmHg"));
    let titles: Vec<&str> = detail.timeline.iter().map(|t| t.title.as_str()).collect();
    for title in ["Blood pressure 165/95 mmHg: abnormal", "Symptom check: sent", "The answer was not understood", "Note written"] {
        assert!(titles.contains(&title), "{title} in {titles:?}");
    }
    assert!(detail.timeline.iter().all(|t| serde_json::from_str::<serde_json::Value>(&t.raw).is_ok()));
    assert!(detail.marks.iter().any(|m| m.kind == "reply") && detail.marks.iter().any(|m| m.kind == "page"));
}

#[test]
fn a_spanish_reader_reads_spanish() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let english = ward.row();
    let row = ward.list_for(&enfermera(), 0, false).rows.remove(0);
    assert_eq!(row.headline, "Presión arterial 165/95: por encima del límite de 160");
    assert_eq!(row.next_sentence, "Ann L. no ha respondido; se llamará a la guardia");
    assert_eq!(row.value.as_ref().unwrap().limit.as_deref(), Some("límite 160"));
    let detail = ward.detail(&enfermera(), &row.id);
    assert!(detail.guidance.contains("Pregunte por dolor de pecho"));
    assert!(detail.timeline.iter().any(|t| t.title == "Presión arterial 165/95 mmHg: anormal"));
    // The language is the call's, not the row's.
    assert_eq!(ward.row(), english);
    let asked = ward.call(Command::worklist, json!({"since": 0, "closed": false, "language": "es"})).unwrap();
    assert_eq!(asked["rows"][0]["headline"], row.headline);
}

#[test]
fn what_waits_and_what_could_not_be_used_is_on_connections() {
    let mut ward = Ward::new();
    ward.down.insert(Vendor::Cerner);
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": 3, "note": "Called."}));
    ward.call(Command::sim_reading, json!({"mrn": "999", "vital": "bp", "systolic": 150, "diastolic": 90, "minutes_ago": 0})).unwrap();
    let view: wire::ConnectionsView = serde_json::from_value(ward.call(Command::connections, json!({})).unwrap()).unwrap();
    assert_eq!(view.queue.iter().map(|q| q.what.as_str()).collect::<Vec<_>>(), ["reviewed reading", "note", "minutes"]);
    let cerner = view.vendors.iter().find(|v| v.vendor == "cerner").unwrap();
    assert_eq!((cerner.state, cerner.queued), (wire::HealthState::Failing, 3));
    let record = &view.quarantine[0];
    assert_eq!((record.reason.as_str(), record.state.as_str()), ("unknown_patient", "waiting"));
    assert!(record.body.contains("85354-9"));
}

#[test]
fn a_patients_phone_shows_what_reached_it() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.reply("no");
    let phone: wire::PhoneView = serde_json::from_value(ward.call(Command::sim_phone, json!({"mrn": ANN})).unwrap()).unwrap();
    assert_eq!(phone.messages.iter().map(|m| m.from_patient).collect::<Vec<_>>(), [false, true]);
    let view: wire::SimulatorView = serde_json::from_value(ward.call(Command::simulator, json!({})).unwrap()).unwrap();
    assert_eq!(view.patients[0].patient.name, "Lee, Ann");
    assert!(view.on_call_present);
}

#[test]
fn a_newer_reading_inside_the_limits_does_not_hide_the_one_that_asked() {
    let mut ward = Ward::new();
    ward.reading("bp", "168/98");
    ward.reading("bp", "138/84");
    assert_eq!(ward.row().headline, "Blood pressure 168/98 is above the limit of 160; the newest is 138/84");
}

#[test]
fn a_stat_value_near_the_limit_says_that_it_is_always_critical() {
    let mut ward = Ward::new();
    ward.reading("spo2", "87");
    let row = ward.row();
    assert_eq!(row.headline, "Oxygen saturation 87 is below the limit of 90 (always critical)");
    assert_eq!((row.severity, row.value.unwrap().limit.as_deref()), (SeverityView::Critical, Some("limit 90")));
}

#[test]
fn an_answer_that_was_not_understood_is_said() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.reply("my foot hurts");
    let row = ward.row();
    assert!(row.headline.ends_with("; the answer of Ann L. was not understood"), "{}", row.headline);
    assert_eq!(row.next.as_ref().unwrap().what, "page");
    assert!(ward.detail(&nurse(), &row.id).guidance.starts_with("The answer was not understood"));
}

#[test]
fn a_weight_has_a_gain_limit_in_words_and_no_band() {
    let mut ward = Ward::new();
    ward.reading("weight", "180");
    ward.pass(24 * 60);
    ward.reading("weight", "183.6");
    let row = ward.row();
    assert_eq!(row.headline, "Weight 183.6 lb, up 3.6 lb in 24 h (limit 3)");
    assert_eq!(row.value.as_ref().unwrap().limit.as_deref(), Some("gain limit 3 lb in 24 h"));
    assert_eq!(row.band, wire::Band::default());
    assert_eq!(row.spark.iter().map(|p| p.value).collect::<Vec<_>>(), [180.0, 183.6]);
}

#[test]
fn words_of_symptoms_without_a_question_are_a_critical_row_of_their_own() {
    let mut ward = Ward::new();
    ward.reply("I have chest pain");
    let row = ward.row();
    assert_eq!((row.severity, row.vital.as_deref(), row.value.is_none()), (SeverityView::Critical, Some("symptoms"), true));
    assert_eq!(row.headline, "Ann L. wrote of symptoms without being asked");
    assert_eq!(lamp(&row, "patient"), LampState::Done);
    assert_eq!(lamp(&row, "clinician"), LampState::Running);
}

#[test]
fn a_page_that_nobody_resolved_comes_back_to_the_nurse() {
    let mut ward = Ward::new();
    ward.reading("bp", "195/96");
    ward.pager(PagerEventKind::Resolved, "service_reference");
    let row = ward.row();
    assert_eq!((row.state.as_str(), row.group.as_str()), ("nurse_review", "now"));
    assert_eq!(row.next_sentence, "The page was resolved automatically: review it yourself");
    assert_eq!(lamp(&row, "clinician"), LampState::Late);
}

#[test]
fn a_shadow_row_says_that_nothing_was_sent() {
    let mut ward = Ward::new();
    ward.settings(json!({"mode": "shadow"}));
    ward.reading("bp", "195/96");
    let row = ward.row();
    assert!(row.marks.contains(&"shadow".to_string()));
    assert_eq!(row.next_sentence, "On call would have been paged (shadow mode)");
    let detail = ward.detail(&nurse(), &row.id);
    assert_eq!(detail.pages[0].status, "would_send");
    assert_eq!(detail.conversation[0].status, "would_send");
}
