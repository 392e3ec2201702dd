//! Made-up HL7 over a real connection into a real store: what is refused is in quarantine, byte for byte.

use super::*;
use crate::keeper::Keeper;
use decide::hl7::{decode, framed, pieces, PieceKind};
use ledger::Page;
use std::collections::HashSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[allow(dead_code)]
#[path = "../../../../decide/examples/hl7_storm/storm.rs"]
mod made_up;

const FRAMES: u64 = 400;

/// What the listener must refuse of a frame.
fn refused(frame: &[u8], map: &decide::hl7::SiteMap) -> Vec<Vec<u8>> {
    let parts = pieces(frame);
    if !parts.iter().any(|p| p.kind == PieceKind::Message) {
        return vec![frame.to_vec()];
    }
    let bad = |p: &decide::hl7::Piece| match p.kind {
        PieceKind::Envelope => false,
        PieceKind::Stray => true,
        PieceKind::Message => decode(&frame[p.span.clone()], map).is_err(),
    };
    parts.iter().filter(|p| bad(p)).map(|p| frame[p.span.clone()].to_vec()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refused_frame_of_a_storm_is_in_quarantine_with_its_bytes() {
    let ward = Ward::open();
    let map = ward.live.site_map();
    let frames: Vec<Vec<u8>> = (0..FRAMES).map(|n| made_up::content(&mut made_up::dice(11, n))).filter(|f| !f.is_empty()).collect();
    let keeper = Arc::new(Keeper::new(ward.live.clone(), accept::AuthView::default()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let now = Arc::new(|| SystemClock.now());
    tokio::spawn(accept::mllp::serve(listener, keeper, now, accept::mllp::Limits::default(), std::future::pending()));

    let (mut answers, mut sender) = TcpStream::connect(address).await.unwrap().into_split();
    let all: Vec<u8> = frames.iter().flat_map(|f| framed(f)).collect();
    let sending = tokio::spawn(async move {
        sender.write_all(&all).await.unwrap();
        sender.shutdown().await.unwrap();
    });
    let mut heard = Vec::new();
    answers.read_to_end(&mut heard).await.unwrap();
    sending.await.unwrap();

    let reader = ward.engine.lock().unwrap().reader().unwrap();
    let kept = reader.quarantine(None, Page::first(10 * FRAMES as u32)).unwrap();
    let kept: HashSet<Vec<u8>> = kept.iter().map(|q| reader.raw(q.raw).unwrap().unwrap().body).collect();
    let owed: Vec<Vec<u8>> = frames.iter().flat_map(|f| refused(f, &map)).collect();
    let lost = owed.iter().filter(|bytes| !kept.contains(*bytes)).count();
    assert!(owed.len() > 100, "the storm refused {} pieces", owed.len());
    assert_eq!(lost, 0, "of {} refused pieces so many are not in quarantine", owed.len());
    let said = String::from_utf8_lossy(&heard).matches("MSA|A").count();
    assert!(said > 200, "senders were answered: {said}");
    let live = ward.live.clone();
    tokio::task::spawn_blocking(move || live.stop()).await.unwrap();
}
