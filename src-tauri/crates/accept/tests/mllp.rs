//! HL7 over real sockets: frames, acknowledgements, and what happens to senders that misbehave.

mod ward;

use accept::mllp::{serve, Limits};
use accept::Found;
use chrono::{TimeZone, Utc};
use decide::hl7::{answer, framed, AckCode, Cut, Deframer};
use decide::Source;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use ward::*;

fn booking(id: &str) -> String {
    format!(
        "MSH|^~\\&|EPIC|MAIN|CARELOOP|CLINIC|20260305162000+0000||SIU^S12^SIU_S12|{id}|P|2.5\r\
         SCH|1|A1|||||||||||(202)555-0199^^PH||||||||||||Booked\r\
         TQ1|||||||20260310150000-0500\r\
         PID|1||P1^^^MAIN^MR||Lee^Ann||||||||(202)555-0101^PRN^CP\r\
         RGS|1|A\rAIL|1|A|055^Room 4^^Main Clinic\rAIP|1|A|D1^Ray^Al\r"
    )
}

struct Port {
    at: SocketAddr,
    stop: oneshot::Sender<()>,
    gone: JoinHandle<()>,
}

async fn port(store: &Arc<Store>, limits: Limits) -> Port {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let clock = Arc::new(|| Utc.with_ymd_and_hms(2026, 3, 5, 16, 20, 1).unwrap());
    let gone = tokio::spawn(serve(listener, store.clone(), clock, limits, async move {
        let _ = stopped.await;
    }));
    Port { at, stop, gone }
}

struct Sender {
    line: TcpStream,
    heard: Deframer,
    waiting: std::collections::VecDeque<Vec<u8>>,
}

impl Sender {
    async fn to(port: &Port) -> Sender {
        Sender { line: TcpStream::connect(port.at).await.unwrap(), heard: Deframer::new(1 << 20), waiting: Default::default() }
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.line.write_all(bytes).await.unwrap();
    }

    /// The next answer; none if the other side hung up.
    async fn next(&mut self) -> Option<String> {
        let mut chunk = [0u8; 4096];
        while self.waiting.is_empty() {
            match self.line.read(&mut chunk).await {
                Ok(n) if n > 0 => {
                    for cut in self.heard.take(&chunk[..n]) {
                        let Cut::Frame(bytes) = cut else { panic!("not a frame: {cut:?}") };
                        self.waiting.push_back(bytes);
                    }
                }
                _ => return None,
            }
        }
        self.waiting.pop_front().map(|b| b.iter().map(|b| *b as char).collect())
    }

    /// The next answer's code and the control id it is about.
    async fn said(&mut self) -> (AckCode, String) {
        let text = self.next().await.expect("an answer");
        let said = answer(text.as_bytes()).unwrap();
        (said.code, said.about)
    }
}

fn aa(id: &str) -> (AckCode, String) {
    (AckCode::Aa, id.to_string())
}

#[tokio::test]
async fn a_message_is_acknowledged_once_it_is_kept() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    sender.write(&framed(booking(" 38762").as_bytes())).await;
    let ack = sender.next().await.unwrap();
    assert!(ack.starts_with("MSH|^~\\&|CARELOOP|CLINIC|EPIC|MAIN|20260305162001+0000||ACK^S12^ACK|CL"), "{ack}");
    assert!(ack.ends_with("\rMSA|AA| 38762\r"), "{ack}");
    let kept = store.last();
    assert_eq!((kept.source, kept.body.as_ref()), (Source::Mllp, booking(" 38762").as_bytes()));
    let Found::Visit(event) = kept.found else { panic!("not a visit") };
    assert_eq!((event.appointment_id.as_str(), event.patient_phone.unwrap().expose()), ("A1", "+12025550101"));
}

#[tokio::test]
async fn no_acknowledgement_leaves_before_the_store_is_done() {
    let store = Store::new();
    let held = store.slow.acquire().await.unwrap();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    sender.write(&framed(booking("M1").as_bytes())).await;
    store.being_asked().await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
        let early = sender.line.try_read(&mut [0u8; 1]);
        assert!(early.is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock), "answered before it was kept");
    }
    drop(held);
    assert_eq!(sender.said().await, aa("M1"));
}

#[tokio::test]
async fn a_store_that_takes_no_writes_is_an_error_to_send_again() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    store.writable.store(false, SeqCst);
    sender.write(&framed(booking("M1").as_bytes())).await;
    assert_eq!(sender.said().await, (AckCode::Ae, "M1".into()));
    // A rejection that could not be kept is an error too: the message must come again.
    sender.write(&framed(b"MSH|^~\\&|A|B|C|D|20260305||ADT^A60|M2|P|2.5\r")).await;
    assert_eq!(sender.said().await, (AckCode::Ae, "M2".into()));
    store.writable.store(true, SeqCst);
    sender.write(&framed(booking("M1").as_bytes())).await;
    assert_eq!(sender.said().await, aa("M1"));
    assert_eq!(store.count(), 1);
}

