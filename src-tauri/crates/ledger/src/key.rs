//! The key of the encrypted file.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// 256 bits that open the file; wiped from memory when dropped, printed as stars.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.trim().as_bytes();
        if text.len() != 64 {
            return None;
        }
        let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
        let mut key = Self([0; 32]);
        for (byte, pair) in key.0.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(key)
    }

    /// 64 hex digits: the form a keyring keeps.
    pub fn to_hex(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.0 {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(nibble.into(), 16).expect("a nibble is a hex digit"));
            }
        }
        text
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_and_prints_as_stars() {
        let key = Key::new(std::array::from_fn(|i| i as u8 * 7));
        assert_eq!(Key::from_hex(&key.to_hex()).unwrap().0, key.0);
        assert_eq!(format!("{key:?}"), "Key(***)");
    }

    #[test]
    fn a_shortened_or_foreign_text_is_no_key() {
        let text = Key::new([0xab; 32]).to_hex();
        assert!(Key::from_hex(&text[1..]).is_none());
        assert!(Key::from_hex(&text.replacen('a', "g", 1)).is_none());
    }
}
