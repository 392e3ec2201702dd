//! Whether a draft may be saved, and what a careful reader would say about it.

use super::answers::{asked, trap, Answer, Fate};
use super::template::{pieces, Piece, PieceKind, LONGEST_SCRIPT, LONGEST_TEXT};
use super::{filled, tongue, Sample, Script, LANGUAGES, SAMPLES};
use crate::outbox::{is_plain, measure, plain_letter, Measure};
use crate::{Language, Settings, VisitEventType, Vital};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It cannot be saved so.
    Stop,
    /// It can be saved by somebody who says so.
    Warn,
    /// Worth knowing.
    Note,
}

impl Level {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Level::Stop => "stop",
            Level::Warn => "warn",
            Level::Note => "note",
        }
    }
}

/// Something about a draft. `at` and `length` are characters of the draft; a length of 0 is about the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub level: Level,
    /// What it is; the words for it are the view's.
    pub code: &'static str,
    pub at: usize,
    pub length: usize,
    /// The word, name, character or number that it is about.
    pub word: String,
    /// What may stand there instead.
    pub instead: Option<String>,
}

/// A draft looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Worst first, then in the order of the text.
    pub problems: Vec<Problem>,
    /// The text as each sample patient reads it, as it is billed.
    pub samples: Vec<(&'static Sample, String, Measure)>,
}

impl Checked {
    /// The worst there is.
    pub fn worst(&self) -> Option<Level> {
        self.problems.iter().map(|p| p.level).min()
    }
}

/// Names that stand for what no text may carry: others may see the phone (behaviour.md 1.6 keeps the same out of pages).
const PRIVATE: [&str; 16] = [
    "mrn",
    "last_name",
    "full_name",
    "name",
    "patient_name",
    "birth_date",
    "birthdate",
    "dob",
    "age",
    "address",
    "diagnosis",
    "medication",
    "ssn",
    "email",
    "patient_phone",
    "case",
];
/// More segments than this are paid for, and paced, more than a patient reads.
const MANY_SEGMENTS: u32 = 4;

/// Looks at a draft of a script.
pub fn check(settings: &Settings, script: Script, language: Language, text: &str) -> Checked {
    let mut problems = structure(script, text);
    let samples: Vec<_> = SAMPLES
        .iter()
        .map(|sample| {
            let body = filled(settings, script, language, text, sample);
            let measured = measure(&body);
            (sample, body, measured)
        })
        .collect();
    if !text.trim().is_empty() {
        let asked = asked(text);
        problems.extend(asked.iter().filter_map(|a| {
            let code = trap(script, a.fate)?;
            Some(Problem { instead: right_word(script, language, a), ..problem(Level::Warn, code, a.at, a.length, &a.word) })
        }));
        problems.extend(missing(script, text, &asked));
        problems.extend(private(text));
        problems.extend(letters(text, &samples));
        problems.extend(lengths(&samples));
    }
    problems.extend(translation(settings, script, language));
    // What can hurt a patient before what only costs.
    problems.sort_by_key(|p| (p.level, p.code == "wide_letter", p.length == 0, p.at));
    Checked { problems, samples }
}

/// What no script may have, whoever asks: the text cannot be filled in.
pub(super) fn structure(script: Script, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let characters = text.chars().count();
    if text.trim().is_empty() {
        problems.push(problem(Level::Stop, "empty", 0, 0, ""));
    }
    if characters > LONGEST_SCRIPT {
        problems.push(problem(Level::Stop, "too_long", LONGEST_SCRIPT, characters - LONGEST_SCRIPT, &characters.to_string()));
    }
    for (at, c) in text.chars().enumerate().filter(|(_, c)| c.is_control() && *c != '\n') {
        problems.push(problem(Level::Stop, "control", at, 1, &format!("U+{:04X}", u32::from(c))));
    }
    let known = script.variables();
    for Piece { at, length, kind } in pieces(text) {
        match kind {
            PieceKind::Name(name) if known.contains(&name) => {}
            PieceKind::Name(name) if PRIVATE.contains(&name) => problems.push(problem(Level::Stop, "private_variable", at, length, name)),
            PieceKind::Name(name) => {
                let instead = nearest(name, known).map(|n| format!("{{{n}}}"));
                problems.push(Problem { instead, ..problem(Level::Stop, "unknown_variable", at, length, name) });
            }
            PieceKind::Broken(as_written) => problems.push(problem(Level::Stop, "malformed", at, length, as_written)),
            PieceKind::Words(_) => {}
        }
    }
    problems
}

