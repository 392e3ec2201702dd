//! What the Visits screen shows, and what the visits simulator does.

use super::ward::*;
use decide::outbox::Vendor;
use serde_json::{json, Value};
use wire::{Command, Person, SimVisitOutcome, SimVisitsView, VisitDetail, VisitsView};

fn visits(ward: &Ward, args: Value) -> VisitsView {
    let mut all = json!({"day": "2026-03-10", "search": "", "filter": "all", "after": null});
    all.as_object_mut().unwrap().extend(args.as_object().unwrap().clone());
    serde_json::from_value(ward.call(Command::visits, all).unwrap()).unwrap()
}

fn visit(ward: &Ward, who: &Person, id: &str) -> VisitDetail {
    serde_json::from_value(ward.console.call(who, Command::visit, json!({"appointment_id": id})).unwrap()).unwrap()
}

fn ids(view: &VisitsView) -> Vec<&str> {
    view.rows.iter().map(|r| r.appointment_id.as_str()).collect()
}

/// A day's work around Ann's visit: Bob at nine, Ann at three, Cy the day after.
fn day() -> Ward {
    let mut ward = Ward::new();
    ward.other("2000001", "Bob", "Núñez", "+12025550102");
    ward.appointment(json!({}));
    ward.appointment(json!({"appointment_id": "A2", "patient_id": "2000001", "patient_first_name": "Bob", "patient_last_name": "Núñez",
        "patient_phone": "+12025550102", "appointment_datetime": "2026-03-10T09:00:00"}));
    ward.appointment(json!({"appointment_id": "B7", "patient_id": "3000001", "patient_first_name": "Cy", "patient_last_name": "Young",
        "patient_phone": "+12025550103", "appointment_datetime": "2026-03-11T09:00:00"}));
    ward
}

#[test]
fn a_day_lists_its_visits_in_order_of_time() {
    let view = visits(&day(), json!({}));
    assert_eq!(ids(&view), ["A2", "A1"]);
    let ann = &view.rows[1];
    assert_eq!((ann.local_time.as_str(), ann.provider.as_str(), ann.location.as_str()), ("3:00 PM", "Dr. Al Ray", "Main Clinic"));
    assert_eq!((ann.patient.name.as_str(), ann.patient.birth_date.as_deref()), ("Lee, Ann", Some("1958-04-12")));
    let next = ann.next.as_ref().unwrap();
    assert_eq!((next.what.as_str(), next.due.to_rfc3339().as_str()), ("reminder_1", "2026-03-08T19:00:00+00:00"));
    assert_eq!((view.counts.all, view.counts.queued, view.counts.canceled), (2, 2, 0));
}

#[test]
fn today_is_the_day_at_the_clinic() {
    let ward = Ward::at("2026-03-11T02:00:00Z".parse().unwrap());
    let view = visits(&ward, json!({"day": null}));
    assert_eq!((view.today.as_str(), view.day.as_str()), ("2026-03-10", "2026-03-10"));
}

#[test]
fn someone_known_by_visits_alone_has_the_name_that_the_event_tells() {
    let view = visits(&day(), json!({"day": "2026-03-11"}));
    assert_eq!((view.rows[0].patient.name.as_str(), view.rows[0].patient.mrn.as_str()), ("Young, Cy", "3000001"));
}

#[test]
fn a_search_finds_by_name_without_accents_by_number_and_by_appointment_on_any_day() {
    let ward = day();
    for (text, found) in [("nunez", "A2"), ("bob nu", "A2"), ("3000001", "B7"), ("b7", "B7"), ("YOUNG", "B7")] {
        assert_eq!(ids(&visits(&ward, json!({"search": text}))), [found], "{text}");
    }
    assert!(visits(&ward, json!({"search": "nobody"})).rows.is_empty());
}

#[test]
fn filters_show_one_state_and_the_counts_say_how_many() {
    let mut ward = day();
    ward.appointment(json!({"event_type": "CANCELED", "event_datetime_utc": "2026-03-05T19:00:00Z"}));
    let view = visits(&ward, json!({"filter": "canceled"}));
    assert_eq!(ids(&view), ["A1"]);
    assert_eq!((view.counts.all, view.counts.canceled, view.counts.queued), (2, 1, 1));
    assert_eq!(
        ward.call(Command::visits, json!({"day": null, "search": "", "filter": "odd", "after": null})).unwrap_err().field.unwrap(),
        "filter"
    );
    assert_eq!(
        ward.call(Command::visits, json!({"day": "soon", "search": "", "filter": "all", "after": null})).unwrap_err().field.unwrap(),
        "day"
    );
}

