//! A live desk whose vendors are connected on screen: at once and again after a restart, and its secrets nowhere else.

use crate::clinic::*;
use crate::console::{said, text_of, wait_for, Answer, Console, Place, KEY};
use sandbox::{AcceptedKind, SandboxConfig};
use serde_json::{json, Value};
use std::path::Path;

const ROUTING_KEY: &str = "SECRETrouting0000000000000000001";
const SECOND_KEY: &str = "SECRETrouting0000000000000000002";

/// Vendors whose every credential can be told from anything else.
fn secretive() -> SandboxConfig {
    let mut config = SandboxConfig::default();
    config.cerner.client_secret = "SECRET-chart-client".into();
    config.twilio.auth_token = "SECRET-twilio-token".into();
    config.pagerduty.routing_key = ROUTING_KEY.into();
    config.pagerduty.second_routing_key = SECOND_KEY.into();
    config.pagerduty.api_key = "SECRET-pager-rest".into();
    config.pagerduty.webhook_secret = "SECRET-pager-webhook".into();
    config.slack.path = "/services/T0/B0/SECRETslackhook".into();
    config
}

/// The secrets of a connected desk, by their names on the trail.
const NAMES: [&str; 7] = [
    "cerner.client_secret",
    "twilio.auth_token",
    "pagerduty.routing_key",
    "pagerduty.second_routing_key",
    "pagerduty.api_key",
    "pagerduty.webhook_secret",
    "slack.webhook_url",
];

struct Desk {
    place: Place,
    vendors: Vendors,
}

impl Desk {
    fn open(config: SandboxConfig) -> Self {
        let vendors = Vendors::with(config);
        vendors.enrol(3);
        let place = Place::new();
        let mut config = crate::clinic::config(3);
        config["settings"]["mode"] = json!("live");
        config["settings"]["stuck_alarm_minutes"] = json!(0.02);
        place.write("config.json", &config.to_string());
        Self { place, vendors }
    }

    fn start(&self) -> Console {
        let config = self.place.folder.path().join("config.json");
        self.place.start(&["--profile", "live", "--config", config.to_str().unwrap()])
    }

    /// Calls a command as the owner of the folder.
    fn ask(&self, console: &Console, command: &str, args: Value) -> Answer {
        let running: Value = serde_json::from_str(&text_of(&self.place.data().join("running.json"))).unwrap();
        let bearer = format!("Bearer {}", running["token"].as_str().unwrap());
        let address = format!("{}/api/call/{command}", console.url);
        console.try_post(&address, &[("authorization", &bearer)], args.to_string().as_bytes()).expect("an answer")
    }

    fn call(&self, console: &Console, command: &str, args: Value) -> Value {
        let answer = self.ask(console, command, args);
        assert_eq!(answer.status, 200, "{command}: {}", answer.text);
        answer.json()
    }

    fn connect_all(&self, console: &Console) {
        for (vendor, fields) in self.vendors.typed().as_object().unwrap() {
            self.call(console, "connect_vendor", json!({ "vendor": vendor, "fields": fields }));
        }
    }

    /// Lines of the trail about credentials, oldest first.
    fn credential_lines(&self, console: &Console) -> Vec<String> {
        let page =
            self.call(console, "audit", json!({ "kinds": ["credential"], "mrn": "", "by": "", "from": null, "to": null, "before": null }));
        let mut lines: Vec<String> =
            page["lines"].as_array().unwrap().iter().map(|l| l["line"]["title"].as_str().unwrap_or_default().to_string()).collect();
        lines.reverse();
        lines
    }

    fn test(&self, console: &Console, vendor: &str, test: &str, to: &str) -> Value {
        self.call(console, "test_connection", json!({ "vendor": vendor, "test": test, "to": to }));
        wait_for(&format!("the test of {vendor}: {test}"), || {
            let view = self.call(console, "connection_set_up", json!({}));
            let all = view["vendors"].as_array()?.iter().find(|v| v["vendor"] == json!(vendor))?["tests"].as_array()?.clone();
            all.into_iter().find(|t| t["test"] == json!(test) && t["state"] != json!("running"))
        })
    }

    fn messages_to(&self, n: usize) -> usize {
        self.vendors.texts_to(&phone(n)).len()
    }
}

