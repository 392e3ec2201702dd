//! The printed recovery key: a code of eight groups that unlocks the database key on any machine, from the file beside a copy.
//!
//! The code is 160 random bits; only the database key sealed under it is kept (AES-256-GCM), never the code. Each group is
//! four symbols and a check, so that a slip of the pen is told by its group.

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_256_GCM, NONCE_LEN};
use hmac::{Hmac, KeyInit, Mac};
use ledger::Key;
use rand::TryRngCore;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Digits and letters without I, L, O and U: none is taken for another (Crockford's base 32).
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 8;
/// Symbols of a group before its check.
const IN_GROUP: usize = 4;
const BYTES: usize = GROUPS * IN_GROUP * 5 / 8;

/// A recovery code; wiped from memory when dropped, printed as stars.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Code([u8; BYTES]);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(***)")
    }
}

/// Why what was typed is no recovery code, or not the right one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongCode {
    #[error("a recovery key has {GROUPS} groups of {} characters; {given} characters were typed", IN_GROUP + 1)]
    Length { given: usize },
    #[error("group {group} ({typed}) does not fit: look at it again on the paper; every other group up to there is right")]
    Group { group: usize, typed: String },
    #[error("this is the recovery key named {typed}, and the copy needs the one named {wanted}")]
    Another { typed: String, wanted: String },
    #[error("the recovery key does not open what is kept beside the copy: that file was changed, or belongs to another copy")]
    DoesNotOpen,
}

impl Code {
    /// A new one.
    pub fn random() -> Result<Code, String> {
        let mut bytes = [0; BYTES];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|e| format!("the system's source of randomness: {e}"))?;
        Ok(Code(bytes))
    }

    /// As it is printed: groups of five symbols, the last of each a check.
    pub fn groups(&self) -> Vec<Zeroizing<String>> {
        let symbols = symbols(&self.0);
        let printed = |(n, group): (usize, &[u8])| {
            let all = group.iter().copied().chain([check(n, group)]);
            Zeroizing::new(all.map(|s| SYMBOLS[usize::from(s)] as char).collect())
        };
        symbols.chunks(IN_GROUP).enumerate().map(printed).collect()
    }

    /// Reads what was typed: any case, any spaces or hyphens; O is 0, I and L are 1.
    pub fn read(typed: &str) -> Result<Code, WrongCode> {
        let letters: Vec<char> = typed.chars().filter(|c| c.is_alphanumeric()).collect();
        if letters.len() != GROUPS * (IN_GROUP + 1) {
            return Err(WrongCode::Length { given: letters.len() });
        }
        let mut all = Zeroizing::new(Vec::with_capacity(GROUPS * IN_GROUP));
        for (n, group) in letters.chunks(IN_GROUP + 1).enumerate() {
            let wrong = || WrongCode::Group { group: n + 1, typed: group.iter().collect() };
            let read: Vec<u8> = group.iter().map(|c| symbol(*c)).collect::<Option<_>>().ok_or_else(wrong)?;
            if check(n, &read[..IN_GROUP]) != read[IN_GROUP] {
                return Err(wrong());
            }
            all.extend_from_slice(&read[..IN_GROUP]);
        }
        let mut bytes = [0; BYTES];
        for (i, symbol) in all.iter().enumerate() {
            for bit in 0..5 {
                let at = i * 5 + bit;
                bytes[at / 8] |= (symbol >> (4 - bit) & 1) << (7 - at % 8);
            }
        }
        Ok(Code(bytes))
    }

    /// Tells codes apart without giving one away: printed beside it and kept with what it opens.
    pub fn name(&self) -> String {
        let digest = Sha256::new().chain_update(b"careloop recovery key name").chain_update(self.0).finalize();
        digest[..4].iter().map(|b| SYMBOLS[usize::from(b & 31)] as char).collect()
    }

    /// The database key as only this code opens it, hex.
    pub fn seal(&self, key: &Key) -> Result<String, String> {
        seal(&self.wrapping(), key.to_hex().as_bytes())
    }

    /// The database key again. `name`: the code that what is sealed was made with.
    pub fn open(&self, name: &str, sealed: &str) -> Result<Key, WrongCode> {
        if self.name() != name {
            return Err(WrongCode::Another { typed: self.name(), wanted: name.into() });
        }
        let text = unseal(&self.wrapping(), sealed).ok_or(WrongCode::DoesNotOpen)?;
        std::str::from_utf8(&text).ok().and_then(Key::from_hex).ok_or(WrongCode::DoesNotOpen)
    }

    fn wrapping(&self) -> Zeroizing<[u8; 32]> {
        derived(&self.0, b"careloop recovery key, version 1")
    }
}

/// What else goes with a copy and is no patient's, sealed under the database key, hex.
pub fn seal_beside(key: &Key, text: &[u8]) -> Result<String, String> {
    seal(&derived(key.to_hex().as_bytes(), b"careloop beside a copy, version 1"), text)
}

/// The same again; none = another key, or changed.
pub fn open_beside(key: &Key, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    unseal(&derived(key.to_hex().as_bytes(), b"careloop beside a copy, version 1"), sealed)
}

fn derived(secret: &[u8], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length of key is taken");
    mac.update(purpose);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn seal(key: &[u8; 32], text: &[u8]) -> Result<String, String> {
    let mut nonce = [0; NONCE_LEN];
    rand::rngs::OsRng.try_fill_bytes(&mut nonce).map_err(|e| format!("the system's source of randomness: {e}"))?;
    let mut sealed = text.to_vec();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(|_| "the cipher did not take its key")?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed).map_err(|_| "nothing was sealed")?;
    Ok(nonce.iter().chain(&sealed).map(|b| format!("{b:02x}")).collect())
}

