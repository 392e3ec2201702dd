use super::BOOKING;
use crate::hl7::escape::{escape, unescape};
use crate::hl7::{ack, answer, dedupe_key, event, framed, pieces, AckCode, Cut, Deframer, Message, PieceKind, Separators, SiteMap};
use proptest::prelude::*;

/// Any bytes, often with HL7's own among them.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        &b"MSH|^~\\&|"[..],
        b"MSH",
        b"\r",
        b"\n",
        b"|",
        b"^",
        b"~",
        b"\\",
        b"&",
        b"\"\"",
        b"PID|1||",
        b"SCH|1|A1",
        b"SIU^S12",
        b"|P|2.5",
        b"20260310150000-0500",
        b"BHS|^~\\&",
        b"BTS|2",
        b"\x0b",
        b"\x1c",
        b"\x1c\r",
        b"\xef\xbb\xbf",
        b"\xe9",
        b"\\X0D\\",
        b"\\.br\\",
        b"TQ1|||||||",
        b"(202)555-0101^^CP",
        b"AIP|1||D1^Ray^Al",
    ])
    .prop_map(<[u8]>::to_vec);
    let any = prop::collection::vec(any::<u8>(), 0..8);
    prop::collection::vec(prop_oneof![words, any], 0..40).prop_map(|parts| parts.concat())
}

/// The booking with some of its bytes changed, taken out or put in.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec((0..BOOKING.len(), any::<u8>(), 0u8..3), 0..12).prop_map(|hits| {
        let mut bytes = BOOKING.as_bytes().to_vec();
        for (at, b, how) in hits {
            let at = at.min(bytes.len() - 1);
            match how {
                0 => bytes[at] = b,
                1 => bytes.insert(at, b),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(bytes in prop_oneof![any_bytes(), damaged()]) {
        let now = chrono::DateTime::UNIX_EPOCH;
        let _ = answer(&bytes);
        let _ = dedupe_key(&bytes);
        prop_assert!(!ack(&bytes, AckCode::Ae, "no", now, "1").is_empty());
        if let Ok(m) = Message::read(&bytes) {
            if let Err(r) = event(&m, &SiteMap::default()) {
                prop_assert!(matches!(r.ack, AckCode::Ae | AckCode::Ar) && !r.field.is_empty());
            }
        }
    }

    #[test]
    fn every_byte_is_in_exactly_one_piece(bytes in prop_oneof![any_bytes(), damaged()]) {
        let cut = pieces(&bytes);
        let mut at = 0;
        for p in &cut {
            prop_assert_eq!(p.span.start, at);
            prop_assert!(p.span.end > at);
            at = p.span.end;
        }
        prop_assert_eq!(at, bytes.len());
        for pair in cut.windows(2) {
            prop_assert!(pair[0].kind != pair[1].kind || pair[1].kind == PieceKind::Message);
        }
    }

    #[test]
    fn what_is_read_is_written_back_and_reads_the_same(bytes in prop_oneof![any_bytes(), damaged()]) {
        if let Ok(m) = Message::read(&bytes) {
            let written = m.to_bytes();
            prop_assert_eq!(Message::read(&written), Ok(m));
            // Nothing but line ends and blank lines is lost on the way.
            let bare = |b: &[u8]| b.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect::<Vec<_>>();
            let source = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            prop_assert_eq!(bare(&written), bare(source));
        }
    }

    #[test]
    fn any_value_survives_its_escapes(value in any::<String>()) {
        let s = Separators::default();
        let written = escape(&value, &s);
        let marks = ['|', '^', '~', '&', '\r', '\n', '\u{b}', '\u{1c}'];
        prop_assert!(!written.contains(marks));
        prop_assert_eq!(unescape(&written, &s), value);
    }

    #[test]
    fn frames_come_out_as_they_went_in(messages in prop::collection::vec(prop::collection::vec(any::<u8>().prop_filter("not an end", |b| *b != 0x1c), 0..50), 0..6), cuts in prop::collection::vec(1usize..20, 1..30)) {
        let stream: Vec<u8> = messages.iter().flat_map(|m| framed(m)).collect();
        let (mut deframer, mut out, mut at, mut turn) = (Deframer::new(64), Vec::new(), 0, 0);
        while at < stream.len() {
            let n = cuts[turn % cuts.len()].min(stream.len() - at);
            out.extend(deframer.take(&stream[at..at + n]));
            (at, turn) = (at + n, turn + 1);
        }
        prop_assert_eq!(out, messages.into_iter().map(Cut::Frame).collect::<Vec<_>>());
    }

    #[test]
    fn a_stream_of_any_bytes_never_holds_more_than_its_limit(bytes in any_bytes()) {
        for cut in Deframer::new(32).take(&bytes) {
            let (Cut::Frame(b) | Cut::TooLarge(b) | Cut::Stray(b)) = cut;
            prop_assert!(b.len() <= 32);
        }
    }
}
