//! The storm itself: streams of spoiled messages and noise, cut into reads of any size, and the account of every byte.

use decide::hl7::{ack, decode, framed, pieces, AckCode, Cut, Deframer, PieceKind, SiteMap, END, START};

const GOOD: &str = "MSH|^~\\&|EHR|CLINIC|CARELOOP|DESK|20260305112000-0500||SIU^S12^SIU_S12|M1|P|2.5\rSCH|P1|A1|||||ROUTINE|||||^^^20260310150000-0500\rPID|1||P1^^^CLINIC^MR||Lee^Ann||19580204|F|||1 Main St||(202)555-0101^^CP\rRGS|1|A\rAIS|1|A|VISIT|20260310150000-0500\rAIL|1|A|Main Clinic\rAIP|1|A|D1^Ray^Al\r";
const MOST: usize = 1 << 16;

/// splitmix64: the same seed gives the same storm.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// One frame's content: it may not hold the frame's own marks, which would make two frames of it.
pub fn content(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = if dice.below(8) == 0 { (0..dice.below(300)).map(|_| dice.next() as u8).collect() } else { GOOD.as_bytes().to_vec() };
    for _ in 0..dice.below(5) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 => bytes.insert(at, b"|^~\\&\r\n\"\x00\xff"[dice.below(10)]),
            3 if at < bytes.len() => {
                bytes.remove(at);
            }
            4 => bytes.extend_from_slice(GOOD.as_bytes()),
            _ => {
                let to = (at + dice.below(40)).min(bytes.len());
                bytes.drain(at..to);
            }
        }
    }
    bytes.retain(|b| *b != START && *b != END[0]);
    bytes
}

/// What became of the inputs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    pub frames: u64,
    pub bytes: u64,
    pub parsed: u64,
    pub refused_ae: u64,
    pub refused_ar: u64,
    pub envelope: u64,
}

/// One input: panics if a promise is broken.
pub fn one(dice: &mut Dice, map: &SiteMap, tally: &mut Tally) {
    let contents: Vec<Vec<u8>> = (0..1 + dice.below(3)).map(|_| content(dice)).collect();
    let stream: Vec<u8> = contents.iter().flat_map(|c| framed(c)).collect();
    let mut cutter = Deframer::new(MOST);
    let mut out = Vec::new();
    let mut rest = &stream[..];
    while !rest.is_empty() {
        let n = 1 + dice.below(rest.len().min(400));
        out.extend(cutter.take(&rest[..n]));
        rest = &rest[n..];
    }
    out.extend(cutter.finish());
    let whole: Vec<Cut> = contents.iter().cloned().map(Cut::Frame).collect();
    assert!(out == whole, "a frame did not come out as it went in");
    let now = decide::At::from_timestamp_millis(1_772_727_600_000).expect("an instant");
    for bytes in contents {
        tally.frames += 1;
        tally.bytes += bytes.len() as u64;
        let parts = pieces(&bytes);
        let mut reached = 0;
        for part in &parts {
            assert!(part.span.start == reached && part.span.end > reached, "a byte is in no piece, or in two");
            reached = part.span.end;
        }
        assert!(reached == bytes.len(), "the last bytes are in no piece");
        for part in parts {
            let piece = &bytes[part.span];
            match part.kind {
                PieceKind::Envelope => tally.envelope += 1,
                // Belongs to no message: kept, and refused with AE.
                PieceKind::Stray => tally.refused_ae += 1,
                PieceKind::Message => match decode(piece, map) {
                    Ok(_) => {
                        tally.parsed += 1;
                        assert!(!ack(piece, AckCode::Aa, "", now, "1").is_empty());
                    }
                    Err(r) => {
                        assert!(!r.reason.is_empty() && !r.field.is_empty() && !r.detail.is_empty(), "a refusal without its reason");
                        assert!(!ack(piece, r.ack, &r.detail, now, "1").is_empty());
                        match r.ack {
                            AckCode::Ae => tally.refused_ae += 1,
                            AckCode::Ar => tally.refused_ar += 1,
                            other => panic!("refused with {}", other.name()),
                        }
                    }
                },
            }
        }
    }
}

/// The dice of one input of a seed.
pub fn dice(seed: u64, input: u64) -> Dice {
    Dice(seed.wrapping_mul(1_000_003).wrapping_add(input))
}
