//! Words: texts to patients, pages, posts, and the case id that stands for a patient outside.

use crate::outbox::{PageReason, Urgency};
use crate::{Mrn, Rule, Severity, Shown, Verdict, Vital};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The de-identified case id: a keyed pseudonym of the MRN, e.g. `CL-7F3K-92QD` (behaviour.md 1.6).
pub fn case_id(key: &[u8; 32], mrn: &Mrn) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length works");
    mac.update(mrn.expose().as_bytes());
    let digest = mac.finalize().into_bytes();
    let bits = u64::from_be_bytes(digest[..8].try_into().expect("eight bytes"));
    let letter = |i: u32| LETTERS[((bits >> (59 - 5 * i)) & 31) as usize] as char;
    let four = |from: u32| (from..from + 4).map(letter).collect::<String>();
    format!("CL-{}-{}", four(0), four(4))
}

/// "limit 160, +21.9 %", "gain 3.6 lb, limit 3 in 24 h".
pub fn against(verdict: &Verdict) -> Option<String> {
    let limit = crate::plain(verdict.limit_value?);
    let distance =
        verdict.distance_percent.map(|d| format!(", {}{} %", if d.is_sign_positive() { "+" } else { "" }, d)).unwrap_or_default();
    Some(match verdict.limit.as_deref()? {
        "weight_gain_24h_lb" => format!("gain {} lb, limit {limit} in 24 h{distance}", crate::plain(verdict.compared?)),
        "weight_gain_7d_lb" => format!("gain {} lb, limit {limit} in 7 days{distance}", crate::plain(verdict.compared?)),
        _ if verdict.rule == Rule::Stat => format!("stat value, limit {limit}{distance}"),
        _ => format!("limit {limit}{distance}"),
    })
}

/// The page's first line: case id, vital, value, limit, severity. Nothing that names a patient.
pub fn page_summary(case: &str, vital: Vital, shown: &Shown, severity: Severity, reason: PageReason, urgency: Urgency) -> String {
    let value = if vital == Vital::Symptoms { String::new() } else { format!(" {} {}", shown.value.text(), vital.unit()) };
    let limit = against(&shown.verdict).map(|a| format!(" ({a})")).unwrap_or_default();
    format!("{case}: {}{value}{limit} - {}, {}: {}", vital.words(), severity.name(), urgency.word(), why_paged(reason))
}

/// The reason of a page in words.
pub fn why_paged(reason: PageReason) -> &'static str {
    match reason {
        PageReason::Critical => "critical reading",
        PageReason::NoAnswer => "no answer to the symptom check",
        PageReason::Symptoms => "patient reports symptoms",
        PageReason::NoTextPossible => "patient cannot be reached by text",
        PageReason::QuietHours => "out of limit in quiet hours",
        PageReason::Unverified => "unverified: the unit was missing, critical in every unit",
        PageReason::LeaseExpired => "taken earlier, not finished in time",
        PageReason::ReviewOverdue => "waiting for review too long",
        PageReason::Nurse => "paged by the nurse",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_id_hides_the_number_and_stays_the_same() {
        let id = case_id(&[7; 32], &Mrn::new("1022228"));
        assert_eq!(id, case_id(&[7; 32], &Mrn::new("1022228")));
        assert_ne!(id, case_id(&[8; 32], &Mrn::new("1022228")));
        assert_eq!(id.len(), 12);
        assert!(!id.contains("1022228"));
    }
}
