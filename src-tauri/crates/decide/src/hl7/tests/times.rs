use super::{booked, read, refused, with, BOOKING};
use crate::hl7::{event, Dtm, SiteMap};

#[test]
fn a_time_is_as_precise_as_it_is_written() {
    for (text, wall, digits, offset) in [
        ("2026", "2026-01-01 00:00:00", 4, None),
        ("202603", "2026-03-01 00:00:00", 6, None),
        ("20260310", "2026-03-10 00:00:00", 8, None),
        ("2026031015", "2026-03-10 15:00:00", 10, None),
        ("202108181130+0215", "2021-08-18 11:30:00", 12, Some(135)),
        ("20260310150059", "2026-03-10 15:00:59", 14, None),
        ("20260310150059.1234-0330", "2026-03-10 15:00:59", 14, Some(-210)),
    ] {
        let d = Dtm::read(text).unwrap();
        assert_eq!((d.wall.to_string().as_str(), d.digits, d.offset_minutes), (wall, digits, offset), "{text}");
    }
    for bad in [
        "",
        "20260230",
        "2026031025",
        "202603101",
        "20260310150060",
        "20260310-2500",
        "20260310-05",
        "20260310150000.",
        "2026031015.5",
        "00000101",
        "2026-03-10",
        "20260310T15",
    ] {
        assert_eq!(Dtm::read(bad), None, "{bad}");
    }
}

/// The booking with its times replaced: TQ1-7, AIS-4, AIL-6, SCH-11.4.
fn timed(tq1: &str, ais: &str, ail: &str, sch: &str) -> String {
    BOOKING
        .replace("TQ1|||||||20260310150000-0500", &format!("TQ1|||||||{tq1}"))
        .replace("L|20260310150000-0500", &format!("L|{ais}"))
        .replace("^^Main Clinic|||20260310150000-0500", &format!("^^Main Clinic|||{ail}"))
        .replace("||||C9^Clerk", &format!("|||^^^{sch}|C9^Clerk"))
}

#[test]
fn the_first_place_that_has_a_time_counts() {
    let at = |text: &str| booked(text).wall_clock.format("%H:%M").to_string();
    assert_eq!(at(&timed("202603100900-0500", "", "", "")), "09:00");
    assert_eq!(at(&timed("", "202603101000-0500", "", "")), "10:00");
    assert_eq!(at(&timed("", "", "202603101100-0500", "")), "11:00");
    assert_eq!(at(&timed("", "", "", "202603101200-0500")), "12:00");
    assert_eq!(at(&with("TQ1|||||||20260310150000-0500", "TQ1|||||||\"\"")), "15:00");
}

#[test]
fn times_that_do_not_agree_are_both_told() {
    let e = booked(&timed("202603100900-0500", "202603100900-0500", "", "202603111400-0500"));
    assert_eq!(e.wall_clock.to_string(), "2026-03-10 09:00:00");
    assert_eq!(e.conflict.as_deref(), Some("TQ1-7 202603100900-0500, AIS-4 202603100900-0500, SCH-11.4 202603111400-0500"));
    assert_eq!(booked(&timed("202603100900-0500", "", "", "SOON")).conflict.as_deref(), Some("TQ1-7 202603100900-0500, SCH-11.4 SOON"));
}

#[test]
fn one_instant_written_in_two_ways_is_no_conflict() {
    assert_eq!(booked(&timed("202603100900-0500", "20260310140000+0000", "20260310090000.00-0500", "20260310")).conflict, None);
    assert_ne!(booked(&timed("202603100900-0500", "", "", "20260311")).conflict, None);
}

#[test]
fn a_time_without_offset_is_the_facilitys_on_that_date() {
    let offset = |stamp: &str| booked(&timed(stamp, "", "", "")).offset_minutes;
    // New York: standard time until 2026-03-08 02:00, then daylight time.
    assert_eq!((offset("202603071500"), offset("202603081500"), offset("202612011500")), (-300, -240, -300));
    // The hour that is skipped and the one that comes twice.
    assert_eq!((offset("202603080230"), offset("202611010130")), (-300, -240));
}

#[test]
fn a_facility_may_have_a_zone_of_its_own() {
    let mut map = SiteMap::default();
    map.zones.insert("MAIN".into(), "America/Phoenix".into());
    let text = timed("202607101500", "", "", "").replace("20260305162000+0000", "20260305092000");
    let e = event(&read(&text), &map).unwrap();
    assert_eq!((e.offset_minutes, e.event_at.unwrap().to_rfc3339().as_str()), (-420, "2026-03-05T16:20:00+00:00"));
    map.zones.insert("055".into(), "America/Denver".into());
    assert_eq!(event(&read(&text), &map).unwrap().offset_minutes, -360);
    map.zones.insert("055".into(), "America/Nowhere".into());
    assert_eq!(event(&read(&text), &map).unwrap_err().field, "time_zone");
}

#[test]
fn a_start_that_is_no_moment_is_an_error() {
    assert_eq!(refused(&timed("20260310", "", "", "")), ("AE", "TQ1-7".into()));
    assert_eq!(refused(&timed("NOON", "202603101000-0500", "", "")), ("AE", "TQ1-7".into()));
    assert_eq!(refused(&timed("20260230100000", "", "", "")), ("AE", "TQ1-7".into()));
}

#[test]
fn the_messages_own_stamp_orders_events_only_with_a_time_of_day() {
    let at = |stamp: &str| booked(&with("20260305162000+0000", stamp)).event_at.map(|t| t.to_rfc3339());
    assert_eq!(at("202603051120-0500").as_deref(), Some("2026-03-05T16:20:00+00:00"));
    assert_eq!(at("202603051120").as_deref(), Some("2026-03-05T16:20:00+00:00"));
    assert_eq!((at(""), at("20260305")), (None, None));
    assert_eq!(refused(&with("20260305162000+0000", "yesterday")), ("AE", "MSH-7".into()));
}

#[test]
fn resources_that_join_later_are_no_conflict() {
    let later = with("AIL|1|A|", "AIS|2|A|XR^X-ray^L|20260310153000-0500\rAIL|1|A|");
    assert_eq!(booked(&later).conflict, None);
    let twice = with("TQ1|||||||20260310150000-0500\r", "TQ1|||||||20260310150000-0500\rTQ1|2||||||20260317150000-0500\r");
    assert!(booked(&twice).conflict.is_some());
}
