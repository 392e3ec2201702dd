//! Schema drift: each source's payload shapes are remembered (behaviour.md 1.1).

use crate::desk::Desk;
use crate::rows::Row;
use crate::{At, Source};

impl Desk {
    /// Schema drift: a shape new to a source is flagged (the source's very first shape is simply remembered).
    pub(crate) fn note_shape(&mut self, now: At, source: Source, shape: &[String]) {
        if shape.is_empty() {
            return;
        }
        use std::hash::{Hash, Hasher};
        let mut h = Fnv::default();
        source.name().hash(&mut h);
        shape.hash(&mut h);
        if self.new_shape(h.finish()) {
            self.out.rows.push(Row::Shape { source, shape: shape.to_vec(), at: now });
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

/// The hash under which a payload shape of a source is remembered.
pub fn shape_hash(source: Source, shape: &[String]) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut h = Fnv::default();
    source.name().hash(&mut h);
    shape.hash(&mut h);
    h.finish()
}