#[test]
fn a_long_day_comes_in_pages_and_every_visit_once() {
    let mut ward = Ward::new();
    for n in 0..230 {
        let at = format!("2026-03-10T{:02}:{:02}:00", 8 + n / 60, n % 60);
        ward.appointment(json!({"appointment_id": format!("N{n:03}"), "appointment_datetime": at}));
    }
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let view = visits(&ward, json!({"after": after}));
        seen.extend(ids(&view).iter().map(ToString::to_string));
        match view.next {
            Some(next) => after = json!(next),
            None => break,
        }
    }
    assert_eq!(seen, (0..230).map(|n| format!("N{n:03}")).collect::<Vec<_>>());
}

#[test]
fn what_is_put_before_staff_is_a_row_of_the_worklist_that_names_the_visit() {
    let mut ward = day();
    ward.reply("who is this");
    let view = visits(&ward, json!({"filter": "needs_person", "day": "2026-04-01"}));
    assert_eq!((ids(&view), view.counts.needs_person, view.rows[0].needs), (vec!["A1"], 1, 1));
    let task = visit(&ward, &nurse(), "A1").tasks.remove(0);
    let row = ward.row();
    assert_eq!((row.id.as_str(), row.appointment_id.as_deref()), (task.row.as_str(), Some("A1")));
    ward.act(Command::acknowledge, json!({"id": task.row}));
    assert_eq!(visit(&ward, &nurse(), "A1").tasks[0].holder.as_deref(), Some("Ana R."));
    ward.act(Command::close, json!({"id": task.row, "disposition": "acted", "minutes": null, "note": ""}));
    assert_eq!(visits(&ward, json!({})).counts.needs_person, 0);
}

#[test]
fn the_panel_tells_the_plan_in_the_patients_time_with_the_reason() {
    let mut ward = Ward::new();
    ward.settings(json!({"reminder_outreach_start": "1600", "reminder_outreach_finish": "2000"}));
    ward.appointment(json!({}));
    let d = visit(&ward, &nurse(), "A1");
    let first = &d.plan[0];
    assert_eq!((first.state.as_str(), first.why.as_deref()), ("held", Some("outreach_window")));
    assert_eq!(first.sentence, "Due Sun, Mar 8, 3:00 PM; held until Sun, Mar 8, 4:00 PM: outside the outreach window.");
    assert_eq!((d.time_zone.as_str(), d.zone_assumed), ("America/New_York", false));
    assert_eq!(
        visit(&ward, &enfermera(), "A1").plan[0].sentence,
        "Toca dom 8 mar, 3:00 PM; espera hasta dom 8 mar, 4:00 PM: fuera del horario de contacto."
    );
}

#[test]
fn an_unknown_zone_takes_the_visits_own_and_is_marked_assumed() {
    let d = visit(&day(), &nurse(), "B7");
    assert_eq!((d.time_zone.as_str(), d.zone_assumed), ("-0400", true));
}

#[test]
fn a_cancel_is_asked_sent_and_answered_and_each_step_shows() {
    let mut ward = day();
    ward.down.insert(Vendor::Ehr);
    ward.reply("CANCEL APPT");
    let d = visit(&ward, &nurse(), "A1");
    assert_eq!((d.row.state.as_str(), d.row.request.as_str(), d.row.request_state.as_deref()), ("QUEUED", "cancel", Some("failed")));
    assert_eq!(d.requests.len(), 1);
    assert_eq!(d.requests[0].problem.as_deref(), Some("It answers 503."));
    assert!(d.requests[0].next_try_at.is_some());
    assert!(d.conversation.iter().any(|m| m.from_patient && m.body == "CANCEL APPT"));
    ward.down.clear();
    ward.pass(5);
    let d = visit(&ward, &nurse(), "A1");
    assert_eq!((d.requests[0].state.as_str(), d.row.request_state.as_deref()), ("sent", Some("sent")));
    let now = ward.now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    ward.appointment(json!({"event_type": "CANCELED", "event_datetime_utc": now}));
    let d = visit(&ward, &nurse(), "A1");
    assert_eq!((d.row.state.as_str(), d.row.request.as_str(), d.requests[0].state.as_str()), ("CANCELED", "none", "answered"));
    assert_eq!(d.summary, "The visit is canceled: nothing more is sent.");
    let titles: Vec<&str> = d.history.iter().map(|l| l.title.as_str()).collect();
    assert!(titles.contains(&"Booked for 3:00 PM on Tuesday, March 10, 2026"), "{titles:?}");
    assert!(titles.contains(&"Canceled by the EHR"), "{titles:?}");
}

