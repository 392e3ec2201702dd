//! Reading a patient's words (behaviour.md 1.5 "Answers", contracts.md 3.5 keywords).

/// What a reply says, before it is known what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    OptOut,
    /// START, UNSTOP: opts in. (YES opts in only a number that was opted out.)
    OptIn,
    Yes,
    No,
    /// "1" and "2" are read by what is open.
    One,
    Two,
    Help,
    /// A danger word: counts as YES and pages even with no question open.
    Danger,
    Other,
}

impl Said {
    /// The name on the trail.
    pub fn name(self) -> &'static str {
        match self {
            Said::OptOut => "opt_out",
            Said::OptIn => "opt_in",
            Said::Yes => "yes",
            Said::No => "no",
            Said::One => "one",
            Said::Two => "two",
            Said::Help => "help",
            Said::Danger => "danger_words",
            Said::Other => "not_understood",
        }
    }
}

/// Reads a reply. Whole-message keywords first, then danger words anywhere, then the answers.
pub fn read(body: &str, opt_out_type: Option<&str>, danger_words: &[String]) -> Said {
    match opt_out_type {
        Some("STOP") => return Said::OptOut,
        Some("START") if !["yes"].contains(&plain(body).as_str()) => return Said::OptIn,
        Some("HELP") => return Said::Help,
        _ => {}
    }
    let text = plain(body);
    match text.as_str() {
        "stop" | "stopall" | "unsubscribe" | "end" | "quit" | "cancel" | "revoke" | "optout" => return Said::OptOut,
        "start" | "unstop" => return Said::OptIn,
        "help" | "info" => return Said::Help,
        "yes" | "y" | "yeah" | "si" => return Said::Yes,
        "no" | "n" | "nope" => return Said::No,
        "1" => return Said::One,
        "2" => return Said::Two,
        _ => {}
    }
    let padded = format!(" {text} ");
    if danger_words.iter().map(|w| plain(w)).any(|w| !w.is_empty() && padded.contains(&format!(" {w} "))) {
        return Said::Danger;
    }
    Said::Other
}

/// Lower case, without accents and punctuation, single spaces: "  ¡SÍ! " is "si".
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let c = match c {
            'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ñ' => 'n',
            // A combining accent after its letter, and apostrophes inside a word ("can't").
            '\u{0300}'..='\u{036f}' | '\'' | '\u{2019}' => continue,
            c if c.is_alphanumeric() => c,
            _ => ' ',
        };
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn said(body: &str) -> Said {
        read(body, None, &Settings::default().danger_words)
    }

    #[test]
    fn answers_in_any_case_accent_space_and_punctuation() {
        for yes in ["YES", "yes", " Yes! ", "y", "Yeah.", "SI", "sí", "¡Sí!", "S\u{0131}\u{301}".replace('\u{0131}', "i").as_str()] {
            assert_eq!(said(yes), Said::Yes, "{yes}");
        }
        for no in ["NO", "no.", "N", "Nope"] {
            assert_eq!(said(no), Said::No, "{no}");
        }
        assert_eq!((said("1"), said("2)")), (Said::One, Said::Two));
    }

    #[test]
    fn anything_else_is_not_understood() {
        for other in ["maybe", "yes and no", "", "👍", "not sure"] {
            assert_eq!(said(other), Said::Other, "{other}");
        }
    }

    #[test]
    fn danger_words_count_wherever_they_stand() {
        for danger in
            ["I have CHEST PAIN now", "can't breathe", "can’t  breathe!", "No, but chest pain", "tengo dolor de pecho", "me desmayé"]
        {
            assert_eq!(said(danger), Said::Danger, "{danger}");
        }
        assert_eq!(said("chest painting class"), Said::Other);
    }

    #[test]
    fn opt_out_words_are_whole_messages_only() {
        for stop in ["STOP", "stop.", "Unsubscribe", "CANCEL", "end", "quit", "REVOKE", "OPTOUT"] {
            assert_eq!(said(stop), Said::OptOut, "{stop}");
        }
        assert_eq!(said("please cancel"), Said::Other);
        assert_eq!(said("CANCEL APPT"), Said::Other);
        assert_eq!((said("start"), said("INFO")), (Said::OptIn, Said::Help));
    }

    #[test]
    fn twilio_saying_stop_is_enough() {
        assert_eq!(read("basta", Some("STOP"), &[]), Said::OptOut);
        assert_eq!(read("YES", Some("START"), &[]), Said::Yes);
    }
}
