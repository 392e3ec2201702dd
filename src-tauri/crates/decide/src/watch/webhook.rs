//! PagerDuty's webhooks: three refused deliveries silence them for a day (contracts.md 4.3). Noticed by asking.

use super::Round;
use crate::desk::{set_clock, Alarm, Desk};
use crate::outbox::{Look, WebhookState};
use crate::{hours, minutes, seconds, At, ClockKind, Severity};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Asked so often while nothing is open, and while a page is.
const IDLE_HOURS: f64 = 1.0;
const PAGED_MINUTES: f64 = 10.0;
/// Incidents are asked about so often beside webhooks, and without any.
const POLL_SECONDS: f64 = 60.0;
const POLL_ALONE_SECONDS: f64 = 15.0;

/// What is known of the subscription.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Webhook {
    pub state: WebhookState,
    /// Since when it is so.
    pub since: Option<At>,
    pub checked_at: Option<At>,
}

/// PagerDuty delivers nothing though a subscription exists, or one is missing that was there.
fn silent(state: WebhookState) -> bool {
    matches!(state, WebhookState::Disabled | WebhookState::Off)
}

impl Desk {
    pub(crate) fn webhook_round(&mut self, now: At) {
        self.ask_pager(now, Look::Webhook);
        self.plan_webhook(now);
    }

    fn plan_webhook(&mut self, now: At) {
        let paged = self.episodes.values().any(|e| e.is_open() && e.pages.iter().any(|p| p.sent_at.is_some() && !p.resolved));
        let wait = if paged || silent(self.watch.webhook.state) { minutes(PAGED_MINUTES) } else { hours(IDLE_HOURS) };
        self.watch.plan(Round::Webhook, Some(now + wait));
    }

    /// A page is out: its answer should come by webhook.
    pub(crate) fn webhook_matters(&mut self, now: At) {
        self.watch.plan_sooner(Round::Webhook, now + minutes(PAGED_MINUTES));
    }

    /// How often incidents are asked about: faster while no webhook tells of them.
    pub(crate) fn pager_poll_every(&self) -> TimeDelta {
        seconds(if silent(self.watch.webhook.state) { POLL_ALONE_SECONDS } else { POLL_SECONDS })
    }

    pub(crate) fn webhook_found(&mut self, now: At, state: WebhookState) {
        let before = self.watch.webhook.state;
        self.watch.webhook.checked_at = Some(now);
        if before != state {
            self.watch.webhook = Webhook { state, since: Some(now), checked_at: Some(now) };
            match state {
                WebhookState::Disabled => self.webhook_lost(
                    now,
                    "PagerDuty has stopped sending webhooks to this console, because several were refused. Incidents are asked about every 15 seconds instead.",
                ),
                WebhookState::Off => self.webhook_lost(
                    now,
                    "The webhook to this console is switched off at PagerDuty. Incidents are asked about every 15 seconds instead.",
                ),
                WebhookState::None if before == WebhookState::Active => self.notice(
                    now,
                    "webhook_disabled",
                    "The webhook to this console is gone from PagerDuty. Incidents are asked about every minute.".into(),
                ),
                WebhookState::Active if silent(before) => {
                    self.notice(now, "webhook_restored", "PagerDuty sends webhooks to this console again.".into());
                }
                _ => {}
            }
            let kept = serde_json::to_value(&self.watch.webhook).unwrap_or_default();
            self.remember("webhook", kept);
        }
        self.plan_webhook(now);
    }

    fn webhook_lost(&mut self, now: At, words: &str) {
        self.notice(now, "webhook_disabled", words.into());
        self.out.alarms.push(Alarm {
            severity: Severity::Abnormal,
            case_id: String::new(),
            vital: None,
            text: "pager webhook lost".into(),
        });
        // What the webhook would have told is asked for now.
        let every = self.pager_poll_every();
        let paged: Vec<u64> = self
            .episodes
            .values()
            .filter(|e| e.is_open() && e.pages.iter().any(|p| p.sent_at.is_some() && !p.resolved))
            .map(|e| e.id)
            .collect();
        for id in paged {
            self.with_episode(id, |_, e| set_clock(&mut e.clocks, ClockKind::PagerPoll, now + every));
        }
    }

    /// The look failed: polling goes on as it is, and nothing is claimed.
    pub(crate) fn webhook_failed(&mut self, now: At) {
        self.plan_webhook(now);
    }
}
