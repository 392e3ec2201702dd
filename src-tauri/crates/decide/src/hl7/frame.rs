//! MLLP: 0x0B, the message, 0x1C 0x0D. Pure: bytes in, frames out.

/// The byte that begins a frame.
pub const START: u8 = 0x0b;
/// The two that end it.
pub const END: [u8; 2] = [0x1c, 0x0d];

/// A message in its frame.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 3);
    out.push(START);
    out.extend_from_slice(message);
    out.extend_from_slice(&END);
    out
}

/// What was cut off the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// What stood between START and END.
    Frame(Vec<u8>),
    /// A frame larger than is taken: its first bytes, the rest was thrown away.
    TooLarge(Vec<u8>),
    /// Bytes outside any frame that are more than white space.
    Stray(Vec<u8>),
}

/// Cuts a stream into frames, however its bytes are split over reads.
#[derive(Debug)]
pub struct Deframer {
    held: Vec<u8>,
    inside: bool,
    /// Bytes of the frame, kept or not.
    seen: usize,
    most: usize,
    ended: bool,
}

impl Deframer {
    /// Of a frame, or of what stands outside, no more than `most` bytes are held.
    pub fn new(most: usize) -> Self {
        Self { held: Vec::new(), inside: false, seen: 0, most, ended: false }
    }

    /// Whether a frame has begun and not ended.
    pub fn inside(&self) -> bool {
        self.inside
    }

    /// How far the frame under way has come, with what was thrown away of it.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Takes the next bytes; gives what they complete.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Cut> {
        let mut out = Vec::new();
        for b in bytes {
            if !self.inside {
                if *b == START {
                    out.extend(self.stray());
                    self.inside = true;
                    self.seen = 0;
                } else if self.held.len() < self.most {
                    self.held.push(*b);
                }
                continue;
            }
            if self.ended && *b == END[1] {
                let frame = std::mem::take(&mut self.held);
                out.push(if self.seen > self.most { Cut::TooLarge(frame) } else { Cut::Frame(frame) });
                (self.inside, self.ended, self.seen) = (false, false, 0);
                continue;
            }
            // An 0x1C that no 0x0D follows is a byte like any other.
            if std::mem::take(&mut self.ended) {
                self.hold(END[0]);
            }
            if *b == END[0] {
                self.ended = true;
            } else {
                self.hold(*b);
            }
        }
        out
    }

    /// What stood outside a frame when the stream ended.
    pub fn finish(&mut self) -> Option<Cut> {
        if self.inside {
            return None;
        }
        self.stray()
    }

    fn hold(&mut self, b: u8) {
        self.seen += 1;
        if self.seen <= self.most {
            self.held.push(b);
        }
    }

    fn stray(&mut self) -> Option<Cut> {
        let held = std::mem::take(&mut self.held);
        (!held.iter().all(u8::is_ascii_whitespace)).then_some(Cut::Stray(held))
    }
}
