use crate::hl7::{framed, Cut, Deframer};

fn words(cuts: Vec<Cut>) -> Vec<String> {
    let text = |b: Vec<u8>| String::from_utf8_lossy(&b).into_owned();
    cuts.into_iter()
        .map(|c| match c {
            Cut::Frame(b) => text(b),
            Cut::TooLarge(b) => format!("too large: {}", text(b)),
            Cut::Stray(b) => format!("stray: {}", text(b)),
        })
        .collect()
}

#[test]
fn several_frames_may_come_in_one_read() {
    let bytes = [framed(b"one"), framed(b"two"), framed(b"")].concat();
    assert_eq!(words(Deframer::new(100).take(&bytes)), ["one", "two", ""]);
}

#[test]
fn a_frame_may_come_byte_by_byte() {
    let mut d = Deframer::new(100);
    let cuts: Vec<Cut> = framed(b"one\x1cx").iter().flat_map(|b| d.take(&[*b])).collect();
    assert_eq!(words(cuts), ["one\x1cx"]);
    assert!(!d.inside());
}

#[test]
fn a_doubled_end_byte_still_ends_the_frame() {
    assert_eq!(words(Deframer::new(100).take(b"\x0bone\x1c\x1c\x0d")), ["one\x1c"]);
}

#[test]
fn bytes_between_frames_are_told_and_line_ends_are_not() {
    let bytes = [&b"\r\n"[..], &framed(b"one"), b"\r\nnoise", &framed(b"two"), b"\n"].concat();
    let mut d = Deframer::new(100);
    assert_eq!(words(d.take(&bytes)), ["one", "stray: \r\nnoise", "two"]);
    assert_eq!(d.finish(), None);
    d.take(b"MSH|");
    assert_eq!(d.finish(), Some(Cut::Stray(b"MSH|".to_vec())));
}

#[test]
fn a_frame_that_is_too_large_is_not_held() {
    let mut d = Deframer::new(4);
    assert_eq!(words(d.take(&framed(b"1234"))), ["1234"]);
    assert_eq!(words(d.take(b"\x0b12345678")), Vec::<String>::new());
    assert_eq!((d.seen(), d.inside()), (8, true));
    assert_eq!(words(d.take(b"9\x1c\x0d\x0bok\x1c\x0d")), ["too large: 1234", "ok"]);
}
