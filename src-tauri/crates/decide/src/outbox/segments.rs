//! What a text costs: segments as Twilio bills and paces them (contracts.md 3.7, GSM 03.38).

/// The letters that take one place each in a GSM-7 text.
const BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those that take two, an escape before them; the two are never split over segments.
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// How a text is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Places of seven bits: 160 in a text of one segment, 153 in each of several (the rest joins them).
    Gsm7,
    /// UTF-16 units: 70 in a text of one segment, 67 in each of several.
    Ucs2,
}

impl Encoding {
    /// "GSM-7", "UCS-2".
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Gsm7 => "GSM-7",
            Encoding::Ucs2 => "UCS-2",
        }
    }

    /// Places of a text in one segment, and of each segment of a longer one.
    pub fn room(self) -> (u32, u32) {
        match self {
            Encoding::Gsm7 => (160, 153),
            Encoding::Ucs2 => (70, 67),
        }
    }
}

/// A text measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub encoding: Encoding,
    /// Characters as a person counts them.
    pub characters: u32,
    /// Places they take.
    pub places: u32,
    /// At least 1: an empty text is refused elsewhere, and counted as one.
    pub segments: u32,
    /// Places free in the last segment.
    pub left: u32,
    /// Places taken in the last segment.
    pub last: u32,
}

/// Whether a character is in the seven-bit alphabet.
pub fn is_plain(c: char) -> bool {
    BASIC.contains(c) || EXTENDED.contains(c)
}

fn places(c: char, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Gsm7 => 1 + u32::from(EXTENDED.contains(c)),
        Encoding::Ucs2 => c.len_utf16() as u32,
    }
}

/// Measures a text.
pub fn measure(body: &str) -> Measure {
    let encoding = if body.chars().all(is_plain) { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let (single, joined) = encoding.room();
    let (mut characters, mut total) = (0, 0);
    let (mut segments, mut last) = (1, 0);
    for c in body.chars() {
        let takes = places(c, encoding);
        if last + takes > joined {
            segments += 1;
            last = 0;
        }
        last += takes;
        total += takes;
        characters += 1;
    }
    if total <= single {
        (segments, last) = (1, total);
    }
    let room = if segments == 1 { single } else { joined };
    Measure { encoding, characters, places: total, segments, left: room.saturating_sub(last), last }
}

/// The letter that says the same in the seven-bit alphabet, where there is one.
pub fn plain_letter(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' | '´' | '`' => "'",
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2033}' | '«' | '»' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2026}' => "...",
        '\u{a0}' | '\u{2009}' | '\u{202f}' | '\t' => " ",
        '\u{2022}' | '\u{b7}' => "*",
        'á' | 'â' | 'ã' => "a",
        'ê' | 'ë' => "e",
        'í' | 'î' | 'ï' => "i",
        'ó' | 'ô' | 'õ' => "o",
        'ú' | 'û' => "u",
        'ç' => "Ç",
        'Á' | 'À' | 'Â' | 'Ã' => "A",
        'È' | 'Ê' | 'Ë' => "E",
        'Í' | 'Ì' | 'Î' | 'Ï' => "I",
        'Ó' | 'Ò' | 'Ô' | 'Õ' => "O",
        'Ú' | 'Ù' | 'Û' => "U",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> (&'static str, u32, u32, u32) {
        let m = measure(body);
        (m.encoding.name(), m.places, m.segments, m.left)
    }

    #[test]
    fn a_text_is_counted_as_it_is_billed() {
        for (body, expected) in [
            (String::new(), ("GSM-7", 0, 1, 160)),
            ("a".repeat(160), ("GSM-7", 160, 1, 0)),
            ("a".repeat(161), ("GSM-7", 161, 2, 145)),
            ("a".repeat(306), ("GSM-7", 306, 2, 0)),
            ("a".repeat(307), ("GSM-7", 307, 3, 152)),
            ("€".repeat(80), ("GSM-7", 160, 1, 0)),
            ("€".repeat(81), ("GSM-7", 162, 2, 143)),
            ("^{}\\[~]|€".into(), ("GSM-7", 18, 1, 142)),
            ("ñ¿¡éàÑü".into(), ("GSM-7", 7, 1, 153)),
            ("í".into(), ("UCS-2", 1, 1, 69)),
            (format!("{}\u{2019}", "a".repeat(69)), ("UCS-2", 70, 1, 0)),
            (format!("{}\u{2019}", "a".repeat(70)), ("UCS-2", 71, 2, 63)),
            ("\u{2019}".repeat(134), ("UCS-2", 134, 2, 0)),
            ("\u{2019}".repeat(135), ("UCS-2", 135, 3, 66)),
            ("👍".repeat(35), ("UCS-2", 70, 1, 0)),
            ("👍".repeat(36), ("UCS-2", 72, 2, 61)),
        ] {
            assert_eq!(of(&body), expected, "{} characters", body.chars().count());
        }
    }

    #[test]
    fn two_places_of_one_character_are_never_split_over_segments() {
        // The 153rd place would hold only the escape: the bracket moves on and takes its segment with it.
        let body = format!("{}[{}", "a".repeat(152), "a".repeat(152));
        assert_eq!(of(&body), ("GSM-7", 306, 3, 152));
        let emoji = format!("{}👍{}", "a".repeat(66), "a".repeat(66));
        assert_eq!(of(&emoji), ("UCS-2", 134, 3, 66));
    }

    #[test]
    fn every_letter_offered_instead_is_in_the_alphabet() {
        for c in ('\u{80}'..='\u{2300}').filter(|c| !is_plain(*c)) {
            assert!(plain_letter(c).is_none_or(|instead| instead.chars().all(is_plain)), "{c}");
        }
    }
}
