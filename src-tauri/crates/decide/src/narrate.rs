//! Words: texts to patients, pages, posts, and the case id that stands for a patient outside.

use crate::outbox::{PageReason, Urgency};
use crate::{Direction, Language, Mrn, Rule, Settings, Severity, Shown, Verdict, Vital};
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

/// The symptom check for a vital, direction and language; a setting may replace the shipped script.
pub fn symptom_check(settings: &Settings, vital: Vital, direction: Direction, language: Language, value: &str) -> String {
    let (way, tongue) = (if direction == Direction::High { "high" } else { "low" }, if language == Language::Es { "es" } else { "en" });
    let key = |t: &str| format!("{}.{way}.{t}", vital.name());
    let own = settings.scripts.get(&key(tongue)).or_else(|| settings.scripts.get(&key("en")));
    own.map_or_else(|| shipped(vital, direction, language).to_string(), Clone::clone).replace("{value}", value)
}

/// Each fits one GSM-7 segment with its value, YES always means trouble, and each ends with what to do in an emergency.
fn shipped(vital: Vital, direction: Direction, language: Language) -> &'static str {
    use Direction::*;
    use Language::*;
    match (vital, direction, language) {
        (Vital::Bp, High, En) => "Your blood pressure reading is {value}. Are you feeling lightheaded, chest pain or a change in vision? Reply YES or NO. Emergency: call 911.",
        (Vital::Bp, Low, En) => "Your blood pressure reading is {value}. Are you feeling faint, dizzy, confused or cold? Reply YES or NO. Emergency: call 911.",
        (Vital::Glucose, High, En) => "Your glucose reading is {value}. Are you very thirsty, vomiting, confused or short of breath? Reply YES or NO. Emergency: call 911.",
        (Vital::Glucose, Low, En) => "Your glucose reading is {value}. Are you shaky, sweating, confused or faint? Reply YES or NO. Take sugar now. Emergency: call 911.",
        (Vital::Weight, _, En) => "Your weight is {value} lb, up quickly. Are you short of breath, or are your legs or belly swollen? Reply YES or NO. Emergency: call 911.",
        (Vital::Spo2, _, En) => "Your oxygen reading is {value}%. Are you short of breath, confused, or are your lips blue? Reply YES or NO. Emergency: call 911.",
        (Vital::HeartRate, _, En) => "Your heart rate is {value}. Are you feeling faint, chest pain or short of breath? Reply YES or NO. Emergency: call 911.",
        (Vital::Symptoms, _, En) => "Are you feeling unwell now? Reply YES or NO. Emergency: call 911.",
        (Vital::Bp, High, Es) => "Su presion arterial es {value}. Siente mareo, dolor de pecho o cambios en la vista? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Bp, Low, Es) => "Su presion arterial es {value}. Siente debilidad, mareo, confusion o frio? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Glucose, High, Es) => "Su glucosa es {value}. Tiene mucha sed, vomito, confusion o falta de aire? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Glucose, Low, Es) => "Su glucosa es {value}. Siente temblor, sudor, confusion o desmayo? Responda SI o NO. Tome azucar ya. Emergencia: llame al 911.",
        (Vital::Weight, _, Es) => "Su peso es {value} lb y subio rapido. Tiene falta de aire o las piernas o el vientre hinchados? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Spo2, _, Es) => "Su nivel de oxigeno es {value}%. Tiene falta de aire, confusion o labios azules? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::HeartRate, _, Es) => "Su pulso es {value}. Siente desmayo, dolor de pecho o falta de aire? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Symptoms, _, Es) => "Se siente mal ahora? Responda SI o NO. Emergencia: llame al 911.",
    }
}

/// The one clarifying text.
pub fn clarify(language: Language) -> &'static str {
    match language {
        Language::En => "Sorry, we did not understand. Do you have those symptoms now? Reply YES or NO. Emergency: call 911.",
        Language::Es => "No entendimos su respuesta. Tiene esos sintomas ahora? Responda SI o NO. Emergencia: llame al 911.",
    }
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

    #[test]
    fn every_shipped_script_fits_one_segment_of_plain_letters() {
        for vital in [Vital::Bp, Vital::Glucose, Vital::Weight, Vital::Spo2, Vital::HeartRate, Vital::Symptoms] {
            for direction in [Direction::High, Direction::Low] {
                for language in [Language::En, Language::Es] {
                    let text = symptom_check(&Settings::default(), vital, direction, language, "168/102");
                    assert!(text.is_ascii() && text.len() <= 160, "{} {text}", text.len());
                    assert!(text.contains("911"));
                }
            }
        }
    }
}