fn problem(level: Level, code: &'static str, at: usize, length: usize, word: &str) -> Problem {
    Problem { level, code, at, length, word: word.into(), instead: None }
}

/// The known name that was meant, if one is near: it begins alike or differs by little.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known.iter().copied().find(|k| k.starts_with(name) || name.starts_with(k)).or_else(|| {
        let apart = |k: &str| k.len().abs_diff(name.len()) + k.bytes().zip(name.bytes()).filter(|(a, b)| a != b).count();
        known.iter().copied().min_by_key(|k| apart(k)).filter(|k| apart(k) <= 2)
    })
}

/// What to ask for instead of a word that is a trap.
fn right_word(script: Script, language: Language, answer: &Answer) -> Option<String> {
    let es = language == Language::Es;
    let plain = crate::replies::plain(&answer.word);
    Some(match (script.group(), answer.fate) {
        (super::Group::Visits, _) if plain.starts_with("cancel") => if es { "CANCELAR CITA" } else { "CANCEL APPT" }.into(),
        (super::Group::Visits, Fate::Yes) => if es { "CONFIRMAR" } else { "CONFIRM APPT" }.into(),
        (super::Group::Vitals, Fate::OptOut | Fate::Cancel) => "NO".into(),
        (super::Group::CheckIns, Fate::OptOut) => "STOP".into(),
        (_, Fate::Unknown) if ["alto", "parar", "pare", "baja", "salir", "remove", "leave"].contains(&plain.as_str()) => "STOP".into(),
        _ => return None,
    })
}

/// What the script has to say and does not (behaviour.md 1.5, 2.2).
fn missing(script: Script, text: &str, asked: &[Answer]) -> Vec<Problem> {
    let named: Vec<&str> = pieces(text).into_iter().filter_map(|p| if let PieceKind::Name(n) = p.kind { Some(n) } else { None }).collect();
    let any = |names: &[&str]| names.iter().any(|n| named.contains(n));
    let asks = |fate: Fate| asked.iter().any(|a| a.fate == fate);
    let mut out = Vec::new();
    let mut need = |there: bool, level: Level, code: &'static str| {
        if !there {
            out.push(problem(level, code, 0, 0, ""));
        }
    };
    match script {
        Script::Check { .. } | Script::Clarify => {
            need(asks(Fate::Yes) && asks(Fate::No), Level::Stop, "no_yes_or_no");
            need(text.contains("911"), Level::Stop, "no_emergency");
            if !matches!(script, Script::Clarify | Script::Check { vital: Vital::Symptoms, .. }) {
                need(any(&["value"]), Level::Note, "no_value");
            }
        }
        Script::Visit(event) => {
            about_a_visit(&any, &mut need);
            need(any(&["phone", "questions", "to_reschedule"]), Level::Warn, "no_phone");
            match event {
                VisitEventType::Booked | VisitEventType::Rescheduled => need(asks(Fate::Cancel), Level::Warn, "no_way_to_cancel"),
                VisitEventType::Canceled | VisitEventType::NoShowed => {
                    need(any(&["to_reschedule"]) || says_reschedule(text), Level::Warn, "no_way_to_reschedule");
                }
                VisitEventType::Modified => need(any(&["changed"]), Level::Warn, "no_changes"),
                VisitEventType::Confirmed => {}
            }
        }
        Script::Reminder => {
            about_a_visit(&any, &mut need);
            need(any(&["phone", "questions"]), Level::Warn, "no_phone");
            need(asks(Fate::Confirm), Level::Warn, "no_way_to_confirm");
            need(asks(Fate::Cancel), Level::Warn, "no_way_to_cancel");
        }
        Script::VisitHelp => {
            need(asks(Fate::Confirm), Level::Warn, "no_way_to_confirm");
            need(asks(Fate::Cancel), Level::Warn, "no_way_to_cancel");
        }
        Script::CheckIn => {
            need(asks(Fate::Stop), Level::Warn, "no_opt_out");
            need(any(&["clinic"]), Level::Warn, "no_clinic");
        }
    }
    out
}

