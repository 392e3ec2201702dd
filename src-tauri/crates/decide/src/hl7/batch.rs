//! Cuts bytes into messages and the rest, so that every byte is in exactly one piece.

use std::ops::Range;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// Begins with MSH.
    Message,
    /// Headers and trailers of files and batches, and blank lines.
    Envelope,
    /// Belongs to no message.
    Stray,
}

/// A run of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub kind: PieceKind,
    pub span: Range<usize>,
}

/// Cuts a file or a frame: one message or many, with or without FHS and BHS, ended by CR, LF or both.
pub fn pieces(bytes: &[u8]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for span in lines(bytes, b'|') {
        let line = &bytes[span.clone()];
        let bare = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| span.start == 0).unwrap_or(line);
        let blank = bare.iter().all(u8::is_ascii_whitespace);
        let kind = match bare.get(..3) {
            Some(b"MSH") => PieceKind::Message,
            Some(b"FHS" | b"BHS" | b"BTS" | b"FTS") => PieceKind::Envelope,
            _ => match out.last() {
                // What follows a header belongs to its message, as far as the next header.
                Some(last) if last.kind == PieceKind::Message => PieceKind::Message,
                Some(last) if blank => last.kind,
                _ if blank => PieceKind::Envelope,
                _ => PieceKind::Stray,
            },
        };
        let starts = kind == PieceKind::Message && bare.starts_with(b"MSH");
        match out.last_mut() {
            Some(last) if last.kind == kind && !starts => last.span.end = span.end,
            _ => out.push(Piece { kind, span }),
        }
    }
    out
}

/// Batches whose trailer (BTS-1) counts other messages than came: how many came, and how many it says.
pub fn short_batches(bytes: &[u8]) -> Vec<(u64, u64)> {
    let (mut came, mut out) = (0, Vec::new());
    for piece in pieces(bytes) {
        if piece.kind == PieceKind::Message {
            came += 1;
            continue;
        }
        let text = String::from_utf8_lossy(&bytes[piece.span]);
        for line in text.split(['\r', '\n']).filter(|_| piece.kind == PieceKind::Envelope) {
            match line.get(..3) {
                Some("BHS") => came = 0,
                Some("BTS") => {
                    let said = line.get(4..).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
                    out.extend(said.filter(|said| *said != came).map(|said| (came, said)));
                    came = 0;
                }
                _ => {}
            }
        }
    }
    out
}

/// The lines of a message with their ends. CR always ends one; LF does where a segment begins after it,
/// because a line break may also stand inside a text.
pub(crate) fn lines(bytes: &[u8], first_separator: u8) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut at, mut separator) = (0, 0, first_separator);
    separator = header(&bytes[if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }..]).unwrap_or(separator);
    while at < bytes.len() {
        let ends = match bytes[at] {
            b'\r' => true,
            b'\n' => begins(&bytes[at + 1..], separator),
            _ => false,
        };
        at += 1;
        if !ends {
            continue;
        }
        // The LF of a CRLF, and blank lines after it, belong to the line that ends here.
        while bytes.get(at).is_some_and(|b| *b == b'\n' || *b == b'\r') {
            at += 1;
        }
        out.push(start..at);
        start = at;
        separator = header(&bytes[at..]).unwrap_or(separator);
    }
    if start < bytes.len() {
        out.push(start..bytes.len());
    }
    out
}

/// The field separator, where a header stands.
fn header(rest: &[u8]) -> Option<u8> {
    matches!(rest.get(..3), Some(b"MSH" | b"FHS" | b"BHS")).then(|| rest.get(3).copied()).flatten().filter(u8::is_ascii_punctuation)
}

/// Whether a segment, another line end, or nothing at all follows.
fn begins(rest: &[u8], separator: u8) -> bool {
    match rest {
        [] | [b'\r' | b'\n', ..] => true,
        [a, b, c, after @ ..] => {
            let name = a.is_ascii_uppercase() && [b, c].iter().all(|x| x.is_ascii_uppercase() || x.is_ascii_digit());
            name && (after.first().is_none_or(|m| *m == separator || *m == b'\r' || *m == b'\n') || header(rest).is_some())
        }
        _ => false,
    }
}
