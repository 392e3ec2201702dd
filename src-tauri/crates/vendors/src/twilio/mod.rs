//! Twilio Messages and Studio Flows. No idempotency key exists: an unknown outcome is settled by listing, never by sending again blindly.

pub mod auth;
pub mod callback;
mod config;
pub mod reply;
pub mod request;
pub mod studio;
#[cfg(test)]
mod tests;

pub use config::Config;

use crate::exchange::{problem, Line, Stop};
use decide::outbox::{Delivery, Effect, EffectState, Finding, InboundText, Look, ProblemKind, Receipt, Text};
use decide::{At, Phone};

/// How far our clock may be off from Twilio's: a text that is not found because of that would be sent again and again.
const SKEW_SECONDS: i64 = 1800;
/// A list longer than this is not ours.
const PAGES: usize = 50;

/// Sends a text; if an earlier attempt may have been taken, looks for it first.
pub async fn text(
    c: &Config,
    line: &Line<'_>,
    effect: &Effect,
    text: &Text,
    status_callback: Option<&str>,
    now: At,
) -> Result<Receipt, Stop> {
    if matches!(effect.state, EffectState::Unknown { .. }) {
        if let Some(found) = find(c, line, effect, text).await.map_err(Stop::still_unknown)? {
            return Ok(found);
        }
        if effect.give_up_at.is_some_and(|limit| now >= limit) {
            // Not there, and too late to send it again: whoever waits for it goes another way.
            return Err(Stop::Reject(problem(ProblemKind::NoAnswer, None, None, "twilio did not take the text in time")));
        }
    }
    let answer = line.perform(request::send(c, text, status_callback)?).await?;
    reply::sent(&answer)
}

async fn find(c: &Config, line: &Line<'_>, effect: &Effect, text: &Text) -> Result<Option<Receipt>, Stop> {
    let since = effect.owed_at - chrono::TimeDelta::seconds(SKEW_SECONDS);
    let messages = list(c, line, Some(text.to.expose()), None, since).await?;
    let ours = messages
        .iter()
        .filter(|m| !m.inbound() && m.to.as_deref() == Some(text.to.expose()) && m.body.as_deref() == Some(text.body.as_str()));
    // The earliest that fits and is no other effect's: a later one may belong to a later effect with the same words.
    Ok(ours
        .filter(|m| !effect.not_ours.contains(&m.sid))
        .filter(|m| m.created().is_some_and(|at| at >= since))
        .min_by_key(|m| m.created())
        .map(|m| m.receipt(true)))
}

async fn list(c: &Config, line: &Line<'_>, to: Option<&str>, from: Option<&str>, since: At) -> Result<Vec<reply::Message>, Stop> {
    let mut messages = Vec::new();
    let mut request = request::list(c, to, from, since);
    for _ in 0..PAGES {
        let page = reply::listed(&line.ask(request).await?)?;
        messages.extend(page.messages);
        match page.next_page_uri {
            Some(uri) if uri.starts_with('/') => request = request::page(c, &uri),
            _ => return Ok(messages),
        }
    }
    Err(Stop::Retry(problem(ProblemKind::Invalid, None, None, "twilio's list of messages does not end"), None))
}

/// Messages that came in.
pub async fn look(c: &Config, line: &Line<'_>, look: &Look) -> Result<Delivery, Stop> {
    let (from, since) = match look {
        Look::Inbound { from, since } => (Some(from.expose()), *since),
        Look::InboundAll { since } => (None, *since),
        _ => return Err(Stop::Reject(problem(ProblemKind::Config, None, None, "that question is not for twilio"))),
    };
    // A messaging service may send from any of its numbers: ask for all.
    let to = if c.messaging_service_sid.is_some() { None } else { c.from.as_deref() };
    let since_second = since - chrono::TimeDelta::milliseconds(since.timestamp_subsec_millis().into());
    let mut messages = list(c, line, to, from, since).await?;
    messages.retain(|m| m.inbound() && m.created().is_none_or(|at| at >= since_second));
    messages.sort_by_key(|m| m.created());
    let messages = messages
        .into_iter()
        .map(|m| InboundText {
            at: m.created(),
            from: Phone::from(m.from.unwrap_or_default()),
            to: Phone::from(m.to.unwrap_or_default()),
            body: m.body.unwrap_or_default(),
            opt_out_type: None,
            sid: m.sid,
        })
        .collect();
    Ok(Delivery::Found(Finding::Messages { messages }))
}
