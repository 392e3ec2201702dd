//! The records are copied, tested, restored with nothing but the file and the printed code, and their oldest lines sealed.

use super::recovery::Code;
use super::seal::{walk, Archived};
use super::*;
use crate::admin::verify_trail;
use crate::vault::KeyHome;
use crate::views::ward::*;
use crate::workspace::{self, Folder};
use chrono::TimeDelta;
use serde_json::json;
use wire::{Command, Person, SafekeepingView};

fn administrator() -> Person {
    Person { role: "administrator".into(), ..nurse() }
}

/// A ward with a folder for copies, and a home for whatever is restored.
struct Kept {
    ward: Ward,
    copies: tempfile::TempDir,
    elsewhere: tempfile::TempDir,
}

impl Kept {
    fn new() -> Kept {
        let mut kept = Kept { ward: Ward::new(), copies: tempfile::tempdir().unwrap(), elsewhere: tempfile::tempdir().unwrap() };
        let folder = kept.copies.path().display().to_string();
        kept.ward.settings(json!({ "backup_folder": folder, "backups_kept": 2 }));
        kept.ward.reading("bp", "165/95");
        kept
    }

    fn call<T: serde::de::DeserializeOwned>(&self, command: Command, args: serde_json::Value) -> T {
        serde_json::from_value(self.ward.console.call(&administrator(), command, args).unwrap()).unwrap()
    }

    /// What the thread of a running console does once.
    fn look(&self) {
        let (engine, clock) = (self.ward.engine.clone(), self.ward.clock.clone());
        let store = move |batch: Vec<Incoming>| lock(&engine).turn(clock.now(), &batch).ok().map(|t| t.answers);
        self.ward.console.keeping.look(&store, Duration::ZERO);
    }

    fn view(&self) -> SafekeepingView {
        self.call(Command::safekeeping, json!({}))
    }

    fn newest(&self) -> PathBuf {
        self.copies.path().join(&self.view().copies[0].file)
    }

    fn code(&self) -> String {
        self.call::<wire::RecoveryKey>(Command::recovery_key, json!({})).groups.join(" ")
    }

    fn key_file(&self) -> KeyHome {
        KeyHome::File(self.elsewhere.path().join("key"))
    }

    fn restore(&self, copy: &Path, code: Option<&str>) -> anyhow::Result<restore::Restored> {
        let folder = Folder::take(&self.elsewhere.path().join("data"))?;
        let code = code.map(Code::read).transpose()?;
        restore::restore(copy, &folder, &self.key_file(), code.as_ref(), self.ward.now())
    }
}

#[test]
fn the_first_copy_is_made_at_once_proved_and_listed() {
    let kept = Kept::new();
    kept.look();
    let view = kept.view();
    let copy = &view.copies[0];
    assert_eq!((view.copies.len(), copy.patients, copy.readings, copy.recovery.as_deref()), (1, 1, 1, None));
    assert_eq!(view.job.as_ref().map(|j| j.stage.as_str()), Some("done"));
    assert_eq!(view.last.map(|l| l.file).as_ref(), Some(&copy.file));
    assert_eq!((view.trouble, kept.ward.acts("backup_made")), (None, 1));
    // Nothing of a patient can be read in the folder of copies.
    for entry in std::fs::read_dir(kept.copies.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(![ANN, "Lee", "hooks-of-the-ward"].iter().any(|w| bytes.windows(w.len()).any(|b| b == w.as_bytes())));
    }
    // Not again until tomorrow.
    kept.look();
    assert_eq!(kept.view().copies.len(), 1);
}

#[test]
fn the_newest_copies_are_kept_and_older_ones_go() {
    let kept = Kept::new();
    for _ in 0..3 {
        kept.look();
        kept.ward.clock.set(kept.ward.now() + TimeDelta::hours(24));
    }
    let view = kept.view();
    assert_eq!(view.copies.len(), 2);
    assert!(view.copies[0].at > view.copies[1].at);
    assert_eq!(std::fs::read_dir(kept.copies.path()).unwrap().count(), 4);
}

#[test]
fn a_folder_that_is_gone_is_told_aloud_and_the_next_good_copy_ends_it() {
    let mut kept = Kept::new();
    let gone = kept.copies.path().join("unplugged");
    kept.ward.settings(json!({ "backup_folder": gone }));
    kept.look();
    let view = kept.view();
    assert!(view.trouble.as_ref().is_some_and(|t| t.contains("is not there: is its disk connected?")), "{:?}", view.trouble);
    assert_eq!(view.job.map(|j| j.stage).as_deref(), Some("failed"));
    assert_eq!(kept.attentions("backup_failed"), 1);
    std::fs::create_dir(&gone).unwrap();
    kept.ward.clock.set(kept.ward.now() + TimeDelta::minutes(61));
    kept.look();
    assert_eq!(kept.view().trouble, None);
}