#[test]
fn opening_a_visit_is_one_audit_line_and_one_that_is_not_there_says_what_to_do() {
    let ward = day();
    visit(&ward, &nurse(), "A1");
    visit(&ward, &nurse(), "A1");
    assert_eq!(ward.acts("opened"), 1);
    let missing = ward.call(Command::visit, json!({"appointment_id": "none"})).unwrap_err();
    assert_eq!(missing.code, "not_found");
    assert!(missing.what_to_do.contains("Worklist"));
}

fn book(ward: &Ward, changes: Value) -> Result<SimVisitOutcome, wire::UserError> {
    let mut args = json!({"event_type": "BOOKED", "appointment_id": null, "first_name": "Pat", "last_name": "Moss", "phone": "+12025550177",
        "provider_first_name": "", "provider_last_name": "", "callback_phone": "", "location": "", "wall_clock": "", "offset": ""});
    args.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Ok(serde_json::from_value(ward.call(Command::sim_visit, args)?).unwrap())
}

fn simulated(ward: &Ward) -> SimVisitsView {
    serde_json::from_value(ward.call(Command::sim_visits, json!({})).unwrap()).unwrap()
}

#[test]
fn a_made_up_visit_needs_a_name_and_a_number_and_names_the_field_at_fault() {
    let ward = Ward::new();
    for (change, field) in [
        (json!({"first_name": " "}), "first_name"),
        (json!({"last_name": ""}), "last_name"),
        (json!({"phone": ""}), "phone"),
        (json!({"phone": "202-555"}), "phone"),
        (json!({"callback_phone": "1"}), "callback_phone"),
        (json!({"offset": "PDT"}), "offset"),
        (json!({"wall_clock": "tomorrow"}), "wall_clock"),
        (json!({"event_type": "booked"}), "event_type"),
        // Ann Lee's own number: the simulator touches made-up patients only.
        (json!({"phone": "+12025550101"}), "phone"),
        (json!({"appointment_id": "A1"}), "appointment_id"),
    ] {
        assert_eq!(book(&ward, change.clone()).unwrap_err().field.as_deref(), Some(field), "{change}");
    }
    assert!(simulated(&ward).visits.is_empty());
}

#[test]
fn a_made_up_visit_is_with_dr_francis_diaz_a_day_ahead_and_its_booking_is_texted() {
    let mut ward = Ward::new();
    book(&ward, json!({})).unwrap();
    ward.deliver();
    let view = simulated(&ward);
    let v = &view.visits[0];
    assert_eq!((v.row.provider.as_str(), v.row.location.as_str()), ("Dr. Francis Diaz", "Pacific Primary Care"));
    let ahead = v.row.starts_at - ward.now();
    assert!((24 * 60..=24 * 60 + 15).contains(&ahead.num_minutes()), "{ahead}");
    assert!(v.messages[0].body.contains("is booked"));
    assert_eq!(v.phone, "+12025550177");
}

