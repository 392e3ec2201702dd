//! The trail shows when it was touched.

mod support;

use chrono::TimeDelta;
use decide::trail::Entry;
use ledger::{Page, TrailFilter};
use support::*;

/// Five lines of two patients, one of them in episode 9.
fn told() -> Desk {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let by_nurse = Entry { at: at(4), episode: Some(9), by: Some("rn.park".into()), line: reply(&mrn(1), "YES") };
    tell(
        &mut ledger,
        &[entry(at(0), intake(&mrn(1))), entry(at(1), verdict(&mrn(1), Some(9))), entry(at(2), sms(&mrn(1), "Reply YES or NO."))],
    );
    tell(&mut ledger, &[entry(at(3), intake(&mrn(2))), by_nurse]);
    desk
}

fn broken_at(desk: &Desk) -> Option<u64> {
    desk.open().unwrap().verify().unwrap().first_broken.map(|b| b.seq)
}

#[test]
fn an_untouched_trail_is_whole() {
    let desk = told();
    let verified = desk.open().unwrap().verify().unwrap();
    assert_eq!((verified.lines, verified.first_broken), (5, None));
    assert_eq!(verified.head, desk.open().unwrap().anchor().head);
}

#[test]
fn a_flipped_byte_is_named_by_its_line() {
    let desk = told();
    desk.tamper("UPDATE trail SET body = replace(body, 'YES or NO', 'YES or NP') WHERE seq = 3;");
    assert_eq!(broken_at(&desk), Some(3));
}

#[test]
fn every_part_of_a_line_is_covered() {
    for change in [
        "at_ms = at_ms + 1",
        "kind = 'act'",
        "person = 2",
        "person = NULL",
        "episode = 8",
        "episode = NULL",
        "by = 'dr.ray'",
        "by = NULL",
        "hash = zeroblob(32)",
    ] {
        let desk = told();
        desk.tamper(&format!("UPDATE trail SET {change} WHERE seq = 5;"));
        assert_eq!(broken_at(&desk), Some(5), "{change}");
    }
}

#[test]
fn a_renamed_person_breaks_the_lines_about_them() {
    let desk = told();
    desk.tamper("UPDATE person SET mrn = 'MRN-9999999' WHERE key = 2;");
    assert_eq!(broken_at(&desk), Some(4));
}

#[test]
fn a_missing_line_is_named() {
    let desk = told();
    desk.tamper("DELETE FROM trail WHERE seq = 2;");
    let broken = desk.open().unwrap().verify().unwrap().first_broken.unwrap();
    assert_eq!(broken.seq, 2);
    assert!(broken.why.contains("missing"));
}

#[test]
fn lines_that_changed_places_are_named() {
    let desk = told();
    desk.tamper(
        "UPDATE trail SET seq = -1 WHERE seq = 2; UPDATE trail SET seq = 2 WHERE seq = 3; UPDATE trail SET seq = 3 WHERE seq = -1;",
    );
    assert_eq!(broken_at(&desk), Some(2));
}

#[test]
fn a_cut_tail_shows_against_the_head_that_was_kept() {
    let desk = told();
    let anchor = desk.open().unwrap().anchor();
    desk.tamper("DELETE FROM trail WHERE seq > 3;");
    let ledger = desk.open().unwrap();
    assert_eq!(ledger.verify().unwrap().first_broken, None);
    let verified = ledger.verify_against(&anchor).unwrap();
    assert_eq!((verified.lines, verified.first_broken.unwrap().seq), (3, 4));
}

#[test]
fn a_tail_that_was_written_anew_shows_against_the_head_that_was_kept() {
    let desk = told();
    let anchor = desk.open().unwrap().anchor();
    desk.tamper("DELETE FROM trail WHERE seq > 3;");
    let mut ledger = desk.open().unwrap();
    tell(&mut ledger, &[entry(at(3), intake(&mrn(7))), entry(at(4), intake(&mrn(7))), entry(at(5), intake(&mrn(7)))]);
    assert_eq!(ledger.verify().unwrap().first_broken, None);
    assert_eq!(ledger.verify_against(&anchor).unwrap().first_broken.unwrap().seq, 5);
}

#[test]
fn a_trail_that_only_grew_fits_an_older_head() {
    let desk = told();
    let anchor = desk.open().unwrap().anchor();
    let mut ledger = desk.open().unwrap();
    tell(&mut ledger, &[entry(at(9), intake(&mrn(1)))]);
    assert_eq!(ledger.reader().unwrap().verify_against(&anchor).unwrap().first_broken, None);
}

#[test]
fn an_episodes_timeline_has_its_lines_in_order() {
    let reader = told().open().unwrap().reader().unwrap();
    let lines = reader.timeline(9).unwrap();
    assert_eq!(lines.iter().map(|l| l.seq).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(lines[1].entry, Entry { at: at(4), episode: Some(9), by: Some("rn.park".into()), line: reply(&mrn(1), "YES") });
}

#[test]
fn a_conversation_is_what_was_texted_and_answered() {
    let reader = told().open().unwrap().reader().unwrap();
    let seqs = |since| reader.conversation(&mrn(1), since).unwrap().iter().map(|l| l.seq).collect::<Vec<_>>();
    assert_eq!(seqs(at(0)), [3, 5]);
    assert_eq!(seqs(at(3)), [5]);
    assert!(reader.conversation(&mrn(2), at(0)).unwrap().is_empty());
}

#[test]
fn the_trail_is_searched_by_kind_person_and_time() {
    let reader = told().open().unwrap().reader().unwrap();
    let seqs = |filter: TrailFilter, page| reader.trail(&filter, page).unwrap().iter().map(|l| l.seq).collect::<Vec<_>>();
    let all = Page::first(100);
    assert_eq!(seqs(TrailFilter::default(), all), [5, 4, 3, 2, 1]);
    assert_eq!(seqs(TrailFilter { kinds: vec!["intake".into()], ..Default::default() }, all), [4, 1]);
    assert_eq!(seqs(TrailFilter { kinds: vec!["sms".into(), "reply".into()], ..Default::default() }, all), [5, 3]);
    assert_eq!(seqs(TrailFilter { kinds: vec!["no_such_kind'".into()], ..Default::default() }, all), Vec::<u64>::new());
    assert_eq!(seqs(TrailFilter { mrn: Some(mrn(1)), ..Default::default() }, all), [5, 3, 2, 1]);
    assert_eq!(seqs(TrailFilter { mrn: Some(mrn(3)), ..Default::default() }, all), Vec::<u64>::new());
    assert_eq!(seqs(TrailFilter { episode: Some(9), mrn: Some(mrn(1)), ..Default::default() }, all), [5, 2]);
    assert_eq!(seqs(TrailFilter { from: Some(at(1)), to: Some(at(3)), ..Default::default() }, all), [3, 2]);
    assert_eq!(seqs(TrailFilter { from: Some(at(4) + TimeDelta::minutes(1)), ..Default::default() }, all), Vec::<u64>::new());
    assert_eq!(seqs(TrailFilter::default(), Page { before: Some(4), limit: 2 }), [3, 2]);
    assert_eq!(reader.trail_since(3, 10).unwrap().iter().map(|l| l.seq).collect::<Vec<_>>(), [4, 5]);
}