#[test]
fn a_copy_too_old_alarms_after_twenty_six_hours() {
    let mut kept = Kept::new();
    kept.look();
    kept.ward.clock.set(kept.ward.now() + TimeDelta::hours(26));
    kept.ward.pass(0);
    assert_eq!(kept.attentions("backup_late"), 1);
    assert!(kept.view().trouble.is_some_and(|t| t.contains("26 h old")));
}

#[test]
fn a_copy_by_hand_and_a_test_say_what_they_hold() {
    let kept = Kept::new();
    kept.look();
    // In the very same second: it has a name of its own all the same.
    kept.ward.clock.set(kept.ward.now() + TimeDelta::milliseconds(300));
    let _: serde_json::Value = kept.call(Command::copy_now, json!({}));
    // One at a time.
    assert_eq!(kept.ward.console.call(&administrator(), Command::copy_now, json!({})).unwrap_err().code, "too_late");
    kept.look();
    let file = kept.view().copies[0].file.clone();
    let _: serde_json::Value = kept.call(Command::copy_test, json!({ "file": file }));
    kept.look();
    let view = kept.view();
    let job = view.job.unwrap();
    assert_eq!((job.stage.as_str(), job.patients, job.readings, job.episodes), ("done", Some(1), Some(1), Some(1)));
    assert_eq!(view.tested.map(|t| (t.file, t.why_not)), Some((file, None)));
    assert_eq!((view.copies.len(), kept.ward.acts("backup_tested")), (2, 1));
    let nowhere = kept.ward.console.call(&administrator(), Command::copy_test, json!({ "file": "../key" }));
    assert_eq!(nowhere.unwrap_err().code, "not_found");
}

#[test]
fn a_copy_that_lost_a_byte_does_not_pass_its_test_and_is_not_restored() {
    let kept = Kept::new();
    let code = kept.code();
    kept.look();
    let copy = kept.newest();
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    let file = copy.file_name().unwrap().to_str().unwrap().to_string();
    let _: serde_json::Value = kept.call(Command::copy_test, json!({ "file": file }));
    kept.look();
    assert!(kept.view().tested.unwrap().why_not.unwrap().contains("not what was written"));
    assert!(kept.restore(&copy, Some(&code)).unwrap_err().to_string().contains("not what was written"));
    // Nothing is left behind that could be taken for records.
    assert!(!workspace::database(&kept.elsewhere.path().join("data")).exists());
    assert!(!kept.elsewhere.path().join("key").exists());
}

#[test]
fn a_copy_and_the_printed_code_are_enough_on_another_machine() {
    let kept = Kept::new();
    let code = kept.code();
    kept.look();
    let restored = kept.restore(&kept.newest(), Some(&code)).unwrap();
    assert_eq!((restored.counts.patients, restored.counts.readings), (1, 1));
    // The console of the new machine finds key, records and its own name, and the trail goes on.
    let data = kept.elsewhere.path().join("data");
    let key = crate::vault::open_or_create(&kept.key_file(), &workspace::database(&data)).unwrap();
    let ledger = ledger::Ledger::open(&workspace::database(&data), &key, ledger::Durability::Full).unwrap();
    let names = Folder::take(&data).unwrap().workspace(None).unwrap();
    assert_eq!((names.workspace.as_str(), names.hooks_key.as_str()), ("ward", "hooks-of-the-ward"));
    let report = verify_trail(&ledger.reader().unwrap(), &ledger.copies(), &data, None).unwrap();
    assert_eq!((report.broken_at, report.anchored_lines), (None, Some(restored.manifest.lines)));
    assert!(report.lines > restored.manifest.lines);
    // Records are never replaced.
    drop(ledger);
    assert!(kept.restore(&kept.newest(), Some(&code)).unwrap_err().to_string().contains("never replaced"));
}

#[test]
fn a_wrong_code_is_said_by_its_group_and_another_ones_by_its_name() {
    let kept = Kept::new();
    let code = kept.code();
    kept.look();
    let mut slipped = code.clone().into_bytes();
    slipped[13] = if slipped[13] == b'7' { b'8' } else { b'7' };
    let slipped = String::from_utf8(slipped).unwrap();
    assert!(kept.restore(&kept.newest(), Some(&slipped)).unwrap_err().to_string().starts_with("group 3 ("));
    let another = Code::random().unwrap().groups().iter().map(|g| g.to_string()).collect::<Vec<_>>().join("-");
    assert!(kept.restore(&kept.newest(), Some(&another)).unwrap_err().to_string().contains("the copy needs the one named"));
    assert!(kept.restore(&kept.newest(), None).unwrap_err().to_string().contains("type the recovery key named"));
}