#[test]
fn the_reminder_is_offered_two_minutes_after_the_booking_and_says_why_not_before() {
    let mut ward = Ward::new();
    let id = book(&ward, json!({})).unwrap().appointment_id;
    ward.deliver();
    let before = simulated(&ward).visits.remove(0).reminder;
    assert_eq!((before.why.as_deref(), before.until), (Some("gap"), Some(ward.now() + chrono::TimeDelta::minutes(2))));
    let early = ward.call(Command::sim_visit_reminder, json!({"appointment_id": id})).unwrap_err();
    assert_eq!((early.code.as_str(), early.what_happened.contains("two minutes")), ("too_late", true));
    ward.clock.set(ward.now() + chrono::TimeDelta::minutes(2));
    assert!(simulated(&ward).visits[0].reminder.which.is_some());
    ward.call(Command::sim_visit_reminder, json!({"appointment_id": id})).unwrap();
    ward.deliver();
    let v = simulated(&ward).visits.remove(0);
    assert_eq!(v.row.state, "REMINDED-1");
    assert!(v.messages.last().unwrap().body.contains("reminder for Pat Moss"));
}

#[test]
fn booked_a_day_ahead_the_reminder_goes_by_itself_when_the_two_minutes_are_over() {
    let mut ward = Ward::new();
    book(&ward, json!({})).unwrap();
    ward.deliver();
    let next = simulated(&ward).visits.remove(0).row.next.unwrap();
    assert_eq!((next.what.as_str(), next.due), ("reminder_1", ward.now() + chrono::TimeDelta::minutes(2)));
    ward.pass(2);
    assert_eq!(simulated(&ward).visits[0].row.state, "REMINDED-1");
}

#[test]
fn a_reminder_outside_the_outreach_window_is_not_sent_and_the_page_says_why() {
    let mut ward = Ward::new();
    ward.settings(json!({"reminder_outreach_start": "0800", "reminder_outreach_finish": "1000"}));
    let id = book(&ward, json!({})).unwrap().appointment_id;
    ward.pass(3);
    let refused = ward.call(Command::sim_visit_reminder, json!({"appointment_id": id})).unwrap_err();
    assert!(refused.what_happened.contains("outside the outreach window"), "{}", refused.what_happened);
    assert_eq!(simulated(&ward).visits[0].reminder.why.as_deref(), Some("outreach_window"));
}

#[test]
fn the_simulators_reminder_touches_no_other_visit() {
    let mut ward = day();
    let refused = ward.call(Command::sim_visit_reminder, json!({"appointment_id": "A1"})).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("appointment_id"));
    let id = book(&ward, json!({"wall_clock": "2026-03-09T10:00"})).unwrap().appointment_id;
    ward.pass(3);
    ward.call(Command::sim_visit_reminder, json!({"appointment_id": id})).unwrap();
    ward.deliver();
    assert_eq!(visit(&ward, &nurse(), "A1").row.state, "QUEUED");
}

#[test]
fn a_made_up_patients_answer_asks_the_ehr_and_its_event_settles_it() {
    let mut ward = Ward::new();
    let id = book(&ward, json!({})).unwrap().appointment_id;
    ward.deliver();
    ward.reply_from("+12025550177", "CANCEL APPT");
    let v = simulated(&ward).visits.remove(0);
    assert_eq!((v.row.state.as_str(), v.row.request.as_str(), v.requests[0].state.as_str()), ("QUEUED", "cancel", "sent"));
    assert!(v.messages.iter().any(|m| m.from_patient && m.body == "CANCEL APPT"));
    ward.clock.set(ward.now() + chrono::TimeDelta::seconds(5));
    book(&ward, json!({"appointment_id": id, "event_type": "CANCELED", "first_name": "", "last_name": "", "phone": ""})).unwrap();
    ward.deliver();
    let v = simulated(&ward).visits.remove(0);
    assert_eq!((v.row.state.as_str(), v.row.request.as_str(), v.requests[0].state.as_str()), ("CANCELED", "none", "answered"));
}

#[test]
fn the_ehr_answers_by_itself_only_when_an_administrator_says_so() {
    let ward = Ward::new();
    assert!(!simulated(&ward).ehr_answers);
    let args = json!({"answers": true, "after_seconds": 3.0});
    assert_eq!(ward.call(Command::sim_ehr, args.clone()).unwrap_err().code, "forbidden");
    let administrator = Person { role: "administrator".into(), ..nurse() };
    ward.console.call(&administrator, Command::sim_ehr, args).unwrap();
    let view = simulated(&ward);
    assert_eq!((view.ehr_answers, view.ehr_answers_after_seconds), (true, 3.0));
}
