//! Posts the vendors' webhooks to a live console, as they come due.

use crate::callback::Callback;
use crate::sandbox::Sandbox;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// PagerDuty waits 5 s for an answer, Twilio 15 s.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// The vendors' clock is not the computer's: look again at least this often.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A running pump; it stops when dropped.
pub struct Pump {
    task: JoinHandle<()>,
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sandbox {
    /// Posts webhooks to the console's hooks (`http://127.0.0.1:PORT/hooks/KEY`), in order.
    /// PagerDuty's are retried; Twilio's are posted once.
    pub fn spawn_pump(self: &Arc<Self>, hooks: &str) -> reqwest::Result<Pump> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(ANSWER_WITHIN)
            .build()?;
        let (sandbox, hooks) = (self.clone(), hooks.trim_end_matches('/').to_string());
        let mut changes = sandbox.changes();
        let task = tokio::spawn(async move {
            loop {
                changes.mark_unchanged();
                while let Some(callback) = sandbox.take_callback() {
                    let status = post(&client, &hooks, &callback).await;
                    sandbox.answered(&callback, status);
                }
                let wait = match sandbox.next_due() {
                    Some(due) => (due - sandbox.now()).to_std().unwrap_or(Duration::ZERO).min(LOOK_EVERY),
                    None => LOOK_EVERY,
                };
                // The wait may end early: an act or an accepted write may have made something due.
                let _ = tokio::time::timeout(wait, changes.changed()).await;
            }
        });
        Ok(Pump { task })
    }
}

async fn post(client: &reqwest::Client, hooks: &str, callback: &Callback) -> Option<u16> {
    let mut request = client.post(format!("{hooks}/{}", callback.hook)).body(callback.body.clone());
    for (name, value) in &callback.headers {
        request = request.header(name, value);
    }
    match request.send().await {
        Ok(answer) => Some(answer.status().as_u16()),
        Err(error) => {
            tracing::debug!(hook = %callback.hook, error = %error.without_url(), "the console did not take a webhook");
            None
        }
    }
}
