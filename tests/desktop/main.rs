//! The real window, driven as a nurse would: with its own keyring, tray and toasts.
//! Run by `cargo xtask test desktop`, which brings the display and the session.

mod driver;
mod screen;

use driver::Driver;
use screen::Screen;
use serde_json::{json, Value};
use std::path::PathBuf;
use std::process::{Command, Stdio};

const TITLE: &str = "Careloop";

/// A desk of its own: a new data folder, and the window on it.
struct Desk {
    driver: Driver,
    folder: tempfile::TempDir,
}

fn window() -> PathBuf {
    PathBuf::from(std::env::var_os("CARELOOP_WINDOW").expect("CARELOOP_WINDOW names the built window; use cargo xtask test desktop"))
}

impl Desk {
    fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let driver = Driver::open(&window(), &Desk::arguments(&folder));
        Desk { driver, folder }
    }

    fn arguments(folder: &tempfile::TempDir) -> Vec<String> {
        let ward = std::env::var("CARELOOP_WARD").expect("CARELOOP_WARD names the ward's file; use cargo xtask test desktop");
        vec!["--data-dir".into(), folder.path().join("data").display().to_string(), "--config".into(), ward]
    }

    /// The title and the words of every toast the desktop was shown, as one text.
    fn toasts() -> String {
        // Dunst's history holds what is no longer shown.
        Command::new("dunstctl").arg("close-all").status().expect("dunstctl runs");
        let out = Command::new("dunstctl").arg("history").output().expect("dunstctl runs");
        let history: Value = serde_json::from_slice(&out.stdout).expect("dunstctl prints JSON");
        // Beside the words stand counters and times, in which any number may turn up.
        let toasts = history["data"].as_array().into_iter().flatten().flat_map(|list| list.as_array().into_iter().flatten());
        let words = toasts.flat_map(|toast| ["summary", "body", "message"].map(|part| toast[part]["data"].as_str().unwrap_or_default()));
        words.collect::<Vec<_>>().join("\n")
    }

    /// Sends a reading as a device cloud would, for the first simulated patient; returns the patient.
    fn critical_pressure(&self) -> Value {
        let patient = self.driver.call("simulator", json!({}))["patients"][0]["patient"].clone();
        let reading = json!({
            "mrn": patient["mrn"], "vital": "bp", "value": null, "systolic": 231, "diastolic": 127,
            "unit": null, "minutes_ago": 0,
        });
        assert_eq!(self.driver.call("sim_reading", reading)["outcome"], "kept");
        patient
    }
}

#[test]
#[ignore = "needs a display and a session; cargo xtask test desktop"]
fn a_nurse_works_an_alarm_from_its_reading_to_its_close() {
    let desk = Desk::open();
    let driver = &desk.driver;
    driver.button("Simulator").click();
    driver.button("Send the reading").click();
    driver.find("a[href^='#/worklist/']").click();

    driver.find("[role=row][aria-selected=true][data-unacknowledged]");
    driver.keys("a");
    driver.find("[role=row][aria-selected=true]:not([data-unacknowledged])");

    driver.keys("n");
    driver.find("[role=dialog] textarea").type_text("Spoke with her, she sits down and rests.");
    driver.button("Save the note").click();
    driver.gone("[role=dialog]");
    driver.until("the note in the panel", || driver.words().contains("she sits down and rests").then_some(()));

    driver.keys("1");
    driver.find("[role=dialog] textarea").type_text("Rested, 128/80 on repeat.");
    driver.find("[role=dialog] input[inputmode=decimal]").type_text("4");
    driver.button("Close it").click();
    driver.gone("[role=dialog]");
    driver.gone("[role=row][data-group=now]");
    let rows = driver.call("worklist", json!({ "since": 0, "closed": true }))["rows"].clone();
    let states: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|row| row["state"].as_str()).collect();
    assert!(matches!(states[..], ["closed" | "charted"]), "{states:?}");
}

