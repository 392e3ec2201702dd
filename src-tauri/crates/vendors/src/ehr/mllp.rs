//! HL7 to the EHR over MLLP: a real connection, kept open between messages, one message outstanding.

use crate::transport::{Fault, Hl7Message};
use decide::hl7::{answer, framed, Cut, Deframer};
use std::collections::HashMap;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

const CONNECT: Duration = Duration::from_secs(5);
/// An acknowledgement is a few hundred bytes.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// The connections to peers.
#[derive(Default)]
pub struct Lines {
    open: Mutex<HashMap<String, Open>>,
}

struct Open {
    stream: TcpStream,
    frames: Deframer,
}

impl Lines {
    /// Sends one message and waits for the answer that names it. Whatever leaves that in doubt closes the connection,
    /// so that a late answer can never pass for the next message's.
    pub async fn exchange(&self, message: &Hl7Message) -> Result<Vec<u8>, Fault> {
        // Held to the end: the next message goes only after this one's answer.
        let mut lines = self.open.lock().await;
        let mut line = match lines.remove(&message.peer).and_then(Open::alive) {
            Some(line) => line,
            None => Open::to(&message.peer).await?,
        };
        let answered = line.converse(message).await?;
        lines.insert(message.peer.clone(), line);
        Ok(answered)
    }
}

impl Open {
    async fn to(peer: &str) -> Result<Open, Fault> {
        let stream = match timeout(CONNECT, TcpStream::connect(peer)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(e)) => return Err(Fault::NotSent(e.kind().to_string())),
            Err(_) => return Err(Fault::NotSent("the connection was not made in time".into())),
        };
        let _ = stream.set_nodelay(true);
        Ok(Open { stream, frames: Deframer::new(ANSWER_BYTES_MAX) })
    }

    /// Whether the peer kept it open, and silent, since the last answer.
    fn alive(self) -> Option<Open> {
        let silent = matches!(self.stream.try_read(&mut [0u8; 1]), Err(e) if e.kind() == std::io::ErrorKind::WouldBlock);
        silent.then_some(self)
    }

    async fn converse(&mut self, message: &Hl7Message) -> Result<Vec<u8>, Fault> {
        // Part of it may have arrived: what became of it is not known.
        timeout(message.timeout, self.ask(message)).await.unwrap_or_else(|_| Err(Fault::Unknown("no answer in time".into())))
    }

    async fn ask(&mut self, message: &Hl7Message) -> Result<Vec<u8>, Fault> {
        let lost = |what: &str| Fault::Unknown(what.to_string());
        if self.stream.write_all(&framed(&message.body)).await.is_err() {
            return Err(lost("the connection closed while sending"));
        }
        let mut chunk = [0u8; 4096];
        loop {
            let n = match self.stream.read(&mut chunk).await {
                Ok(n) if n > 0 => n,
                _ => return Err(lost("the connection closed before the answer")),
            };
            for cut in self.frames.take(&chunk[..n]) {
                match cut {
                    Cut::Frame(bytes) => match answer(&bytes) {
                        Ok(said) if said.about.trim() == message.control_id => return Ok(bytes),
                        // About another message: not an answer to this one.
                        Ok(_) => {}
                        Err(no) => return Err(lost(&no.detail)),
                    },
                    Cut::TooLarge(_) => return Err(lost("the answer is too large")),
                    Cut::Stray(_) => {}
                }
            }
        }
    }
}
