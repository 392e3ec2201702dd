//! Where a value stands in a message: `PID-3`, `SCH-11.4`.

use super::message::{Message, Part};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A segment's field, or a component of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place {
    segment: String,
    field: usize,
    component: Option<usize>,
}

impl Place {
    /// The segment's name.
    pub fn segment(&self) -> &str {
        &self.segment
    }

    /// A component of it, as it is written; of a place that is a component already, the place itself.
    pub(super) fn component(&self, n: usize) -> String {
        match self.component {
            None => format!("{self}.{n}"),
            Some(_) => self.to_string(),
        }
    }

    /// What stands there, in each segment of that name and each repeat, empty ones left out.
    pub fn parts<'m>(&'m self, message: &'m Message) -> Vec<Part<'m>> {
        let fields = message.all(&self.segment).flat_map(|s| message.of(s, self.field).repeats());
        fields.map(|p| self.component.map_or(p, |n| p.component(n))).filter(|p| !p.is_empty()).collect()
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("a place in a message is written like SCH-2 or SCH-11.4: {text}");
        let (segment, rest) = text.split_once('-').ok_or_else(bad)?;
        let (field, component) = match rest.split_once('.') {
            Some((field, component)) => (field, Some(component)),
            None => (rest, None),
        };
        let number = |t: &str| t.parse::<usize>().ok().filter(|n| (1..=999).contains(n)).ok_or_else(bad);
        let letters = segment.len() == 3 && segment.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !letters || !segment.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Err(bad());
        }
        Ok(Place { segment: segment.into(), field: number(field)?, component: component.map(number).transpose()? })
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(p: Place) -> String {
        p.to_string()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.segment, self.field)?;
        self.component.map_or(Ok(()), |n| write!(f, ".{n}"))
    }
}
