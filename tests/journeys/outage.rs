//! A chart that is away while episodes are closed, over real HTTP: what was owed arrives in its order, each once.
//! `cargo xtask test hard` keeps it away for a minute.

use crate::clinic::*;
use crate::console::{free_port, wait_for, Place};
use decide::outbox::Vendor;
use sandbox::{Accepted, AcceptedKind};
use serde_json::{json, Value};
use std::time::Duration;

const EPISODES: usize = 30;

/// How long the chart is away: short by default, `CARELOOP_OUTAGE_SECONDS` for a real minute.
fn away() -> Duration {
    let seconds = std::env::var("CARELOOP_OUTAGE_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(6);
    Duration::from_secs(seconds)
}

/// What the chart took, in order: whose it is and what it is. The chart numbers its patients in the order of the clinic.
fn charted(vendors: &Vendors) -> Vec<(u64, &'static str)> {
    let write = |a: Accepted| match &a.what {
        AcceptedKind::Observation { patient, .. } => Some((patient.parse().ok()?, "observation")),
        AcceptedKind::Document { patient, .. } => Some((patient.parse().ok()?, "document")),
        _ => None,
    };
    vendors.accepted().into_iter().filter_map(write).collect()
}

#[test]
fn a_chart_that_was_away_gets_every_write_in_its_order_and_once() {
    let place = Place::new();
    let mut vendors = Vendors::open();
    let port = free_port();
    let config = vendors.config(&place, EPISODES);
    let console = place.start(&["--listen", &format!("127.0.0.1:{port}"), "--config", config.to_str().unwrap()]);
    vendors.call_back(port);
    for n in 0..EPISODES {
        assert_eq!(console.fhir(&pressure(n, "cuff-1", 168, 96)).status, 200);
    }
    wait_for("every patient was asked", || ((0..EPISODES).all(|n| vendors.texts_to(&phone(n)).len() == 1)).then_some(()));
    vendors.sandbox.set_fault(Vendor::Cerner, sandbox::VendorFault::lasting(sandbox::FaultState::Down));
    let began = std::time::Instant::now();
    for n in 0..EPISODES {
        let row = console.row(&mrn(n)).expect("the row is there");
        console.call("close", json!({ "id": row["id"], "disposition": "acted", "minutes": 3, "note": format!("Called patient {n}.") }));
    }
    wait_for("all writes wait", || {
        let waiting = console
            .call("messages", json!({ "group": "waiting", "vendor": "cerner", "patient": "", "from": null, "to": null, "before": null }));
        (waiting["counts"]["waiting"].as_u64() >= Some(3 * EPISODES as u64)).then_some(())
    });
    std::thread::sleep(away().saturating_sub(began.elapsed()));
    assert!(charted(&vendors).is_empty());
    vendors.sandbox.set_fault(Vendor::Cerner, sandbox::VendorFault::up());
    let back_at = std::time::Instant::now();
    // The longest pause between two attempts is over within minutes; ended by hand, an announced maintenance needs none of it.
    let until = chrono::Utc::now() + chrono::TimeDelta::minutes(5);
    console
        .call("announce_maintenance", json!({ "vendor": "cerner", "from": null, "until": until, "why": "The chart is being restarted" }));
    let frame = console.call("frame", json!({}));
    let id = frame["downtimes"].as_array().and_then(|d| d.iter().find(|d| d["vendor"] == json!("cerner"))).map(|d| d["id"].clone());
    console.call("end_downtime", json!({ "id": id.expect("it was announced") }));
    wait_for("everything owed to the chart has arrived", || (console.metric("careloop_effects_outstanding") == 0).then_some(()));
    let took = charted(&vendors);
    println!("away for {} s: {} writes replayed in {:.1} s", away().as_secs(), took.len(), back_at.elapsed().as_secs_f64());
    assert_eq!(took.len(), 3 * EPISODES, "each write once: {took:?}");
    for (episode, three) in took.chunks(3).enumerate() {
        let whose: Vec<u64> = three.iter().map(|(patient, _)| *patient).collect();
        assert!(whose.iter().all(|p| *p == whose[0]), "episode {episode}: {took:?}");
        assert_eq!(three.iter().map(|(_, what)| *what).collect::<Vec<_>>(), ["observation", "document", "observation"]);
    }
    assert!(took.chunks(3).map(|three| three[0].0).is_sorted(), "in the order in which they were closed: {took:?}");
    let stuck: Vec<Value> = console.call("frame", json!({}))["stuck"].as_array().cloned().unwrap_or_default();
    assert!(stuck.is_empty(), "{stuck:?}");
}
