//! Escapes inside a value: `\F\ \S\ \T\ \R\ \E\`, line breaks, hex and what only dresses the text.

use super::message::Separators;

/// The value behind its escapes.
pub(crate) fn unescape(raw: &str, s: &Separators) -> String {
    let Some(esc) = s.escape else { return raw.to_string() };
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(esc) {
        out.push_str(&rest[..at]);
        let after = &rest[at + esc.len_utf8()..];
        let Some(end) = after.find(esc) else {
            // No partner: it is a character like any other.
            out.push_str(&rest[at..]);
            return out;
        };
        let word = &after[..end];
        match meaning(word, s, esc) {
            Some(text) => {
                out.push_str(&text);
                rest = &after[end + esc.len_utf8()..];
            }
            None => {
                // Not an escape (a path, a domain): the second mark may begin one.
                out.push(esc);
                out.push_str(word);
                rest = &after[end..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn meaning(word: &str, s: &Separators, esc: char) -> Option<String> {
    let one = |c: Option<char>| Some(c.map_or_else(String::new, String::from));
    match word {
        "F" => one(Some(s.field)),
        "S" => one(Some(s.component)),
        "T" => one(s.sub.or(Some('&'))),
        "R" => one(s.repeat.or(Some('~'))),
        "E" => one(Some(esc)),
        "P" => one(Some('#')),
        "H" | "N" => one(None),
        ".br" => one(Some('\n')),
        _ => match word.as_bytes().first()? {
            b'X' => hex(&word[1..]),
            // Spacing and indents break a line at most; charset shifts and site escapes carry no text of their own.
            b'.' if known_format(word) => one(Some('\n').filter(|_| word.starts_with(".sp"))),
            b'C' | b'M' if word.len() > 1 && word[1..].bytes().all(|b| b.is_ascii_hexdigit()) => one(None),
            _ => None,
        },
    }
}

fn known_format(word: &str) -> bool {
    [".sp", ".fi", ".nf", ".in", ".ti", ".sk", ".ce"]
        .iter()
        .any(|f| word.strip_prefix(f).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b'+' || b == b'-')))
}

fn hex(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).filter_map(|i| u8::from_str_radix(&digits[i..i + 2], 16).ok()).collect();
    Some(String::from_utf8(bytes).unwrap_or_else(|e| e.into_bytes().iter().map(|b| *b as char).collect()))
}

/// A value as it is written: no mark of the message's own is left in it.
pub(crate) fn escape(value: &str, s: &Separators) -> String {
    let Some(esc) = s.escape else {
        // Without an escape character a mark cannot be written at all.
        return value.chars().map(|c| if s.is_mark(c) || (c as u32) < 0x20 { ' ' } else { c }).collect();
    };
    if value == "\"\"" {
        return format!("{esc}X2222{esc}");
    }
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        let word = match c {
            _ if c == esc => "E".to_string(),
            _ if c == s.field => "F".to_string(),
            _ if c == s.component => "S".to_string(),
            _ if Some(c) == s.sub => "T".to_string(),
            _ if Some(c) == s.repeat => "R".to_string(),
            _ if (c as u32) < 0x20 => format!("X{:02X}", c as u32),
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push(esc);
        out.push_str(&word);
        out.push(esc);
    }
    out
}
