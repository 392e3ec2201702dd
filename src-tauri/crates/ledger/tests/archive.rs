//! Old lines leave the trail into sealed archives, and both the rest and all of it stay provable.

mod support;

use decide::rows::Row;
use decide::trail::Line;
use ledger::{Copies, LedgerError};
use std::path::PathBuf;
use support::*;

const LONG: u64 = 1_000_000;

/// Seals the lines from before that minute, proves the archive, and cuts them off as a turn does.
fn cut(desk: &Desk, before: i64, name: &str) -> Option<(u64, u64)> {
    let mut ledger = desk.open().unwrap();
    let (copies, path) = (ledger.copies(), archive(desk, name));
    let (first, last) = copies.seal(&path, at(before), LONG).unwrap()?;
    let walked = copies.walk_archive(&path).unwrap();
    assert_eq!((walked.first, walked.last, walked.first_broken), (first, last, None));
    let line = Line::Archived { first, last, head: walked.head, file: name.into(), sha256: String::new() };
    let mut turn = ledger.begin().unwrap();
    turn.write(&Row::TrailCut { last }).unwrap();
    turn.trail(&entry(at(before + 1_000), line)).unwrap();
    turn.commit().unwrap();
    Some((first, last))
}

fn archive(desk: &Desk, name: &str) -> PathBuf {
    desk.folder.path().join(name)
}

/// Twenty lines, one a minute.
fn told() -> Desk {
    let desk = Desk::new();
    let mut ledger = desk.create();
    for n in 0..20 {
        tell(&mut ledger, &[entry(at(n), sms(&mrn(1), "Reply YES or NO."))]);
    }
    desk
}

#[test]
fn the_rest_is_whole_by_itself_and_goes_on_from_the_archive() {
    let desk = told();
    let head = desk.open().unwrap().anchor();
    assert_eq!(cut(&desk, 12, "a.db"), Some((1, 12)));
    let ledger = desk.open().unwrap();
    let verified = ledger.verify().unwrap();
    assert_eq!((verified.lines, verified.archived, verified.first_broken), (21, 12, None));
    // The head that was kept outside before the cut still fits.
    assert_eq!(ledger.verify_against(&head).unwrap().first_broken, None);
    let start = ledger.reader().unwrap().trail_start().unwrap();
    let walked = ledger.copies().walk_archive(&archive(&desk, "a.db")).unwrap();
    assert_eq!((start.lines, start.head), (12, walked.head));
    assert_eq!(walked.before, "0".repeat(64));
}

#[test]
fn a_second_archive_goes_on_from_the_first() {
    let desk = told();
    cut(&desk, 5, "a.db");
    assert_eq!(cut(&desk, 15, "b.db"), Some((6, 15)));
    let copies = desk.open().unwrap().copies();
    let (a, b) = (copies.walk_archive(&archive(&desk, "a.db")).unwrap(), copies.walk_archive(&archive(&desk, "b.db")).unwrap());
    assert_eq!(a.head, b.before);
    let verified = desk.open().unwrap().verify().unwrap();
    assert_eq!((verified.archived, verified.first_broken), (15, None));
}

#[test]
fn lines_that_were_cut_without_saying_so_are_missing() {
    let desk = told();
    cut(&desk, 5, "a.db");
    desk.tamper("DELETE FROM trail WHERE seq <= 8;");
    let broken = desk.open().unwrap().verify().unwrap().first_broken.unwrap();
    assert!(broken.why.contains("no line says"), "{}", broken.why);
}

#[test]
fn a_line_about_an_archive_that_was_changed_breaks_the_chain() {
    let desk = told();
    cut(&desk, 12, "a.db");
    desk.tamper(
        "UPDATE trail SET body = replace(body, '\"last\":12', '\"last\":13') WHERE kind = 'archived'; DELETE FROM trail WHERE seq = 13;",
    );
    assert!(desk.open().unwrap().verify().unwrap().first_broken.is_some());
}

#[test]
fn an_archive_that_was_changed_names_its_line_and_without_the_key_it_is_no_archive() {
    let desk = told();
    cut(&desk, 12, "a.db");
    let path = archive(&desk, "a.db");
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(10).any(|w| w == b"YES or NO."));
    let stranger = Copies::of(&desk.path(), &ledger::Key::new([9; 32]));
    assert_eq!(stranger.walk_archive(&path).err(), Some(LedgerError::KeyWrong));
    desk.tamper_file(&path, "UPDATE line SET body = replace(body, 'YES', 'YEP') WHERE seq = 7;");
    let walked = Copies::of(&desk.path(), &desk.key).walk_archive(&path).unwrap();
    assert_eq!(walked.first_broken.unwrap().seq, 7);
}

#[test]
fn lines_of_an_episode_that_is_still_open_and_the_newest_line_stay() {
    let desk = told();
    let mut ledger = desk.open().unwrap();
    keep(&mut ledger, &[Row::Episode(Box::new(episode(3, &mrn(1), at(0))))]);
    drop(ledger);
    desk.tamper("UPDATE trail SET episode = 3 WHERE seq = 9;");
    let ledger = desk.open().unwrap();
    assert_eq!(ledger.copies().seal(&archive(&desk, "a.db"), at(500), LONG).unwrap(), Some((1, 8)));
    desk.tamper("UPDATE episode SET live = 0;");
    assert_eq!(ledger.copies().seal(&archive(&desk, "b.db"), at(500), LONG).unwrap(), Some((1, 19)));
    assert_eq!(ledger.copies().seal(&archive(&desk, "c.db"), at(0), LONG).unwrap(), None);
    assert!(!archive(&desk, "c.db").exists());
}
