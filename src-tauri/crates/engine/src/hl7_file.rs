//! A file of HL7 messages, one or a batch: each message is taken or refused on its own, as over MLLP.

use crate::spine::Incoming;
use accept::Found;
use decide::decode::Refusal;
use decide::desk::Answer;
use decide::hl7::{control_id, decode, pieces, AckCode, Hl7Refusal, PieceKind, SiteMap};
use decide::trail::IntakeOutcome;
use decide::Source;
use serde::{Deserialize, Serialize};

/// A larger message is refused, as over MLLP; of it so much is kept.
const MOST_BYTES: usize = 1 << 20;
const HEAD_BYTES: usize = 4 << 10;
/// So much of a file is taken at a time.
const PART_BYTES: usize = 4 << 20;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    Taken,
    /// It was there already: nothing else happened.
    Known,
    /// Kept in quarantine, not used.
    Refused,
}

/// One message of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Where it begins, from 1.
    pub line: u64,
    /// MSH-10 as written; empty if it has none.
    pub control_id: String,
    pub became: Became,
    /// The event's type and its appointment, of a message that could be read.
    pub event: Option<String>,
    /// Segment and field of a refusal.
    pub field: Option<String>,
    pub why: Option<String>,
}

/// The parts of a file, cut where a message begins, each with the line it begins at.
pub fn parts(file: &[u8]) -> Vec<(u64, &[u8])> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for piece in pieces(file) {
        match out.last_mut() {
            Some((from, to)) if piece.span.end - *from <= PART_BYTES => *to = piece.span.end,
            _ => out.push((piece.span.start, piece.span.end)),
        }
    }
    let mut lines = Lines { file, at: 0, line: 1 };
    // Of a message beyond every limit its head is enough to refuse it by.
    out.into_iter().map(|(from, to)| (lines.of(from), &file[from..to.min(from + PART_BYTES)])).collect()
}

/// Counts lines as it goes: a CR with its LF is one end.
struct Lines<'f> {
    file: &'f [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, to: usize) -> u64 {
        while self.at < to {
            let end = match self.file[self.at] {
                b'\n' => true,
                b'\r' => self.file.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(end);
            self.at += 1;
        }
        self.line
    }
}

/// Reads a part of a file: what the spine is to take, and what would become of each message.
pub fn plan(part: &[u8], map: &SiteMap) -> Vec<(Incoming, Line)> {
    let mut lines = Lines { file: part, at: 0, line: 1 };
    let mut out = Vec::new();
    for piece in pieces(part) {
        let bytes = &part[piece.span.clone()];
        let refused = |ack, reason, detail: &str| Hl7Refusal { ack, reason, field: "MSH".into(), detail: detail.into() };
        let (body, read) = match piece.kind {
            PieceKind::Envelope => continue,
            PieceKind::Stray => {
                (bytes, Err(refused(AckCode::Ae, "no_header", "These lines belong to no message. Each message begins with MSH.")))
            }
            PieceKind::Message if bytes.len() > MOST_BYTES => {
                let why = "The message is larger than is taken. Only its first bytes were kept.";
                (&bytes[..HEAD_BYTES], Err(refused(AckCode::Ar, "too_large", why)))
            }
            PieceKind::Message => (bytes, decode(bytes, map)),
        };
        let mut line = Line {
            line: lines.of(piece.span.start),
            control_id: String::from_utf8_lossy(control_id(body)).into_owned(),
            became: Became::Taken,
            event: None,
            field: None,
            why: None,
        };
        let found = match read {
            Ok(event) => {
                line.event = Some(format!("{} {}", event.event_type.name(), event.appointment_id));
                Found::Visit(event)
            }
            Err(why) => {
                (line.became, line.field, line.why) = (Became::Refused, Some(why.field.clone()), Some(why.detail.clone()));
                Found::Refused(Refusal::from(why))
            }
        };
        out.push((Incoming::Body { source: Source::Mllp, body: body.to_vec(), found }, line));
    }
    out
}

/// What really became of a message, once the spine has answered.
pub fn settled(line: &mut Line, answers: &[Answer]) {
    let Some(answer) = answers.first() else { return };
    if line.became == Became::Refused {
        // Also when its bytes are in quarantine already: it is no more taken than before.
        return;
    }
    line.became = match answer.outcome {
        IntakeOutcome::Kept => Became::Taken,
        IntakeOutcome::Duplicate => Became::Known,
        IntakeOutcome::Quarantined | IntakeOutcome::Refused => Became::Refused,
    };
    if line.became == Became::Refused {
        (line.field, line.why) = (answer.field.clone(), answer.detail.clone().or_else(|| answer.reason.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "MSH|^~\\&|EHR|CLINIC|||20260305112000-0500||SIU^S12|M1|P|2.5\nSCH|P1|A1|||||||||^^^20260310150000-0500\nPID|1||77||Lee^Ann\n";

    #[test]
    fn each_message_of_a_batch_is_named_by_its_line() {
        let bad = GOOD.replace("|A1|", "||").replace("M1", "M2");
        let file = format!("FHS|^~\\&\nBHS|^~\\&\n{GOOD}{bad}BTS|2\nFTS|1\n").replace('\n', "\r\n");
        let lines: Vec<Line> = plan(file.as_bytes(), &SiteMap::default()).into_iter().map(|(_, line)| line).collect();
        let short: Vec<_> = lines.iter().map(|l| (l.line, l.control_id.as_str(), l.became, l.field.as_deref())).collect();
        assert_eq!(short, [(3, "M1", Became::Taken, None), (6, "M2", Became::Refused, Some("SCH-2"))]);
    }

    #[test]
    fn a_long_file_is_cut_between_messages_and_keeps_its_lines() {
        let one = format!("{GOOD}NTE|1||{}\n", "x".repeat(1 << 19));
        let file = one.repeat(20);
        let parts = parts(file.as_bytes());
        assert!(parts.len() > 1 && parts.iter().all(|(_, p)| p.len() <= PART_BYTES && p.starts_with(b"MSH")));
        assert_eq!(parts.iter().map(|(_, p)| p.len()).sum::<usize>(), file.len());
        assert_eq!(parts[1].0 % 4, 1, "each message has four lines");
    }

    #[test]
    fn a_message_beyond_the_limit_is_refused_with_its_head_kept() {
        let file = format!("{GOOD}NTE|1||{}\n", "x".repeat(MOST_BYTES));
        let plan = plan(file.as_bytes(), &SiteMap::default());
        assert_eq!((plan.len(), plan[0].1.became), (1, Became::Refused));
        assert!(matches!(&plan[0].0, Incoming::Body { body, .. } if body.len() == HEAD_BYTES));
    }
}
