use super::{with, BOOKING};
use crate::hl7::{ack, ack_wanted, answer, control_id, dedupe_key, AckCode};
use crate::At;
use chrono::TimeZone;

fn now() -> At {
    chrono::Utc.with_ymd_and_hms(2026, 3, 5, 16, 20, 1).unwrap()
}

fn said(original: &str, code: AckCode, text: &str) -> String {
    String::from_utf8(ack(original.as_bytes(), code, text, now(), "R1")).unwrap()
}

#[test]
fn an_acknowledgement_turns_sender_and_receiver_round() {
    assert_eq!(
        said(BOOKING, AckCode::Aa, ""),
        "MSH|^~\\&|CARELOOP|CLINIC|EPIC|MAIN^1.2^ISO|20260305162001+0000||ACK^S12^ACK|R1|P|2.5.1\rMSA|AA|M1\r"
    );
}

#[test]
fn the_control_id_goes_back_as_it_came() {
    let spaced = with("|M1|", "| 38762 |");
    assert!(said(&spaced, AckCode::Ae, "").ends_with("MSA|AE| 38762 \r"));
    assert_eq!(control_id(spaced.as_bytes()), b" 38762 ");
    let latin1: Vec<u8> = with("|M1|", "|\u{e9}7|").chars().map(|c| c as u32 as u8).collect();
    assert!(ack(&latin1, AckCode::Aa, "", now(), "R1").ends_with(b"MSA|AA|\xe97\r"));
}

#[test]
fn a_refusal_says_why_in_the_senders_marks() {
    let odd = BOOKING.replace('|', "#").replace('^', "@").replace("@~\\&", "@*\\%");
    assert!(said(&odd, AckCode::Ar, "100% #1 @ home").ends_with("\rMSA#AR#M1#100\\T\\ \\F\\1 \\S\\ home\r"));
}

#[test]
fn enhanced_mode_asks_for_its_own_codes() {
    let asked = |accept: &str, application: &str| with("|P|2.5.1\r", &format!("|P|2.5.1|||{accept}|{application}\r"));
    for (code, name) in [(AckCode::Aa, "MSA|CA|"), (AckCode::Ae, "MSA|CE|"), (AckCode::Ar, "MSA|CR|")] {
        assert!(said(&asked("AL", "NE"), code, "").contains(name));
        assert!(ack_wanted(asked("AL", "NE").as_bytes(), code));
    }
    assert!(said(&asked("NE", "AL"), AckCode::Aa, "").contains("MSA|AA|"));
    assert!(said(&asked("ER", ""), AckCode::Ae, "").contains("MSA|CE|"));
    assert!(said(&asked("SU", ""), AckCode::Aa, "").contains("MSA|CA|"));
    assert!(!ack_wanted(asked("NE", "NE").as_bytes(), AckCode::Aa));
    assert!(!ack_wanted(asked("ER", "NE").as_bytes(), AckCode::Aa) && ack_wanted(asked("ER", "NE").as_bytes(), AckCode::Ae));
    assert!(!ack_wanted(asked("SU", "NE").as_bytes(), AckCode::Ar));
    assert!(ack_wanted(BOOKING.as_bytes(), AckCode::Aa));
}

#[test]
fn bytes_without_a_header_are_still_answered() {
    assert_eq!(said("hello", AckCode::Ae, "no"), "MSH|^~\\&|||||20260305162001+0000||ACK|R1|P|2.5\rMSA|AE||no\r");
}

#[test]
fn an_acknowledgement_can_be_read_back() {
    let read = answer(said(&with("|M1|", "| 38762|"), AckCode::Ae, "not stored").as_bytes()).unwrap();
    assert_eq!((read.code, read.about.as_str(), read.text.as_deref()), (AckCode::Ae, " 38762", Some("not stored")));
}

#[test]
fn a_message_is_the_same_only_with_sender_control_id_and_body_the_same() {
    let key = |text: &str| dedupe_key(text.as_bytes());
    assert_eq!(key(BOOKING), key(BOOKING));
    for other in [with("|M1|", "|M2|"), with("EPIC", "OTHER"), with("Lee^Ann", "Lee^Anna")] {
        assert_ne!(key(BOOKING), key(&other));
    }
    assert!(!key(BOOKING).contains("Lee") && key(BOOKING).starts_with("hl7:"));
}
