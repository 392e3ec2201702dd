//! Slack's incoming webhook (docs.slack.dev "Sending messages using incoming webhooks").

use crate::config::SlackConfig;
use crate::exchange::{Answer, Ask};
use crate::fault::FaultState;
use crate::journal::AcceptedKind;
use serde_json::Value;

/// One webhook of one channel.
pub(crate) struct Slack {
    config: SlackConfig,
}

impl Slack {
    pub fn new(config: SlackConfig) -> Slack {
        Slack { config }
    }

    /// Takes a post.
    pub fn answer(&self, ask: &Ask) -> Answer {
        if ask.path != self.config.path {
            return Answer::text(404, "no_service");
        }
        if ask.method != http::Method::POST {
            return Answer::text(405, "method_not_allowed");
        }
        if ask.media_type() != "application/json" {
            return Answer::text(400, "invalid_payload");
        }
        let Ok(Value::Object(post)) = serde_json::from_slice::<Value>(&ask.body) else {
            return Answer::text(400, "invalid_payload");
        };
        match post.get("text") {
            Some(Value::String(text)) if !text.trim().is_empty() => {
                Answer::text(200, "ok").accepting(AcceptedKind::Post { text: text.clone() })
            }
            Some(Value::String(_)) | None => Answer::text(400, "no_text"),
            Some(_) => Answer::text(400, "invalid_payload"),
        }
    }
}

/// Slack in trouble: short words, never JSON.
pub(crate) fn trouble(fault: &FaultState) -> Answer {
    match fault {
        FaultState::RateLimited { retry_after_s } => {
            Answer::text(429, "rate_limited").with("retry-after", retry_after_s.unwrap_or(1).to_string())
        }
        FaultState::Reject { status, error_code } => {
            Answer::text(status.unwrap_or(403), error_code.as_deref().unwrap_or("action_prohibited"))
        }
        _ => Answer::text(503, "service_unavailable"),
    }
}
