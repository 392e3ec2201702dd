//! The words that a script tells a patient to answer with, and what really happens to them: Twilio takes some for itself
//! (contracts.md 3.5), and the same word means different things to a symptom check and to a visit.

use super::{Group, Script};
use crate::replies::{plain, read, Said};
use crate::visits::{read_answer, VisitAnswer};

/// A word, or two that belong together, with where it stands in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub at: usize,
    pub length: usize,
    pub word: String,
    pub fate: Fate,
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Yes,
    No,
    Confirm,
    Cancel,
    /// STOP, which opts out and is meant to.
    Stop,
    /// Another word that Twilio takes for an opt-out.
    OptOut,
    OptIn,
    Help,
    /// 1 or 2.
    Short,
    /// Understood by neither Twilio nor this script.
    Unknown,
}

/// What comes before an answer, without accents.
const TELLING: [&str; 28] = [
    "reply",
    "respond",
    "answer",
    "text",
    "send",
    "type",
    "write",
    "say",
    "responda",
    "responde",
    "responder",
    "conteste",
    "contesta",
    "contestar",
    "envie",
    "envia",
    "enviar",
    "mande",
    "manda",
    "mandar",
    "escriba",
    "escribe",
    "escribir",
    "diga",
    "replying",
    "texting",
    "respondiendo",
    "enviando",
];
/// What may stand between.
const BETWEEN: [&str; 16] =
    ["with", "back", "the", "word", "either", "only", "just", "us", "to", "con", "la", "palabra", "solo", "nos", "a", "by"];
/// What joins two answers.
const JOINS: [&str; 5] = ["or", "o", "u", "and", "y"];
/// Words that people think a carrier understands, and none does.
const THOUGHT: [&str; 13] =
    ["alto", "parar", "pare", "baja", "cancelar", "terminar", "fin", "salir", "ayuda", "informacion", "empezar", "remove", "leave"];

struct Token {
    at: usize,
    length: usize,
    word: String,
    plain: String,
    /// What stands before it, since the token before.
    gap: String,
    /// A variable: whatever it is filled with, no answer.
    filled: bool,
}

impl Token {
    fn capitals(&self) -> bool {
        self.word.chars().count() > 1 && self.word.chars().any(char::is_alphabetic) && !self.word.chars().any(char::is_lowercase)
    }

    fn starts_sentence(&self) -> bool {
        self.gap.contains(['.', '!', '?', '\n', ';'])
    }

    fn quoted(&self) -> bool {
        self.gap.ends_with(['"', '\'', '\u{201c}', '\u{2018}', '«'])
    }
}

fn tokens(script: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let (mut word, mut start, mut gap, mut braces) = (String::new(), 0, String::new(), false);
    for (at, c) in script.chars().chain([' ']).enumerate() {
        let inside = braces && c != '}';
        if c.is_alphanumeric() || c == '_' || ('\u{300}'..='\u{36f}').contains(&c) {
            if word.is_empty() {
                start = at;
            }
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let plain = plain(&word);
            let length = at - start;
            found.push(Token { at: start, length, word: std::mem::take(&mut word), plain, gap: std::mem::take(&mut gap), filled: braces });
        }
        gap.push(c);
        braces = if c == '{' { true } else { inside };
    }
    found
}

fn fate(text: &str) -> Fate {
    match read(text, None, &[]) {
        Said::OptOut if plain(text) == "stop" => Fate::Stop,
        Said::OptOut => Fate::OptOut,
        Said::OptIn => Fate::OptIn,
        Said::Help => Fate::Help,
        Said::Yes => Fate::Yes,
        Said::No => Fate::No,
        Said::One | Said::Two => Fate::Short,
        Said::Danger | Said::Other => match read_answer(text) {
            Some(VisitAnswer::Confirm) => Fate::Confirm,
            Some(VisitAnswer::Cancel) => Fate::Cancel,
            None => Fate::Unknown,
        },
    }
}

/// The answer that begins at a token: two words that mean something together, else one.
fn answer_at(tokens: &[Token], i: usize) -> (usize, Answer) {
    let first = &tokens[i];
    if let Some(second) = tokens.get(i + 1).filter(|t| t.gap.chars().all(char::is_whitespace) && !t.filled) {
        let both = format!("{} {}", first.word, second.word);
        if matches!(fate(&both), Fate::Confirm | Fate::Cancel) {
            return (2, Answer { at: first.at, length: second.at + second.length - first.at, fate: fate(&both), word: both });
        }
    }
    (1, Answer { at: first.at, length: first.length, fate: fate(&first.word), word: first.word.clone() })
}