#[tokio::test]
async fn a_frame_may_come_in_pieces() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    for piece in framed(booking("M1").as_bytes()).chunks(7) {
        sender.write(piece).await;
        sender.line.flush().await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(sender.said().await, aa("M1"));
}

#[tokio::test]
async fn frames_that_come_together_are_answered_in_order() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    let all: Vec<u8> = ["M1", "M2", "M3"].iter().flat_map(|id| framed(booking(id).as_bytes())).collect();
    sender.write(&all).await;
    assert_eq!([sender.said().await, sender.said().await, sender.said().await], [aa("M1"), aa("M2"), aa("M3")]);
    assert_eq!(store.count(), 3);
}

#[tokio::test]
async fn a_message_that_means_nothing_here_is_refused_and_kept_aside() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    for (message, code, id) in [
        ("MSH|^~\\&|A|B|C|D|20260305||ADT^A60|M1|P|2.5\rSCH|\r".to_string(), AckCode::Ar, "M1"),
        (booking("M2").replace("PID|1||P1^^^MAIN^MR", "PID|1||"), AckCode::Ae, "M2"),
        (booking("M3").replace("RGS|1|A\r", "oops\r"), AckCode::Ae, "M3"),
        ("hello".to_string(), AckCode::Ae, ""),
    ] {
        sender.write(&framed(message.as_bytes())).await;
        assert_eq!(sender.said().await, (code, id.to_string()));
        let kept = store.last();
        assert_eq!(kept.body.as_ref(), message.as_bytes());
        assert!(matches!(kept.found, Found::Refused(_)));
    }
    sender.write(&framed(booking("M9").as_bytes())).await;
    assert_eq!(sender.said().await, aa("M9"));
}

#[tokio::test]
async fn a_refusal_names_the_field_and_nothing_of_the_patient() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    sender.write(&framed(booking("M1").replace("20260310150000-0500", "SECRET").as_bytes())).await;
    let ack = sender.next().await.unwrap();
    assert!(ack.contains("MSA|AE|M1|TQ1-7: ") && !ack.contains("SECRET") && !ack.contains("Lee"), "{ack}");
}

#[tokio::test]
async fn the_same_message_again_is_acknowledged_and_told_as_the_same() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    for _ in 0..2 {
        sender.write(&framed(booking("M1").as_bytes())).await;
        assert_eq!(sender.said().await, aa("M1"));
    }
    // The control id alone tells nothing: another visit may carry it.
    sender.write(&framed(booking("M1").replace("|A1|", "|A2|").as_bytes())).await;
    assert_eq!(sender.said().await, aa("M1"));
    let keys: Vec<_> = store.kept.lock().unwrap().iter().map(|k| k.dedupe.clone().unwrap()).collect();
    assert!(keys[0] == keys[1] && keys[1] != keys[2], "{keys:?}");
}

#[tokio::test]
async fn a_batch_in_one_frame_is_kept_message_by_message() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    let batch = format!("BHS|^~\\&|EPIC\r{}{}BTS|2\r", booking("M1"), booking("M2").replace("SIU^S12", "ADT^A01"));
    sender.write(&framed(batch.as_bytes())).await;
    let acks = sender.next().await.unwrap();
    assert!(acks.contains("\rMSA|AA|M1\rMSH|") && acks.contains("\rMSA|AR|M2|MSH-9: "), "{acks}");
    let kept = store.kept.lock().unwrap().iter().map(|k| k.body.clone()).collect::<Vec<_>>();
    assert_eq!(kept[0], booking("M1").as_bytes());
    assert_eq!(kept.len(), 2);
}

#[tokio::test]
async fn noise_between_frames_is_passed_over_but_an_unframed_message_is_kept_aside() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    sender.write(b"\r\nGET / HTTP/1.1\r\n\r\n").await;
    sender.write(&framed(booking("M1").as_bytes())).await;
    assert_eq!(sender.said().await, aa("M1"));
    assert_eq!(store.count(), 1);
    sender.write(booking("M2").as_bytes()).await;
    sender.write(&framed(booking("M3").as_bytes())).await;
    assert_eq!(sender.said().await, aa("M3"));
    let kept = store.kept.lock().unwrap();
    assert_eq!(kept.len(), 3);
    assert!(matches!(&kept[1].found, Found::Refused(r) if r.reason == "not_framed"));
    assert_eq!(kept[1].body.as_ref(), booking("M2").as_bytes());
}