fn unseal(key: &[u8; 32], sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let byte = |i: usize| u8::from_str_radix(sealed.get(i..i + 2)?, 16).ok();
    let mut bytes: Vec<u8> = (0..sealed.len()).step_by(2).map(byte).collect::<Option<_>>()?;
    let nonce: [u8; NONCE_LEN] = bytes.get(..NONCE_LEN)?.try_into().ok()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let text = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), bytes.get_mut(NONCE_LEN..)?).ok()?;
    Some(Zeroizing::new(text.to_vec()))
}

/// Five bits each.
fn symbols(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    Zeroizing::new((0..bytes.len() * 8 / 5).map(|i| (0..5).fold(0, |s, b| s << 1 | bit(i * 5 + b))).collect())
}

fn symbol(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    SYMBOLS.iter().position(|s| *s as char == c).map(|n| n as u8)
}

/// The check of a group: a sum in GF(32) in which each place, and the group's own number, has a weight of its own, so that
/// no single slip, no two exchanged symbols and no two exchanged groups fit.
fn check(group: usize, symbols: &[u8]) -> u8 {
    symbols.iter().chain([&(group as u8 + 1)]).enumerate().fold(0, |sum, (place, symbol)| sum ^ times(*symbol, place + 1))
}

/// A symbol multiplied by x to that power, modulo x^5 + x^2 + 1.
fn times(symbol: u8, power: usize) -> u8 {
    (0..power).fold(symbol, |s, _| if s & 16 == 0 { s << 1 } else { (s << 1 ^ 0b10_0101) & 31 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(seed: u8) -> Code {
        Code(std::array::from_fn(|i| (i as u8).wrapping_mul(37).wrapping_add(seed)))
    }

    fn printed(code: &Code) -> String {
        code.groups().iter().map(|g| g.to_string()).collect::<Vec<_>>().join("-")
    }

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        let code = code(3);
        let text = printed(&code);
        assert_eq!((text.len(), code.groups().len()), (47, 8));
        for typed in
            [text.clone(), text.to_lowercase(), text.replace('-', " "), text.replace('-', ""), text.replace('0', "o").replace('1', "l")]
        {
            assert_eq!(Code::read(&typed).unwrap(), code);
        }
        assert_eq!(format!("{code:?}"), "Code(***)");
    }

    #[test]
    fn every_single_slip_is_told_by_its_group() {
        let text: Vec<char> = printed(&code(9)).replace('-', "").chars().collect();
        for at in 0..text.len() {
            for symbol in SYMBOLS.iter().map(|s| *s as char).filter(|s| *s != text[at]) {
                let mut slipped = text.clone();
                slipped[at] = symbol;
                let said = Code::read(&slipped.iter().collect::<String>()).unwrap_err();
                assert!(matches!(said, WrongCode::Group { group, .. } if group == at / 5 + 1), "{at} {symbol}: {said}");
            }
        }
    }

    #[test]
    fn exchanged_symbols_and_exchanged_groups_do_not_fit() {
        let text: Vec<char> = printed(&code(77)).replace('-', "").chars().collect();
        for (one, other) in (0..39).map(|i| (i, i + 1)).filter(|(a, b)| text[*a] != text[*b]) {
            let mut swapped = text.clone();
            swapped.swap(one, other);
            assert!(Code::read(&swapped.iter().collect::<String>()).is_err(), "{one}");
        }
        let mut groups: Vec<String> = text.chunks(5).map(|g| g.iter().collect()).collect();
        groups.swap(2, 5);
        assert!(matches!(Code::read(&groups.concat()), Err(WrongCode::Group { group: 3, .. })));
    }

    #[test]
    fn a_group_too_few_or_a_foreign_letter_is_said() {
        assert_eq!(Code::read("7K2QM"), Err(WrongCode::Length { given: 5 }));
        let text = printed(&code(1));
        assert!(matches!(Code::read(&text.replacen(&text[6..7], "U", 1)), Err(WrongCode::Group { .. })));
    }

    #[test]
    fn only_the_code_that_sealed_it_opens_the_key() {
        let key = Key::new([0x5a; 32]);
        let (right, wrong) = (code(1), code(2));
        let sealed = right.seal(&key).unwrap();
        assert!(!sealed.contains(&key.to_hex()[..16]));
        assert_eq!(*right.open(&right.name(), &sealed).unwrap().to_hex(), *key.to_hex());
        assert!(matches!(wrong.open(&right.name(), &sealed), Err(WrongCode::Another { .. })));
        assert_eq!(wrong.open(&wrong.name(), &sealed).err(), Some(WrongCode::DoesNotOpen));
        assert_eq!(right.open(&right.name(), &sealed.replace('a', "b")).err(), Some(WrongCode::DoesNotOpen));
        assert_eq!(right.open(&right.name(), "").err(), Some(WrongCode::DoesNotOpen));
    }

    #[test]
    fn what_goes_beside_a_copy_opens_with_its_key_only() {
        let sealed = seal_beside(&Key::new([1; 32]), b"words").unwrap();
        assert_eq!(open_beside(&Key::new([1; 32]), &sealed).unwrap().as_slice(), b"words");
        assert!(open_beside(&Key::new([2; 32]), &sealed).is_none());
    }
}
