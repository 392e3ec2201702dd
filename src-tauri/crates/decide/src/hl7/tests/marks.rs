use super::{read, with, BOOKING};
use crate::hl7::{pieces, short_batches, Message, PieceKind};

#[test]
fn a_message_may_choose_its_own_marks() {
    let odd = BOOKING.replace('|', "#").replace('^', "@").replace("@~\\&", "@*\\%").replace('~', "*");
    let m = read(&odd);
    assert_eq!(m.field("PID", 3).repeats()[1].component(1).text().as_deref(), Some("P1"));
    assert_eq!(super::booked(&odd).patient_phone.unwrap().expose(), "+12025550101");
}

#[test]
fn marks_that_cannot_be_told_apart_are_refused() {
    for head in ["MSH", "MSH|", "MSH||A", "MSH|^^\\&|A", "MSH|^~\\|&|\u{e9}", "MSHA^~\\&A", "MSH|^~\\&%$!|A", "MSH|^~\\&^|A"] {
        let r = Message::read(head.as_bytes());
        match head {
            "MSH|^~\\|&|\u{e9}" => assert_eq!(r.unwrap().separators.sub, None),
            _ => assert!(r.unwrap_err().field.starts_with("MSH-"), "{head}"),
        }
    }
}

#[test]
fn header_fields_count_from_their_separator() {
    let m = read(BOOKING);
    assert_eq!(
        [m.field("MSH", 1).raw(), m.field("MSH", 2).raw(), m.field("MSH", 3).raw(), m.field("MSH", 10).raw()],
        ["|", "^~\\&", "EPIC", "M1"]
    );
    assert_eq!(m.field("MSH", 99).raw(), "");
    assert_eq!(m.field("ZZZ", 1).raw(), "");
}

#[test]
fn escapes_are_read_after_splitting() {
    let m = read(&with("055^Room 4^^Main Clinic", "055^A\\S\\B \\T\\ C\\F\\D\\R\\E\\E\\F^^Caf\\XC3A9\\\\.br\\\\H\\North\\N\\"));
    let pl = m.field("AIL", 3);
    assert_eq!(pl.component(2).text().as_deref(), Some("A^B & C|D~E\\F"));
    assert_eq!(pl.component(4).text().as_deref(), Some("Café\nNorth"));
}

#[test]
fn a_lone_backslash_is_a_backslash() {
    let text = |v: &str| read(&with("Main Clinic", v)).field("AIL", 3).component(4).text().unwrap();
    assert_eq!(text("C:\\north"), "C:\\north");
    assert_eq!(text("DOM\\ann\\S\\x"), "DOM\\ann^x");
    assert_eq!(text("odd \\XZZ\\ hex"), "odd \\XZZ\\ hex");
}

#[test]
fn empty_and_deleted_are_two_things() {
    let m = read("MSH|^~\\&|A||\"\"\r");
    assert!(m.field("MSH", 4).is_empty() && !m.field("MSH", 4).is_deleted());
    assert!(m.field("MSH", 5).is_deleted() && !m.field("MSH", 5).is_empty());
    assert_eq!((m.field("MSH", 4).text(), m.field("MSH", 5).text()), (None, None));
}

#[test]
fn segments_end_by_cr_lf_or_both() {
    let cr = read(BOOKING);
    for end in ["\n", "\r\n", "\r\r\n"] {
        assert_eq!(read(&BOOKING.replace('\r', end)), cr, "{end:?}");
    }
    assert_eq!(read(BOOKING.trim_end()), cr);
    assert_eq!(cr.write(), BOOKING);
}

#[test]
fn a_line_break_inside_a_text_ends_no_segment() {
    let m = read(&with("RGS|1|A\r", "NTE|1||bring\nyour list\rRGS|1|A\r"));
    assert_eq!(m.field("NTE", 3).raw(), "bring\nyour list");
}

#[test]
fn a_line_that_is_no_segment_is_refused() {
    for odd in ["garbage\r", "pid|1\r", "PI|1\r", "PIDX|1\r", "\u{b}MSH|1\r", "é\r"] {
        let r = Message::read(with("RGS|1|A\r", odd).as_bytes()).unwrap_err();
        assert_eq!((r.ack.name(), r.field.as_str()), ("AE", "line 5"), "{odd}");
    }
}

/// Each piece with its kind's first letter.
fn cut(bytes: &str) -> Vec<(char, &str)> {
    let letter = |k| match k {
        PieceKind::Message => 'm',
        PieceKind::Envelope => 'e',
        PieceKind::Stray => 's',
    };
    pieces(bytes.as_bytes()).into_iter().map(|p| (letter(p.kind), &bytes[p.span])).collect()
}

#[test]
fn a_batch_is_cut_with_or_without_its_headers() {
    assert_eq!(cut("MSH|^~\\&|A\rPID|1\rMSH|^~\\&|B\r"), [('m', "MSH|^~\\&|A\rPID|1\r"), ('m', "MSH|^~\\&|B\r")]);
    assert_eq!(
        cut("FHS|^~\\&\nBHS|^~\\&\nMSH|^~\\&|A\nPID|1\n\nMSH|^~\\&|B\nBTS|2\nFTS|1\n"),
        [('e', "FHS|^~\\&\nBHS|^~\\&\n"), ('m', "MSH|^~\\&|A\nPID|1\n\n"), ('m', "MSH|^~\\&|B\n"), ('e', "BTS|2\nFTS|1\n")]
    );
}

#[test]
fn what_belongs_to_no_message_is_a_piece_of_its_own() {
    assert_eq!(
        cut("hello\rPID|1\rMSH|^~\\&|A\rBTS|1\rtail"),
        [('s', "hello\rPID|1\r"), ('m', "MSH|^~\\&|A\r"), ('e', "BTS|1\r"), ('s', "tail")]
    );
    assert_eq!(cut(""), []);
    assert_eq!(cut("\r\n \r\n"), [('e', "\r\n \r\n")]);
}

#[test]
fn a_file_may_begin_with_a_byte_order_mark() {
    let file = format!("\u{feff}{BOOKING}");
    assert_eq!(pieces(file.as_bytes()).len(), 1);
    assert_eq!(read(&file), read(BOOKING));
}

#[test]
fn a_batch_that_says_another_count_than_came_is_found() {
    let file = "BHS|^~\\&\rMSH|^~\\&\rBTS|2\rBHS|^~\\&\rMSH|^~\\&\rBTS|1\rMSH|^~\\&\rBTS\r";
    assert_eq!(short_batches(file.as_bytes()), [(1, 2)]);
}
