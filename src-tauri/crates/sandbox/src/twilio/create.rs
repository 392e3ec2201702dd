//! Taking a message: every check of Messages create, in Twilio's words.

use super::{error, sid, Message, Twilio};
use crate::exchange::{value, Answer, Ask};
use crate::journal::AcceptedKind;
use decide::At;

/// Longest body.
const BODY_CHARACTERS_MAX: usize = 1600;
/// Longest ValidityPeriod.
const VALIDITY_SECONDS_MAX: u32 = 36_000;

impl Twilio {
    /// `POST .../Messages.json`.
    pub(super) fn create(&mut self, now: At, ask: &Ask) -> Answer {
        if ask.media_type() != "application/x-www-form-urlencoded" {
            return error(415, 20415, "Unsupported media type");
        }
        let form = ask.form_pairs();
        let given = |name| value(&form, name).filter(|v| !v.is_empty());
        let Some(to) = given("To") else {
            return error(400, 21604, "A 'To' phone number is required.");
        };
        if !is_e164(to) {
            return error(400, 21211, &format!("Invalid 'To' Phone Number: {}", masked(to)));
        }
        let (from, service) = match (given("From"), given("MessagingServiceSid")) {
            (_, Some(service)) if self.config.messaging_service_sid.as_deref() != Some(service) => {
                return error(404, 21701, "The Messaging Service does not exist.");
            }
            (from, Some(service)) => (from.map(str::to_string), Some(service.to_string())),
            (None, None) => return error(400, 21603, "A 'From' phone number is required."),
            (Some(from), None) => (Some(from.to_string()), None),
        };
        if let Some(from) = &from {
            if !self.config.numbers.contains(from) {
                let said = format!(
                    "The 'From' phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account."
                );
                return error(400, 21606, &said);
            }
            if from == to {
                return error(400, 21266, "'To' and 'From' number cannot be the same.");
            }
        }
        let Some(body) = given("Body") else {
            return error(400, 21602, "Message body is required.");
        };
        if body.chars().count() > BODY_CHARACTERS_MAX {
            return error(400, 21617, "The concatenated message body exceeds the 1600 character limit.");
        }
        let validity = match given("ValidityPeriod").map(str::parse::<u32>) {
            None => None,
            Some(Ok(seconds)) if (1..=VALIDITY_SECONDS_MAX).contains(&seconds) => Some(seconds),
            Some(_) => return error(400, 20422, "Invalid Parameter: ValidityPeriod must be between 1 and 36000."),
        };
        let callback = given("StatusCallback");
        if let Some(url) = callback.filter(|u| !is_callback_url(u)) {
            return error(400, 21609, &format!("The 'StatusCallback' URL {url} is not a valid URL."));
        }
        if given("ScheduleType").is_some() || given("SendAt").is_some() {
            return error(400, 20422, "Invalid Parameter: this account does not schedule messages.");
        }
        if self.landlines.contains(to) {
            return error(400, 21614, "'To' number is not a valid mobile number.");
        }
        let number = from.clone().or_else(|| self.config.numbers.first().cloned());
        if let Some(number) = &number {
            if self.opt_outs.is_out(&self.sender_key(number), to) {
                return error(400, 21610, "Attempt to send to unsubscribed recipient");
            }
            self.last_sender.insert(to.to_string(), number.clone());
        }
        let sid = sid("SM", self.messages.len() + 1);
        let accepted = AcceptedKind::Message {
            sid: sid.clone(),
            to: to.to_string(),
            from: from.clone(),
            messaging_service_sid: service.clone(),
            body: body.to_string(),
            validity_seconds: validity,
            status_callback: callback.map(str::to_string),
        };
        let status = if service.is_some() { "accepted" } else { "queued" };
        self.messages.push(Message {
            sid,
            to: to.to_string(),
            from: number,
            messaging_service_sid: service,
            body: body.to_string(),
            inbound: false,
            status: status.to_string(),
            error_code: None,
            status_callback: callback.map(str::to_string),
            created: now,
            sent: None,
            updated: now,
        });
        let index = self.messages.len() - 1;
        let answer = Answer::json(201, &self.shown(&self.messages[index]));
        self.report(now, index);
        self.plan(now, index);
        answer.accepting(accepted)
    }
}

/// E.164, and for +1 a number the North American plan can have.
pub(super) fn is_e164(number: &str) -> bool {
    let Some(digits) = number.strip_prefix('+') else { return false };
    if !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') || !(8..=15).contains(&digits.len()) {
        return false;
    }
    let digits = digits.as_bytes();
    digits[0] != b'1' || (digits.len() == 11 && digits[1] >= b'2' && digits[4] >= b'2')
}

/// Twilio hides the end of a bad number.
fn masked(number: &str) -> String {
    let keep = number.chars().count().saturating_sub(4);
    number.chars().enumerate().map(|(i, c)| if i < keep { c } else { 'X' }).collect()
}

/// An http(s) URL with a host that has no underscore.
fn is_callback_url(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|h| !h.is_empty() && !h.contains('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_can_exist_are_e164() {
        for good in ["+12025550101", "+442071838750", "+4915112345678"] {
            assert!(is_e164(good), "{good}");
        }
        for bad in ["12025550101", "+1202555010", "+12021550101", "+1 202 555 0101", "+02025550101", "+1202555010a", ""] {
            assert!(!is_e164(bad), "{bad}");
        }
    }
}
