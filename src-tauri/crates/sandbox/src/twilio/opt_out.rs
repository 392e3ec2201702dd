//! Twilio's own registry of opted-out recipients (contracts 3.5): bare keywords only.

use std::collections::BTreeSet;

const OUT: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"];
const IN: [&str; 3] = ["START", "YES", "UNSTOP"];
const HELP: [&str; 2] = ["HELP", "INFO"];

/// What a keyword means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Stop,
    Start,
    Help,
}

impl Keyword {
    /// The keyword that is the whole message, any case.
    pub fn of(body: &str) -> Option<Keyword> {
        let word = body.trim().to_uppercase();
        let is = |list: &[&str]| list.contains(&word.as_str());
        match () {
            () if is(&OUT) => Some(Keyword::Stop),
            () if is(&IN) => Some(Keyword::Start),
            () if is(&HELP) => Some(Keyword::Help),
            () => None,
        }
    }

    /// From `OptOutType`.
    pub fn named(name: &str) -> Option<Keyword> {
        match name {
            "STOP" => Some(Keyword::Stop),
            "START" => Some(Keyword::Start),
            "HELP" => Some(Keyword::Help),
            _ => None,
        }
    }

    /// As `OptOutType`.
    pub fn name(self) -> &'static str {
        match self {
            Keyword::Stop => "STOP",
            Keyword::Start => "START",
            Keyword::Help => "HELP",
        }
    }
}

/// Who is out, per sender.
#[derive(Default)]
pub(super) struct OptOuts {
    out: BTreeSet<(String, String)>,
}

impl OptOuts {
    pub fn out(&mut self, sender: &str, phone: &str) {
        self.out.insert((sender.to_string(), phone.to_string()));
    }

    pub fn is_out(&self, sender: &str, phone: &str) -> bool {
        self.out.contains(&(sender.to_string(), phone.to_string()))
    }

    pub fn heard(&mut self, sender: &str, phone: &str, keyword: Keyword) {
        match keyword {
            Keyword::Stop => self.out(sender, phone),
            Keyword::Start => {
                self.out.remove(&(sender.to_string(), phone.to_string()));
            }
            Keyword::Help => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Keyword;

    #[test]
    fn only_a_bare_keyword_counts() {
        assert_eq!(Keyword::of(" stop "), Some(Keyword::Stop));
        assert_eq!(Keyword::of("Cancel"), Some(Keyword::Stop));
        assert_eq!(Keyword::of("yes"), Some(Keyword::Start));
        assert_eq!(Keyword::of("CANCEL APPT"), None);
        assert_eq!(Keyword::of("please cancel"), None);
    }
}
