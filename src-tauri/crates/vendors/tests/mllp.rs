//! HL7 requests over real TCP connections to peers of every temper.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use vendors::{Fault, Hl7Message, HttpTransport, Transport};

fn message(peer: &str, id: &str) -> Hl7Message {
    let body = format!("MSH|^~\\&|CARELOOP||EHR||20260305||SRM^S03^SRM_S01|{id}|P|2.5\rARQ|{id}|A1\r").into_bytes();
    Hl7Message { peer: peer.into(), body, control_id: id.into(), effect: None, timeout: Duration::from_millis(400) }
}

fn ack(code: &str, id: &str) -> Vec<u8> {
    decide::hl7::framed(format!("MSH|^~\\&|EHR||CARELOOP||20260305||ACK|E1|P|2.5\rMSA|{code}|{id}\r").as_bytes())
}

async fn hear(line: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let mut chunk = [0u8; 256];
    while !heard.ends_with(&decide::hl7::END) {
        match line.read(&mut chunk).await {
            Ok(n) if n > 0 => heard.extend_from_slice(&chunk[..n]),
            _ => break,
        }
    }
    heard
}

async fn peer() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    (listener, at)
}

#[tokio::test]
async fn an_answer_in_pieces_is_put_together_and_one_connection_serves_many_messages() {
    let (listener, at) = peer().await;
    tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        for id in ["A", "B"] {
            assert!(!hear(&mut line).await.is_empty());
            for byte in ack("AA", id) {
                line.write_all(&[byte]).await.unwrap();
                line.flush().await.unwrap();
            }
        }
    });
    let transport = HttpTransport::new().unwrap();
    for id in ["A", "B"] {
        let bytes = transport.hl7(message(&at, id)).await.unwrap();
        assert_eq!(decide::hl7::answer(&bytes).unwrap().about, id);
    }
}

#[tokio::test]
async fn an_answer_about_another_message_is_not_taken_for_ours() {
    let (listener, at) = peer().await;
    tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        hear(&mut line).await;
        line.write_all(&ack("AA", "OTHER")).await.unwrap();
        line.write_all(&ack("AE", "A")).await.unwrap();
        hear(&mut line).await;
    });
    let bytes = HttpTransport::new().unwrap().hl7(message(&at, "A")).await.unwrap();
    assert_eq!(decide::hl7::answer(&bytes).unwrap().code, decide::hl7::AckCode::Ae);
}

#[tokio::test]
async fn a_peer_that_is_gone_was_sent_nothing() {
    let (listener, at) = peer().await;
    drop(listener);
    assert!(matches!(HttpTransport::new().unwrap().hl7(message(&at, "A")).await, Err(Fault::NotSent(_))));
}

#[tokio::test]
async fn silence_a_cut_line_and_nonsense_leave_the_outcome_unknown() {
    for temper in ["silent", "cut", "nonsense", "other"] {
        let (listener, at) = peer().await;
        tokio::spawn(async move {
            let (mut line, _) = listener.accept().await.unwrap();
            hear(&mut line).await;
            match temper {
                "cut" => return,
                "nonsense" => line.write_all(&decide::hl7::framed(b"hello")).await.unwrap(),
                "other" => line.write_all(&ack("AA", "OTHER")).await.unwrap(),
                _ => {}
            }
            hear(&mut line).await;
        });
        let told = HttpTransport::new().unwrap().hl7(message(&at, "A")).await;
        assert!(matches!(told, Err(Fault::Unknown(_))), "{temper}: {told:?}");
    }
}

#[tokio::test]
async fn after_a_lost_answer_the_same_message_goes_out_again_over_a_new_connection() {
    let (listener, at) = peer().await;
    let peer = tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        let once = hear(&mut first).await;
        drop(first);
        let (mut second, _) = listener.accept().await.unwrap();
        let twice = hear(&mut second).await;
        second.write_all(&ack("AA", "A")).await.unwrap();
        (once, twice)
    });
    let transport = HttpTransport::new().unwrap();
    assert!(transport.hl7(message(&at, "A")).await.is_err());
    assert!(transport.hl7(message(&at, "A")).await.is_ok());
    let (once, twice) = peer.await.unwrap();
    assert_eq!(once, twice);
}
