//! The file gives nothing away, and says plainly why it does not open.

mod support;

use decide::rows::Row;
use decide::*;
use ledger::{Durability, Key, Ledger, LedgerError};
use support::*;

#[test]
fn neither_the_file_nor_its_log_shows_a_patient() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let mut patient = Patient::new(mrn(1));
    patient.last_name = "Featherstonehaugh".into();
    keep(&mut ledger, &[Row::Patient(Box::new(patient))]);
    tell(&mut ledger, &[entry(at(0), sms(&mrn(1), "Are you feeling lightheaded?"))]);
    let mut turn = ledger.begin().unwrap();
    turn.keep_raw(at(0), Source::FhirHook, b"{\"resourceType\":\"Observation\"}").unwrap();
    turn.commit().unwrap();
    // While the log is there, and again after it was folded into the file.
    let log = std::fs::read(desk.folder.path().join("careloop.db-wal")).unwrap();
    assert!(log.len() > 4096);
    scan(&desk);
    drop(ledger);
    assert!(std::fs::read(desk.path()).unwrap().len() > 4096);
    scan(&desk);
}

fn scan(desk: &Desk) {
    for file in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for word in ["MRN-0000001", "0000001", "Featherstonehaugh", "lightheaded", "resourceType", "CREATE TABLE", "SQLite format"] {
            assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{word} is readable");
        }
    }
}

#[test]
fn a_wrong_key_is_said_to_be_wrong_and_changes_nothing() {
    let desk = Desk::new();
    keep(&mut desk.create(), &[Row::Patient(Box::new(Patient::new(mrn(1))))]);
    let before = std::fs::read(desk.path()).unwrap();
    let wrong = Ledger::open(&desk.path(), &Key::new([1; 32]), Durability::Full);
    assert_eq!(wrong.err(), Some(LedgerError::KeyWrong));
    assert_eq!(std::fs::read(desk.path()).unwrap(), before);
    assert_eq!(desk.open().unwrap().load().unwrap().patients.len(), 1);
}

#[test]
fn a_missing_file_is_never_a_new_one() {
    let desk = Desk::new();
    assert!(matches!(desk.open(), Err(LedgerError::Missing(_))));
    assert!(!desk.path().exists());
}

#[test]
fn an_emptied_file_is_never_a_new_one() {
    let desk = Desk::new();
    std::fs::write(desk.path(), "").unwrap();
    assert!(matches!(desk.open(), Err(LedgerError::Corrupt(_))));
}

#[test]
fn a_file_that_exists_is_never_replaced() {
    let desk = Desk::new();
    drop(desk.create());
    assert!(matches!(Ledger::create(&desk.path(), &desk.key, Durability::Full), Err(LedgerError::Exists(_))));
}

#[test]
fn a_damaged_page_is_said_to_be_damaged() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    for n in 0..40 {
        tell(&mut ledger, &[entry(at(n), sms(&mrn(1), &"x".repeat(1500)))]);
    }
    drop(ledger);
    let mut bytes = std::fs::read(desk.path()).unwrap();
    let last_page = bytes.len() - 2000;
    bytes[last_page] ^= 1;
    std::fs::write(desk.path(), bytes).unwrap();
    let verified = desk.open().and_then(|l| l.verify());
    match verified {
        Err(error) => assert!(matches!(error, LedgerError::Corrupt(_)), "{error:?}"),
        Ok(verified) => assert!(verified.first_broken.unwrap().why.contains("damaged")),
    }
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let desk = Desk::new();
    drop(desk.create());
    desk.tamper("PRAGMA user_version = 99;");
    assert!(matches!(desk.open(), Err(LedgerError::Newer { found: 99, .. })));
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let _ledger = desk.create();
    for name in ["careloop.db", "careloop.db-wal"] {
        assert_eq!(std::fs::metadata(desk.folder.path().join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_screens_connection_cannot_write() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    tell(&mut ledger, &[entry(at(0), intake(&mrn(1)))]);
    let reader = ledger.reader().unwrap();
    let copy = desk.folder.path().join("copy.db");
    reader.copy_to(&copy).unwrap();
    assert!(matches!(reader.copy_to(&copy), Err(LedgerError::Exists(_))));
    // A copy opens with the same key, whole, and with no other.
    let opened = Ledger::open(&copy, &desk.key, Durability::Full).unwrap();
    assert_eq!(opened.anchor(), ledger.anchor());
    drop(opened);
    assert_eq!(Ledger::open(&copy, &Key::new([2; 32]), Durability::Full).err(), Some(LedgerError::KeyWrong));
}
