//! Schema drift: each source's payload shapes are remembered (behaviour.md 1.1).

use crate::desk::Desk;
use crate::rows::Row;
use crate::trail::Line;
use crate::{At, Source};

impl Desk {
    /// A shape new to a source is flagged; the first one of a code is simply remembered.
    pub(crate) fn note_shape(&mut self, now: At, source: Source, shape: &[String]) {
        if shape.is_empty() {
            return;
        }
        if !self.new_shape(shape_hash(source, shape)) {
            return;
        }
        self.out.rows.push(Row::Shape { source, shape: shape.to_vec(), at: now });
        let codes = codes(shape);
        if !self.new_shape(shape_hash(source, &codes)) {
            let detail = format!("{} sends {} in another shape than before: see Connections.", source.name(), codes.join(", "));
            let line = Line::Attention { reason: "new_shape".into(), mrn: None, vital: None, appointment_id: None, detail };
            self.say(now, None, None, line);
        }
    }
}

/// A hash that is the same on every machine and in every version (the stored shapes are compared by it).
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// What a shape is about: another shape of the same codes is drift, another code is only another vital.
fn codes(shape: &[String]) -> Vec<String> {
    let code = |path: &String| path.split_once("code.coding.code=").map(|(_, code)| code.to_string());
    shape.iter().filter_map(code).collect()
}

/// What is remembered of a shape: itself, and what it is about.
pub fn shape_hashes(source: Source, shape: &[String]) -> [u64; 2] {
    [shape_hash(source, shape), shape_hash(source, &codes(shape))]
}

/// The hash under which a payload shape of a source is remembered.
pub fn shape_hash(source: Source, shape: &[String]) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut h = Fnv::default();
    source.name().hash(&mut h);
    shape.hash(&mut h);
    h.finish()
}
