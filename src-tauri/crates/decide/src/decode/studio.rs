//! The callback of a Studio Flow (behaviour.md 2.2): five texts, each refused by its name.

use super::appointment::{object, required};
use super::node::Node;
use super::Refusal;
use crate::outbox::StudioAnswer;
use crate::visits::VisitAnswer;
use crate::Mrn;

const SEND: &str = "Send the callback's five fields as a JSON object.";

/// Decodes one callback; unknown fields are ignored.
pub fn answer(body: &[u8], token: Option<String>) -> Result<StudioAnswer, Refusal> {
    let text = super::appointment::text(body, SEND)?;
    let node = object(text, SEND)?;
    let flow_sid = required(&node, "flow_sid")?.into();
    let said = required(&node, "event_type")?;
    let answer = match said.trim().to_uppercase().as_str() {
        "CONFIRM" => VisitAnswer::Confirm,
        "CANCEL" => VisitAnswer::Cancel,
        _ => return Err(Refusal::invalid("unknown_event_type", "event_type", "event_type is not one of CONFIRM, CANCEL.")),
    };
    let appointment_id = required(&node, "appointment_id")?.into();
    let patient_id = Mrn::new(required(&node, "patient_id")?);
    // A visit may name no provider: then the flow posts an empty text.
    let provider_id = match node.get("provider_id") {
        Node::Text(t) if t.trim().is_empty() => String::new(),
        _ => required(&node, "provider_id")?.into(),
    };
    Ok(StudioAnswer { flow_sid, answer, appointment_id, patient_id, provider_id, token })
}
