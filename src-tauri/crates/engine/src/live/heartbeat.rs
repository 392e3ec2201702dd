//! The dead-man switch: a watch outside hears of this console while it really works, and raises the alarm when it does not.

use super::{Banners, Bus, Cause, Live};
use crate::spine::Engine;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use wire::NoticeKind;

/// The watch outside has so long to answer.
const ANSWER: Duration = Duration::from_secs(20);
/// A changed setting is noticed within this.
const LOOK: Duration = Duration::from_secs(5);

/// Asks the address of `heartbeat_url` every `heartbeat_minutes`, each time after a turn that was stored; says on screen when it fails.
pub async fn beat(live: Arc<Live>, engine: Arc<Mutex<Engine>>, banners: Arc<Banners>, bus: Arc<Bus>, mut stop: watch::Receiver<bool>) {
    let client = match reqwest::Client::builder().timeout(ANSWER).build() {
        Ok(client) => client,
        Err(e) => return tracing::error!(error = %e, "no heartbeat: HTTP cannot be set up"),
    };
    let mut waited = Duration::MAX;
    loop {
        let (url, every) = {
            let engine = engine.lock().unwrap_or_else(PoisonError::into_inner);
            let settings = &engine.desk.settings;
            (settings.heartbeat_url.clone(), Duration::from_secs_f64((settings.heartbeat_minutes * 60.0).max(1.0)))
        };
        let changed = if url.is_empty() {
            waited = Duration::MAX;
            banners.lower(Cause::Heartbeat)
        } else if waited >= every {
            waited = Duration::ZERO;
            match ask(&client, &live, &url).await {
                Ok(()) => banners.lower(Cause::Heartbeat),
                // The address may hold a key: it is not said.
                Err(why) => banners.raise(Cause::Heartbeat, format!("The watch outside does not hear this console: {why}.")),
            }
        } else {
            false
        };
        if changed {
            bus.tell(NoticeKind::Frame);
        }
        let pause = LOOK.min(every.saturating_sub(waited).max(Duration::from_millis(200)));
        tokio::select! {
            _ = stop.wait_for(|s| *s) => return,
            () = tokio::time::sleep(pause) => waited = waited.saturating_add(pause),
        }
    }
}

async fn ask(client: &reqwest::Client, live: &Live, url: &str) -> Result<(), String> {
    if !live.alive().await {
        return Err("nothing can be stored, so it is not told that all is well".into());
    }
    let answer = client.get(url).send().await.map_err(|e| e.without_url().to_string())?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(format!("it answered {status}")),
    }
}
