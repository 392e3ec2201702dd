//! What was measured: quantities and blood pressure parts, in the unit they are kept in.

use super::node::Node;
use super::units::{accepted, accepted_words, Unit, DIASTOLIC, LOINC, SYSTOLIC, UCUM};
use crate::{Comparator, Unusable, Value, Vital};
use rust_decimal::Decimal;

/// Why a part of a resource cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bad {
    pub reason: Unusable,
    pub field: String,
    pub detail: String,
    /// The number read in every unit it may have been meant in.
    pub candidates: Vec<Value>,
}

impl Bad {
    pub fn new(reason: Unusable, field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { reason, field: field.into(), detail: detail.into(), candidates: Vec::new() }
    }
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Got {
    pub value: Value,
    pub comparator: Option<Comparator>,
    /// As given: "16.7 mmol/L".
    pub given: String,
}

/// One quantity that was read.
struct Part {
    number: Decimal,
    comparator: Option<Comparator>,
    text: String,
    unit: &'static str,
}

/// The value of an Observation of this vital.
pub(super) fn value(o: &Node, vital: Vital, loinc: &str) -> Result<Got, Bad> {
    if vital == Vital::Bp {
        return pressure(o, loinc);
    }
    match quantity(o, "Observation", vital)? {
        Some(part) => Ok(Got { value: Value::Number(part.number), comparator: part.comparator, given: part.given() }),
        None => Err(no_value(o, "Observation.valueQuantity")),
    }
}

impl Part {
    fn given(&self) -> String {
        format!("{}{} {}", sign(self.comparator), self.text, self.unit)
    }
}

fn sign(c: Option<Comparator>) -> &'static str {
    match c {
        Some(Comparator::Above) => ">",
        Some(Comparator::Below) => "<",
        None => "",
    }
}

/// Nothing was measured, or not as a quantity.
fn no_value(o: &Node, field: &str) -> Bad {
    let other = o.fields().iter().map(|(k, _)| k.as_ref()).find(|k| k.starts_with("value") && *k != "valueQuantity");
    let detail = if other.is_some() {
        "The value is not given as a quantity. Send valueQuantity with value, unit, system and code."
    } else if o.get("dataAbsentReason").absent() {
        "The value is missing. Send valueQuantity with value, unit, system and code."
    } else {
        "The device gave no value (dataAbsentReason). Measure again, or look at the device."
    };
    Bad::new(Unusable::NoValue, field, detail)
}

/// `valueQuantity` of an Observation or of a component; none if there is none.
fn quantity(holder: &Node, path: &str, vital: Vital) -> Result<Option<Part>, Bad> {
    let q = holder.get("valueQuantity");
    let field = |name: &str| format!("{path}.valueQuantity{name}");
    match q {
        Node::Null => return Ok(None),
        Node::Object(_) => {}
        _ => {
            return Err(Bad::new(
                Unusable::Unreadable,
                field(""),
                "valueQuantity is not one object. Send value, unit, system and code in it once.",
            ))
        }
    }
    let (text, whole) = match q.get("value") {
        Node::Null => return Ok(None),
        Node::Number(n) => (n.as_ref(), true),
        Node::Text(t) => (t.trim(), false),
        _ => return Err(Bad::new(Unusable::Unreadable, field(".value"), "The value is not one number. Send it once, as a JSON number.")),
    };
    let number = crate::decimal(text).ok_or_else(|| {
        Bad::new(Unusable::Unreadable, field(".value"), "The value is not a number that can be compared. Send it as a JSON decimal.")
    })?;
    let comparator = comparator(q, &field(".comparator"), vital, number)?;
    if !whole {
        let mut bad = Bad::new(Unusable::Unreadable, field(".value"), "The value is a text. Send it as a JSON number.");
        bad.candidates = in_every_unit(vital, number);
        return Err(bad);
    }
    let unit = unit(q, path, vital).map_err(|mut bad| {
        bad.candidates = in_every_unit(vital, number);
        bad
    })?;
    let number = unit.keep(number).ok_or_else(|| {
        Bad::new(
            Unusable::Unreadable,
            field(".value"),
            "The value is beyond what any device measures. Look at the device and send the reading again.",
        )
    })?;
    Ok(Some(Part { number, comparator, text: text.to_string(), unit: unit.ucum }))
}

/// `Quantity.comparator`.
fn comparator(q: &Node, field: &str, vital: Vital, number: Decimal) -> Result<Option<Comparator>, Bad> {
    match q.get("comparator") {
        Node::Null => Ok(None),
        Node::Text(t) if t == "<" || t == "<=" => Ok(Some(Comparator::Below)),
        Node::Text(t) if t == ">" || t == ">=" => Ok(Some(Comparator::Above)),
        _ => {
            let mut bad = Bad::new(Unusable::Unreadable, field, "The comparator is not one of <, <=, >=, >. Send one of these, or none.");
            bad.candidates = in_every_unit(vital, number);
            Err(bad)
        }
    }
}

