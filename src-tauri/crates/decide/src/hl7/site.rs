//! Where a site puts things: a setting, with the standard's places as defaults.

use super::place::Place;
use crate::VisitEventType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the messages of one site are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteMap {
    /// For phones without a country code (ISO 3166, two letters).
    pub default_country: String,
    /// IANA zone of times that carry no offset.
    pub time_zone: String,
    /// The same for single facilities or locations: AIL-3.4, AIL-3.1 or MSH-4.1 to zone.
    pub zones: BTreeMap<String, String>,
    /// CX.5 of the patient's number; without a repeat of that type the first one counts.
    pub patient_id_type: String,
    /// CX.4 of the patient's number, where several authorities give one of that type.
    pub patient_id_authority: Option<String>,
    /// The EHR's own number: the placer's (SCH-1) is a constant at some sites.
    pub appointment_id: Place,
    pub provider: Vec<Place>,
    pub callback_phones: Vec<Place>,
    /// AIL-3.1 or the location's words to a phone, when the message has none.
    pub location_phones: BTreeMap<String, String>,
    /// When neither the message nor the location has one.
    pub callback_phone: Option<String>,
    pub location: Vec<Place>,
    /// AIL-3.1 to the words patients know.
    pub locations: BTreeMap<String, String>,
    pub service: Vec<Place>,
    /// The visit's start: the first that is there counts, any other must agree.
    pub times: Vec<Place>,
    /// Where S14 says what was changed.
    pub status: Vec<Place>,
    /// What such a word makes of an S14, in capitals; any other leaves it MODIFIED.
    pub statuses: BTreeMap<String, VisitEventType>,
}

impl Default for SiteMap {
    fn default() -> Self {
        let place = |t: &str| t.parse::<Place>().expect("the default places are well written");
        let places = |t: &[&str]| t.iter().map(|t| place(t)).collect();
        let confirmed = ["CONFIRMED", "CONFIRM"].map(|w| (w.to_string(), VisitEventType::Confirmed));
        Self {
            default_country: "US".into(),
            time_zone: "America/New_York".into(),
            zones: BTreeMap::new(),
            patient_id_type: "MR".into(),
            patient_id_authority: None,
            appointment_id: place("SCH-2"),
            provider: places(&["AIP-3"]),
            callback_phones: places(&["SCH-13", "SCH-17"]),
            location_phones: BTreeMap::new(),
            callback_phone: None,
            location: places(&["AIL-3"]),
            locations: BTreeMap::new(),
            service: places(&["AIS-3", "SCH-8"]),
            times: places(&["TQ1-7", "AIS-4", "AIL-6", "AIP-6", "SCH-11.4"]),
            status: places(&["SCH-25", "SCH-6"]),
            statuses: confirmed.into_iter().collect(),
        }
    }
}