#[test]
fn a_code_is_shown_once_kept_nowhere_and_on_the_trail_by_its_name() {
    let kept = Kept::new();
    let code = kept.code();
    let view = kept.view();
    let name = view.recovery.as_ref().unwrap().name.clone();
    assert_eq!(Code::read(&code).unwrap().name(), name);
    let shown = serde_json::to_string(&view).unwrap();
    let trail = kept.trail();
    for group in code.split(' ') {
        assert!(!shown.contains(group) && !trail.contains(group));
    }
    assert!(trail.contains(&name) && trail.contains("recovery_key"));
}

#[test]
fn a_lost_key_comes_back_from_the_printed_code() {
    let kept = Kept::new();
    let code = Code::read(&kept.code()).unwrap();
    let folder = kept.ward.console.facts.folder.clone();
    // The ward of the tests keeps its records under another name.
    kept.ward.console.keeping.copies().write(&workspace::database(&folder)).unwrap();
    restore::recover_key(&folder, &kept.key_file(), &code).unwrap();
    let back = crate::vault::kept(&kept.key_file()).unwrap().unwrap();
    assert_eq!(*back.to_hex(), *kept.ward.console.keeping.copies().key().to_hex());
    let other = restore::recover_key(&folder, &kept.key_file(), &Code::random().unwrap());
    assert!(other.unwrap_err().to_string().contains("named"));
}

#[test]
fn old_lines_are_sealed_by_setting_and_rest_and_archives_are_both_proved() {
    let mut kept = Kept::new();
    let folder = kept.ward.console.facts.folder.clone();
    let before = lock(&kept.ward.engine).anchor();
    kept.ward.settings(json!({ "audit_retention_days": 30, "backup_folder": "" }));
    kept.look();
    assert_eq!(kept.view().archived, 0);
    kept.close_everything();
    kept.ward.clock.set(kept.ward.now() + TimeDelta::days(31));
    kept.ward.reading("spo2", "97");
    kept.look();
    let view = kept.view();
    assert!(view.archived >= before.lines && view.archives == 1, "{view:?}");
    let verify = |archives: Option<&Path>| {
        let reader = lock(&kept.ward.engine).reader().unwrap();
        verify_trail(&reader, kept.ward.console.keeping.copies(), &folder, archives).unwrap()
    };
    let report = verify(None);
    assert_eq!((report.broken_at, report.archive_missing_from, report.archived), (None, None, view.archived));
    // Without the archive the rest is proved by itself, and what is missing is said.
    let report = verify(Some(kept.elsewhere.path()));
    assert_eq!((report.broken_at, report.archive_missing_from), (None, Some(1)));
    // A head that was kept outside before the cut is in the archive.
    let files = copy::archive_files(&workspace::archives(&folder));
    let walked = kept.ward.console.keeping.copies().walk_archive(&files[0]).unwrap();
    assert_eq!((walked.first, walked.last, walked.first_broken.is_none()), (1, view.archived, true));
    // An archive that is not the one that was cut does not pass.
    std::fs::write(&files[0], b"something else").unwrap();
    assert!(verify(None).broken_at.is_some());
}

#[test]
fn archives_with_a_gap_between_them_are_missing_from_there() {
    let kept = Kept::new();
    let copies = kept.ward.console.keeping.copies();
    let folder = kept.elsewhere.path();
    let now = kept.ward.now() + TimeDelta::days(1);
    seal::seal(copies, folder, now, 3).unwrap().unwrap();
    let files = copy::archive_files(&workspace::archives(folder));
    let start = |lines: u64, head: &str| ledger::Anchor { lines, head: head.into() };
    let head = copies.walk_archive(&files[0]).unwrap().head;
    assert_eq!(walk(copies, &files, &start(3, &head)), Archived::Whole);
    assert_eq!(walk(copies, &files, &start(5, &head)), Archived::Missing { from: 4 });
    assert_eq!(walk(copies, &[], &start(5, &head)), Archived::Missing { from: 1 });
    assert!(matches!(walk(copies, &files, &start(3, "00")), Archived::Broken { line: 3, .. }));
}

impl Kept {
    /// How often staff were told of that.
    fn attentions(&self, reason: &str) -> usize {
        let reader = lock(&self.ward.engine).reader().unwrap();
        let lines = reader.trail_since(0, 10_000).unwrap();
        lines.iter().filter(|f| matches!(&f.entry.line, decide::trail::Line::Attention { reason: r, .. } if r == reason)).count()
    }

    /// The whole trail as an auditor takes it along.
    fn trail(&self) -> String {
        let mut csv = Vec::new();
        lock(&self.ward.engine).reader().unwrap().export(ledger::Export::Audit, None, None, &mut csv).unwrap();
        String::from_utf8(csv).unwrap()
    }

    /// Lines of an open episode stay on the trail: nothing is open.
    fn close_everything(&mut self) {
        let id = self.ward.row().id;
        self.ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": 4, "note": "Called."}));
        self.ward.deliver();
    }
}
