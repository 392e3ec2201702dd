//! Where a site puts things: a setting, with the standard's places as defaults.

use super::phone::normalise;
use super::place::Place;
use crate::VisitEventType;
use jiff::tz::TimeZone as Zone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How the messages of one site are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteMap {
    /// For phones without a country code (ISO 3166, two letters); left out: the setting `default_country`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_country: Option<String>,
    /// IANA zone of times that carry no offset; left out: the setting `clinic_time_zone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
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
            default_country: None,
            time_zone: None,
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

impl SiteMap {
    /// Reads a map as a setting writes it; what is left out keeps its default. The error begins with the field.
    pub fn read(value: &Value) -> Result<SiteMap, String> {
        let Value::Object(fields) = value else { return Err("is an object of fields, e.g. {\"appointment_id\": \"SCH-1\"}".into()) };
        for (name, value) in fields {
            let one = Value::Object([(name.clone(), value.clone())].into_iter().collect());
            if let Err(e) = serde_json::from_value::<SiteMap>(one) {
                return Err(format!("{name}: {e}"));
            }
        }
        let map: SiteMap = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
        map.check()?;
        Ok(map)
    }

    /// What no map may be; the error begins with the field.
    pub fn check(&self) -> Result<(), String> {
        if let Some(country) = &self.default_country {
            if country.parse::<phonenumber::country::Id>().is_err() {
                return Err(format!("default_country: is a country in two letters, e.g. US: {country}"));
            }
        }
        let zones = self.time_zone.iter().map(|z| ("time_zone", z)).chain(self.zones.values().map(|z| ("zones", z)));
        for (field, zone) in zones {
            if Zone::get(zone).is_err() {
                return Err(format!("{field}: is not an IANA time zone: {zone}"));
            }
        }
        for (field, empty) in
            [("provider", self.provider.is_empty()), ("location", self.location.is_empty()), ("times", self.times.is_empty())]
        {
            if empty {
                return Err(format!("{field}: names at least one place, e.g. SCH-2"));
            }
        }
        let phones =
            self.callback_phone.iter().map(|p| ("callback_phone", p)).chain(self.location_phones.values().map(|p| ("location_phones", p)));
        for (field, phone) in phones {
            if normalise(phone, self.country()).is_none() {
                return Err(format!("{field}: is not a number that can be called in {}: {phone}", self.country()));
            }
        }
        if let Some(word) = self.statuses.keys().find(|w| w.trim().is_empty() || **w != w.to_uppercase()) {
            return Err(format!("statuses: words are written in capitals: {word}"));
        }
        Ok(())
    }

    /// The country of phones without a code.
    pub fn country(&self) -> &str {
        self.default_country.as_deref().unwrap_or("US")
    }

    /// The zone of a place by its keys, as a name.
    pub(crate) fn zone_name<'k>(&self, keys: impl IntoIterator<Item = &'k String>) -> &str {
        let own = keys.into_iter().find_map(|k| self.zones.get(k)).or(self.time_zone.as_ref());
        own.map_or("America/New_York", String::as_str)
    }

    /// The zone of a place by its keys; UTC if it is not known.
    pub(crate) fn zone_of<'k>(&self, keys: impl IntoIterator<Item = &'k String>) -> Zone {
        Zone::get(self.zone_name(keys)).unwrap_or(Zone::UTC)
    }

    /// The phone to call back on at a place, by its keys; else the site's.
    pub(crate) fn callback_at(&self, keys: &[String]) -> Option<String> {
        let known = keys.iter().find_map(|l| self.location_phones.get(l)).or(self.callback_phone.as_ref());
        known.and_then(|t| normalise(t, self.country()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_map_that_cannot_be_is_refused_by_its_field() {
        for (map, field) in [
            (json!({ "appointment_id": "SCH2" }), "appointment_id"),
            (json!({ "provider": "AIP-3" }), "provider"),
            (json!({ "provider": [] }), "provider"),
            (json!({ "times": [] }), "times"),
            (json!({ "apointment_id": "SCH-2" }), "apointment_id"),
            (json!({ "time_zone": "Mars/Olympus" }), "time_zone"),
            (json!({ "zones": { "NORTH": "EST5" } }), "zones"),
            (json!({ "default_country": "USA" }), "default_country"),
            (json!({ "callback_phone": "12" }), "callback_phone"),
            (json!({ "location_phones": { "MAIN": "call us" } }), "location_phones"),
            (json!({ "statuses": { "confirmed": "CONFIRMED" } }), "statuses"),
            (json!({ "statuses": { "OK": "FINE" } }), "statuses"),
        ] {
            let refused = SiteMap::read(&map).unwrap_err();
            assert!(refused.starts_with(field), "{map}: {refused}");
        }
        assert!(SiteMap::read(&json!("SCH-1")).is_err());
    }

    #[test]
    fn what_is_left_out_keeps_its_place() {
        let map = SiteMap::read(&json!({ "appointment_id": "SCH-1" })).unwrap();
        assert_eq!(map, SiteMap { appointment_id: "SCH-1".parse().unwrap(), ..SiteMap::default() });
        let whole = serde_json::to_value(SiteMap::default()).unwrap();
        assert_eq!(SiteMap::read(&whole).unwrap(), SiteMap::default(), "what is written is read again");
    }
}
