//! Words that name a person: they print as stars, so that no log line can leak them.

use serde::{Deserialize, Serialize};

macro_rules! starred {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text.
            pub fn new(text: impl Into<String>) -> Self { Self(text.into()) }
            /// The text itself: for the wire, the ledger and the screen, never for a log.
            pub fn expose(&self) -> &str { &self.0 }
            /// Whether nothing is there.
            pub fn is_empty(&self) -> bool { self.0.is_empty() }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(concat!(stringify!($name), "(***)")) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("***") }
        }

        impl From<&str> for $name { fn from(s: &str) -> Self { Self(s.to_string()) } }
        impl From<String> for $name { fn from(s: String) -> Self { Self(s) } }
    };
}

starred! {
    /// A medical record number: the patient's key in this workspace.
    Mrn
}
starred! {
    /// A telephone number, E.164 once normalised.
    Phone
}
starred! {
    /// Words of or about a patient: a name, a message body, a note.
    Words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_number_prints_as_stars() {
        let m = Mrn::new("1022228");
        assert_eq!(format!("{m} {m:?}"), "*** Mrn(***)");
        assert_eq!(serde_json::to_string(&m).unwrap(), "\"1022228\"");
    }
}
