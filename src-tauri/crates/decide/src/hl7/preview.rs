//! What a pasted message becomes under a site map, before the map is saved.

use super::event::{read, Trace};
use super::frame::{END, START};
use super::{Hl7Refusal, Message, SiteMap};

/// A field of the event, as it would be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The field's name in events (behaviour.md 2.1).
    pub name: &'static str,
    /// Empty if the message does not say it.
    pub value: String,
    /// `SCH-2`, `PID-3[2]` (its second repeat), a zone's name, or the map's own entry; none = found nowhere.
    pub place: Option<String>,
}

/// A message as it would be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub fields: Vec<Read>,
    /// The starts that do not agree, each with its place: such a visit is texted about to nobody.
    pub conflict: Option<String>,
    /// Why there is no number for texts.
    pub phone_problem: Option<String>,
    /// A test message (MSH-11) texts nobody.
    pub test: bool,
}

/// Reads a pasted message: line ends of any kind, with or without its MLLP frame.
pub fn preview(text: &str, map: &SiteMap) -> Result<Preview, Hl7Refusal> {
    let marks = |c: char| c.is_whitespace() || c == START as char || c == END[0] as char || c == '\u{feff}';
    let message = Message::read(text.trim_matches(marks).as_bytes())?;
    let mut trace = Trace::on();
    let e = read(&message, map, &mut trace)?;
    let offset = e.offset_minutes;
    let zone = format!("{}{:02}{:02}", if offset < 0 { '-' } else { '+' }, offset.abs() / 60, offset.abs() % 60);
    let fields = [
        ("event_type", e.event_type.name().to_string()),
        ("event_at", e.event_at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)).unwrap_or_default()),
        ("appointment_id", e.appointment_id),
        ("appointment_datetime", e.wall_clock.format("%Y-%m-%d %H:%M").to_string()),
        ("appointment_timezone", zone),
        ("patient_id", e.patient_id.expose().to_string()),
        ("patient_first_name", e.patient_first_name.expose().to_string()),
        ("patient_last_name", e.patient_last_name.expose().to_string()),
        ("patient_phone", e.patient_phone.map(|p| p.expose().to_string()).unwrap_or_default()),
        ("provider_id", e.provider_id),
        ("provider_first_name", e.provider_first_name),
        ("provider_last_name", e.provider_last_name),
        ("provider_callback_phone", e.provider_callback_phone.unwrap_or_default()),
        ("location", e.location),
        ("service", e.service),
    ];
    let place = |name: &str, value: &str| trace.of(name).filter(|_| !value.is_empty()).map(String::from);
    let fields = fields.into_iter().map(|(name, value)| Read { name, place: place(name, &value), value }).collect();
    Ok(Preview { fields, conflict: e.conflict, phone_problem: e.phone_problem, test: e.test })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const MESSAGE: &str = "MSH|^~\\&|EHR|CLINIC|CARELOOP|DESK|20260305112000-0500||SIU^S14|M1|P|2.5\nSCH|P1|A1||||OK|||||^^^20260310150000||||||||||||||BOOKED\nPID|1||77^^^X^PI~P1^^^CLINIC^MR||Lee^Ann||19580204|F|||1 Main St||(202)555-0101^^CP\nAIS|1|A|VISIT|20260310150000\nAIL|1|A|MAIN\nAIP|1|A|D1^Ray^Al\n";

    fn of(preview: &Preview, name: &str) -> (String, String) {
        let field = preview.fields.iter().find(|f| f.name == name).unwrap();
        (field.value.clone(), field.place.clone().unwrap_or_default())
    }

    fn check(map: serde_json::Value, name: &str, value: &str, place: &str) {
        let seen = preview(MESSAGE, &SiteMap::read(&map).unwrap()).unwrap();
        assert_eq!(of(&seen, name), (value.into(), place.into()), "{map}");
    }

    #[test]
    fn each_value_names_the_place_it_came_from() {
        check(json!({}), "appointment_id", "A1", "SCH-2");
        check(json!({ "appointment_id": "SCH-1" }), "appointment_id", "P1", "SCH-1");
        check(json!({}), "patient_id", "P1", "PID-3[2]");
        check(json!({ "patient_id_type": "PI" }), "patient_id", "77", "PID-3");
        check(json!({}), "appointment_datetime", "2026-03-10 15:00", "AIS-4");
        check(json!({ "times": ["SCH-11.4"] }), "appointment_datetime", "2026-03-10 15:00", "SCH-11.4");
        check(json!({}), "appointment_timezone", "-0400", "America/New_York");
        check(json!({ "zones": { "MAIN": "America/Phoenix" } }), "appointment_timezone", "-0700", "America/Phoenix");
        check(json!({}), "provider_last_name", "Ray", "AIP-3.2");
        check(json!({}), "patient_phone", "+12025550101", "PID-13");
        check(json!({}), "provider_callback_phone", "", "");
        check(json!({ "callback_phone": "2025550199" }), "provider_callback_phone", "+12025550199", "callback_phone");
        check(json!({ "locations": { "MAIN": "Main Clinic" } }), "location", "Main Clinic", "AIL-3, locations");
        check(json!({}), "event_type", "MODIFIED", "MSH-9");
        check(json!({ "statuses": { "OK": "CONFIRMED" } }), "event_type", "CONFIRMED", "SCH-6");
    }

    #[test]
    fn a_message_that_would_be_refused_names_the_field() {
        let map = SiteMap::read(&json!({ "appointment_id": "SCH-26" })).unwrap();
        assert_eq!(preview(MESSAGE, &map).unwrap_err().field, "SCH-26");
        assert_eq!(preview("good morning", &map).unwrap_err().field, "MSH");
    }

    #[test]
    fn starts_that_do_not_agree_are_shown_with_their_places() {
        let two = MESSAGE.replace("VISIT|20260310150000", "VISIT|20260310160000");
        let seen = preview(&two, &SiteMap::default()).unwrap();
        assert_eq!(seen.conflict.as_deref(), Some("AIS-4 20260310160000, SCH-11.4 20260310150000"));
    }

    #[test]
    fn a_message_with_its_frame_around_it_reads_the_same() {
        let framed = format!("\u{b}{MESSAGE}\u{1c}\r");
        assert_eq!(preview(&framed, &SiteMap::default()), preview(MESSAGE, &SiteMap::default()));
    }
}
