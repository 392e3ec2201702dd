//! Coming in, being kept out, locking, and who may do what to whom.

use super::secrets;
use crate::console::lock;
use crate::views::ward::Ward;
use chrono::TimeDelta;
use serde_json::{json, Value};
use wire::{Access, Command, DoorView, UserError};

const PASSWORD: &str = "lantern river copper";
const OTHER: &str = "seven green bicycles";

/// A live desk; nobody may sign in yet.
struct Desk(Ward);

impl Desk {
    fn new() -> Desk {
        let mut ward = Ward::new();
        ward.console.facts.profile = "live".into();
        Desk(ward)
    }

    /// A desk with an administrator whose second factor is set; the session and its secret.
    fn with_administrator() -> (Desk, String, String) {
        let desk = Desk::new();
        let session =
            desk.enter(Command::first_administrator, json!({"login": "dana", "name": "Dana Vale", "password": PASSWORD})).unwrap();
        let secret = desk.says(&session, Command::second_factor, json!({})).unwrap()["secret"].as_str().unwrap().replace('-', "");
        let code = desk.code(&secret, "dana");
        desk.says(&session, Command::confirm_second_factor, json!({"code": code})).unwrap();
        (desk, session, secret)
    }

    fn says(&self, session: &str, command: Command, args: Value) -> Result<Value, UserError> {
        self.0.console.call_for(session, command, args)
    }

    fn enter(&self, command: Command, args: Value) -> Result<String, UserError> {
        self.says("", command, args).map(|entered| entered["session"].as_str().unwrap().to_string())
    }

    fn sign_in(&self, login: &str, password: &str, code: &str) -> Result<String, UserError> {
        self.enter(Command::sign_in, json!({"login": login, "password": password, "code": code}))
    }

    fn door(&self, session: &str) -> DoorView {
        serde_json::from_value(self.says(session, Command::door, json!({})).unwrap()).unwrap()
    }

    fn code(&self, secret: &str, login: &str) -> String {
        secrets::code_at(secret, login, self.0.now().timestamp() as u64)
    }

    fn pass(&self, seconds: i64) {
        self.0.clock.set(self.0.now() + TimeDelta::seconds(seconds));
    }

    fn add(&self, session: &str, login: &str, role: &str) {
        self.says(
            session,
            Command::add_person,
            json!({"login": login, "name": format!("{login} of the ward"), "role": role, "password": PASSWORD}),
        )
        .unwrap();
    }

    /// Adds somebody and lets them choose their own password.
    fn settled(&self, administrator: &str, login: &str, role: &str) -> String {
        self.add(administrator, login, role);
        let session = self.sign_in(login, PASSWORD, "").unwrap();
        self.says(&session, Command::my_password, json!({"old": PASSWORD, "new": OTHER})).unwrap();
        session
    }

    fn trail(&self) -> Vec<(String, String)> {
        let reader = lock(&self.0.engine).reader().unwrap();
        let lines = reader.trail_since(0, 1_000).unwrap();
        lines
            .into_iter()
            .filter_map(|l| match l.entry.line {
                decide::trail::Line::Access { what, login, .. } => Some((what, login)),
                _ => None,
            })
            .collect()
    }
}

fn code(e: Result<impl std::fmt::Debug, UserError>) -> String {
    e.unwrap_err().code
}

#[test]
fn a_live_desk_shows_nothing_before_somebody_has_signed_in() {
    let desk = Desk::new();
    assert_eq!(desk.door("").state, "first_run");
    for command in Command::ALL.iter().filter(|c| c.access() != Access::Open) {
        assert_eq!(code(desk.says("", *command, json!({}))), "sign_in", "{}", command.name());
    }
}

#[test]
fn the_first_administrator_is_made_once_and_must_set_a_second_factor() {
    let desk = Desk::new();
    let args = json!({"login": "dana", "name": "Dana Vale", "password": PASSWORD});
    let session = desk.enter(Command::first_administrator, args.clone()).unwrap();
    assert_eq!(desk.door(&session).state, "must_second_factor");
    assert_eq!(code(desk.says(&session, Command::people, json!({}))), "sign_in");
    assert_eq!(code(desk.enter(Command::first_administrator, args)), "forbidden");
}

#[test]
fn an_administrator_comes_in_with_password_and_second_factor_only() {
    let (desk, _, secret) = Desk::with_administrator();
    assert_eq!(code(desk.sign_in("dana", PASSWORD, "")), "second_factor");
    assert_eq!(code(desk.sign_in("dana", PASSWORD, "000000")), "wrong");
    desk.pass(30);
    let session = desk.sign_in("Dana ", PASSWORD, &desk.code(&secret, "dana")).unwrap();
    assert_eq!(desk.door(&session).state, "open");
    assert!(desk.says(&session, Command::people, json!({})).is_ok());
}

