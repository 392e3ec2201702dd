//! Exports a spreadsheet can open without running anything.

mod support;

use decide::rows::Row;
use decide::trail::Entry;
use decide::*;
use ledger::{Export, Ledger};
use support::*;

fn cells(ledger: &Ledger, what: Export, from: Option<At>, to: Option<At>) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let lines = ledger.reader().unwrap().export(what, from, to, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("the mark that Excel needs");
    let rows: Vec<_> = csv::Reader::from_reader(text.as_bytes()).records().map(|r| r.unwrap().iter().map(String::from).collect()).collect();
    assert_eq!(rows.len() as u64, lines);
    rows
}

#[test]
fn the_audit_has_every_line_with_who_and_what() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let by_nurse = Entry { at: at(1), episode: Some(9), by: Some("=cmd".into()), line: sms(&mrn(1), "a \"quoted\", text") };
    tell(&mut ledger, &[entry(at(0), intake(&mrn(1))), by_nurse, entry(at(2), intake(&mrn(2)))]);
    let rows = cells(&ledger, Export::Audit, None, None);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[1][..6], ["2", "2026-03-02T15:01:00.000Z", "sms", "'=cmd", "MRN-0000001", "9"]);
    assert!(rows[1][6].contains("a \\\"quoted\\\", text"));
    assert_eq!(rows[2][7], ledger.anchor().head);
    assert_eq!(cells(&ledger, Export::Audit, Some(at(1)), Some(at(2))).len(), 1);
    assert_eq!(cells(&ledger, Export::Audit, Some(at(5)), None).len(), 0);
}

#[test]
fn a_text_that_looks_like_a_formula_is_defused() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    tell(&mut ledger, &[entry(at(0), reply(&mrn(1), "=HYPERLINK(\"http://x\")")), entry(at(1), reply(&mrn(1), "-1\nyes"))]);
    let rows = cells(&ledger, Export::Messages, None, None);
    assert_eq!(rows[0][9], "'=HYPERLINK(\"http://x\")");
    assert_eq!(rows[1][9], "'-1\nyes");
    assert_eq!(rows[0][5], "'+12025550101");
}

#[test]
fn messages_are_texts_replies_and_reports_only() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let report = decide::trail::Line::Delivery {
        to: "+12025550101".into(),
        mrn: Some(mrn(1)),
        status: "undelivered".into(),
        error_code: Some(30005),
    };
    tell(
        &mut ledger,
        &[entry(at(0), intake(&mrn(1))), entry(at(1), sms(&mrn(1), "hello")), entry(at(2), reply(&mrn(1), "YES")), entry(at(3), report)],
    );
    let shown: Vec<_> = cells(&ledger, Export::Messages, None, None)
        .into_iter()
        .map(|r| (r[2].clone(), r[6].clone(), r[7].clone(), r[8].clone()))
        .collect();
    let expected = [
        ("to patient", "symptom_check", "sent", ""),
        ("from patient", "reply", "symptoms", ""),
        ("report", "delivery", "undelivered", "30005"),
    ];
    assert_eq!(shown, expected.map(|(a, b, c, d)| (a.into(), b.into(), c.into(), d.into())));
}

#[test]
fn minutes_are_those_of_closed_episodes_by_the_month_they_closed() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let mut patient = Patient::new(mrn(1));
    patient.first_name = "Ann".into();
    patient.last_name = "Lee".into();
    let mut done = closed(episode(1, &mrn(1), at(0)), at(30));
    done.minutes = Some("12.50".parse().unwrap());
    let rows = [
        Row::Patient(Box::new(patient)),
        Row::Episode(Box::new(done)),
        Row::Episode(Box::new(closed(episode(2, &mrn(1), at(0)), at(30)))),
        Row::Episode(Box::new(episode(3, &mrn(1), at(0)))),
    ];
    keep(&mut ledger, &rows);
    let minutes = cells(&ledger, Export::Minutes, Some(at(0)), Some(at(60)));
    assert_eq!(
        minutes,
        [["MRN-0000001", "Lee, Ann", "", "2026-03", "1", "glucose", "2026-03-02T15:30:00.000Z", "rn.park", "acted", "12.5"]
            .map(String::from)]
    );
    let episodes = cells(&ledger, Export::Episodes, None, None);
    assert_eq!(
        episodes.iter().map(|r| (r[0].as_str(), r[6].as_str(), r[17].as_str())).collect::<Vec<_>>(),
        [("1", "closed", "acted"), ("2", "closed", "acted"), ("3", "open", "")]
    );
}