fn about_a_visit(any: &impl Fn(&[&str]) -> bool, need: &mut impl FnMut(bool, Level, &'static str)) {
    need(any(&["greeting", "patient", "first_name"]), Level::Warn, "no_patient");
    need(any(&["greeting", "clinic"]), Level::Warn, "no_clinic");
    need(any(&["visit", "when"]) || (any(&["date"]) && any(&["time"])), Level::Warn, "no_time");
    need(any(&["visit", "provider"]), Level::Warn, "no_provider");
    need(any(&["visit", "location"]), Level::Warn, "no_location");
}

fn says_reschedule(text: &str) -> bool {
    let plain = crate::replies::plain(text);
    ["reschedul", "new time", "another time", "cambiar", "otra cita", "nueva cita"].iter().any(|w| plain.contains(w))
}

/// Somebody's own number or date typed into a script that goes to many.
fn private(text: &str) -> Vec<Problem> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let inside = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '(' | ')' | '.');
        if !characters[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = (at..characters.len()).find(|i| !inside(characters[*i])).unwrap_or(characters.len());
        let run: String = characters[at..end].iter().collect();
        let run = run.trim_end_matches(['.', '-', '/', '(', ')']);
        let length = run.chars().count();
        let parts: Vec<&str> = run.split(['-', '/']).collect();
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let date =
            parts.len() == 3 && digits >= 6 && parts.iter().all(|p| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
        let before: String = characters[..at].iter().collect::<String>().trim_end().to_lowercase();
        if date {
            found.push(problem(Level::Warn, "typed_date", at, length, run));
        } else if digits >= 6 && ["mrn", "mrn:", "mrn #", "record", "expediente"].iter().any(|w| before.ends_with(w)) {
            found.push(problem(Level::Stop, "typed_mrn", at, length, run));
        }
        at = end.max(at + 1);
    }
    found
}

/// Letters that make a text dearer, in the script and in what is filled in.
fn letters(text: &str, samples: &[(&'static Sample, String, Measure)]) -> Vec<Problem> {
    let mut found = Vec::new();
    let wide: Vec<(usize, char)> = text.chars().enumerate().filter(|(_, c)| !is_plain(*c)).collect();
    // A letter that costs nothing yet is only worth knowing.
    let dearer = samples.first().is_some_and(|(_, body, m)| {
        let plain: String = body.chars().map(|c| if is_plain(c) { c } else { 'x' }).collect();
        measure(&plain).segments < m.segments
    });
    let level = if dearer { Level::Warn } else { Level::Note };
    let mut seen = Vec::new();
    for (at, c) in &wide {
        if !seen.contains(c) {
            seen.push(*c);
            let instead = plain_letter(*c).map(String::from);
            found.push(Problem { instead, ..problem(level, "wide_letter", *at, 1, &c.to_string()) });
        }
    }
    if wide.is_empty() {
        if let Some((sample, c)) = samples.iter().find_map(|(s, body, _)| Some((s, body.chars().find(|c| !is_plain(*c))?))) {
            found.push(Problem { instead: Some(c.to_string()), ..problem(Level::Note, "wide_filled", 0, 0, sample.name) });
        }
    }
    found
}

fn lengths(samples: &[(&'static Sample, String, Measure)]) -> Option<Problem> {
    let longest = samples.iter().max_by_key(|(_, _, m)| m.segments)?;
    let (ordinary, most) = (samples.first()?.2.segments, longest.2.segments);
    if samples.iter().any(|(_, body, _)| body.chars().count() >= LONGEST_TEXT) {
        Some(problem(Level::Stop, "too_long_filled", 0, 0, longest.0.name))
    } else if ordinary > MANY_SEGMENTS {
        Some(problem(Level::Warn, "many_segments", 0, 0, &ordinary.to_string()))
    } else {
        let instead = Some(longest.0.name.to_string());
        (most > ordinary).then(|| Problem { instead, ..problem(Level::Note, "more_segments", 0, 0, &most.to_string()) })
    }
}

/// The other language still says the built-in words.
fn translation(settings: &Settings, script: Script, language: Language) -> Option<Problem> {
    let other = LANGUAGES.into_iter().find(|l| *l != language)?;
    let own = |l: Language| settings.scripts.contains_key(&script.key(l));
    (own(language) && !own(other)).then(|| problem(Level::Note, "translation_missing", 0, 0, tongue(other)))
}
