//! What a careful reader says about a draft.

use super::*;
use crate::outbox::Encoding;
use crate::{
    Direction::{self, High},
    VisitEventType, Vital,
};
use proptest::prelude::*;

const GLUCOSE: Script = Script::Check { vital: Vital::Glucose, direction: High };
const BOOKED: Script = Script::Visit(VisitEventType::Booked);
const GOOD: &str = "Your glucose is {value}. Are you thirsty? Reply YES or NO. Emergency: call 911.";

fn looked(script: Script, language: Language, text: &str) -> Checked {
    check(&Settings::default(), script, language, text)
}

/// Code and word of everything said against a draft; notes are left out.
fn said(script: Script, text: &str) -> Vec<(&'static str, String)> {
    let problems = looked(script, Language::En, text).problems.into_iter().filter(|p| p.level != Level::Note);
    problems.map(|p| (p.code, p.word)).collect()
}

fn codes(script: Script, text: &str) -> Vec<&'static str> {
    said(script, text).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn a_sound_draft_has_nothing_said_against_it() {
    assert_eq!(codes(GLUCOSE, GOOD), Vec::<&str>::new());
}

#[test]
fn responda_cancel_in_the_spanish_glucose_script_is_a_trap_named_where_it_stands() {
    let draft = "Su glucosa es {value}. Tiene mucha sed? Responda SI o NO, o responda CANCEL. Emergencia: llame al 911.";
    let problems = looked(GLUCOSE, Language::Es, draft).problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    let p = &problems[0];
    assert_eq!((p.code, p.level, p.word.as_str(), p.at, p.length), ("opt_out_word", Level::Warn, "CANCEL", 69, 6));
    let at: String = draft.chars().skip(p.at).take(p.length).collect();
    assert_eq!(at, "CANCEL");
}

#[test]
fn a_variable_that_is_not_known_is_named_with_its_place_and_the_one_that_was_meant() {
    let problems = looked(GLUCOSE, Language::En, "Glucose {valeu}: reply YES or NO, call 911. {value}").problems;
    let p = problems.iter().find(|p| p.code == "unknown_variable").unwrap();
    assert_eq!((p.level, p.at, p.length, p.word.as_str(), p.instead.as_deref()), (Level::Stop, 8, 7, "valeu", Some("{value}")));
}

#[test]
fn a_script_cannot_compute_anything() {
    for wrong in ["{value * 2}", "{value|upper}", "{if value}", "{{value}}", "{value", "value}", "{}", "${value}{", "{patient.mrn}"] {
        let draft = format!("{GOOD} {wrong}");
        assert!(codes(GLUCOSE, &draft).contains(&"malformed"), "{wrong}");
        assert_eq!(looked(GLUCOSE, Language::En, &draft).worst(), Some(Level::Stop), "{wrong}");
    }
}

#[test]
fn who_a_patient_is_never_goes_into_a_text_beside_a_value() {
    for private in ["{mrn}", "{birth_date}", "{last_name}", "{diagnosis}"] {
        assert!(codes(GLUCOSE, &format!("{GOOD} {private}")).contains(&"private_variable"), "{private}");
    }
    assert!(codes(GLUCOSE, &format!("{GOOD} {{first_name}}")).contains(&"unknown_variable"));
    assert!(codes(GLUCOSE, &format!("{GOOD} MRN 1022228")).contains(&"typed_mrn"));
    assert!(codes(GLUCOSE, &format!("{GOOD} Born 1958-04-12.")).contains(&"typed_date"));
    assert_eq!(codes(GLUCOSE, &format!("{GOOD} Or (202) 555-0199.")), Vec::<&str>::new());
}

#[test]
fn a_symptom_check_asks_yes_or_no_and_says_911() {
    assert_eq!(codes(GLUCOSE, "Glucose {value}. Call 911 if in danger."), ["no_yes_or_no"]);
    assert_eq!(codes(GLUCOSE, "Glucose {value}. Reply YES or NO."), ["no_emergency"]);
    let note = &looked(GLUCOSE, Language::En, "Are you well? Reply YES or NO. Call 911.").problems[0];
    assert_eq!((note.code, note.level), ("no_value", Level::Note));
    assert_eq!(codes(GLUCOSE, " \n "), ["empty"]);
}

#[test]
fn a_letter_outside_the_alphabet_is_named_with_what_it_costs_and_what_may_stand_there() {
    let draft = GOOD.replace("Are you", "Don\u{2019}t worry: are you");
    let checked = looked(GLUCOSE, Language::En, &draft);
    let p = &checked.problems[0];
    assert_eq!((p.code, p.word.as_str(), p.instead.as_deref()), ("wide_letter", "\u{2019}", Some("'")));
    assert_eq!((checked.samples[0].2.encoding, checked.samples[0].2.segments), (Encoding::Ucs2, 2));
}

