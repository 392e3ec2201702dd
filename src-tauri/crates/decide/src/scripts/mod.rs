//! Scripts: what patients read. One text per vital and direction, per visit event and reminder, for a check-in, in each
//! language; built in, replaced by a clinic's own (setting `scripts`), checked before it is saved.

mod answers;
mod builtin;
mod change;
mod check;
mod samples;
mod template;
#[cfg(test)]
mod tests;
mod values;

pub use change::{refused, ScriptVersion};
pub use check::{check, Checked, Level, Problem};
pub use samples::{filled, Sample, SAMPLES};
pub use template::{pieces, PieceKind, LONGEST_SCRIPT, LONGEST_TEXT};
pub(crate) use values::visit_text;

use crate::{Direction, Language, Settings, VisitEventType, Vital};

/// One script, in whatever language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// The question after a reading beyond a limit.
    Check {
        vital: Vital,
        direction: Direction,
    },
    /// The one clarifying text after an answer that was not understood.
    Clarify,
    /// An appointment event.
    Visit(VisitEventType),
    Reminder,
    /// The one help text after words about a visit that were not understood.
    VisitHelp,
    /// What a new check-in begins with.
    CheckIn,
}

/// Where a script stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Vitals,
    Visits,
    CheckIns,
}

impl Group {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Group::Vitals => "vitals",
            Group::Visits => "visits",
            Group::CheckIns => "check_ins",
        }
    }
}

/// Every script, in the order a person looks for them.
pub const ALL: [Script; 19] = {
    use Direction::{High, Low};
    [
        Script::Check { vital: Vital::Bp, direction: High },
        Script::Check { vital: Vital::Bp, direction: Low },
        Script::Check { vital: Vital::Glucose, direction: High },
        Script::Check { vital: Vital::Glucose, direction: Low },
        Script::Check { vital: Vital::Weight, direction: High },
        Script::Check { vital: Vital::Spo2, direction: Low },
        Script::Check { vital: Vital::HeartRate, direction: High },
        Script::Check { vital: Vital::HeartRate, direction: Low },
        Script::Check { vital: Vital::Symptoms, direction: High },
        Script::Clarify,
        Script::Visit(VisitEventType::Booked),
        Script::Visit(VisitEventType::Rescheduled),
        Script::Visit(VisitEventType::Modified),
        Script::Visit(VisitEventType::Confirmed),
        Script::Visit(VisitEventType::Canceled),
        Script::Visit(VisitEventType::NoShowed),
        Script::Reminder,
        Script::VisitHelp,
        Script::CheckIn,
    ]
};

/// The languages that ship.
pub const LANGUAGES: [Language; 2] = [Language::En, Language::Es];

/// `en`, `es`: the end of a script's key.
pub fn tongue(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Es => "es",
    }
}

impl Script {
    /// The symptom check of that vital; weight only rises, oxygen only falls.
    pub fn check(vital: Vital, direction: Direction) -> Script {
        let direction = match vital {
            Vital::Weight | Vital::Symptoms => Direction::High,
            Vital::Spo2 => Direction::Low,
            Vital::Bp | Vital::Glucose | Vital::HeartRate => direction,
        };
        Script::Check { vital, direction }
    }

