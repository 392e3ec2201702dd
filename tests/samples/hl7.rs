//! The public HL7 samples, each sent over a real MLLP connection to a console of its own.

use super::samples;
use engine::{HostOptions, KeyHome};
use serde_json::{json, Value};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use wire::Command;

/// What a sample became: the answer's code, the visit's state, and what staff read.
#[derive(Debug, PartialEq, Eq)]
struct Became {
    answer: String,
    state: String,
    notes: Vec<String>,
}

/// Sends one frame and reads its answer.
fn answer(address: &str, message: &[u8]) -> String {
    let mut line = TcpStream::connect(address).expect("the console listens");
    line.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    line.write_all(&[b"\x0b", message, b"\x1c\r"].concat()).unwrap();
    let mut heard = Vec::new();
    let mut byte = [0];
    while !heard.ends_with(b"\x1c\r") && line.read(&mut byte).expect("an answer comes") == 1 {
        heard.push(byte[0]);
    }
    let text = String::from_utf8(heard).expect("the answer is text");
    text.split("MSA|").nth(1).and_then(|msa| msa.get(..2)).expect("the answer has a code").to_string()
}

fn became(file: &Path) -> Became {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let options = HostOptions {
        mllp: Some("127.0.0.1:0".parse().unwrap()),
        key: KeyHome::File(folder.path().join("key")),
        ..HostOptions::sandbox(folder.path().join("data"))
    };
    let running = runtime.block_on(engine::start(options)).expect("the console starts");
    let answer = answer(&running.mllp().expect("it listens"), &std::fs::read(file).unwrap());
    let ask = |command, args: Value| running.call_as_desk(command, args).ok();
    let visit = ask(Command::visit, json!({"appointment_id": "36996"}));
    let loose = ask(Command::visits, json!({"day": null, "search": "", "filter": "needs_person", "after": null})).unwrap();
    let mut notes: Vec<String> = Vec::new();
    for tasks in [visit.as_ref().map(|v| &v["tasks"]), Some(&loose["loose"])].into_iter().flatten() {
        notes.extend(tasks.as_array().into_iter().flatten().map(|task| task["title"].as_str().unwrap_or_default().to_string()));
    }
    let state = visit.map_or("none".into(), |v| v["row"]["state"].as_str().unwrap_or_default().to_string());
    runtime.block_on(running.stop());
    Became { answer, state, notes }
}

#[test]
fn the_public_hl7_samples_over_a_real_connection() {
    let Some(folder) = samples().map(|data| data.join("hl7v2")).filter(|f| f.is_dir()) else {
        println!("the HL7 samples are not beside the repository: nothing was sent");
        return;
    };
    // Each gives two times for one visit (SCH-11 and TQ1-7): nothing is booked and nobody is texted; staff see both.
    for file in ["ms-SIU-S12-01", "ms-SIU-S12_1", "ms-SIU-S13-01", "ms-SIU-S14-01", "ms-SIU-S15-01", "ms-SIU-S26-01"] {
        let found = became(&folder.join(format!("{file}.hl7")));
        println!("{file}: {found:?}");
        let notes = vec!["A message gives two times for one visit".to_string()];
        assert_eq!(found, Became { answer: "AA".into(), state: "none".into(), notes }, "{file}");
    }
}
