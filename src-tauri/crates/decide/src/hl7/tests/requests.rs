use super::read;
use crate::hl7::{answer, srm, AckCode, Message, Request, RequestKind};
use crate::At;
use chrono::TimeZone;

fn now() -> At {
    chrono::Utc.with_ymd_and_hms(2026, 3, 9, 20, 5, 0).unwrap()
}

fn request(kind: RequestKind) -> Request {
    Request {
        kind,
        appointment_id: "A1".into(),
        patient_id: "P1".into(),
        provider_id: "D1".into(),
        control_id: "CL17".into(),
        from: ("CARELOOP".into(), "CLINIC".into()),
        to: ("EPIC".into(), "MAIN".into()),
        test: false,
    }
}

fn fields(m: &Message, places: &[(&str, usize)]) -> Vec<String> {
    places.iter().map(|(s, n)| m.field(s, *n).raw().to_string()).collect()
}

#[test]
fn a_cancellation_is_asked_for_with_s04_and_a_confirmation_with_s03() {
    let m = read(&srm(&request(RequestKind::Cancel), now()));
    let head = fields(
        &m,
        &[("MSH", 3), ("MSH", 4), ("MSH", 5), ("MSH", 6), ("MSH", 7), ("MSH", 9), ("MSH", 10), ("MSH", 11), ("MSH", 12), ("MSH", 18)],
    );
    assert_eq!(head, ["CARELOOP", "CLINIC", "EPIC", "MAIN", "20260309200500+0000", "SRM^S04^SRM_S01", "CL17", "P", "2.5", "UNICODE UTF-8"]);
    let body = fields(&m, &[("ARQ", 1), ("ARQ", 2), ("ARQ", 6), ("ARQ", 15), ("ARQ", 19), ("PID", 3), ("AIP", 3)]);
    assert_eq!(body, ["CL17^CARELOOP", "A1", "CANCEL^Patient asks to cancel", "CARELOOP^Careloop", "CARELOOP^Careloop", "P1^^^^MR", "D1"]);
    let m = read(&srm(&request(RequestKind::Confirm), now()));
    assert_eq!(fields(&m, &[("MSH", 9), ("ARQ", 6)]), ["SRM^S03^SRM_S01", "CONFIRM^Patient confirmed"]);
}

#[test]
fn a_number_with_marks_in_it_stays_one_number() {
    let odd = Request { appointment_id: "A|1^2~3\\4&5\r6".into(), provider_id: String::new(), ..request(RequestKind::Cancel) };
    let m = read(&srm(&odd, now()));
    assert_eq!(m.field("ARQ", 2).text().as_deref(), Some("A|1^2~3\\4&5\r6"));
    assert!(m.first("AIP").is_none());
}

#[test]
fn the_answer_is_an_ack_or_an_srr() {
    let code = |text: &str| answer(text.as_bytes()).map(|s| (s.code.name(), s.about, s.text));
    assert_eq!(code("MSH|^~\\&|E||||||ACK|1|P|2.5\rMSA|AA|CL17\r"), Ok(("AA", "CL17".into(), None)));
    assert_eq!(
        code("MSH|^~\\&|E||||||SRR^S04^SRR_S01|1|P|2.5\rMSA|AR|CL17|no such visit\r"),
        Ok(("AR", "CL17".into(), Some("no such visit".into())))
    );
    assert_eq!(
        code("MSH|^~\\&|E||||||ACK^S04|1|P|2.5\nMSA|AE|CL17\nERR||||E||||Slot is gone\n"),
        Ok(("AE", "CL17".into(), Some("Slot is gone".into())))
    );
    assert_eq!(code("MSH|^~\\&|E||||||ACK|1|P|2.5\rMSA|CE|CL17\r").unwrap().0, "CE");
    for bad in
        ["", "MSH|^~\\&|E||||||ACK|1|P|2.5\r", "MSH|^~\\&|E||||||ACK|1|P|2.5\rMSA|OK|1\r", "MSH|^~\\&|E||||||SIU^S12|1|P|2.5\rMSA|AA|1\r"]
    {
        assert!(code(bad).is_err(), "{bad}");
    }
    assert!(AckCode::Ca.accepted() && AckCode::Cr.rejected() && !AckCode::Ae.rejected());
}
