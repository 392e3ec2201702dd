//! A reading of the demo day, as its device cloud posts it.

use super::cast::Member;
use crate::shorthand::{observation, Short};
use decide::{At, Vital};
use serde_json::{json, Number, Value};

/// A reading.
#[derive(Debug, Clone)]
pub struct Shot {
    pub mrn: String,
    pub vital: Vital,
    pub at: At,
    pub value: f64,
    /// The diastolic part of a blood pressure.
    pub second: Option<f64>,
    pub without_unit: bool,
}

impl Shot {
    /// Of a vital with one figure.
    pub fn one(m: &Member, vital: Vital, at: At, value: f64) -> Shot {
        Shot { mrn: m.mrn.clone(), vital, at, value, second: None, without_unit: false }
    }

    /// A blood pressure, in whole figures.
    pub fn pressure(m: &Member, at: At, systolic: f64, diastolic: f64) -> Shot {
        Shot { mrn: m.mrn.clone(), vital: Vital::Bp, at, value: systolic.round(), second: Some(diastolic.round()), without_unit: false }
    }

    /// The Observation.
    pub fn resource(&self, source_id: &str) -> Value {
        let number = |n: f64| if n.fract() == 0.0 { Number::from(n as i64) } else { Number::from_f64(n).unwrap_or(Number::from(0)) };
        let is_pressure = self.vital == Vital::Bp;
        observation(&Short {
            mrn: self.mrn.clone(),
            vital: self.vital,
            systolic: is_pressure.then(|| number(self.value)),
            diastolic: self.second.map(number),
            value: (!is_pressure).then(|| number(self.value)),
            unit: self.without_unit.then_some(None),
            measured_at: self.at,
            status: "final".into(),
            source_id: source_id.into(),
            version: None,
        })
    }
}

/// Several in one body.
pub fn bundle(shots: &[Shot], name: &str) -> Value {
    let entries: Vec<Value> = shots.iter().enumerate().map(|(n, s)| json!({ "resource": s.resource(&format!("{name}-{n}")) })).collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}
