//! From a reading to the vendors: how long until the patient is texted and the pager is called.

use super::bodies::{self, How};
use super::console::{key_file, Console};
use super::figure::{Sample, PAGE, TEXT};
use super::intake::STEADY;
use super::latency::Latencies;
use super::{http, Bench};
use crate::clock::{stopwatch, Clock, SystemClock};
use crate::keys;
use anyhow::{ensure, Context};
use chrono::TimeDelta;
use decide::{At, Mrn};
use sandbox::{AcceptedKind, Sandbox, SandboxConfig, Served};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// One reading in so many is beyond a limit.
const BEYOND: usize = 10;
/// Patients whose readings stay inside.
const OTHERS: u64 = 1_000;

/// The built-in vendors in the bench's own process: they see each request as it comes.
pub struct Vendors {
    pub sandbox: Arc<Sandbox>,
    served: Served,
    runtime: Runtime,
}

impl Vendors {
    /// Serves them on loopback.
    pub fn start() -> anyhow::Result<Vendors> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let sandbox = Sandbox::new(Arc::new(|| SystemClock.now()), SandboxConfig::default());
        let served = runtime.block_on(sandbox.serve(SocketAddr::from(([127, 0, 0, 1], 0))))?;
        Ok(Vendors { sandbox, served, runtime })
    }

    /// The clinic of the bench, pointed at them.
    pub fn config(&self, patients: u64) -> serde_json::Value {
        let mut config = bodies::config(patients);
        config["vendors"] = self.sandbox.vendors(self.served.bases());
        config
    }

    /// Closes their doors.
    pub fn stop(self) {
        self.runtime.block_on(self.served.stop());
    }
}

/// The wall clock beside the stopwatch; to the millisecond, as the vendors' own.
pub struct Wall {
    at: At,
    watch: Instant,
}

impl Wall {
    /// As they stand now.
    pub fn now() -> Self {
        Self { at: SystemClock.now(), watch: stopwatch() }
    }

    /// The time of an instant.
    pub fn of(&self, instant: Instant) -> At {
        let ahead = TimeDelta::from_std(instant.saturating_duration_since(self.watch)).unwrap_or_default();
        self.at + ahead - TimeDelta::from_std(self.watch.saturating_duration_since(instant)).unwrap_or_default()
    }
}

/// Readings at the steady rate, some beyond a limit and some critical, each of a patient of their own.
pub fn reach(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let dir = bench.dir()?;
    let folder = dir.path().join("ward");
    let count = (STEADY * bench.sizes.steady_seconds) as usize;
    let beyond = count.div_ceil(BEYOND) as u64;
    let vendors = Vendors::start()?;
    let console = Console::start(&folder, Some(&vendors.config(beyond + OTHERS)))?;
    let now = SystemClock.now();
    let mut others = bodies::routine(0, count as u64, beyond..beyond + OTHERS, TimeDelta::seconds(60), now);
    let body = |n: usize| {
        // Every other one beyond a limit is critical.
        let how = if (n / BEYOND).is_multiple_of(2) { How::Abnormal } else { How::Critical };
        let other = others.next().map(|r| r.to_string()).unwrap_or_default();
        if n.is_multiple_of(BEYOND) {
            bodies::pressure(n as u64 | 1 << 40, (n / BEYOND) as u64, how, now)
        } else {
            other
        }
    };
    let requests: Vec<_> = (0..count).map(body).map(|b| http::request(&console.address, "POST", &console.fhir, "", b.as_bytes())).collect();
    let wall = Wall::now();
    let run = http::open_loop(&console.address, &requests, STEADY)?;
    std::thread::sleep(Duration::from_secs(2));
    ensure!(console.metric("careloop_intake_inputs_total{hook=\"fhir\",outcome=\"quarantined\"}")? == 0.0, "readings were set aside");
    console.stop()?;

    let case_key = keys::case_key(&ledger::Key::from_hex(&std::fs::read_to_string(key_file(&folder))?).context("the key")?);
    let sent_at = |patient: u64| wall.of(http::scheduled(run.began, patient as usize * BEYOND, STEADY));
    let cases: HashMap<String, u64> = (0..beyond).map(|p| (decide::narrate::case_id(&case_key, &Mrn::new(bodies::mrn(p))), p)).collect();
    let phones: HashMap<String, u64> = (0..beyond).map(|p| (bodies::phone(p), p)).collect();
    let (mut texts, mut pages) = (HashMap::new(), HashMap::new());
    for accepted in vendors.sandbox.accepted() {
        match accepted.what {
            AcceptedKind::Message { to, .. } => {
                phones.get(&to).map(|p| texts.entry(*p).or_insert(accepted.at));
            }
            AcceptedKind::Event { summary: Some(summary), .. } => {
                let case = summary.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric())).find_map(|w| cases.get(w));
                case.map(|p| pages.entry(*p).or_insert(accepted.at));
            }
            _ => {}
        }
    }
    vendors.stop();
    let criticals = (beyond / 2) as usize;
    ensure!(texts.len() == beyond as usize, "{} of {beyond} patients were texted", texts.len());
    ensure!(pages.len() == criticals, "{} of {criticals} pages went out", pages.len());
    let latencies =
        |came: HashMap<u64, At>| Latencies::new(came.into_iter().map(|(p, at)| (at - sent_at(p)).to_std().unwrap_or_default()).collect());
    let (texts, pages) = (latencies(texts), latencies(pages));
    Ok(vec![Sample::of(TEXT, texts.percentile(99.0), texts.in_words()), Sample::of(PAGE, pages.percentile(99.0), pages.in_words())])
}
