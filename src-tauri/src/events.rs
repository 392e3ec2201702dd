//! Carries the engine's notices to the window.

use tokio::sync::broadcast::{self, error::RecvError};
use wire::Notice;

/// The event that the screen listens to.
pub const NOTICE: &str = "notice";

/// Emits each notice until the engine has gone. Notices lost on the way leave a gap in `seq`,
/// and the screen asks for everything again.
pub async fn forward(mut notices: broadcast::Receiver<Notice>, emit: impl Fn(Notice)) {
    loop {
        match notices.recv().await {
            Ok(notice) => emit(notice),
            Err(RecvError::Lagged(missed)) => {
                tracing::debug!(missed, "the window was slow; it will ask again")
            }
            Err(RecvError::Closed) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use wire::NoticeKind;

    #[tokio::test]
    async fn a_window_that_fell_behind_sees_the_gap_and_the_newest() {
        let (tell, told) = broadcast::channel(2);
        for seq in 1..=5 {
            tell.send(Notice { seq, notice: NoticeKind::Frame }).unwrap();
        }
        drop(tell);
        let seen = Arc::new(Mutex::new(Vec::new()));
        forward(told, |n| seen.lock().unwrap().push(n.seq)).await;
        assert_eq!(*seen.lock().unwrap(), [4, 5]);
    }
}