    /// `bp.high`, `visit.booked`, `check_in`: its name in settings and on the wire, without the language.
    pub fn name(self) -> &'static str {
        use Direction::{High, Low};
        match self {
            Script::Check { vital: Vital::Bp, direction: High } => "bp.high",
            Script::Check { vital: Vital::Bp, direction: Low } => "bp.low",
            Script::Check { vital: Vital::Glucose, direction: High } => "glucose.high",
            Script::Check { vital: Vital::Glucose, direction: Low } => "glucose.low",
            Script::Check { vital: Vital::Weight, .. } => "weight.high",
            Script::Check { vital: Vital::Spo2, .. } => "spo2.low",
            Script::Check { vital: Vital::HeartRate, direction: High } => "heart_rate.high",
            Script::Check { vital: Vital::HeartRate, direction: Low } => "heart_rate.low",
            Script::Check { vital: Vital::Symptoms, .. } => "symptoms.high",
            Script::Clarify => "clarify",
            Script::Visit(VisitEventType::Booked) => "visit.booked",
            Script::Visit(VisitEventType::Rescheduled) => "visit.rescheduled",
            Script::Visit(VisitEventType::Modified) => "visit.modified",
            Script::Visit(VisitEventType::Confirmed) => "visit.confirmed",
            Script::Visit(VisitEventType::Canceled) => "visit.canceled",
            Script::Visit(VisitEventType::NoShowed) => "visit.noshowed",
            Script::Reminder => "visit.reminder",
            Script::VisitHelp => "visit.help",
            Script::CheckIn => "check_in",
        }
    }

    /// The key of its text in that language: `bp.high.es`.
    pub fn key(self, language: Language) -> String {
        format!("{}.{}", self.name(), tongue(language))
    }

    /// The script and language of a key.
    pub fn keyed(key: &str) -> Option<(Script, Language)> {
        let (name, end) = key.rsplit_once('.')?;
        let language = LANGUAGES.into_iter().find(|l| tongue(*l) == end)?;
        Some((ALL.into_iter().find(|s| s.name() == name)?, language))
    }

    /// Where it stands.
    pub fn group(self) -> Group {
        match self {
            Script::Check { .. } | Script::Clarify => Group::Vitals,
            Script::Visit(_) | Script::Reminder | Script::VisitHelp => Group::Visits,
            Script::CheckIn => Group::CheckIns,
        }
    }

    /// What may be named in it.
    pub fn variables(self) -> &'static [&'static str] {
        const VISIT: [&str; 13] = [
            "greeting",
            "visit",
            "questions",
            "to_reschedule",
            "clinic",
            "patient",
            "first_name",
            "provider",
            "when",
            "date",
            "time",
            "location",
            "phone",
        ];
        const MODIFIED: [&str; 14] = [
            "greeting",
            "visit",
            "changed",
            "questions",
            "to_reschedule",
            "clinic",
            "patient",
            "first_name",
            "provider",
            "when",
            "date",
            "time",
            "location",
            "phone",
        ];
        match self {
            Script::Check { vital: Vital::Symptoms, .. } | Script::Clarify => &["clinic"],
            Script::Check { .. } => &["value", "unit", "clinic"],
            Script::Visit(VisitEventType::Modified) => &MODIFIED,
            Script::Visit(_) | Script::Reminder | Script::VisitHelp => &VISIT,
            Script::CheckIn => &["first_name", "clinic"],
        }
    }

    /// The words that ship.
    pub fn builtin(self, language: Language) -> &'static str {
        builtin::text(self, language)
    }

    /// The text in force: the clinic's own, else the built-in one of that language.
    pub fn text(self, settings: &Settings, language: Language) -> &str {
        settings.scripts.get(&self.key(language)).map_or_else(|| self.builtin(language), String::as_str)
    }
}

/// The symptom check as a patient reads it. `value` without its unit.
pub fn symptom_check(settings: &Settings, vital: Vital, direction: Direction, language: Language, value: &str) -> String {
    template::fill(Script::check(vital, direction).text(settings, language), |name| match name {
        "value" => Some(value),
        "unit" => Some(vital.unit()),
        "clinic" => Some(&settings.customer_name),
        _ => None,
    })
}

/// The clarifying text.
pub fn clarify(settings: &Settings, language: Language) -> String {
    template::fill(Script::Clarify.text(settings, language), |name| (name == "clinic").then_some(settings.customer_name.as_str()))
}

/// A check-in's text as that patient reads it.
pub fn check_in(settings: &Settings, script: &str, first_name: &str) -> String {
    template::fill(script, |name| match name {
        "first_name" => Some(first_name),
        "clinic" => Some(&settings.customer_name),
        _ => None,
    })
}
