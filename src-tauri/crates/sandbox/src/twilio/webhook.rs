//! What Twilio posts: inbound messages and delivery reports, signed (contracts 3.2, 3.3).

use super::opt_out::Keyword;
use super::{segments, sid, Message, Twilio};
use crate::callback::Callback;
use crate::exchange::form;
use base64::Engine;
use decide::outbox::Vendor;
use decide::At;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// A webhook before it is signed.
pub(super) struct Pending {
    pub id: u64,
    pub due: At,
    pub hook: &'static str,
    /// The URL given with the message; none: the console's hook.
    pub url: Option<String>,
    pub params: Vec<(String, String)>,
    /// A JSON body instead of the form, signed over its hash in the address (contracts 3.6).
    pub json: Option<String>,
}

impl Pending {
    pub fn signed(self, hooks: &str, auth_token: &str) -> Callback {
        let (kind, hook, body) = match self.json {
            None => ("application/x-www-form-urlencoded; charset=UTF-8", self.hook.to_string(), form(&self.params)),
            Some(json) => {
                let hash: String = Sha256::digest(&json).iter().map(|b| format!("{b:02x}")).collect();
                ("application/json;charset=utf-8", format!("{}?bodySHA256={hash}", self.hook), json)
            }
        };
        let url = self.url.unwrap_or_else(|| format!("{hooks}/{hook}"));
        let headers = vec![
            ("content-type".to_string(), kind.to_string()),
            ("x-twilio-signature".to_string(), signature(auth_token, &url, &self.params)),
            ("i-twilio-idempotency-token".to_string(), sid("", usize::try_from(self.id).unwrap_or_default())),
            ("user-agent".to_string(), "TwilioProxy/1.1".to_string()),
        ];
        Callback { id: self.id, vendor: Vendor::Twilio, due: self.due, hook, url, headers, body: body.into_bytes() }
    }
}

/// `X-Twilio-Signature`: HMAC-SHA1 over the URL and each key and value, keys in byte order,
/// a repeated key with its different values sorted.
pub(super) fn signature(auth_token: &str, url: &str, params: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = params.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut data = url.to_string();
    for (key, value) in sorted {
        data.push_str(key);
        data.push_str(value);
    }
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(data.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

impl Twilio {
    /// A message from a phone; gives its sid.
    pub fn inbound(&mut self, now: At, from: &str, text: &str, opt_out_type: Option<&str>) -> String {
        self.advance(now);
        let told = self.config.flows_post_answers.then(|| self.flow_answer(now, from, text)).flatten();
        self.end_executions(now, from);
        let to = self.last_sender.get(from).or(self.config.numbers.first()).cloned().unwrap_or_default();
        let keyword = opt_out_type.and_then(Keyword::named).or_else(|| Keyword::of(text));
        if let Some(keyword) = keyword {
            let sender = self.sender_key(&to);
            self.opt_outs.heard(&sender, from, keyword);
        }
        let opt_out_type =
            opt_out_type.map(str::to_string).or_else(|| keyword.filter(|_| self.config.advanced_opt_out).map(|k| k.name().to_string()));
        let sid = sid("SM", self.messages.len() + 1);
        let mut params: Vec<(String, String)> = [
            ("ToCountry", "US"),
            ("ToState", "DC"),
            ("SmsMessageSid", &sid),
            ("NumMedia", "0"),
            ("ToCity", ""),
            ("FromZip", ""),
            ("SmsSid", &sid),
            ("FromState", ""),
            ("SmsStatus", "received"),
            ("FromCity", ""),
            ("Body", text),
            ("FromCountry", "US"),
            ("To", &to),
            ("ToZip", ""),
            ("NumSegments", &segments::count(text).to_string()),
            ("MessageSid", &sid),
            ("AccountSid", &self.config.account_sid),
            ("From", from),
            ("ApiVersion", "2010-04-01"),
        ]
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .to_vec();
        params.extend(self.config.messaging_service_sid.iter().map(|s| ("MessagingServiceSid".to_string(), s.clone())));
        params.extend(opt_out_type.map(|t| ("OptOutType".to_string(), t)));
        self.pending.push(Pending { id: self.order.next(), due: now, hook: "twilio/inbound", url: None, params, json: None });
        if let Some(body) = told {
            let (id, json) = (self.order.next(), Some(body.to_string()));
            self.pending.push(Pending { id, due: now, hook: "studio", url: None, params: Vec::new(), json });
        }
        self.messages.push(Message {
            sid: sid.clone(),
            to,
            from: Some(from.to_string()),
            messaging_service_sid: self.config.messaging_service_sid.clone(),
            body: text.to_string(),
            inbound: true,
            status: "received".into(),
            error_code: None,
            status_callback: None,
            created: now,
            sent: Some(now),
            updated: now,
        });
        sid
    }

    /// Queues the report of a message's state, if reports are wanted.
    pub(super) fn report(&mut self, at: At, index: usize) {
        let message = &self.messages[index];
        let url = message.status_callback.clone();
        if url.is_none() && !self.config.reports_by_default {
            return;
        }
        let mut params: Vec<(String, String)> = [
            ("SmsSid", message.sid.as_str()),
            ("SmsStatus", &message.status),
            ("MessageStatus", &message.status),
            ("To", &message.to),
            ("MessageSid", &message.sid),
            ("AccountSid", &self.config.account_sid),
            ("From", message.from.as_deref().unwrap_or("")),
            ("ApiVersion", "2010-04-01"),
        ]
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .to_vec();
        params.extend(message.messaging_service_sid.iter().map(|s| ("MessagingServiceSid".to_string(), s.clone())));
        params.extend(message.error_code.map(|c| ("ErrorCode".to_string(), c.to_string())));
        self.pending.push(Pending { id: self.order.next(), due: at, hook: "twilio/status", url, params, json: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    /// The published examples of twilio's own validators.
    #[test]
    fn signs_as_twilio_signs() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let call = params(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
            ("Caller", "+14158675309"),
        ]);
        assert_eq!(signature("12345", url, &call), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        let repeated = params(&[("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]);
        assert_eq!(signature("12345", url, &repeated), "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
        let by_key = params(&[
            ("Digits", "1234"),
            ("CallSid", "CA1234567890ABCDE"),
            ("To", "+18005551212"),
            ("Caller", "+14158675309"),
            ("From", "+14158675309"),
            ("ReasonConferenceEnded", "test"),
            ("Reason", "Participant"),
        ]);
        assert_eq!(signature("12345", url, &by_key), "vOEb5UThFn24KEfnOFLQY2AE5FY=");
    }
}
