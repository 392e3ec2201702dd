//! The listener itself, over real sockets.

mod ward;

use accept::Limits;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use ward::*;

struct Desk {
    at: SocketAddr,
    stop: oneshot::Sender<()>,
    gone: JoinHandle<()>,
}

async fn desk(store: &Arc<Store>, limits: Limits) -> Desk {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = accept::router(store.clone(), limits.clone());
    let gone = tokio::spawn(accept::serve(listener, router, limits, async move {
        let _ = stopped.await;
    }));
    Desk { at, stop, gone }
}

impl Desk {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    fn fhir(&self) -> String {
        self.url(&format!("/hooks/{KEY}/fhir"))
    }
}

/// Writes bytes and reads until the console closes.
async fn talk(at: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    String::from_utf8_lossy(&heard).into_owned()
}

fn head(length: usize) -> String {
    format!("POST /hooks/{KEY}/fhir HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: {length}\r\n\r\n")
}

#[tokio::test]
async fn a_reading_is_kept_over_a_real_socket() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let client = reqwest::Client::new();
    for n in 0..3 {
        let answer =
            client.post(desk.fhir()).header("content-type", "application/fhir+json").body(good(&format!("g-{n}"))).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    assert_eq!(store.count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_ten_megabytes_is_answered_413_and_not_kept() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let answer = reqwest::Client::new()
        .post(desk.fhir())
        .header("content-type", "application/json")
        .body(vec![b' '; 10 << 20])
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), store.count()), (413, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_too_large_body_is_thrown_away_only_so_far() {
    let store = Store::new();
    let desk = desk(&store, Limits { discard_bytes: 1 << 20, ..Limits::default() }).await;
    let mut stream = TcpStream::connect(desk.at).await.unwrap();
    stream.write_all(head(1 << 40).as_bytes()).await.unwrap();
    let chunk = vec![b' '; 1 << 16];
    let mut sent = 0usize;
    // The console closes long before everything is sent.
    while stream.write_all(&chunk).await.is_ok() && sent < 1 << 30 {
        sent += chunk.len();
    }
    assert!(sent < 1 << 30);
    assert_eq!(store.count(), 0);
}

#[tokio::test]
async fn a_sender_that_waits_to_be_told_to_go_on_hears_413_at_once() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let head = head(10 << 20).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    let heard = talk(desk.at, head.as_bytes()).await;
    assert!(heard.starts_with("HTTP/1.1 413"), "{heard}");
}

#[tokio::test]
async fn a_body_that_never_comes_is_given_up() {
    let store = Store::new();
    let desk = desk(&store, Limits { body_read_seconds: 0.1, ..Limits::default() }).await;
    let heard = talk(desk.at, format!("{}{{\"resourceType\":", head(500)).as_bytes()).await;
    assert!(heard.starts_with("HTTP/1.1 408") && heard.to_lowercase().contains("connection: close"), "{heard}");
    assert_eq!(store.count(), 0);
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let store = Store::new();
    let desk = desk(&store, Limits { head_read_seconds: 0.1, ..Limits::default() }).await;
    // Reading to the end returns only because the console closes.
    let heard = talk(desk.at, b"POST /hooks/x/fhir HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
    assert!(!heard.starts_with("HTTP/1.1 2"), "{heard}");
    assert_eq!(store.count(), 0);
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_given_up() {
    let store = Store::new();
    let desk = desk(&store, Limits { head_read_seconds: 0.1, ..Limits::default() }).await;
    assert_eq!(talk(desk.at, b"").await, "");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_kept() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let mut stream = TcpStream::connect(desk.at).await.unwrap();
    stream.write_all(format!("{}{{\"resourceType\":", head(500)).as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    assert!(!String::from_utf8_lossy(&heard).starts_with("HTTP/1.1 2"));
    assert_eq!(store.count(), 0);
}

#[tokio::test]
async fn oversized_headers_are_refused() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let long = head(0).replace("\r\n\r\n", &format!("\r\nX-Long: {}\r\n\r\n", "x".repeat(100 << 10)));
    let many = head(0).replace("\r\n\r\n", &format!("\r\n{}\r\n", "X-Many: 1\r\n".repeat(500)));
    for bytes in [long, many] {
        let heard = talk(desk.at, bytes.as_bytes()).await;
        assert!(!heard.starts_with("HTTP/1.1 2"), "{heard}");
    }
    assert_eq!(store.count(), 0);
    assert_eq!(reqwest::get(desk.url("/healthz")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let heard = talk(desk.at, b"\x0bMSH|^~\\&|A|B|C|D|20260305||SIU^S12|1|P|2.5\r\x1c\r\r\n\r\n").await;
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 400"), "{heard}");
}

#[tokio::test]
async fn a_connection_has_a_rate_of_its_own() {
    let store = Store::new();
    store.change(|auth| auth.rates.per_connection_per_second = 0.01);
    let desk = desk(&store, Limits::default()).await;
    let body = good("g-1");
    let one = format!("{}{body}", head(body.len()));
    let last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let heard = talk(desk.at, format!("{one}{last}").as_bytes()).await;
    assert_eq!((heard.matches("HTTP/1.1 200").count(), heard.matches("HTTP/1.1 429").count()), (1, 1), "{heard}");
    // Another connection is not held back by it.
    let heard = talk(desk.at, last.as_bytes()).await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
}

#[tokio::test]
async fn what_was_answered_2xx_is_kept_however_often_the_store_fails() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let client = reqwest::Client::new();
    let mut accepted = Vec::new();
    for n in 0..60 {
        store.writable.store(n % 3 != 0, SeqCst);
        let id = format!("g-{n}");
        let answer = client.post(desk.fhir()).body(good(&id)).send().await.unwrap();
        match answer.status().as_u16() {
            200 => accepted.push(id),
            503 => assert!(answer.headers().contains_key("retry-after")),
            other => panic!("{other}"),
        }
    }
    let kept: Vec<String> = store.kept.lock().unwrap().iter().map(|i| String::from_utf8(i.body.to_vec()).unwrap()).collect();
    assert_eq!(kept, accepted.iter().map(|id| good(id)).collect::<Vec<_>>());
    assert_eq!(accepted.len(), 40);
}

#[tokio::test]
async fn stopping_lets_go_of_idle_connections() {
    let store = Store::new();
    let desk = desk(&store, Limits::default()).await;
    let client = reqwest::Client::new();
    assert_eq!(client.get(desk.url("/healthz")).send().await.unwrap().status(), 200);
    desk.stop.send(()).unwrap();
    desk.gone.await.unwrap();
    assert!(TcpStream::connect(desk.at).await.is_err());
}