#[test]
fn vendors_connected_on_screen_count_at_once_and_after_a_restart_and_a_replaced_one_from_the_next_request_on() {
    let mut desk = Desk::open(SandboxConfig::default());
    let console = desk.start();
    // Nobody to text and nobody to page by: the page waits, and goes when there is a pager.
    assert_eq!(console.fhir(&pressure(0, "cuff-1", 168, 102)).status, 200);
    wait_for("the page waits", || {
        let queue = desk.call(&console, "connections", json!({}))["queue"].as_array()?.clone();
        queue.into_iter().find(|f| f["vendor"] == json!("pagerduty") && f["state"] == json!("blocked"))
    });
    desk.connect_all(&console);
    wait_for("the page that waited has gone", || (desk.vendors.triggers().len() == 1).then_some(()));

    let port: u16 = console.url.rsplit(':').next().unwrap().parse().unwrap();
    desk.vendors.call_back(port);
    assert_eq!(console.fhir(&pressure(1, "cuff-2", 168, 102)).status, 200);
    wait_for("the patient is asked", || (desk.messages_to(1) == 1).then_some(()));
    desk.vendors.sandbox.reply(&phone(1), "Yes", None);
    wait_for("the signed answer pages", || (desk.vendors.triggers().len() == 2).then_some(()));

    // A wrong token: the next text is refused and its patient's clinician paged; with the right one texts go again.
    desk.call(&console, "connect_vendor", json!({ "vendor": "twilio", "fields": { "auth_token": "not-the-token" } }));
    assert_eq!(console.fhir(&pressure(2, "cuff-3", 168, 102)).status, 200);
    wait_for("no text is possible", || (desk.vendors.triggers().len() == 3).then_some(()));
    assert_eq!(desk.messages_to(2), 0);
    let token = desk.vendors.sandbox.config().twilio.auth_token.clone();
    desk.call(&console, "connect_vendor", json!({ "vendor": "twilio", "fields": { "auth_token": token } }));
    assert_eq!(desk.test(&console, "twilio", "text", "+12025550180")["state"], json!("good"));
    assert!(console.terminate().success());

    let console = desk.start();
    let view = desk.call(&console, "connection_set_up", json!({}));
    let from: Vec<&str> = view["vendors"].as_array().unwrap().iter().map(|v| v["from"].as_str().unwrap()).collect();
    assert_eq!(from, ["desk"; 5]);
    assert_eq!(console.fhir(&pressure(0, "cuff-4", 199, 110)).status, 200);
    wait_for("a critical is paged with the kept credentials", || (desk.vendors.triggers().len() == 4).then_some(()));
}

#[test]
fn every_test_button_reaches_its_vendor_and_says_how_it_came_out() {
    let desk = Desk::open(SandboxConfig::default());
    let console = desk.start();
    desk.connect_all(&console);
    for (vendor, test, to) in [
        ("cerner", "patient", mrn(0)),
        ("twilio", "text", "+12025550180".into()),
        ("pagerduty", "incident", String::new()),
        ("slack", "post", String::new()),
        ("ehr", "echo", String::new()),
    ] {
        let came = desk.test(&console, vendor, test, &to);
        assert_eq!(came["state"], json!("good"), "{vendor} {test}: {came}");
    }
    assert_eq!(desk.test(&console, "cerner", "look", "")["state"], json!("good"));
    let scopes = desk.call(&console, "connection_set_up", json!({}))["vendors"][0]["scopes"].clone();
    assert!(scopes.as_array().unwrap().contains(&json!({ "name": "Observation.write", "state": "granted" })), "{scopes}");
    assert_eq!(desk.test(&console, "cerner", "patient", "nobody")["state"], json!("bad"));

    let events: Vec<(String, Option<String>)> = desk
        .vendors
        .accepted()
        .into_iter()
        .filter_map(|a| match a.what {
            AcceptedKind::Event { action, severity, .. } => Some((action, severity)),
            _ => None,
        })
        .collect();
    assert_eq!(events, [("trigger".to_string(), Some("info".to_string())), ("resolve".to_string(), None)]);
    let refused = desk.ask(&console, "test_connection", json!({ "vendor": "twilio", "test": "text", "to": phone(0) }));
    assert_eq!((refused.status, refused.json()["field"].clone()), (422, json!("to")), "a patient's number is no number of the house");
}

