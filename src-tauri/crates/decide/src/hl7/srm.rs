//! Requests to the EHR: SRM^S03 asks to confirm, SRM^S04 to cancel (contracts 6.1), and their answers.

use super::message::{written, Message};
use super::AckCode;
use crate::{At, Mrn};

/// What a patient asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    Confirm,
    Cancel,
}

/// A request about one appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub kind: RequestKind,
    /// The EHR's own number (ARQ-2).
    pub appointment_id: String,
    pub patient_id: Mrn,
    /// Empty if it is not known.
    pub provider_id: String,
    /// MSH-10, the same whenever this request is sent again; ARQ-1 is made of it.
    pub control_id: String,
    /// MSH-3 and MSH-4: who asks.
    pub from: (String, String),
    /// MSH-5 and MSH-6: who is asked.
    pub to: (String, String),
    /// A request that means nobody (MSH-11 T).
    pub test: bool,
}

/// The message, each segment ended by CR.
pub fn srm(r: &Request, now: At) -> String {
    let w = |text: &str| written(text);
    let (trigger, reason, words) = match r.kind {
        RequestKind::Confirm => ("S03", "CONFIRM", "Patient confirmed"),
        RequestKind::Cancel => ("S04", "CANCEL", "Patient asks to cancel"),
    };
    let stamp = now.format("%Y%m%d%H%M%S+0000");
    let processing = if r.test { "T" } else { "P" };
    let id = w(&r.control_id);
    let mut segments = vec![
        format!(
            "MSH|^~\\&|{}|{}|{}|{}|{stamp}||SRM^{trigger}^SRM_S01|{id}|{processing}|2.5||||||UNICODE UTF-8",
            w(&r.from.0),
            w(&r.from.1),
            w(&r.to.0),
            w(&r.to.1)
        ),
        // Required: 1 placer's number, 6 event reason, 15 placer contact, 19 entered by.
        format!("ARQ|{id}^CARELOOP|{}||||{reason}^{words}|||||||||CARELOOP^Careloop||||CARELOOP^Careloop", w(&r.appointment_id)),
        format!("PID|1||{}^^^^MR", w(r.patient_id.expose())),
        "RGS|1|X".to_string(),
    ];
    if !r.provider_id.is_empty() {
        segments.push(format!("AIP|1|X|{}", w(&r.provider_id)));
    }
    segments.into_iter().map(|s| s + "\r").collect()
}

/// What the EHR said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub code: AckCode,
    /// The control id it answers.
    pub about: String,
    /// Its own words, if any.
    pub text: Option<String>,
}

/// Bytes that are no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAnswer {
    /// What is wrong with them; no PHI.
    pub detail: String,
}

/// Reads an ACK or an SRR. Accepted means received, not done: what is done comes as a SIU.
pub fn answer(bytes: &[u8]) -> Result<Said, NoAnswer> {
    let no = |detail: &str| NoAnswer { detail: detail.into() };
    let m = Message::read(bytes).map_err(|r| NoAnswer { detail: r.detail })?;
    if !matches!(m.field("MSH", 9).component(1).text().as_deref(), Some("ACK" | "SRR")) {
        return Err(no("The answer is neither ACK nor SRR (MSH-9)."));
    }
    let Some(msa) = m.first("MSA") else { return Err(no("The answer has no MSA segment.")) };
    let code = m.of(msa, 1).text().and_then(|c| AckCode::named(&c)).ok_or_else(|| no("MSA-1 is not one of AA, AE, AR, CA, CE, CR."))?;
    let err = || m.field("ERR", 8).text().or_else(|| m.field("ERR", 7).text());
    Ok(Said { code, about: m.of(msa, 2).value(), text: m.of(msa, 3).text().or_else(err) })
}
