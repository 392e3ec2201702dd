//! Senders that mean no good, or are broken: the listener survives them and goes on serving everybody else.

use crate::clinic::*;
use crate::console::{Console, Place, KEY};
use serde_json::{json, Value};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

struct Ward {
    _place: Place,
    console: Console,
    at: String,
}

impl Ward {
    fn open(settings: &Value) -> Self {
        let place = Place::new();
        let mut config = config(4);
        for (name, value) in settings.as_object().into_iter().flatten() {
            config["settings"][name] = value.clone();
        }
        let config = place.write("config.json", &config.to_string());
        let console = place.start(&["--config", config.to_str().unwrap()]);
        let at = console.hooks.trim_start_matches("http://").split('/').next().unwrap_or_default().to_string();
        Self { _place: place, console, at }
    }

    fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(&self.at).expect("the listener takes connections");
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        socket
    }

    /// An ordinary sender among the others.
    fn serves(&self, id: &str) {
        let answer = self.console.fhir(&glucose(&mrn(0), id, 100.0, Some("mg/dL")));
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

fn head(length: usize) -> String {
    format!("POST /hooks/{KEY}/fhir HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: {length}\r\n\r\n")
}

fn heard(mut socket: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn slow_senders_hold_nobody_up_and_are_shown_the_door() {
    let ward = Ward::open(&json!({}));
    let stop = Arc::new(AtomicBool::new(false));
    let slow: Vec<_> = (0..200)
        .map(|n| {
            let (mut socket, stop) = (ward.socket(), stop.clone());
            std::thread::spawn(move || {
                // Half of them never end their head, half never end their body.
                let begin = if n % 2 == 0 { "POST /hooks/".to_string() } else { head(5_000) };
                let _ = socket.write_all(begin.as_bytes());
                while !stop.load(Ordering::Relaxed) && socket.write_all(b"x").is_ok() {
                    std::thread::sleep(Duration::from_millis(200));
                }
                stop.load(Ordering::Relaxed)
            })
        })
        .collect();
    for n in 0..20 {
        ward.serves(&format!("beside-{n}"));
    }
    // A head and a body have ten seconds each.
    std::thread::sleep(Duration::from_secs(13));
    stop.store(true, Ordering::Relaxed);
    let stayed = slow.into_iter().filter(|_| true).map(|t| t.join().unwrap()).filter(|stayed| *stayed).count();
    assert_eq!(stayed, 0, "every one of them was closed by the console");
    ward.serves("after");
}

#[test]
fn three_thousand_idle_connections_hold_nobody_up() {
    let ward = Ward::open(&json!({}));
    let idle: Vec<TcpStream> = (0..3_000).map(|_| ward.socket()).collect();
    for n in 0..20 {
        ward.serves(&format!("beside-{n}"));
    }
    assert_eq!(ward.console.get("/healthz").status, 200);
    drop(idle);
    ward.serves("after");
}

#[test]
fn half_closed_and_cut_connections_leave_nothing_behind() {
    let ward = Ward::open(&json!({}));
    let whole = glucose(&mrn(1), "half-closed", 101.0, Some("mg/dL")).to_string();
    for n in 0..100 {
        let mut socket = ward.socket();
        match n % 4 {
            // Gone in the middle of the head, of the body, before the answer.
            0 => drop(socket.write_all(b"POST /hooks/")),
            1 => drop(socket.write_all(format!("{}{}", head(whole.len()), &whole[..40]).as_bytes())),
            2 => drop(socket.write_all(format!("{}{whole}", head(whole.len())).as_bytes())),
            // Sends all and says that it will send no more: it still hears its answer.
            _ => {
                let id = format!("half-{n}");
                let body = glucose(&mrn(2), &id, 102.0 + n as f64 / 10.0, Some("mg/dL")).to_string();
                socket.write_all(format!("{}{body}", head(body.len())).as_bytes()).unwrap();
                socket.shutdown(Shutdown::Write).unwrap();
                let answer = heard(socket);
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            }
        }
    }
    ward.serves("after");
    // The one that was sent whole again and again is one reading.
    let before = ward.console.metric("careloop_intake_inputs_total{hook=\"fhir\",outcome=\"duplicate\"}");
    assert_eq!(ward.console.fhir(&serde_json::from_str(&whole).unwrap()).status, 200);
    assert_eq!(ward.console.metric("careloop_intake_inputs_total{hook=\"fhir\",outcome=\"duplicate\"}"), before + 1);
}

#[test]
fn deep_huge_and_doubled_bodies_get_an_answer_that_helps() {
    let ward = Ward::open(&json!({}));
    let fhir = [("content-type", "application/fhir+json")];
    let deep = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    let reading = glucose(&mrn(0), "odd", 100.0, Some("mg/dL")).to_string();
    let odd = [
        deep("[", "]", 100_000),
        deep("{\"a\":", "}", 100_000),
        format!("{{\"resourceType\":\"Observation\",\"contained\":{}}}", deep("[", "]", 5_000)),
        reading.replace("100.0", "1e999"),
        reading.replace("100.0", &"9".repeat(10_000)),
        reading.replace("\"status\":\"final\"", "\"status\":\"final\",\"status\":\"entered-in-error\""),
        reading.replace("odd", "\\ud800"),
        reading.replace("odd", "\\u0000"),
        "\u{feff}".to_string() + &reading,
        "null".into(),
        "\"Observation\"".into(),
    ];
    for body in &odd {
        let answer = ward.console.post("fhir", &fhir, body.as_bytes());
        let start: String = body.chars().take(80).collect();
        assert!([200, 202, 400, 422].contains(&answer.status), "{start}: {} {}", answer.status, answer.text);
        if answer.status >= 400 {
            let issue = &answer.json()["issue"][0];
            assert!(issue["diagnostics"].is_string() || issue["details"].is_object(), "{start}: {}", answer.text);
        }
    }
    let long = format!("{}{}", head(2 << 20), "x".repeat(1 << 20));
    let mut socket = ward.socket();
    let _ = socket.write_all(long.as_bytes());
    let _ = socket.shutdown(Shutdown::Write);
    assert!(heard(socket).starts_with("HTTP/1.1 413"));
    ward.serves("after");
}

#[test]
fn a_sender_that_is_too_fast_is_told_when_to_come_again() {
    let ward = Ward::open(&json!({ "intake_per_second": 5 }));
    let answers: Vec<_> =
        (0..40).map(|n| ward.console.fhir(&glucose(&mrn(0), &format!("fast-{n}"), 100.0 + n as f64 / 10.0, Some("mg/dL")))).collect();
    let (taken, told): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 200);
    assert!(!taken.is_empty() && told.len() > 20, "{} taken, {} told", taken.len(), told.len());
    assert!(told.iter().all(|a| a.status == 429 && a.retry_after().is_some_and(|s| s >= 1)), "each is told when to come again");
    assert!(ward.console.metric("careloop_intake_turned_away_total{hook=\"fhir\",why=\"too_fast\"}") >= told.len() as u64);
}