/// The unit: its code decides; without a code, only a unit text that is exactly known.
fn unit(q: &Node, path: &str, vital: Vital) -> Result<&'static Unit, Bad> {
    let units = accepted(vital);
    let (code, text, system) = (q.get("code"), q.get("unit"), q.get("system"));
    let words = accepted_words(vital);
    let unknown = |name: &str, what: &str| {
        Bad::new(
            Unusable::UnknownUnit,
            format!("{path}.valueQuantity.{name}"),
            format!("{what} is not accepted for {}. Send {words} as the UCUM code.", vital.words()),
        )
    };
    if blank(code) {
        if blank(text) {
            return Err(Bad::new(
                Unusable::NoUnit,
                format!("{path}.valueQuantity.unit"),
                format!("The unit is missing. Send {words} as the UCUM code."),
            ));
        }
        return text.text().and_then(|t| units.iter().find(|u| u.texts.contains(&t))).ok_or_else(|| unknown("unit", "The unit text"));
    }
    if !(system.absent() || system.text() == Some(UCUM)) {
        return Err(unknown("system", "A unit code of this system"));
    }
    code.text().and_then(|c| units.iter().find(|u| u.ucum == c)).ok_or_else(|| unknown("code", "The unit code"))
}

/// Missing, or a text with nothing in it.
fn blank(n: &Node) -> bool {
    n.absent() || matches!(n, Node::Text(t) if t.trim().is_empty())
}

/// The number as it would be kept, for each accepted unit.
fn in_every_unit(vital: Vital, number: Decimal) -> Vec<Value> {
    accepted(vital).iter().filter_map(|u| u.keep(number)).map(Value::Number).collect()
}

/// A blood pressure: a panel with parts, or one part alone.
fn pressure(o: &Node, loinc: &str) -> Result<Got, Bad> {
    let (mut systolic, mut diastolic) = (None, None);
    let mut first_bad: Option<Bad> = None;
    let mut raw = [None, None];
    let mut take = |code: &str, holder: &Node, path: &str| {
        let (slot, place) = if code == SYSTOLIC { (&mut systolic, 0) } else { (&mut diastolic, 1) };
        match quantity(holder, path, Vital::Bp) {
            Ok(None) => {}
            Ok(Some(part)) => match slot {
                None => {
                    raw[place] = Some(part.number);
                    *slot = Some(part);
                }
                Some(former) if former.number == part.number && former.comparator == part.comparator => {}
                Some(_) => {
                    first_bad = first_bad.take().or(Some(Bad::new(
                        Unusable::Unreadable,
                        path,
                        "The same part of the blood pressure is given with two values. Send each part once.",
                    )))
                }
            },
            Err(bad) => {
                if let (None, Some(Value::Number(n))) = (raw[place], bad.candidates.first()) {
                    raw[place] = Some(*n);
                }
                first_bad = first_bad.take().or(Some(bad));
            }
        }
    };
    for (i, component) in o.get("component").list().iter().enumerate() {
        for code in parts_named(component) {
            take(code, component, &format!("Observation.component[{i}]"));
        }
    }
    for code in [SYSTOLIC, DIASTOLIC] {
        if loinc == code {
            take(code, o, "Observation");
        }
    }
    if let Some(mut bad) = first_bad {
        bad.candidates = match raw {
            [None, None] => vec![],
            [systolic, diastolic] => vec![Value::Pressure { systolic, diastolic }],
        };
        return Err(bad);
    }
    let field = if loinc == SYSTOLIC || loinc == DIASTOLIC { "Observation.valueQuantity" } else { "Observation.component" };
    if systolic.is_none() && diastolic.is_none() {
        return Err(match o.get("component") {
            Node::Null => no_value(o, field),
            Node::List(items) if items.iter().any(|c| !c.get("dataAbsentReason").absent()) => Bad::new(Unusable::NoValue, field, "The device gave neither part of the blood pressure (dataAbsentReason). Measure again, or look at the device."),
            _ => Bad::new(Unusable::NoValue, field, "Neither part of the blood pressure is there. Send components coded 8480-6 and 8462-4, each with a valueQuantity in mm[Hg]."),
        });
    }
    let number = |p: &Option<Part>| p.as_ref().map(|p| p.number);
    let value = Value::Pressure { systolic: number(&systolic), diastolic: number(&diastolic) };
    let bounds = [&systolic, &diastolic].map(|p| p.as_ref().and_then(|p| p.comparator));
    let comparator = match bounds {
        [Some(a), Some(b)] if a != b => {
            let mut bad = Bad::new(
                Unusable::Straddles,
                "Observation.component",
                "One part is an upper bound and the other a lower one: no blood pressure can be told from that. Measure again.",
            );
            bad.candidates = vec![value];
            return Err(bad);
        }
        [a, b] => a.or(b),
    };
    let part = |p: &Option<Part>| p.as_ref().map_or("-".to_string(), |p| format!("{}{}", sign(p.comparator), p.text));
    Ok(Got { value, comparator, given: format!("{}/{} mm[Hg]", part(&systolic), part(&diastolic)) })
}

/// Which parts of a blood pressure a component is coded as.
fn parts_named(component: &Node) -> impl Iterator<Item = &'static str> {
    let mut named = [None, None];
    for coding in component.get("code").get("coding").list() {
        if coding.get("system").text() == Some(LOINC) {
            match coding.get("code").text() {
                Some(SYSTOLIC) => named[0] = Some(SYSTOLIC),
                Some(DIASTOLIC) => named[1] = Some(DIASTOLIC),
                _ => {}
            }
        }
    }
    named.into_iter().flatten()
}