#[test]
fn a_code_of_the_second_factor_is_good_once() {
    let (desk, _, secret) = Desk::with_administrator();
    desk.pass(30);
    let code_now = desk.code(&secret, "dana");
    desk.sign_in("dana", PASSWORD, &code_now).unwrap();
    assert_eq!(code(desk.sign_in("dana", PASSWORD, &code_now)), "wrong");
}

#[test]
fn a_recovery_code_stands_in_for_the_second_factor_once() {
    let desk = Desk::new();
    let session = desk.enter(Command::first_administrator, json!({"login": "dana", "name": "Dana Vale", "password": PASSWORD})).unwrap();
    let secret = desk.says(&session, Command::second_factor, json!({})).unwrap()["secret"].as_str().unwrap().replace('-', "");
    let code_now = desk.code(&secret, "dana");
    let codes = desk.says(&session, Command::confirm_second_factor, json!({"code": code_now})).unwrap();
    let recovery = codes["codes"][0].as_str().unwrap().to_string();
    assert!(desk.sign_in("dana", PASSWORD, &recovery).is_ok());
    assert_eq!(code(desk.sign_in("dana", PASSWORD, &recovery)), "wrong");
}

#[test]
fn wrong_passwords_slow_the_door_down_and_each_is_on_the_trail() {
    let (desk, administrator, _) = Desk::with_administrator();
    desk.settled(&administrator, "noa", "nurse");
    for _ in 0..5 {
        assert_eq!(code(desk.sign_in("noa", "not the password", "")), "wrong");
    }
    assert_eq!(code(desk.sign_in("noa", OTHER, "")), "wait");
    desk.pass(31);
    assert!(desk.sign_in("noa", OTHER, "").is_ok());
    assert_eq!(desk.trail().iter().filter(|(what, login)| what == "sign_in_failed" && login == "noa").count(), 5);
}

#[test]
fn what_was_typed_for_a_name_that_nobody_has_is_not_written_down() {
    let (desk, ..) = Desk::with_administrator();
    assert_eq!(code(desk.sign_in("lantern river", "x", "")), "wrong");
    assert_eq!(desk.trail().last().unwrap(), &("sign_in_failed".to_string(), "unknown name".to_string()));
}

#[test]
fn a_password_set_by_somebody_else_is_changed_before_anything_is_shown() {
    let (desk, administrator, _) = Desk::with_administrator();
    desk.add(&administrator, "noa", "nurse");
    let session = desk.sign_in("noa", PASSWORD, "").unwrap();
    assert_eq!(desk.door(&session).state, "must_password");
    assert_eq!(code(desk.says(&session, Command::worklist, json!({"since": 0, "closed": false}))), "sign_in");
    assert_eq!(
        desk.says(&session, Command::my_password, json!({"old": PASSWORD, "new": "short"})).unwrap_err().field.as_deref(),
        Some("new")
    );
    desk.says(&session, Command::my_password, json!({"old": PASSWORD, "new": OTHER})).unwrap();
    assert!(desk.says(&session, Command::worklist, json!({"since": 0, "closed": false})).is_ok());
}

#[test]
fn a_desk_left_alone_locks_shows_only_cases_and_opens_with_the_password() {
    let (mut desk, administrator, _) = Desk::with_administrator();
    let nurse = desk.settled(&administrator, "noa", "nurse");
    desk.0.reading("bp", "195/95");
    desk.pass(599);
    desk.says(&nurse, Command::present, json!({})).unwrap();
    desk.pass(599);
    assert_eq!(desk.door(&nurse).state, "open");
    desk.pass(1);
    let door = desk.door(&nurse);
    assert_eq!(door.state, "locked");
    assert_eq!((door.alarms.len(), door.alarms[0].severity.as_str(), door.alarms[0].vital.as_deref()), (1, "critical", Some("bp")));
    assert!(door.alarms[0].case.starts_with("CL-"));
    assert!(!serde_json::to_string(&door.alarms).unwrap().contains("1022228"));
    assert_eq!(code(desk.says(&nurse, Command::frame, json!({}))), "locked");
    assert_eq!(code(desk.says(&nurse, Command::unlock, json!({"password": "nonsense words here"}))), "wrong");
    desk.says(&nurse, Command::unlock, json!({"password": OTHER})).unwrap();
    assert!(desk.says(&nurse, Command::frame, json!({})).is_ok());
}

