//! One connection: reads frames, hands each on, answers before it takes the next.

use super::frame::Reply;
use super::Port;
use decide::hl7::{framed, Cut, Deframer};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{timeout, timeout_at, Instant};

const READ_BYTES: usize = 16 << 10;

/// A sender's connection.
pub(super) struct Line {
    port: Arc<Port>,
    stream: TcpStream,
    frames: Deframer,
}

impl Line {
    pub fn new(port: Arc<Port>, stream: TcpStream) -> Self {
        let _ = stream.set_nodelay(true);
        let frames = Deframer::new(port.limits.frame_bytes);
        Self { port, stream, frames }
    }

    /// Talks until the sender leaves, is too slow, or the listener stops.
    pub async fn talk(mut self, mut leave: watch::Receiver<bool>) {
        let mut chunk = vec![0u8; READ_BYTES];
        let mut deadline = Instant::now() + self.port.limits.idle_time();
        loop {
            let read = tokio::select! {
                _ = leave.wait_for(|l| *l) => break,
                read = timeout_at(deadline, self.stream.read(&mut chunk)) => read,
            };
            let n = match read {
                Ok(Ok(n)) if n > 0 => n,
                // Gone, or too slow. A frame cut off half way was not answered: its sender sends it again.
                _ => break,
            };
            let was_inside = self.frames.inside();
            let cuts = self.frames.take(&chunk[..n]);
            let whole = !cuts.is_empty();
            for cut in cuts {
                if self.answer(cut).await.is_err() {
                    return;
                }
            }
            if self.frames.inside() && self.frames.seen() > self.port.limits.frame_bytes.saturating_add(self.port.limits.discard_bytes) {
                let reply = self.port.too_large(&[]).await;
                let _ = self.send(reply).await;
                return;
            }
            deadline = match (self.frames.inside(), was_inside && !whole) {
                (true, true) => deadline,
                (true, false) => Instant::now() + self.port.limits.frame_time(),
                (false, _) => Instant::now() + self.port.limits.idle_time(),
            };
        }
        if let Some(Cut::Stray(bytes)) = self.frames.finish() {
            self.port.stray(bytes).await;
        }
    }

    async fn answer(&mut self, cut: Cut) -> Result<(), ()> {
        let reply = match cut {
            Cut::Frame(bytes) => self.port.frame(bytes.into()).await,
            Cut::TooLarge(head) => self.port.too_large(&head).await,
            Cut::Stray(bytes) => {
                self.port.stray(bytes).await;
                return Ok(());
            }
        };
        self.send(reply).await
    }

    async fn send(&mut self, reply: Reply) -> Result<(), ()> {
        if !reply.bytes.is_empty() {
            let out = framed(&reply.bytes);
            match timeout(self.port.limits.write_time(), self.stream.write_all(&out)).await {
                Ok(Ok(())) => {}
                _ => return Err(()),
            }
        }
        if reply.hang_up {
            return Err(());
        }
        Ok(())
    }
}
