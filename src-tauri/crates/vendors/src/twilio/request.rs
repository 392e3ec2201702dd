//! Effect -> request. Messages API: https://www.twilio.com/docs/messaging/api/message-resource

use super::Config;
use crate::exchange::Stop;
use crate::form;
use crate::transport::Request;
use decide::outbox::{Text, Vendor};
use decide::At;

fn messages(c: &Config) -> String {
    format!("{}/2010-04-01/Accounts/{}/Messages.json", c.base.trim_end_matches('/'), c.account_sid)
}

pub(super) fn signed_in(c: &Config, request: Request) -> Request {
    let (name, password) = c.login();
    request.basic(name, password).header("accept", "application/json")
}

/// Creates a message. `status_callback` is where Twilio reports its delivery.
pub fn send(c: &Config, text: &Text, status_callback: Option<&str>) -> Result<Request, Stop> {
    let sender = match (&c.messaging_service_sid, &c.from) {
        (Some(service), _) => ("MessagingServiceSid", service.as_str()),
        (None, Some(from)) => ("From", from.as_str()),
        (None, None) => return Err(Stop::missing("twilio.from or twilio.messaging_service_sid")),
    };
    let validity = text.validity_seconds.clamp(1, 36_000).to_string();
    let mut pairs = vec![("To", text.to.expose()), sender, ("Body", text.body.as_str()), ("ValidityPeriod", validity.as_str())];
    if let Some(url) = status_callback {
        pairs.push(("StatusCallback", url));
    }
    Ok(signed_in(c, Request::new(Vendor::Twilio, http::Method::POST, messages(c))).form(&pairs))
}

/// Lists messages from that day (GMT) on, newest first.
pub fn list(c: &Config, to: Option<&str>, from: Option<&str>, since: At) -> Request {
    let day = since.format("%Y-%m-%d").to_string();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    pairs.extend(to.map(|to| ("To", to)));
    pairs.extend(from.map(|from| ("From", from)));
    // The parameter's name ends in ">": "on or after".
    pairs.extend([("DateSent>", day.as_str()), ("PageSize", "200")]);
    signed_in(c, Request::new(Vendor::Twilio, http::Method::GET, format!("{}?{}", messages(c), form::write(&pairs))))
}

/// A further page: `next_page_uri` as given.
pub fn page(c: &Config, next_page_uri: &str) -> Request {
    let url = format!("{}{next_page_uri}", c.base.trim_end_matches('/'));
    signed_in(c, Request::new(Vendor::Twilio, http::Method::GET, url))
}