/// Every answer that a script asks for, in order.
pub(super) fn asked(script: &str) -> Vec<Answer> {
    let tokens = tokens(script);
    let mut found: Vec<Answer> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        if token.filled {
            i += 1;
            continue;
        }
        if TELLING.contains(&token.plain.as_str()) {
            i += 1;
            while tokens.get(i).is_some_and(|t| BETWEEN.contains(&t.plain.as_str()) && !t.capitals() && !t.starts_sentence()) {
                i += 1;
            }
            while let Some(t) = tokens.get(i).filter(|t| !t.filled && !t.starts_sentence()) {
                let (took, answer) = answer_at(&tokens, i);
                // Small letters may be ordinary words ("text us if ..."): only what means something counts.
                if answer.fate != Fate::Unknown || t.capitals() || t.quoted() || THOUGHT.contains(&t.plain.as_str()) {
                    found.push(answer);
                } else {
                    break;
                }
                i += took;
                match tokens.get(i) {
                    Some(next) if JOINS.contains(&next.plain.as_str()) && !next.capitals() => i += 1,
                    Some(next) if next.gap.contains([',', '/']) => {}
                    _ => break,
                }
            }
            continue;
        }
        // Capitals elsewhere still read as a command ("STOP ends these texts").
        if token.capitals() {
            let (took, answer) = answer_at(&tokens, i);
            if !matches!(answer.fate, Fate::Unknown | Fate::No | Fate::Short) || THOUGHT.contains(&token.plain.as_str()) {
                found.push(answer);
            }
            i += took;
            continue;
        }
        i += 1;
    }
    found
}

/// What is wrong with asking for that answer in that script: the problem's code.
pub(super) fn trap(script: Script, fate: Fate) -> Option<&'static str> {
    match (fate, script.group()) {
        (Fate::Stop, _) => None,
        (Fate::OptOut, _) => Some("opt_out_word"),
        (Fate::OptIn, _) => Some("opt_in_word"),
        (Fate::Help, _) => Some("help_word"),
        (Fate::Yes | Fate::No, Group::Vitals) => None,
        (Fate::Yes | Fate::No, _) => Some("answers_a_check"),
        (Fate::Short, Group::Vitals | Group::Visits) => None,
        (Fate::Confirm | Fate::Cancel, Group::Visits) => None,
        (Fate::Confirm | Fate::Cancel, _) => Some("answers_a_visit"),
        (Fate::Short | Fate::Unknown, _) => Some("not_understood"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<(String, Fate)> {
        asked(script).into_iter().map(|a| (a.word, a.fate)).collect()
    }

    fn one(script: &str) -> (String, Fate) {
        let found = words(script);
        assert_eq!(found.len(), 1, "{script} {found:?}");
        found[0].clone()
    }

    #[test]
    fn the_words_after_reply_are_the_answers() {
        assert_eq!(words("Are you well? Reply YES or NO. Call 911."), [("YES".into(), Fate::Yes), ("NO".into(), Fate::No)]);
        assert_eq!(words("Responda SÍ o NO."), [("SÍ".into(), Fate::Yes), ("NO".into(), Fate::No)]);
        assert_eq!(words("Reply 1, 2"), [("1".into(), Fate::Short), ("2".into(), Fate::Short)]);
    }

    #[test]
    fn a_bare_cancel_is_found_however_it_is_put() {
        for script in [
            "Reply CANCEL to cancel.",
            "reply cancel if you cannot come",
            "Reply with the word \"Cancel\".",
            "responda CANCEL",
            "Responda con CANCEL para cancelar",
            "Envíe cancel",
            "Text us back CANCEL",
            "CANCEL ends it.",
        ] {
            assert_eq!(one(script).1, Fate::OptOut, "{script}");
        }
        assert_eq!(asked("Su glucosa es {value}. responda CANCEL")[0].at, 32);
    }

    #[test]
    fn a_cancel_that_belongs_to_the_visit_is_none() {
        assert_eq!(
            words("Reply CONFIRM APPT to confirm or CANCEL APPT to cancel."),
            [("CONFIRM APPT".into(), Fate::Confirm), ("CANCEL APPT".into(), Fate::Cancel)]
        );
        assert_eq!(one("Responda CANCELAR CITA para cancelar.").1, Fate::Cancel);
    }

    #[test]
    fn ordinary_words_are_no_answers() {
        for script in [
            "If you want to cancel or need help, call us.",
            "This text is from your clinic. Your visit will end at noon.",
            "We send information and stop by.",
            "Start now. Answer in your own words.",
            "{cancel} and {stop}",
            "",
        ] {
            assert_eq!(words(script), [], "{script}");
        }
    }

    #[test]
    fn words_that_no_carrier_knows_are_found_too() {
        for script in ["Responda ALTO para no recibir.", "Envíe BAJA", "Responda CANCELAR para cancelar.", "Reply LATER"] {
            assert_eq!(one(script).1, Fate::Unknown, "{script}");
        }
    }

    #[test]
    fn the_same_answer_is_right_in_one_script_and_a_trap_in_another() {
        use crate::{Direction, VisitEventType, Vital};
        let check = Script::check(Vital::Glucose, Direction::High);
        let booked = Script::Visit(VisitEventType::Booked);
        assert_eq!((trap(check, Fate::Yes), trap(booked, Fate::Yes)), (None, Some("answers_a_check")));
        assert_eq!((trap(check, Fate::Cancel), trap(booked, Fate::Cancel)), (Some("answers_a_visit"), None));
        for script in super::super::ALL {
            assert_eq!((trap(script, Fate::OptOut), trap(script, Fate::Stop)), (Some("opt_out_word"), None));
        }
    }
}
