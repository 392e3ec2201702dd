//! Looks ahead: the on-call schedule of the next days, and whether webhooks still reach us.

use super::reply::{self, OnCalls, WebhookSubscriptions};
use super::{request, Config, PAGES};
use crate::exchange::{Line, Stop};
use decide::outbox::{Delivery, Finding, OnCallSpan, WebhookState};
use decide::At;

/// Everybody who is first in line at some time between the two.
pub async fn coverage(c: &Config, line: &Line<'_>, since: At, until: At) -> Result<Delivery, Stop> {
    let mut spans = Vec::new();
    let mut offset = 0;
    for _ in 0..PAGES {
        let page: OnCalls = reply::read(&line.ask(request::on_call_between(c, since, until, offset)?).await?)?;
        offset += page.oncalls.len();
        let more = page.more && !page.oncalls.is_empty();
        for entry in page.oncalls.into_iter().filter(|o| o.escalation_level.unwrap_or(1) == 1) {
            let Some(user) = entry.user else { continue };
            spans.push(OnCallSpan { name: user.called().unwrap_or(user.id), from: entry.start, to: entry.end });
        }
        if !more {
            break;
        }
    }
    Ok(Delivery::Found(Finding::Coverage { spans }))
}

/// The subscription that delivers to our own hook. Several: the best of them counts.
pub async fn webhook(c: &Config, line: &Line<'_>, hooks: Option<&str>) -> Result<Delivery, Stop> {
    let found = |state| Ok(Delivery::Found(Finding::Webhook { state }));
    let Some(hooks) = hooks else { return found(WebhookState::None) };
    let ours = format!("{}/pagerduty", hooks.trim_end_matches('/'));
    let mut best = WebhookState::None;
    let mut offset = 0;
    for _ in 0..PAGES {
        let page: WebhookSubscriptions = reply::read(&line.ask(request::webhook_subscriptions(c, offset)?).await?)?;
        offset += page.webhook_subscriptions.len();
        let more = page.more && !page.webhook_subscriptions.is_empty();
        for subscription in page.webhook_subscriptions.into_iter().filter(|s| s.delivery_method.url == ours) {
            best = match (subscription.active, subscription.delivery_method.temporarily_disabled) {
                (true, false) => return found(WebhookState::Active),
                (true, true) => WebhookState::Disabled,
                (false, _) if best == WebhookState::None => WebhookState::Off,
                (false, _) => best,
            };
        }
        if !more {
            break;
        }
    }
    found(best)
}
