//! Response -> what became of a request.

use crate::exchange::{problem, scrubbed, Stop};
use crate::transport::Response;
use decide::outbox::{Effect, ProblemKind, Receipt};

/// 2xx is taken; 4xx is a refusal that an operator must mend; the rest comes again.
pub fn asked(answer: &Response, effect: &Effect) -> Result<Receipt, Stop> {
    let status = answer.status;
    let at = |kind, said: &str| problem(kind, Some(status), None, said);
    match status {
        200..=299 => Ok(Receipt { reference: format!("request {}", effect.id), taken_at: None, found_by_looking: false, status: None }),
        429 => Err(Stop::Retry(at(ProblemKind::Throttled, "the EHR asks to slow down"), answer.retry_after())),
        401 | 403 => Err(Stop::Retry(at(ProblemKind::Credentials, "the EHR refuses the console's credentials"), None)),
        408 | 500..=599 => Err(Stop::Retry(at(ProblemKind::Down, "the EHR is not answering requests"), answer.retry_after())),
        _ => Err(Stop::Reject(at(ProblemKind::Invalid, "the EHR refused the request"))),
    }
}

/// AA and CA: taken. AR and CR: a refusal that somebody must mend. AE and CE: an error that may pass.
pub fn acknowledged(answer: &[u8], effect: &Effect) -> Result<Receipt, Stop> {
    let said = match decide::hl7::answer(answer) {
        Ok(said) => said,
        Err(no) => return Err(Stop::Unknown(problem(ProblemKind::NoAnswer, None, None, no.detail))),
    };
    let code = said.code.name();
    let words = |what: &str| match &said.text {
        Some(text) => format!("{what}: {}", scrubbed(text)),
        None => what.to_string(),
    };
    let told = |kind, what: &str| problem(kind, None, Some(code.to_string()), words(what));
    match said.code {
        c if c.accepted() => Ok(Receipt {
            reference: super::request::control_id(effect),
            taken_at: None,
            found_by_looking: false,
            status: Some(code.to_string()),
        }),
        c if c.rejected() => Err(Stop::Reject(told(ProblemKind::Invalid, "the EHR rejected the request"))),
        _ => Err(Stop::Retry(told(ProblemKind::Down, "the EHR could not process the request"), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use decide::outbox::{About, Act, EffectState, EhrRequest, Priority, Vendor};

    fn effect() -> Effect {
        let now = decide::At::from_timestamp_millis(0).unwrap();
        let request = EhrRequest {
            via: "json".into(),
            flow_sid: String::new(),
            event_type: "CONFIRM".into(),
            appointment_id: "A1".into(),
            patient_id: "P1".into(),
            provider_id: "D1".into(),
        };
        Effect {
            id: 7,
            vendor: Vendor::Ehr,
            act: Act::EhrRequest(request),
            about: About::default(),
            priority: Priority::VisitText,
            state: EffectState::Owed,
            owed_at: now,
            next_try: now,
            give_up_at: None,
            attempts: 0,
            first_failed_at: None,
            not_ours: Vec::new(),
            problem: None,
        }
    }

    #[test]
    fn every_acknowledgement_has_its_meaning() {
        let ack =
            |code: &str| acknowledged(format!("MSH|^~\\&|EHR||||||ACK|1|P|2.5\rMSA|{code}|7-0|no 2025550101\r").as_bytes(), &effect());
        for code in ["AA", "CA"] {
            assert_eq!(ack(code).unwrap().reference, "7-0", "{code}");
        }
        for code in ["AR", "CR"] {
            assert!(matches!(ack(code), Err(Stop::Reject(p)) if p.code.as_deref() == Some(code) && p.said.contains("no #")), "{code}");
        }
        for code in ["AE", "CE"] {
            assert!(matches!(ack(code), Err(Stop::Retry(p, None)) if p.kind == ProblemKind::Down), "{code}");
        }
        assert!(matches!(acknowledged(b"hello", &effect()), Err(Stop::Unknown(_))));
    }

    #[test]
    fn every_status_has_its_meaning() {
        let answer = |status| Response { status, headers: vec![], body: vec![] };
        for status in [200, 201, 202, 204] {
            assert!(asked(&answer(status), &effect()).is_ok(), "{status}");
        }
        for (status, kind) in [
            (429, ProblemKind::Throttled),
            (401, ProblemKind::Credentials),
            (500, ProblemKind::Down),
            (503, ProblemKind::Down),
            (408, ProblemKind::Down),
        ] {
            assert!(matches!(asked(&answer(status), &effect()), Err(Stop::Retry(p, _)) if p.kind == kind), "{status}");
        }
        for status in [400, 404, 409, 422] {
            assert!(matches!(asked(&answer(status), &effect()), Err(Stop::Reject(_))), "{status}");
        }
    }
}