#[tokio::test]
async fn a_frame_inside_a_frame_is_never_read_as_one_message() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    let cut_off = format!("\u{b}{}", &booking("M1")[..200]);
    sender.write(cut_off.as_bytes()).await;
    sender.write(&framed(booking("M2").as_bytes())).await;
    assert_eq!(sender.said().await, (AckCode::Ae, "M1".into()));
    assert!(matches!(store.last().found, Found::Refused(r) if r.reason == "frame_in_frame"));
    sender.write(&framed(booking("M2").as_bytes())).await;
    assert_eq!(sender.said().await, aa("M2"));
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_rejected_and_the_next_one_taken() {
    let store = Store::new();
    let port = port(&store, Limits { frame_bytes: 2000, ..Limits::default() }).await;
    let mut sender = Sender::to(&port).await;
    sender.write(&framed(format!("{}NTE|1||{}\r", booking("M1"), "x".repeat(50_000)).as_bytes())).await;
    assert_eq!(sender.said().await, (AckCode::Ar, "M1".into()));
    let kept = store.last();
    assert!(kept.body.len() <= 2000 && matches!(kept.found, Found::Refused(r) if r.reason == "too_large"));
    sender.write(&framed(booking("M2").as_bytes())).await;
    assert_eq!(sender.said().await, aa("M2"));
}

#[tokio::test]
async fn a_frame_without_an_end_is_cut_off() {
    let store = Store::new();
    let port = port(&store, Limits { frame_bytes: 1000, discard_bytes: 5000, ..Limits::default() }).await;
    let mut sender = Sender::to(&port).await;
    sender.write(&[&[0x0b][..], &[b'x'; 7000]].concat()).await;
    assert_eq!(sender.said().await.0, AckCode::Ar);
    assert_eq!(sender.next().await, None);
}

#[tokio::test]
async fn a_slow_sender_is_let_go_and_nothing_of_it_kept() {
    let store = Store::new();
    let port = port(&store, Limits { frame_seconds: 0.1, ..Limits::default() }).await;
    let mut sender = Sender::to(&port).await;
    sender.write(&framed(booking("M1").as_bytes())[..100]).await;
    assert_eq!(sender.next().await, None);
    assert_eq!(store.count(), 0);
}

#[tokio::test]
async fn a_silent_connection_is_let_go() {
    let port = port(&Store::new(), Limits { idle_seconds: 0.05, ..Limits::default() }).await;
    assert_eq!(Sender::to(&port).await.next().await, None);
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_the_others_go_on() {
    let store = Store::new();
    let port = port(&store, Limits { connections: 1, ..Limits::default() }).await;
    let mut first = Sender::to(&port).await;
    first.write(&framed(booking("M1").as_bytes())).await;
    assert_eq!(first.said().await, aa("M1"));
    assert_eq!(Sender::to(&port).await.next().await, None);
    first.write(&framed(booking("M2").as_bytes())).await;
    assert_eq!(first.said().await, aa("M2"));
}

#[tokio::test]
async fn enhanced_mode_is_answered_in_its_own_codes_or_not_at_all() {
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    let mode = |id: &str, asked: &str| framed(booking(id).replace("|P|2.5\r", &format!("|P|2.5|||{asked}\r")).as_bytes());
    sender.write(&mode("M1", "AL|NE")).await;
    assert_eq!(sender.said().await, (AckCode::Ca, "M1".into()));
    sender.write(&mode("M2", "NE|NE")).await;
    sender.write(&mode("M3", "AL|NE")).await;
    assert_eq!(sender.said().await, (AckCode::Ca, "M3".into()));
    assert_eq!(store.count(), 3);
    store.writable.store(false, SeqCst);
    sender.write(&mode("M4", "NE|NE")).await;
    assert_eq!(sender.next().await, None);
}

#[tokio::test]
async fn stopping_lets_the_message_under_way_be_answered() {
    let store = Store::new();
    let held = store.slow.acquire().await.unwrap();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    sender.write(&framed(booking("M1").as_bytes())).await;
    store.being_asked().await;
    port.stop.send(()).unwrap();
    drop(held);
    assert_eq!(sender.said().await, aa("M1"));
    assert_eq!(sender.next().await, None);
    port.gone.await.unwrap();
}

#[tokio::test]
async fn the_public_samples_come_in_over_the_line() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/hl7v2");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    let store = Store::new();
    let port = port(&store, Limits::default()).await;
    let mut sender = Sender::to(&port).await;
    let mut names: Vec<_> = files.map(|f| f.unwrap().path()).collect();
    names.sort();
    for path in &names {
        let bytes = std::fs::read(path).unwrap();
        // As the file has them, and as a line has them.
        let cr: Vec<u8> = bytes.iter().map(|b| if *b == b'\n' { b'\r' } else { *b }).collect();
        for form in [bytes, cr] {
            sender.write(&framed(&form)).await;
            let (code, id) = sender.said().await;
            assert!(code == AckCode::Aa && id.starts_with("MSG000"), "{}", path.display());
            assert!(matches!(store.last().found, Found::Visit(e) if e.conflict.is_some()), "{}", path.display());
        }
    }
    assert_eq!(store.count(), names.len() * 2);
}
