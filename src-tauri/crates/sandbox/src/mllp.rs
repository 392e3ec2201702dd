//! The built-in EHR's MLLP port: framed messages, one acknowledgement each.

use crate::ehr::hl7::{END, START};
use crate::sandbox::Sandbox;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use vendors::Fault;

const FRAME_BYTES_MAX: usize = 1024 * 1024;

/// Takes connections until stopped.
pub(crate) async fn listen(sandbox: Arc<Sandbox>, listener: TcpListener, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((line, _)) => {
                    tokio::spawn(converse(sandbox.clone(), line, stopped.clone()));
                }
                Err(error) => tracing::warn!(%error, "the built-in EHR could not take a connection"),
            },
            changed = stopped.changed() => if changed.is_err() { return },
        }
    }
}

/// One connection: several frames may come in one read, one frame in several.
async fn converse(sandbox: Arc<Sandbox>, mut line: TcpStream, mut stopped: watch::Receiver<bool>) {
    let mut heard: Vec<u8> = Vec::new();
    let mut chunk = [0u8; 8192];
    loop {
        while let Some(frame) = next_frame(&mut heard) {
            let (answer, delay) = sandbox.ehr_exchange(&String::from_utf8_lossy(&frame), None);
            tokio::time::sleep(delay).await;
            let Ok(ack) = answer else { return };
            let framed = [&[START], ack.as_bytes(), &END].concat();
            if line.write_all(&framed).await.is_err() {
                return;
            }
        }
        tokio::select! {
            read = line.read(&mut chunk) => match read {
                Ok(n) if n > 0 && heard.len() + n <= FRAME_BYTES_MAX => heard.extend_from_slice(&chunk[..n]),
                _ => return,
            },
            _ = stopped.changed() => return,
        }
    }
}

/// Takes the first whole frame; bytes before its start are dropped.
fn next_frame(heard: &mut Vec<u8>) -> Option<Vec<u8>> {
    let start = heard.iter().position(|b| *b == START)?;
    let end = heard[start..].windows(2).position(|w| w == END)? + start;
    let frame = heard[start + 1..end].to_vec();
    heard.drain(..end + 2);
    Some(frame)
}

impl Sandbox {
    /// Sends the built-in EHR one HL7 message in-process; gives its acknowledgement.
    pub fn ehr_hl7(&self, message: &str, effect: Option<u64>, timeout: std::time::Duration) -> Result<String, Fault> {
        match self.ehr_exchange(message, effect) {
            (Ok(_), delay) if delay >= timeout => Err(Fault::Unknown("timed out".into())),
            (answer, _) => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_cut_wherever_the_bytes_fall() {
        let mut heard = b"noise\x0bone\x1c\x0d\x0btw".to_vec();
        assert_eq!(next_frame(&mut heard).as_deref(), Some(&b"one"[..]));
        assert_eq!(next_frame(&mut heard), None);
        heard.extend_from_slice(b"o\x1c\x0d");
        assert_eq!(next_frame(&mut heard).as_deref(), Some(&b"two"[..]));
    }
}
