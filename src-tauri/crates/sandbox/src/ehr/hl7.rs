//! HL7 v2 schedule requests (contracts 6.1, 6.3): SRM^S03 and SRM^S04, acknowledged.

use crate::fault::FaultState;
use crate::journal::AcceptedKind;
use decide::At;

/// Start and end of an MLLP frame.
pub(crate) const START: u8 = 0x0b;
pub(crate) const END: [u8; 2] = [0x1c, 0x0d];

/// What was acknowledged, and what was accepted by it.
pub(crate) struct Acknowledged {
    pub ack: String,
    pub accepted: Option<AcceptedKind>,
}

/// Answers one message: AA, AE for a message that cannot be processed, AR for one of another kind.
pub(crate) fn answer(now: At, message: &str, count: u64) -> Acknowledged {
    let segments: Vec<Vec<&str>> = message.split(['\r', '\n']).filter(|s| !s.is_empty()).map(|s| s.split('|').collect()).collect();
    let header = segments.first().filter(|s| s[0] == "MSH").cloned().unwrap_or_default();
    // MSH-1 is the separator itself: field n is at n - 1.
    let field = |n: usize| header.get(n - 1).copied().unwrap_or("");
    let trigger = field(9).split('^').nth(1).unwrap_or("");
    let said = |code: &str, why: &str| {
        let time = now.format("%Y%m%d%H%M%S+0000");
        let (version, processing) =
            (if field(12).is_empty() { "2.5" } else { field(12) }, if field(11).is_empty() { "P" } else { field(11) });
        let msh = format!(
            "MSH|^~\\&|{}|{}|{}|{}|{time}||ACK^{trigger}^ACK|EHR{count}|{processing}|{version}",
            field(5),
            field(6),
            field(3),
            field(4)
        );
        let text = if why.is_empty() { String::new() } else { format!("|{why}") };
        format!("{msh}\rMSA|{code}|{}{text}\r", field(10))
    };
    let refused = |code, why| Acknowledged { ack: said(code, why), accepted: None };
    if header.is_empty() || field(10).is_empty() {
        return refused("AE", "MSH with a control id is required");
    }
    if field(9).split('^').next() != Some("SRM") || !matches!(trigger, "S03" | "S04") {
        return refused("AR", "SRM^S03 and SRM^S04 only");
    }
    let request = segments.iter().find(|s| s[0] == "ARQ").cloned().unwrap_or_default();
    let of_request = |n: usize| request.get(n).copied().unwrap_or("");
    if of_request(1).is_empty() && of_request(2).is_empty() {
        return refused("AE", "ARQ-1 or ARQ-2 is required");
    }
    if !segments.iter().any(|s| s[0] == "PID" && s.get(3).is_some_and(|id| !id.is_empty())) {
        return refused("AE", "PID-3 is required");
    }
    let accepted = AcceptedKind::EhrRequest { via: "hl7", body: message.into() };
    Acknowledged { ack: said("AA", ""), accepted: Some(accepted) }
}

/// The EHR in trouble: an error that may be sent again, or a refusal for good.
pub(crate) fn trouble(message: &str, fault: &FaultState) -> String {
    let id = message.split('|').nth(9).unwrap_or("");
    let (code, why) = match fault {
        FaultState::Reject { error_code, .. } => ("AR", error_code.as_deref().unwrap_or("refused")),
        FaultState::RateLimited { .. } => ("AE", "too many requests"),
        _ => ("AE", "unavailable"),
    };
    format!("MSH|^~\\&|EHR||||||ACK|EHR0|P|2.5\rMSA|{code}|{id}|{why}\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANCEL: &str =
        "MSH|^~\\&|CARELOOP|CLINIC|EHR|CLINIC|20260309200500+0000||SRM^S04^SRM_S01| 38762|P|2.5\rARQ|R1|A1\rPID|1||P1\rRGS|1\r";

    fn code(message: &str) -> String {
        let ack = answer(At::UNIX_EPOCH, message, 1).ack;
        ack.split('\r').nth(1).unwrap().split('|').nth(1).unwrap().to_string()
    }

    #[test]
    fn an_accepted_request_is_acknowledged_with_its_control_id_as_sent() {
        let answered = answer(At::UNIX_EPOCH, CANCEL, 1);
        assert!(answered.ack.ends_with("MSA|AA| 38762\r"), "{}", answered.ack);
        assert!(answered.ack.starts_with("MSH|^~\\&|EHR|CLINIC|CARELOOP|CLINIC|"));
        assert_eq!(answered.accepted, Some(AcceptedKind::EhrRequest { via: "hl7", body: CANCEL.into() }));
    }

    #[test]
    fn a_message_of_another_kind_is_rejected_and_a_lame_one_is_an_error() {
        assert_eq!(code(&CANCEL.replace("SRM^S04^SRM_S01", "SIU^S15^SIU_S12")), "AR");
        assert_eq!(code(&CANCEL.replace("ARQ|R1|A1\r", "")), "AE");
        assert_eq!(code(&CANCEL.replace("PID|1||P1\r", "")), "AE");
        assert_eq!(code("PID|1||P1\r"), "AE");
    }
}
