use super::{booked, read, refused, with, BOOKING};
use crate::hl7::{event, SiteMap};
use crate::VisitEventType;

#[test]
fn a_booking_is_read_from_the_standards_places() {
    let e = booked(BOOKING);
    assert_eq!((e.event_type, e.appointment_id.as_str(), e.patient_id.expose()), (VisitEventType::Booked, "A1", "P1"));
    assert_eq!((e.patient_first_name.expose(), e.patient_last_name.expose()), ("Ann", "Lee"));
    assert_eq!((e.patient_phone.unwrap().expose(), e.phone_problem), ("+12025550101", None));
    assert_eq!((e.provider_id.as_str(), e.provider_first_name.as_str(), e.provider_last_name.as_str()), ("D1", "Al", "Ray"));
    assert_eq!(e.provider_callback_phone.as_deref(), Some("+12025550199"));
    assert_eq!((e.location.as_str(), e.service.as_str()), ("Main Clinic, Room 4", "Follow-up visit"));
    assert_eq!((e.wall_clock.to_string().as_str(), e.offset_minutes), ("2026-03-10 15:00:00", -300));
    assert_eq!(e.event_at.unwrap().to_rfc3339(), "2026-03-05T16:20:00+00:00");
    assert_eq!((e.conflict, e.test), (None, false));
}

#[test]
fn the_trigger_names_the_type() {
    for (trigger, kind) in [("S12", "BOOKED"), ("S13", "RESCHEDULED"), ("S14", "MODIFIED"), ("S15", "CANCELED"), ("S26", "NOSHOWED")] {
        for message_type in [format!("SIU^{trigger}"), format!("SIU^{trigger}^SIU_S12")] {
            assert_eq!(booked(&with("SIU^S12^SIU_S12", &message_type)).event_type.name(), kind);
        }
    }
}

#[test]
fn an_s14_is_a_confirmation_only_where_the_site_says_so() {
    let s14 = |status: &str, reason: &str| {
        with("SIU^S12^SIU_S12", "SIU^S14")
            .replace("||||||||Booked", &format!("||||||||{status}"))
            .replace("||||Add|", &format!("||||{reason}|"))
    };
    assert_eq!(booked(&s14("Booked", "Add")).event_type, VisitEventType::Modified);
    assert_eq!(booked(&s14("Confirmed", "Add")).event_type, VisitEventType::Confirmed);
    assert_eq!(booked(&s14("1^CONFIRMED", "Add")).event_type, VisitEventType::Confirmed);
    assert_eq!(booked(&s14("Booked", "Confirm")).event_type, VisitEventType::Confirmed);
    let mut map = SiteMap::default();
    map.statuses.insert("PT OK".into(), VisitEventType::Confirmed);
    assert_eq!(event(&read(&s14("pt ok", "Add")), &map).unwrap().event_type, VisitEventType::Confirmed);
}

#[test]
fn a_message_of_another_kind_is_rejected() {
    for kind in ["ADT^A60", "SIU^S17", "SIU", "SIU^", "", "SRM^S03", "siu^s12", "ORU^R01"] {
        assert_eq!(refused(&with("SIU^S12^SIU_S12", kind)), ("AR", "MSH-9".into()), "{kind}");
    }
    let adt = "MSH|^~\\&|A|B|C|D|20260305||ADT^A60|1|P|2.5\rSCH|\rPID|1||P1\r";
    assert_eq!(refused(adt), ("AR", "MSH-9".into()));
    assert_eq!(refused(&with("|P|2.5.1", "|X|2.5.1")), ("AR", "MSH-11".into()));
    assert_eq!(refused(&with("|P|2.5.1", "|P|3.0")), ("AR", "MSH-12".into()));
}

#[test]
fn a_missing_field_is_an_error_that_names_it() {
    assert_eq!(refused(&with("|M1|", "||")), ("AE", "MSH-10".into()));
    assert_eq!(refused(&with("|A1^EHR|", "||")), ("AE", "SCH-2".into()));
    assert_eq!(refused(&with("|A1^EHR|", "|\"\"|")), ("AE", "SCH-2".into()));
    assert_eq!(refused(&with("X9^^^OTHER^PI~P1^^^MAIN^MR", "")), ("AE", "PID-3".into()));
    assert_eq!(refused("MSH|^~\\&|A|B|C|D|20260305||SIU^S12|1|P|2.5\r"), ("AE", "SCH".into()));
    assert_eq!(refused("MSH|^~\\&|A|B|C|D|20260305||SIU^S12|1|P|2.5\rSCH|1|A1\r"), ("AE", "PID-3".into()));
    assert_eq!(refused(&with("20260310150000-0500", "")), ("AE", "TQ1-7".into()));
    assert_eq!(refused("PID|1||P1\r"), ("AE", "MSH".into()));
}

#[test]
fn the_medical_record_number_is_found_among_several() {
    assert_eq!(booked(&with("P1^^^MAIN^MR", "P1")).patient_id.expose(), "X9");
    let map = SiteMap { patient_id_authority: Some("NORTH".into()), ..SiteMap::default() };
    let two = with("~P1^^^MAIN^MR", "~P1^^^MAIN^MR~N7^^^NORTH&1.2&ISO^MR");
    assert_eq!(event(&read(&two), &map).unwrap().patient_id.expose(), "N7");
    assert_eq!(booked(&with("P1^^^MAIN^MR", "^^^MAIN^MR~P2^^^MAIN^MR")).patient_id.expose(), "P2");
    assert_eq!(booked(&with("X9^^^OTHER^PI~P1^^^MAIN^MR", "^^^MAIN^MR~X7^^^OTHER^PI")).patient_id.expose(), "X7");
}

