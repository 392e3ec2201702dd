//! Effect -> request. Incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

use super::Config;
use crate::transport::Request;
use decide::outbox::Vendor;

/// Posts a text. `&`, `<` and `>` are Slack's markup and are escaped.
pub fn post(c: &Config, text: &str) -> Request {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Request::new(Vendor::Slack, http::Method::POST, c.webhook_url.expose()).json("application/json", &serde_json::json!({ "text": text }))
}