#[test]
fn a_dear_letter_in_a_short_text_is_only_worth_knowing_and_a_trap_comes_first() {
    let short = &looked(Script::Clarify, Language::En, "Well\u{2019}s? Reply YES or NO. Call 911.").problems;
    assert_eq!((short.len(), short[0].code, short[0].level), (1, "wide_letter", Level::Note));
    let trap = GOOD.replace("Are you", "Don\u{2019}t worry: are you").replace("NO.", "NO, or reply CANCEL.");
    let order: Vec<_> = looked(GLUCOSE, Language::En, &trap).problems.into_iter().map(|p| p.code).collect();
    assert_eq!(order, ["opt_out_word", "wide_letter"]);
}

#[test]
fn a_name_that_makes_a_plain_script_dear_is_said_with_whose_it_is() {
    let text = BOOKED.builtin(Language::En);
    let notes: Vec<_> =
        looked(BOOKED, Language::En, text).problems.into_iter().map(|p| (p.code, p.word, p.instead.unwrap_or_default())).collect();
    assert_eq!(notes, [("wide_filled", "accents".into(), "ë".into()), ("more_segments", "3".into(), "accents".to_string())]);
}

#[test]
fn a_visits_text_says_who_where_when_and_how_to_cancel() {
    assert_eq!(
        codes(BOOKED, "You are booked."),
        ["no_patient", "no_clinic", "no_time", "no_provider", "no_location", "no_phone", "no_way_to_cancel"]
    );
    assert_eq!(
        said(BOOKED, "{greeting} {visit} {questions} Reply CANCEL to cancel.")[..2],
        [("opt_out_word", "CANCEL".to_string()), ("no_way_to_cancel", String::new())]
    );
    assert!(codes(Script::Reminder, "{greeting} {visit} {questions} Reply YES.").contains(&"answers_a_check"));
}

#[test]
fn a_check_in_says_how_to_end_it() {
    assert_eq!(codes(Script::CheckIn, "{first_name}, {clinic} asks how you are."), ["no_opt_out"]);
    assert_eq!(codes(Script::CheckIn, "{first_name}, {clinic} asks how you are. Reply END to opt out."), ["opt_out_word", "no_opt_out"]);
}

#[test]
fn a_clinics_own_english_without_its_spanish_is_marked() {
    let mut s = Settings::default();
    s.scripts.insert("glucose.high.en".into(), GOOD.into());
    let problems = check(&s, GLUCOSE, Language::En, GOOD).problems;
    assert_eq!((problems.len(), problems[0].code, problems[0].word.as_str()), (1, "translation_missing", "es"));
}

#[test]
fn a_script_is_not_longer_than_a_text_can_be() {
    let long = format!("{GOOD} {}", "a".repeat(LONGEST_SCRIPT));
    assert!(codes(GLUCOSE, &long).contains(&"too_long"));
    assert!(refused(&[("glucose.high.en".to_string(), long)].into()).is_err());
    assert!(refused(&[("glucose.high.fr".to_string(), GOOD.to_string())].into()).is_err());
    assert!(refused(&[("glucose.high.en".to_string(), GOOD.to_string())].into()).is_ok());
}

#[test]
fn every_script_is_found_by_its_key_in_each_language() {
    for script in ALL {
        for language in LANGUAGES {
            assert_eq!(Script::keyed(&script.key(language)), Some((script, language)));
        }
    }
    for none in ["bp.high", "bp.high.fr", "weight.low.en", "visit.en", "", "."] {
        assert_eq!(Script::keyed(none), None, "{none}");
    }
}

#[test]
fn a_clinics_own_words_replace_the_built_in_ones_of_that_language_only() {
    let mut s = Settings::default();
    s.scripts.insert("glucose.high.en".into(), "Sugar {value} {unit}. Call 911 if in danger.".into());
    let of = |l| symptom_check(&s, Vital::Glucose, Direction::High, l, "312");
    assert_eq!(of(Language::En), "Sugar 312 mg/dL. Call 911 if in danger.");
    assert!(of(Language::Es).starts_with("Su glucosa es 312."));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_answered_and_never_longer_than_a_text(
        n in 0..ALL.len(),
        text in "(?s).{0,120}|([{}a-zA-Z ]{0,80})|((Reply|responda) [A-Za-z, ]{0,40})|[0-9 ./()-]{0,40}",
    ) {
        for language in LANGUAGES {
            let checked = looked(ALL[n], language, &text);
            let characters = text.chars().count();
            for p in &checked.problems {
                prop_assert!(p.at + p.length <= characters, "{p:?}");
            }
            for (_, body, measured) in &checked.samples {
                prop_assert!(body.chars().count() <= LONGEST_TEXT);
                prop_assert!(measured.segments >= 1);
            }
        }
    }
}