#[test]
fn a_chart_that_grants_too_much_gets_nothing_until_it_grants_less() {
    let desk = Desk::open(SandboxConfig::default());
    let console = desk.start();
    desk.vendors.sandbox.also_grant(&["system/Patient.cruds"]);
    desk.connect_all(&console);
    let came = desk.test(&console, "cerner", "patient", &mrn(0));
    assert_eq!(came["state"], json!("bad"));
    assert!(came.to_string().contains("Patient.write"), "{came}");
    let scopes = desk.call(&console, "connection_set_up", json!({}))["vendors"][0]["scopes"].clone();
    assert!(scopes.as_array().unwrap().contains(&json!({ "name": "Patient.write", "state": "too_much" })), "{scopes}");

    // A patient that only the chart knows: reading them is refused before anything is asked, and staff hear of it.
    desk.vendors.sandbox.add_patient(sandbox::ChartPatient::named("7700001", "Quillon9", "Ostrander9"));
    let mut unknown = pressure(0, "cuff-1", 168, 102);
    unknown["subject"] = json!({ "reference": "Patient/not-here" });
    console.fhir(&unknown);
    let row = |console: &Console| {
        let rows = desk.call(console, "worklist", json!({ "since": 0, "closed": false }))["rows"].as_array().cloned().unwrap_or_default();
        rows.into_iter().find(|r| r.to_string().contains("granted more than the console may hold"))
    };
    wait_for("staff are alarmed", || row(&console));
    desk.vendors.sandbox.also_grant(&[]);
    desk.call(&console, "connect_vendor", json!({ "vendor": "cerner", "fields": { "key_id": "renewed" } }));
    wait_for("the alarm ends with the first answer", || row(&console).is_none().then_some(()));
    assert_eq!(desk.test(&console, "cerner", "patient", &mrn(0))["state"], json!("good"));
    let name = |a: &sandbox::Accepted| a.vendor == decide::outbox::Vendor::Cerner;
    assert!(!desk.vendors.accepted().iter().any(name), "nothing was written to the chart");
}

#[test]
fn a_former_key_of_the_hooks_is_good_until_it_is_ended() {
    let desk = Desk::open(SandboxConfig::default());
    let console = desk.start();
    let old = console.hooks.clone();
    desk.call(&console, "new_hooks_key", json!({ "grace_hours": 24 }));
    let hooks = desk.call(&console, "connections", json!({}))["hooks"][0]["url"].as_str().unwrap().to_string();
    assert!(!hooks.contains(KEY), "there is a new key");
    let send = |address: &str, id: &str| {
        let body = pressure(0, id, 120, 80).to_string();
        console.try_post(address, &[("content-type", "application/fhir+json")], body.as_bytes()).expect("an answer").status
    };
    assert_eq!((send(&hooks, "cuff-1"), send(&format!("{old}/fhir"), "cuff-2")), (200, 200));
    let key = desk.call(&console, "connection_set_up", json!({}))["hooks_key"].clone();
    assert!(key["former_until"].is_string() && key["former_used_at"].is_string(), "{key}");
    desk.call(&console, "end_former_hooks_key", json!({}));
    assert_eq!((send(&hooks, "cuff-3"), send(&format!("{old}/fhir"), "cuff-4")), (200, 404));
    let lines = desk.credential_lines(&console);
    assert!(lines[0].contains("replaced") && lines[1].contains("former ended: last used at"), "{lines:?}");
}