#[test]
fn several_patients_in_one_message_are_refused() {
    assert_eq!(refused(&with("RGS|1|A\r", "PID|2||P2^^^MAIN^MR||Roe^Jo\rRGS|1|A\r")), ("AE", "PID".into()));
}

#[test]
fn a_test_message_is_marked() {
    assert!(booked(&with("|P|2.5.1", "|T|2.5.1")).test);
    assert!(booked(&with("|P|2.5.1", "|D^A|2.5.1")).test);
}

#[test]
fn the_clerk_is_not_the_provider() {
    let e = booked(&with("AIP|1|A|D1^Ray^Al^^^Dr\r", ""));
    assert_eq!((e.provider_id.as_str(), e.provider_last_name.as_str()), ("", ""));
}

#[test]
fn the_filler_contact_is_called_when_the_placer_has_no_phone() {
    assert_eq!(booked(&with("(202)555-0199^^PH", "")).provider_callback_phone.as_deref(), Some("+12025550198"));
    let silent = with("(202)555-0199^^PH", "").replace("(202)555-0198^^PH", "271-9000");
    assert_eq!(booked(&silent).provider_callback_phone, None);
    let mut map = SiteMap { callback_phone: Some("+12025550111".into()), ..SiteMap::default() };
    assert_eq!(event(&read(&silent), &map).unwrap().provider_callback_phone.as_deref(), Some("+12025550111"));
    map.location_phones.insert("055".into(), "(202) 555-0122".into());
    assert_eq!(event(&read(&silent), &map).unwrap().provider_callback_phone.as_deref(), Some("+12025550122"));
}

#[test]
fn a_location_is_told_in_words() {
    let place = |pl: &str| booked(&with("055^Room 4^^Main Clinic", pl)).location;
    assert_eq!(place("4E^136^B^CommunityHospital^^N"), "CommunityHospital, Room 136");
    assert_eq!(place("11&X-Ray Room&L"), "X-Ray Room");
    assert_eq!(place("OR 4"), "OR 4");
    assert_eq!(place("055^^^^^^^^North Annex"), "North Annex");
    assert_eq!(place(""), "");
    let mut map = SiteMap::default();
    map.locations.insert("055".into(), "Harbor House".into());
    assert_eq!(event(&read(BOOKING), &map).unwrap().location, "Harbor House");
}

#[test]
fn a_message_without_resources_still_names_its_visit() {
    let at = BOOKING.find("RGS|").unwrap();
    let e = booked(&BOOKING[..at]);
    assert_eq!((e.location.as_str(), e.provider_id.as_str(), e.wall_clock.to_string().as_str()), ("", "", "2026-03-10 15:00:00"));
}

#[test]
fn names_come_in_latin_1_and_in_utf_8() {
    let utf8 = with("Lee^Ann", "O'Brien-Núñez^Zoë");
    assert_eq!(booked(&utf8).patient_first_name.expose(), "Zoë");
    let latin1: Vec<u8> = utf8.chars().map(|c| c as u32 as u8).collect();
    let e = event(&crate::hl7::Message::read(&latin1).unwrap(), &SiteMap::default()).unwrap();
    assert_eq!((e.patient_first_name.expose(), e.patient_last_name.expose()), ("Zoë", "O'Brien-Núñez"));
    let declared = utf8.replace("|P|2.5.1\r", "|P|2.5.1||||||8859/1\r");
    let declared: Vec<u8> = declared.chars().map(|c| c as u32 as u8).collect();
    let e = event(&crate::hl7::Message::read(&declared).unwrap(), &SiteMap::default()).unwrap();
    assert_eq!(e.patient_last_name.expose(), "O'Brien-Núñez");
}

#[test]
fn the_places_are_a_setting() {
    let map: SiteMap = serde_json::from_str(r#"{"appointment_id":"SCH-1","times":["SCH-11.4"],"time_zone":"America/Chicago"}"#).unwrap();
    let text = with("||||C9^Clerk^Carla", "|||^^^202603101400|C9^Clerk^Carla").replace("SCH|1|", "SCH|PL-7|");
    let e = event(&read(&text), &map).unwrap();
    assert_eq!((e.appointment_id.as_str(), e.offset_minutes), ("PL-7", -300));
    let back: SiteMap = serde_json::from_str(&serde_json::to_string(&map).unwrap()).unwrap();
    assert_eq!(back, map);
    for bad in [
        r#"{"appointment_id":"SCH"}"#,
        r#"{"appointment_id":"sch-2"}"#,
        r#"{"times":["SCH-11."]}"#,
        r#"{"times":["SCH-0"]}"#,
        r#"{"colour":"x"}"#,
    ] {
        assert!(serde_json::from_str::<SiteMap>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_refusal_tells_nothing_of_the_patient() {
    for text in [
        with("20260310150000-0500", "SECRET"),
        with("|A1^EHR|", &format!("|{}|", "SECRET".repeat(100))),
        with("20260305162000+0000", "SECRET"),
    ] {
        let r = event(&read(&text), &SiteMap::default()).unwrap_err();
        assert!(!format!("{r:?}").contains("SECRET"), "{r:?}");
    }
}
