//! Webhook forms -> our words. Unknown parameters are ignored: Twilio adds them without notice.

use crate::callback::BadCallback;
use crate::form::first;
use decide::outbox::{DeliveryReport, InboundText};
use decide::Phone;

fn required<'a>(pairs: &'a [(String, String)], name: &'static str) -> Result<&'a str, BadCallback> {
    match first(pairs, name) {
        Some(value) if !value.trim().is_empty() => Ok(value),
        Some(_) => Err(BadCallback::new(name, "is empty")),
        None => Err(BadCallback::new(name, "is missing")),
    }
}

fn sid(pairs: &[(String, String)]) -> Result<String, BadCallback> {
    let legacy = ["SmsMessageSid", "SmsSid"].into_iter().find(|n| first(pairs, "MessageSid").is_none() && first(pairs, n).is_some());
    required(pairs, legacy.unwrap_or("MessageSid")).map(str::to_string)
}

/// An inbound SMS.
pub fn inbound(pairs: &[(String, String)]) -> Result<InboundText, BadCallback> {
    Ok(InboundText {
        sid: sid(pairs)?,
        from: Phone::from(required(pairs, "From")?),
        to: Phone::from(required(pairs, "To")?),
        // A picture without words has an empty body; a missing one is not Twilio's.
        body: first(pairs, "Body").ok_or_else(|| BadCallback::new("Body", "is missing"))?.to_string(),
        opt_out_type: first(pairs, "OptOutType").filter(|t| !t.is_empty()).map(str::to_string),
        at: None,
    })
}

/// A delivery report.
pub fn status(pairs: &[(String, String)]) -> Result<DeliveryReport, BadCallback> {
    let legacy = first(pairs, "MessageStatus").is_none() && first(pairs, "SmsStatus").is_some();
    let error_code = match first(pairs, "ErrorCode").map(str::trim).filter(|c| !c.is_empty()) {
        Some(code) => Some(code.parse().map_err(|_| BadCallback::new("ErrorCode", "is not a number"))?),
        None => None,
    };
    Ok(DeliveryReport {
        sid: sid(pairs)?,
        to: Phone::from(required(pairs, "To")?),
        status: required(pairs, if legacy { "SmsStatus" } else { "MessageStatus" })?.to_lowercase(),
        error_code,
    })
}
