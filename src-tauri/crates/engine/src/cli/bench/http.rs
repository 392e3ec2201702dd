//! As little HTTP as a load generator needs: prepared requests on kept-alive connections, answers counted off.

use crate::clock::stopwatch;
use anyhow::{bail, Context};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A request's bytes. `head` are further header lines, each with its line end.
pub fn request(address: &str, method: &str, path: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n{kind}{head}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// One request on a connection of its own: status and body.
pub fn once(address: &str, request: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.write_all(request)?;
    let mut got = Vec::new();
    loop {
        if let Some(answer) = Answer::first(&got)? {
            return Ok((answer.status, got[answer.body_at..answer.length].to_vec()));
        }
        read_more(&mut stream, &mut got)?;
    }
}

fn read_more(stream: &mut TcpStream, got: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut some = [0; 16 << 10];
    match stream.read(&mut some)? {
        0 => bail!("the connection was closed"),
        n => got.extend_from_slice(&some[..n]),
    }
    Ok(())
}

/// An answer that has arrived whole.
struct Answer {
    status: u16,
    body_at: usize,
    length: usize,
}

impl Answer {
    /// The first answer in some bytes, once all of it is there.
    fn first(bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
        let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
        let head = std::str::from_utf8(&bytes[..end])?;
        let status = head.get(9..12).and_then(|s| s.parse().ok()).context("not an HTTP answer")?;
        let mut length = 0;
        for line in head.split("\r\n") {
            if let Some((name, value)) = line.split_once(':') {
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse()?;
                }
            }
        }
        let length = end + 4 + length;
        Ok((bytes.len() >= length).then_some(Answer { status, body_at: end + 4, length }))
    }
}

/// Takes an answer off the front; anything but a 2xx is an error.
fn take(got: &mut Vec<u8>) -> anyhow::Result<bool> {
    let Some(answer) = Answer::first(got)? else { return Ok(false) };
    if !(200..300).contains(&answer.status) {
        bail!("answered {}: {}", answer.status, String::from_utf8_lossy(&got[answer.body_at..answer.length]));
    }
    got.drain(..answer.length);
    Ok(true)
}

/// As fast as they are answered: every request once, over so many connections, each with so many on the way.
/// Returns how long it took.
pub fn drive(address: &str, requests: Vec<Vec<u8>>, connections: usize, on_the_way: usize) -> anyhow::Result<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
        let mut streams = Vec::new();
        for _ in 0..connections {
            let stream = tokio::net::TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let began = stopwatch();
        let tasks: Vec<_> = streams.into_iter().map(|s| tokio::spawn(send_all(s, requests.clone(), next.clone(), on_the_way))).collect();
        for task in tasks {
            task.await??;
        }
        Ok(began.elapsed())
    })
}

async fn send_all(
    mut stream: tokio::net::TcpStream,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
    on_the_way: usize,
) -> anyhow::Result<()> {
    let mut got = Vec::with_capacity(16 << 10);
    loop {
        let from = next.fetch_add(on_the_way, Ordering::Relaxed);
        let some = &requests[from.min(requests.len())..(from + on_the_way).min(requests.len())];
        if some.is_empty() {
            return Ok(());
        }
        stream.write_all(&some.concat()).await?;
        let mut answers = 0;
        while answers < some.len() {
            if take(&mut got)? {
                answers += 1;
            } else if stream.read_buf(&mut got).await? == 0 {
                bail!("the connection was closed");
            }
        }
    }
}

/// What an open-loop run measured.
pub struct OpenLoop {
    /// When the first was scheduled.
    pub began: Instant,
    /// From the instant each was scheduled for until its answer was there, in the order of the requests.
    pub latencies: Vec<Duration>,
}

/// The instant at which the n-th of an open loop is scheduled.
pub fn scheduled(began: Instant, n: usize, per_second: f64) -> Instant {
    began + Duration::from_secs_f64(n as f64 / per_second)
}

/// Open loop: each request has its instant, whatever became of the ones before; a late answer counts from
/// that instant, so that a stall is felt by every request that it held up.
pub fn open_loop(address: &str, requests: &[Vec<u8>], per_second: f64) -> anyhow::Result<OpenLoop> {
    // Enough senders that one waits only behind an answer that takes longer than all their turns together.
    const SENDERS: usize = 32;
    let began = stopwatch() + Duration::from_millis(50);
    let sender = |first: usize| -> anyhow::Result<Vec<(usize, Duration)>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let (mut got, mut measured) = (Vec::new(), Vec::new());
        for n in (first..requests.len()).step_by(SENDERS) {
            let at = scheduled(began, n, per_second);
            std::thread::sleep(at.saturating_duration_since(stopwatch()));
            stream.write_all(&requests[n])?;
            while !take(&mut got)? {
                read_more(&mut stream, &mut got)?;
            }
            measured.push((n, at.elapsed()));
        }
        Ok(measured)
    };
    let mut latencies = vec![Duration::ZERO; requests.len()];
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|first| scope.spawn(move || sender(first))).collect();
        for sender in senders {
            for (n, latency) in sender.join().map_err(|_| anyhow::anyhow!("a sender broke"))?? {
                latencies[n] = latency;
            }
        }
        anyhow::Ok(())
    })?;
    Ok(OpenLoop { began, latencies })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_only_once_it_is_whole() {
        let mut got = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell".to_vec();
        assert!(!take(&mut got).unwrap());
        got.extend_from_slice(b"oHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        assert!(take(&mut got).unwrap());
        assert!(take(&mut got).unwrap_err().to_string().contains("503"));
    }
}