#[test]
fn a_sign_in_ends_after_a_shift() {
    let (desk, administrator, _) = Desk::with_administrator();
    let nurse = desk.settled(&administrator, "noa", "nurse");
    for _ in 0..(12 * 60 / 9 - 1) {
        desk.pass(9 * 60);
        desk.says(&nurse, Command::present, json!({})).unwrap();
    }
    desk.pass(9 * 60);
    assert_eq!(desk.door(&nurse).state, "signed_out");
}

#[test]
fn somebody_let_in_no_more_is_out_at_once() {
    let (desk, administrator, _) = Desk::with_administrator();
    let nurse = desk.settled(&administrator, "noa", "nurse");
    let people = desk.says(&administrator, Command::people, json!({})).unwrap();
    let id = people["people"].as_array().unwrap().iter().find(|p| p["login"] == "noa").unwrap()["id"].clone();
    desk.says(&administrator, Command::change_person, json!({"id": id, "name": "Noa", "role": "nurse", "active": false})).unwrap();
    assert_eq!(code(desk.says(&nurse, Command::frame, json!({}))), "sign_in");
    assert_eq!(code(desk.sign_in("noa", OTHER, "")), "wrong");
}

#[test]
fn the_last_administrator_cannot_be_taken_away() {
    let (desk, administrator, _) = Desk::with_administrator();
    let people = desk.says(&administrator, Command::people, json!({})).unwrap();
    let id = people["people"][0]["id"].clone();
    for (role, active) in [("nurse", true), ("administrator", false)] {
        let error = desk
            .says(&administrator, Command::change_person, json!({"id": id, "name": "Dana", "role": role, "active": active}))
            .unwrap_err();
        assert!(error.what_happened.contains("last administrator"), "{error:?}");
    }
}

#[test]
fn an_emergency_sign_in_needs_a_reason_and_the_sealed_code_ends_by_itself_and_is_heard() {
    let (desk, administrator, _) = Desk::with_administrator();
    let sealed = desk.says(&administrator, Command::emergency_code, json!({})).unwrap()["code"].as_str().unwrap().to_string();
    let asked =
        |reason: &str, code: &str| desk.enter(Command::break_glass, json!({"name": "Kit Ames, RN", "reason": reason, "code": code}));
    assert_eq!(asked("hurry", &sealed).unwrap_err().field.as_deref(), Some("reason"));
    assert_eq!(code(asked("the ward's own sign-in is broken", "0000-0000-0000-0000-0000")), "wrong");
    let session = asked("the ward's own sign-in is broken", &sealed).unwrap();
    assert!(desk.says(&session, Command::frame, json!({})).is_ok());
    assert_eq!(code(desk.says(&session, Command::people, json!({}))), "forbidden");
    assert!(desk.trail().contains(&("break_glass".into(), "emergency".into())));
    desk.pass(60 * 60);
    assert_eq!(code(desk.says(&session, Command::frame, json!({}))), "sign_in");
}

#[test]
fn nobody_signs_in_by_the_name_of_the_sealed_code() {
    let (desk, administrator, _) = Desk::with_administrator();
    let sealed = desk.says(&administrator, Command::emergency_code, json!({})).unwrap()["code"].as_str().unwrap().replace('-', "");
    assert_eq!(code(desk.sign_in("emergency", &sealed, "")), "wrong");
}

#[test]
fn each_role_may_do_what_its_commands_say_through_the_door_too() {
    let (desk, administrator, _) = Desk::with_administrator();
    for role in ["nurse", "clinician", "auditor"] {
        let session = desk.settled(&administrator, role, role);
        for command in Command::ALL.iter().filter(|c| c.access() != Access::Open) {
            let allowed = crate::commands::role_may(role, command.access());
            let answer = desk.says(&session, *command, json!("nothing"));
            assert_eq!(answer.err().map(|e| e.code).as_deref() == Some("forbidden"), !allowed, "{} {role}", command.name());
        }
    }
}

#[test]
fn no_password_or_code_is_on_the_trail() {
    let (desk, administrator, secret) = Desk::with_administrator();
    desk.settled(&administrator, "noa", "nurse");
    let reader = lock(&desk.0.engine).reader().unwrap();
    let all = format!("{:?}", reader.trail_since(0, 1_000).unwrap());
    assert!(!all.contains(PASSWORD) && !all.contains(OTHER) && !all.contains(&secret) && !all.contains("argon2"));
}
