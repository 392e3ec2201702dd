//! HL7 v2 over MLLP. A message is acknowledged only once it is stored; the sender has one outstanding at a time.

mod frame;
mod line;

use crate::keep::Keep;
use crate::limits::seconds;
use decide::At;
use line::Line;
use std::future::Future;
use std::sync::atomic::AtomicU64;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{watch, Semaphore};

/// What time it is, for the stamps of acknowledgements.
pub type Clock = Arc<dyn Fn() -> At + Send + Sync>;

/// How long messages under way may take once the listener stops.
const LEAVE: Duration = Duration::from_secs(5);
/// A pause when the system has no room for another connection.
const FULL: Duration = Duration::from_millis(50);

/// Limits of size, time and number.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// A larger frame is answered AR.
    pub frame_bytes: usize,
    /// Of a too large frame so much is thrown away before its sender is cut off.
    pub discard_bytes: usize,
    /// From a frame's first byte to its last.
    pub frame_seconds: f64,
    /// Between frames: senders keep their connection open.
    pub idle_seconds: f64,
    /// For the sender to take its acknowledgement.
    pub write_seconds: f64,
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 1 << 20,
            discard_bytes: 16 << 20,
            frame_seconds: 30.0,
            idle_seconds: 86_400.0,
            write_seconds: 10.0,
            connections: 128,
        }
    }
}

/// What every connection shares.
struct Port {
    keep: Arc<dyn Keep>,
    clock: Clock,
    limits: Limits,
    /// Numbers the acknowledgements.
    answers: AtomicU64,
}

/// Serves until `stop` is ready, then lets messages under way be stored and answered.
pub async fn serve(listener: TcpListener, keep: Arc<dyn Keep>, clock: Clock, limits: Limits, stop: impl Future<Output = ()> + Send) {
    let room = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let all = room.available_permits();
    let (leaving, leave) = watch::channel(false);
    let port = Arc::new(Port { keep, clock, limits, answers: AtomicU64::new(0) });
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            _ = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            // One too many is closed at once: its sender notices, and tries again.
            Ok((stream, _)) => {
                if let Ok(place) = room.clone().try_acquire_owned() {
                    let (port, leave) = (port.clone(), leave.clone());
                    tokio::spawn(async move {
                        Line::new(port, stream).talk(leave).await;
                        drop(place);
                    });
                }
            }
            Err(_) => tokio::time::sleep(FULL).await,
        }
    }
    drop(listener);
    let _ = leaving.send(true);
    let _ = tokio::time::timeout(LEAVE, room.acquire_many(all as u32)).await;
}

impl Limits {
    fn frame_time(&self) -> Duration {
        seconds(self.frame_seconds)
    }

    fn idle_time(&self) -> Duration {
        seconds(self.idle_seconds)
    }

    fn write_time(&self) -> Duration {
        seconds(self.write_seconds)
    }
}
