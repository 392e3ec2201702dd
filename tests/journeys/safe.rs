//! The records are safe: copied, restored with nothing but the file and the printed key, unreadable without it, and every
//! touched line of the trail is named.

use crate::clinic;
use crate::console::{said, text_of, wait_for, Console, Place};
use serde_json::{json, Value};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A console with three patients, one of whom is out of limit, and a folder for copies.
fn kept() -> (Place, Console, PathBuf) {
    let place = Place::new();
    let copies = place.folder.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    let mut config = clinic::config(3);
    config["settings"]["backup_folder"] = json!(copies);
    let config = place.write("config.json", &config.to_string());
    let console = place.start(&["--config", config.to_str().unwrap()]);
    assert_eq!(console.fhir(&clinic::pressure(0, "cuff-1", 168, 96)).status, 200);
    (place, console, copies)
}

/// The name of the newest copy once a new one was made.
fn copied(console: &Console, before: usize) -> String {
    wait_for("a copy was made", || {
        let view = console.call("safekeeping", json!({}));
        let copies = view["copies"].as_array()?;
        let idle = matches!(view["job"]["stage"].as_str(), Some("done"));
        (copies.len() > before && idle).then(|| copies[0]["file"].as_str().unwrap().to_string())
    })
}

/// Runs a command of that place and types something.
fn typed(place: &Place, words: &[&str], text: &str) -> (i32, String) {
    let mut command = place.command(words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("careloop starts");
    child.stdin.take().unwrap().write_all(format!("{text}\n").as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    (out.status.code().unwrap_or(-1), said)
}

fn copy_to(file: &Path, folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    for path in [file.to_path_buf(), file.with_extension("json")] {
        std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    folder.join(file.file_name().unwrap())
}

#[test]
fn a_dead_disk_loses_nothing_that_was_copied() {
    let (place, console, copies) = kept();
    copied(&console, 0);
    let key = console.call("recovery_key", json!({}));
    let code: Vec<&str> = key["groups"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    console.call("copy_now", json!({}));
    let file = copied(&console, 1);
    let before = console.rows();
    // The disk dies: key, records and the name of the desk are gone.
    drop(console);
    let elsewhere = Place::new();
    let copy = copy_to(&copies.join(&file), &elsewhere.folder.path().join("usb"));
    drop(place);
    let words = ["restore", copy.to_str().unwrap(), "--recovery-key"];

    let mut wrong = code.clone();
    wrong.swap(1, 4);
    let (status, text) = typed(&elsewhere, &words, &wrong.join(" "));
    assert_eq!(status, 2, "{text}");
    assert!(text.contains("group 2 (") && text.contains("does not fit"), "{text}");
    let (status, text) = typed(&elsewhere, &words, &code[..7].join(" "));
    assert!(status == 2 && text.contains("8 groups"), "{text}");
    assert!(!elsewhere.data().join("careloop.db").exists());

    let (status, text) = typed(&elsewhere, &words, &code.join("-").to_lowercase());
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("3 patients, 1 readings") && text.contains("which is whole"), "{text}");
    let (status, text) = typed(&elsewhere, &words, &code.join(" "));
    assert!(status == 1 && text.contains("never replaced"), "{text}");

    let console = elsewhere.start(&[]);
    let rows = console.rows();
    let of = |rows: &[Value]| rows.iter().map(|r| r["patient"]["mrn"].clone()).collect::<Vec<_>>();
    assert_eq!(of(&rows), of(&before));
    let (status, text) = said(&mut elsewhere.command(&["audit", "verify"]));
    assert_eq!(status, 0, "{text}");
}

#[test]
fn a_lost_key_comes_back_from_paper() {
    let (place, console, _) = kept();
    let key = console.call("recovery_key", json!({}));
    let code: Vec<&str> = key["groups"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(console.terminate().success());
    std::fs::remove_file(place.key_file()).unwrap();
    let ended = place.try_start(&[]).err().expect("no key, no console");
    assert!(ended.said.contains("recover-key"), "{}", ended.said);
    let (status, text) = typed(&place, &["recover-key"], &code.join(" "));
    assert_eq!(status, 0, "{text}");
    let console = place.start(&[]);
    assert_eq!(console.rows().len(), 1);
}

#[test]
fn one_flipped_byte_of_the_trail_is_named_by_its_line() {
    let (place, console, _) = kept();
    wait_for("the text has left", || (console.metric("careloop_effects_outstanding") == 0).then_some(()));
    assert!(console.terminate().success());
    let (status, text) = said(&mut place.command(&["audit", "verify"]));
    assert_eq!(status, 0, "{text}");
    // Somebody with the key and a tool changes one letter of a text that was sent.
    let hex = std::fs::read_to_string(place.key_file()).unwrap();
    let conn = rusqlite::Connection::open(place.data().join("careloop.db")).unwrap();
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;", hex.trim())).unwrap();
    let line: u64 = conn.query_row("SELECT min(seq) FROM trail WHERE kind = 'sms'", [], |r| r.get(0)).unwrap();
    let changed = conn.execute("UPDATE trail SET body = replace(body, 'reading', 'readinh') WHERE seq = ?1", [line]).unwrap();
    assert_eq!(changed, 1);
    drop(conn);
    let (status, text) = said(&mut place.command(&["audit", "verify"]));
    assert_eq!(status, 1, "{text}");
    assert!(text.contains(&format!("broken at line {line}:")), "{text}");
}

#[test]
fn records_and_copies_without_their_key_are_unreadable_and_say_so() {
    let (place, console, copies) = kept();
    let file = copied(&console, 0);
    wait_for("the text has left", || (console.metric("careloop_effects_outstanding") == 0).then_some(()));
    let words: Vec<String> =
        (0..3).flat_map(|n| [format!("Ostrander{n}"), clinic::phone(n), clinic::mrn(n)]).chain(["CREATE TABLE".into()]).collect();
    // The file, its log and the copy, while everything is open.
    for path in [
        place.data().join("careloop.db"),
        place.data().join("careloop.db-wal"),
        copies.join(&file),
        copies.join(&file).with_extension("json"),
    ] {
        let text = text_of(&path);
        assert_eq!(words.iter().find(|w| text.contains(w.as_str())), None, "in {}", path.display());
    }
    drop(console);
    // On another machine, with a key of its own.
    let thief = Place::new();
    std::fs::create_dir(thief.data()).unwrap();
    std::fs::copy(place.data().join("careloop.db"), thief.data().join("careloop.db")).unwrap();
    let (status, text) = said(&mut thief.command(&["audit", "verify"]));
    assert!(status == 1 && text.contains("key"), "{text}");
    std::fs::write(thief.key_file(), "a5".repeat(32)).unwrap();
    private(&thief.key_file());
    let (status, text) = said(&mut thief.command(&["audit", "verify"]));
    assert!(status == 1 && text.contains("key does not open"), "{text}");
    let (status, text) = said(&mut Place::new().command(&["restore", copies.join(&file).to_str().unwrap()]));
    assert!(status == 1 && text.contains("keeps no key"), "{text}");
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}

#[test]
fn healthz_says_that_no_copy_can_be_made() {
    let (place, console, copies) = kept();
    copied(&console, 0);
    assert_eq!(console.get("/healthz").status, 200);
    let gone = place.folder.path().join("unplugged");
    std::fs::rename(&copies, &gone).unwrap();
    console.call("copy_now", json!({}));
    wait_for("healthz says it", || {
        let answer = console.get("/healthz");
        (answer.status != 200 && answer.text.contains("copies:")).then_some(())
    });
    std::fs::rename(&gone, &copies).unwrap();
    console.call("copy_now", json!({}));
    wait_for("healthz is well again", || (console.get("/healthz").status == 200).then_some(()));
}
