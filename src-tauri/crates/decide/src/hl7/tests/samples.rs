//! Public sample messages, where they stand beside the repository.

use crate::hl7::{event, Message, SiteMap};
use std::path::Path;

#[test]
fn the_public_samples_are_events_that_text_nobody() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/hl7v2");
    if !folder.exists() {
        return;
    }
    for (file, kind, patient, wall, location, provider) in [
        ("ms-SIU-S12-01", "BOOKED", "PATID1234", "2021-09-24 09:30:00", "GH Clinic, Room01", "1210 Robert GE"),
        ("ms-SIU-S12_1", "BOOKED", "PATID1234", "2020-10-04 11:26:00", "CommunityHospital, Room 136", "400 G Tim"),
        ("ms-SIU-S13-01", "RESCHEDULED", "PATID1234", "2021-09-24 09:30:00", "GH Clinic, Room01", "1210 Robert GE"),
        ("ms-SIU-S14-01", "MODIFIED", "PATID1234", "2021-09-24 09:30:00", "GH Clinic, Room02", "1210 Robert GE"),
        ("ms-SIU-S15-01", "CANCELED", "PATID1234", "2021-09-24 09:30:00", "GH Clinic, Room01", "1210 Robert GE"),
        ("ms-SIU-S26-01", "NOSHOWED", "PATID1234", "2021-09-24 09:30:00", "GH Clinic, Room01", "1210 Robert GE"),
    ] {
        let bytes = std::fs::read(folder.join(format!("{file}.hl7"))).unwrap();
        let e = event(&Message::read(&bytes).unwrap(), &SiteMap::default()).unwrap();
        assert_eq!((e.event_type.name(), e.appointment_id.as_str(), e.patient_id.expose()), (kind, "36996", patient), "{file}");
        assert_eq!((e.patient_first_name.expose(), e.patient_last_name.expose()), ("ADAM", "EVERYMAN"), "{file}");
        assert_eq!((e.wall_clock.to_string().as_str(), e.offset_minutes), (wall, 135), "{file}");
        assert_eq!(e.location, location, "{file}");
        assert_eq!(format!("{} {} {}", e.provider_id, e.provider_first_name, e.provider_last_name), provider, "{file}");
        assert_eq!(e.provider_callback_phone.as_deref(), Some("+16082719000"), "{file}");
        // SCH-11 says another day than TQ1, and the mobile has eight digits.
        assert!(e.conflict.unwrap().contains("SCH-11.4 202010011126+0215"), "{file}");
        assert_eq!((e.patient_phone.is_none(), e.phone_problem.is_some(), e.test), (true, true, false), "{file}");
    }
}
