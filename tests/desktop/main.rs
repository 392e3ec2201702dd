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
        vec!["--data-dir".into(), folder.path().join("data").display().to_string()]
    }

    /// Every toast the desktop was shown, as one text.
    fn toasts() -> String {
        // Dunst's history holds what is no longer shown.
        Command::new("dunstctl").arg("close-all").status().expect("dunstctl runs");
        let out = Command::new("dunstctl").arg("history").output().expect("dunstctl runs");
        String::from_utf8_lossy(&out.stdout).into_owned()
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
