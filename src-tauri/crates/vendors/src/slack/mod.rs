//! Slack incoming webhook. Slack calls nothing back and cannot be asked what it has.

mod config;
pub mod reply;
pub mod request;

pub use config::Config;

use crate::exchange::{problem, Line, Stop};
use decide::outbox::{Effect, EffectState, Post, ProblemKind, Receipt};

/// After so many attempts without an answer a post is given up: it may be there as many times.
const BLIND_ATTEMPTS: u32 = 3;

/// Posts. A post whose fate is unknown is repeated and says so: read twice is better than read never.
pub async fn post(c: &Config, line: &Line<'_>, effect: &Effect, post: &Post) -> Result<Receipt, Stop> {
    let repeated = matches!(effect.state, EffectState::Unknown { .. });
    if repeated && effect.attempts > BLIND_ATTEMPTS {
        return Err(Stop::Reject(problem(ProblemKind::NoAnswer, None, None, "slack never answered; the post may be there")));
    }
    let text = if repeated { format!("{} (repeated: the first attempt was not answered)", post.text) } else { post.text.clone() };
    let answer = line.perform(request::post(c, &text)).await?;
    reply::posted(&answer)
}
