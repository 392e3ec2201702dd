//! A script's text: words and named places, nothing else. No expression, no condition, no format: a name is filled in or it
//! is not known.

/// Longest script, characters.
pub const LONGEST_SCRIPT: usize = 1_000;
/// Longest text that Twilio takes, characters (contracts.md 3.1).
pub const LONGEST_TEXT: usize = 1_600;
/// Longest value that is filled in, characters: a name or a place beyond it is cut.
const LONGEST_VALUE: usize = 300;

/// A piece of a script, with where it stands in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    pub at: usize,
    pub length: usize,
    pub kind: PieceKind<'a>,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind<'a> {
    Words(&'a str),
    /// `{name}`.
    Name(&'a str),
    /// A brace that opens or closes nothing, or a name that is none: kept as it is written.
    Broken(&'a str),
}

/// Longest name of a variable.
const LONGEST_NAME: usize = 40;

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Cuts a script into its pieces, in order; together they are the whole script.
pub fn pieces(script: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut at) = (script, 0);
    while !rest.is_empty() {
        let (bytes, kind) = first(rest);
        let length = rest[..bytes].chars().count();
        found.push(Piece { at, length, kind });
        at += length;
        rest = &rest[bytes..];
    }
    found
}

/// The first piece of what is left, and how many bytes it is.
fn first(rest: &str) -> (usize, PieceKind<'_>) {
    match rest.find(['{', '}']) {
        None => (rest.len(), PieceKind::Words(rest)),
        Some(0) if rest.starts_with('{') => match rest[1..].find(['{', '}']) {
            Some(end) if rest[1 + end..].starts_with('}') => {
                let name = &rest[1..1 + end];
                let whole = &rest[..end + 2];
                (whole.len(), if is_name(name) { PieceKind::Name(name) } else { PieceKind::Broken(whole) })
            }
            _ => (1, PieceKind::Broken(&rest[..1])),
        },
        Some(0) => (1, PieceKind::Broken(&rest[..1])),
        Some(words) => (words, PieceKind::Words(&rest[..words])),
    }
}

/// Fills a script: each name by its value once, so a value that looks like a name stays as it is. A name without a value and
/// what is broken stay as they are written. Spaces left over by an empty value are closed up.
pub fn fill<'v>(script: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut text = String::with_capacity(script.len() * 2);
    for piece in pieces(script) {
        match piece.kind {
            PieceKind::Words(words) | PieceKind::Broken(words) => text.push_str(words),
            PieceKind::Name(name) => match value(name) {
                Some(value) => text.extend(value.chars().take(LONGEST_VALUE)),
                None => text.extend(["{", name, "}"]),
            },
        }
    }
    let mut closed = String::with_capacity(text.len());
    for c in text.trim().chars().take(LONGEST_TEXT) {
        if c != ' ' || !closed.ends_with(' ') {
            closed.push(c);
        }
    }
    closed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(script: &str) -> Vec<PieceKind<'_>> {
        pieces(script).into_iter().map(|p| p.kind).collect()
    }

    #[test]
    fn a_script_is_words_and_names() {
        use PieceKind::*;
        assert_eq!(kinds("Hi {first_name}, ok?"), [Words("Hi "), Name("first_name"), Words(", ok?")]);
        assert_eq!(kinds("{a}{b}"), [Name("a"), Name("b")]);
    }

    #[test]
    fn what_is_no_name_is_broken_where_it_stands() {
        use PieceKind::*;
        assert_eq!(kinds("a { b"), [Words("a "), Broken("{"), Words(" b")]);
        assert_eq!(kinds("a } b"), [Words("a "), Broken("}"), Words(" b")]);
        assert_eq!(kinds("{{a}}"), [Broken("{"), Name("a"), Broken("}")]);
        for not in ["{}", "{ value }", "{value|upper}", "{1+1}", "{Value}", "{visit.phone}", "{año}"] {
            assert_eq!(kinds(not), [Broken(not)], "{not}");
        }
        assert_eq!(pieces("ñ {x").iter().map(|p| (p.at, p.length)).collect::<Vec<_>>(), [(0, 2), (2, 1), (3, 1)]);
    }

    #[test]
    fn a_value_is_never_read_as_a_script() {
        let value = |name: &str| match name {
            "first_name" => Some("{clinic}"),
            "clinic" => Some("Bay"),
            _ => None,
        };
        assert_eq!(fill("{first_name} of {clinic}, {nobody}", value), "{clinic} of Bay, {nobody}");
    }

    #[test]
    fn an_empty_value_leaves_no_gap() {
        assert_eq!(fill("Booked. {questions} Bye. {questions}", |_| Some("")), "Booked. Bye.");
    }

    proptest! {
        #[test]
        fn any_script_is_its_pieces_and_is_filled_within_bounds(script in "(?s).{0,80}|([{}a-z ]{0,60})", value in "(?s).{0,400}") {
            let whole: usize = pieces(&script).iter().map(|p| p.length).sum();
            prop_assert_eq!(whole, script.chars().count());
            let mut at = 0;
            for piece in pieces(&script) {
                prop_assert_eq!(piece.at, at);
                prop_assert!(piece.length > 0);
                at += piece.length;
            }
            prop_assert!(fill(&script, |_| Some(&value)).chars().count() <= LONGEST_TEXT);
        }
    }
}