#[test]
#[ignore = "needs a display and a session; cargo xtask test desktop"]
fn a_made_up_visit_is_booked_reminded_and_canceled_by_the_patients_answer() {
    let desk = Desk::open();
    let driver = &desk.driver;
    driver.button("Simulator").click();
    driver.find("[data-testid=simv-tab]").click();
    driver.find("[data-testid=simv-new]").click();
    driver.field("First name").type_text("Nina");
    driver.field("Last name").type_text("Sample");
    driver.field("Mobile number").type_text("+12025557177");
    driver.find("[data-testid=simv-send]").click();
    driver.find("[data-testid=simv-state][data-state=QUEUED]");

    // Two minutes after the booking; the visit is a day ahead, so the reminder is due as soon as it is allowed.
    driver.find("[data-testid=simv-countdown]");
    driver.patiently("the reminder", || {
        if let Some(remind) = driver.look("[data-testid=simv-remind]") {
            remind.try_click();
        }
        driver.look("[data-testid=simv-state][data-state^=REMINDED]")
    });

    driver.find("[data-testid=simv-answer-cancel]").click();
    driver.until("the request", || driver.words().contains("cancel requested").then_some(()));
    driver.find("[data-testid=simv-state][data-state^=REMINDED]");
    driver.find("[data-testid=simv-ehr-canceled]").click();
    driver.find("[data-testid=simv-state][data-state=CANCELED]");
    driver.gone("[data-testid=simv-request]");
}

#[test]
#[ignore = "needs a display and a session; cargo xtask test desktop"]
fn closing_the_window_keeps_the_engine_and_a_second_launch_brings_the_window_back() {
    let desk = Desk::open();
    let screen = Screen::open();
    desk.driver.until("the window", || screen.shows(TITLE).then_some(()));

    screen.close(TITLE);
    desk.driver.until("the window is hidden", || (!screen.shows(TITLE)).then_some(()));
    // The engine still answers: the process lives in the tray.
    assert_eq!(desk.driver.call("frame", json!({}))["profile"], "sandbox");

    let second = Command::new(window()).args(Desk::arguments(&desk.folder)).stdin(Stdio::null()).status().unwrap();
    assert!(second.success(), "the second launch hands over and ends: {second}");
    desk.driver.until("the window is back", || screen.shows(TITLE).then_some(()));
}

#[test]
#[ignore = "needs a display and a session; cargo xtask test desktop"]
fn a_toast_names_the_vital_and_no_patient() {
    let desk = Desk::open();
    let patient = desk.critical_pressure();
    let toasts = desk.driver.until("a toast", || {
        let toasts = Desk::toasts();
        toasts.contains("blood pressure").then_some(toasts)
    });
    let name = patient["name"].as_str().unwrap();
    for private in name.split(", ").chain([patient["mrn"].as_str().unwrap(), "231", "127"]) {
        assert!(!toasts.contains(private), "a toast holds {private}: {toasts}");
    }
    assert!(toasts.contains(patient["case_id"].as_str().unwrap()), "{toasts}");
}

#[test]
#[ignore = "needs a display and a session; cargo xtask test desktop"]
fn a_click_on_a_toast_opens_the_closed_window() {
    let desk = Desk::open();
    let screen = Screen::open();
    desk.driver.until("the window", || screen.shows(TITLE).then_some(()));
    desk.critical_pressure();
    desk.driver.until("a toast is shown", || (shown_toasts() > 0).then_some(()));
    screen.close(TITLE);
    desk.driver.until("the window is hidden", || (!screen.shows(TITLE)).then_some(()));

    // The oldest toast is the alarm; the newest says that Careloop keeps watching.
    desk.driver.until("the window is back", || {
        Command::new("dunstctl").args(["action", "0"]).status().expect("dunstctl runs");
        screen.shows(TITLE).then_some(())
    });
}

#[test]
#[ignore = "needs a display and a session; cargo xtask test desktop"]
fn the_database_key_is_in_the_keyring_and_in_no_file() {
    // The desk of a plain start.
    let data = PathBuf::from(std::env::var_os("XDG_DATA_HOME").expect("the session has a data home")).join("careloop");
    let driver = Driver::open(&window(), &[]);
    driver.call("frame", json!({}));

    let key = keyring::Entry::new("careloop", "database key").unwrap().get_password().expect("the keyring holds the key");
    assert_eq!(key.len(), 64, "256 bits as hex digits");
    let bytes: Vec<u8> = (0..key.len()).step_by(2).map(|i| u8::from_str_radix(&key[i..i + 2], 16).unwrap()).collect();
    let files: Vec<PathBuf> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p.is_file()).collect();
    assert!(!files.is_empty(), "the records are somewhere else than {}", data.display());
    for file in files {
        let held = std::fs::read(&file).unwrap();
        let holds = |secret: &[u8]| held.windows(secret.len()).any(|w| w == secret);
        assert!(!holds(key.as_bytes()) && !holds(&bytes), "{} holds the key", file.display());
    }
}

fn shown_toasts() -> usize {
    let out = Command::new("dunstctl").args(["count", "displayed"]).output().expect("dunstctl runs");
    String::from_utf8_lossy(&out.stdout).trim().parse().unwrap_or(0)
}
