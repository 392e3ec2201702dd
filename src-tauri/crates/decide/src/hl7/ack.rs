//! Acknowledgements, made from the bytes of the original: its control id goes back as it came.

use super::batch::{pieces, PieceKind};
use super::message::Separators;
use super::{escape, AckCode};
use crate::At;
use sha2::{Digest, Sha256};

/// The fields of a header as bytes; MSH-n at n - 1.
struct Header<'b> {
    separators: Separators,
    fields: Vec<&'b [u8]>,
}

impl<'b> Header<'b> {
    fn of(original: &'b [u8]) -> Option<Header<'b>> {
        let message = pieces(original).into_iter().find(|p| p.kind == PieceKind::Message)?;
        let bytes = &original[message.span];
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let separators = Separators::of(bytes).ok()?;
        let line = bytes.split(|b| *b == b'\r' || *b == b'\n').next()?;
        Some(Header { separators, fields: line.split(|b| *b == bytes[3]).collect() })
    }

    fn raw(&self, n: usize) -> &'b [u8] {
        n.checked_sub(1).and_then(|i| self.fields.get(i)).copied().unwrap_or_default()
    }

    fn word(&self, n: usize) -> String {
        String::from_utf8_lossy(self.raw(n)).trim().to_ascii_uppercase()
    }
}

/// Who is asked to answer, by MSH-15 and MSH-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Original,
    Accept,
    Application,
    Nobody,
}

fn mode(header: Option<&Header<'_>>, taken: bool) -> Mode {
    let Some(h) = header else { return Mode::Original };
    let (accept, application) = (h.word(15), h.word(16));
    if accept.is_empty() && application.is_empty() {
        return Mode::Original;
    }
    let asked = |condition: &str| match condition {
        "AL" => true,
        "ER" => !taken,
        "SU" => taken,
        _ => false,
    };
    match () {
        _ if asked(&accept) => Mode::Accept,
        _ if asked(&application) => Mode::Application,
        _ => Mode::Nobody,
    }
}

/// Whether the sender wants to hear this at all (enhanced mode may say never).
pub fn ack_wanted(original: &[u8], code: AckCode) -> bool {
    mode(Header::of(original).as_ref(), code.accepted()) != Mode::Nobody
}

/// The control id as it came; empty if there is none.
pub fn control_id(original: &[u8]) -> &[u8] {
    Header::of(original).map_or(&[], |h| h.raw(10))
}

/// Answers a message in its own marks and letters; in enhanced mode AA, AE and AR become CA, CE and CR.
pub fn ack(original: &[u8], code: AckCode, text: &str, now: At, id: &str) -> Vec<u8> {
    let header = Header::of(original);
    let s = header.as_ref().map(|h| h.separators).unwrap_or_default();
    let code = match (mode(header.as_ref(), code.accepted()), code) {
        (Mode::Accept, AckCode::Aa) => AckCode::Ca,
        (Mode::Accept, AckCode::Ae) => AckCode::Ce,
        (Mode::Accept, AckCode::Ar) => AckCode::Cr,
        (_, code) => code,
    };
    let raw = |n: usize| header.as_ref().map_or(&b""[..], |h| h.raw(n)).to_vec();
    let or = |bytes: Vec<u8>, default: &str| if bytes.is_empty() { default.as_bytes().to_vec() } else { bytes };
    let trigger = raw(9).split(|b| *b == s.component as u8).nth(1).unwrap_or_default().to_vec();
    let kind = match trigger.is_empty() {
        true => b"ACK".to_vec(),
        false => [b"ACK", &[s.component as u8][..], &trigger, &[s.component as u8], b"ACK"].concat(),
    };
    let marks: String = [Some(s.component), s.repeat, s.escape, s.sub].into_iter().flatten().collect();
    let head: [Vec<u8>; 12] = [
        b"MSH".to_vec(),
        marks.into_bytes(),
        raw(5),
        raw(6),
        raw(3),
        raw(4),
        now.format("%Y%m%d%H%M%S+0000").to_string().into_bytes(),
        vec![],
        kind,
        escape::escape(id, &s).into_bytes(),
        or(raw(11), "P"),
        or(raw(12), "2.5"),
    ];
    let mut said: Vec<Vec<u8>> = vec![b"MSA".to_vec(), code.name().into(), raw(10)];
    if !text.is_empty() {
        said.push(escape::escape(text, &s).into_bytes());
    }
    let field = [s.field as u8];
    [head.join(&field[..]), b"\r".to_vec(), said.join(&field[..]), b"\r".to_vec()].concat()
}

/// What tells a message sent again from another with the same control id: sender, control id and body.
pub fn dedupe_key(message: &[u8]) -> String {
    let header = Header::of(message);
    let mut hash = Sha256::new();
    for n in [3, 4, 10] {
        let part = header.as_ref().map_or(&b""[..], |h| h.raw(n));
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(message);
    format!("hl7:{}", hash.finalize().iter().map(|b| format!("{b:02x}")).collect::<String>())
}