#[test]
fn nonsense_is_refused_by_its_field_and_nothing_is_kept() {
    let desk = Desk::open(SandboxConfig::default());
    let console = desk.start();
    for (vendor, fields, field) in [
        ("twilio", json!({ "account_sid": "AC1", "auth_token": "SECRET-x", "from": "+12025550100" }), "account_sid"),
        ("cerner", json!({ "base": "http://chart.example/r4", "client_id": "c", "client_secret": "SECRET-x" }), "base"),
        ("cerner", json!({ "base": "https://chart.example/r4", "client_id": "c", "private_key_pem": "SECRET-x" }), "private_key_pem"),
        ("cerner", json!({ "base": "https://chart.example/r4", "client_id": "c" }), "client_secret"),
        ("pagerduty", json!({ "routing_key": "SECRET-x" }), "routing_key"),
    ] {
        let refused = desk.ask(&console, "connect_vendor", json!({ "vendor": vendor, "fields": fields }));
        assert_eq!((refused.status, &refused.json()["field"]), (422, &json!(field)), "{}", refused.text);
        assert!(!refused.text.contains("SECRET"), "{}", refused.text);
    }
    assert_eq!(desk.credential_lines(&console), [""; 0]);
    assert!(!desk.place.folder.path().join("key.secrets").exists());
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_secret_is_in_no_file_no_log_no_answer_and_no_export_and_each_read_and_change_of_one_is_on_the_trail() {
    let desk = Desk::open(secretive());
    std::env::set_var("CARELOOP_LOG", "debug");
    let console = desk.start();
    desk.connect_all(&console);
    // All of them are used, right and wrong.
    for (vendor, test, to) in [
        ("cerner", "patient", mrn(0)),
        ("twilio", "text", "+12025550180".into()),
        ("pagerduty", "look", String::new()),
        ("pagerduty", "incident", String::new()),
        ("slack", "post", String::new()),
    ] {
        assert_eq!(desk.test(&console, vendor, test, &to)["state"], json!("good"), "{vendor} {test}");
    }
    console.fhir(&pressure(0, "cuff-1", 199, 110));
    wait_for("a critical is paged", || (desk.vendors.triggers().len() == 2).then_some(()));
    desk.call(&console, "connect_vendor", json!({ "vendor": "twilio", "fields": { "auth_token": "SECRET-wrong-token" } }));
    console.fhir(&pressure(1, "cuff-2", 168, 102));
    wait_for("the wrong token was refused", || {
        let vendors = desk.call(&console, "connections", json!({}))["vendors"].as_array()?.clone();
        vendors.into_iter().find(|v| v["vendor"] == json!("twilio") && v["failures_today"] != json!(0))
    });

    // No answer of any command that only looks, nor any refusal, carries one.
    let mut asked = 0;
    for command in wire::Command::ALL {
        if matches!(command.name(), "emergency_code" | "lock" | "sign_out") {
            continue;
        }
        for args in
            [json!({}), json!({ "id": "e1" }), json!({ "id": 1 }), json!({ "since": 0, "closed": true }), json!({ "vendor": "twilio" })]
        {
            if command.access() != wire::Access::Read && args != json!({}) {
                continue;
            }
            let answer = desk.ask(&console, command.name(), args);
            asked += u32::from(answer.status == 200);
            assert!(!answer.text.contains("SECRET"), "{}: {}", command.name(), answer.text);
        }
    }
    assert!(asked >= 12, "{asked} commands were answered");
    let browser =
        desk.call(&console, "messages", json!({ "group": "all", "vendor": "", "patient": "", "from": null, "to": null, "before": null }));
    for row in browser["rows"].as_array().cloned().unwrap_or_default() {
        let detail = desk.ask(&console, "message", json!({ "id": row["id"] }));
        assert!(!detail.text.contains("SECRET"), "{}", detail.text);
    }

    let lines = desk.credential_lines(&console);
    for name in NAMES {
        assert!(lines.iter().any(|l| *l == format!("{name}: set")), "{name} was set: {lines:#?}");
        assert!(lines.iter().any(|l| l.starts_with(&format!("{name}: read from"))), "{name} was read: {lines:#?}");
    }
    assert!(lines.contains(&"twilio.auth_token: replaced".to_string()), "{lines:#?}");
    assert!(console.terminate().success());

    // Each start reads each of them, and says so.
    let console = desk.start();
    let reads = |lines: &[String], name: &str| lines.iter().filter(|l| l.starts_with(&format!("{name}: read from"))).count();
    let again = desk.credential_lines(&console);
    for name in NAMES {
        assert_eq!(reads(&again, name), reads(&lines, name) + 1, "{name}: {again:#?}");
    }
    assert!(console.terminate().success());

    let (code, export) = said(&mut desk.place.command(&["export", "audit"]));
    assert_eq!(code, 0, "{export}");
    assert!(export.contains("auth_token") && !export.contains("SECRET"));
    let log = text_of(&desk.place.log());
    assert!(log.contains("DEBUG") || log.contains("write answered"), "there is a log");
    for path in files(desk.place.folder.path()) {
        let bytes = text_of(&path);
        assert!(!bytes.contains("SECRET"), "in {}", path.display());
    }

    let key = ledger::Key::from_hex(text_of(&desk.place.key_file()).trim()).expect("the key");
    let file = ledger::Ledger::open(&desk.place.data().join("careloop.db"), &key, ledger::Durability::Off).expect("the file opens");
    let (mut found, mut named) = (Vec::new(), false);
    let cells = file
        .reader()
        .unwrap()
        .each_cell(&mut |table, bytes| {
            // Where the name of a secret is seen its text would be, too.
            named |= table == "connection" && bytes.windows(10).any(|w| w == b"auth_token");
            if bytes.windows(6).any(|w| w == b"SECRET") {
                found.push(format!("{table}: {}", String::from_utf8_lossy(bytes)));
            }
        })
        .unwrap();
    assert!(named && cells > 100, "{cells} cells were looked at");
    assert_eq!(found, [""; 0]);
}
