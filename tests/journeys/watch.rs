//! The watch outside: it hears a console that works, and `/healthz` says what does not.

use crate::console::Place;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

#[test]
fn a_watch_outside_hears_the_console_for_as_long_as_it_works() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut request = [0u8; 1024];
            let read = stream.read(&mut request).unwrap_or(0);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            if tell.send(String::from_utf8_lossy(&request[..read]).into_owned()).is_err() {
                return;
            }
        }
    });
    let place = Place::new();
    let settings = json!({ "settings": { "heartbeat_url": format!("http://{address}/ping/ward"), "heartbeat_minutes": 0.02 } });
    let config = place.write("config.json", &settings.to_string());
    let console = place.start(&["--config", config.to_str().unwrap()]);
    for _ in 0..3 {
        let request = heard.recv_timeout(Duration::from_secs(30)).expect("a heartbeat");
        assert!(request.starts_with("GET /ping/ward HTTP/1.1"), "{request}");
    }
    console.terminate();
    // What was on its way may still arrive; then it is silent.
    while heard.recv_timeout(Duration::from_secs(4)).is_ok() {}
}

#[test]
fn healthz_says_that_all_is_well_with_no_reason_against_it() {
    let place = Place::new();
    let console = place.start(&[]);
    let answer = console.get("/healthz");
    assert_eq!((answer.status, answer.json()), (200, json!({ "ok": true, "reasons": [] })));
}
