//! The thread under trouble: a store that takes no writes, a sender that is gone, a stop.

mod broken;
mod storm;

use super::*;
use crate::clock::SystemClock;
use crate::shorthand::{observation, Short};
use accept::Found;
use decide::input::{Change, Input};
use decide::Vital;
use ledger::{Durability, Key, Ledger};
use std::path::PathBuf;
use vendors::{Fault, Request, Response, VendorConfig};

const KEY: [u8; 32] = [7; 32];

/// No vendor is reached.
struct Nobody;

#[async_trait]
impl Transport for Nobody {
    async fn send(&self, _: Request) -> Result<Response, Fault> {
        Err(Fault::NotSent("nobody is there".into()))
    }
}

struct Ward {
    _folder: tempfile::TempDir,
    path: PathBuf,
    engine: Arc<Mutex<Engine>>,
    live: Arc<Live>,
    banners: Arc<Banners>,
    bus: Arc<Bus>,
}

impl Ward {
    fn open() -> Ward {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("careloop.db");
        let ledger = Ledger::create(&path, &Key::new(KEY), Durability::Full).unwrap();
        Ward::over(folder, path, ledger)
    }

    /// The console is started again over the same file.
    fn again(self) -> Ward {
        self.live.stop();
        let Ward { _folder, path, engine, live, banners, bus } = self;
        drop((engine, live, banners, bus));
        let ledger = Ledger::open(&path, &Key::new(KEY), Durability::Full).unwrap();
        Ward::over(_folder, path, ledger)
    }

    fn over(folder: tempfile::TempDir, path: PathBuf, ledger: Ledger) -> Ward {
        let engine = Engine::open(ledger, SystemClock.now(), "ward", [1; 32]).unwrap();
        let engine = Arc::new(Mutex::new(engine));
        let (banners, bus) = (Arc::new(Banners::default()), Arc::new(Bus::default()));
        let live = Live::start(LiveParts {
            engine: engine.clone(),
            clock: Arc::new(SystemClock),
            health: Arc::default(),
            sound: Arc::default(),
            banners: banners.clone(),
            bus: bus.clone(),
            connected: Arc::new(Connected::new(vendors::Connections::new(VendorConfig::default(), None))),
            transport: Arc::new(Nobody),
            enrolled: None,
        })
        .unwrap();
        Ward { _folder: folder, path, engine, live, banners, bus }
    }

    fn open_episodes(&self) -> usize {
        self.engine.lock().unwrap().desk.episodes.len()
    }
}

fn enrol() -> Incoming {
    let change = Change::Patient(Box::new(Patient::new("7700101".into())));
    Incoming::Direct(Input::Change { who: "test".into(), change })
}

fn reading(id: &str, systolic: i64) -> Incoming {
    received(pressure("7700101", id, systolic).to_string())
}

fn pressure(mrn: &str, id: &str, systolic: i64) -> serde_json::Value {
    observation(&Short {
        mrn: mrn.into(),
        vital: Vital::Bp,
        systolic: Some(systolic.into()),
        diastolic: Some(90.into()),
        value: None,
        unit: None,
        measured_at: SystemClock.now(),
        status: "final".into(),
        source_id: id.into(),
        version: None,
    })
}

fn received(body: String) -> Incoming {
    let body = body.into_bytes();
    let found = match decide::decode::entries(&body) {
        Ok(found) => Found::Readings { bundle: found.bundle, entries: found.entries },
        Err(refusal) => Found::Refused(refusal),
    };
    Incoming::Body { source: Source::FhirHook, body, found }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_store_takes_no_writes_nothing_is_answered_as_kept_and_then_it_goes_on_by_itself() {
    let ward = Ward::open();
    ward.live.take(enrol()).await.unwrap();
    {
        // Another program holds the file.
        let mut other = Ledger::open(&ward.path, &Key::new(KEY), Durability::Full).unwrap();
        let _held = other.begin().unwrap();
        assert_eq!(ward.live.take(reading("cuff-1", 170)).await, None);
        assert!(!ward.live.ready());
        assert!(ward.banners.shown().read().unwrap().iter().any(|b| b.contains("Nothing can be stored")));
    }
    while ward.live.take(reading("cuff-1", 170)).await.is_none() {
        tokio::task::yield_now().await;
    }
    assert!(ward.live.ready());
    assert_eq!(ward.open_episodes(), 1);
    let live = ward.live.clone();
    tokio::task::spawn_blocking(move || live.stop()).await.unwrap();
    assert!(ward.banners.shown().read().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_inputs_handed_over_together_are_answered_each_in_its_place() {
    let ward = Ward::open();
    let answers = ward.live.take_all(vec![enrol(), reading("cuff-1", 170), reading("cuff-1", 170)]).await.unwrap();
    use decide::trail::IntakeOutcome::{Duplicate, Kept};
    let outcomes: Vec<_> = answers.iter().map(|a| a[0].outcome).collect();
    assert_eq!(outcomes, [Kept, Kept, Duplicate]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_before_the_stop_is_still_taken_and_nothing_after_it() {
    let ward = Ward::open();
    ward.live.take(enrol()).await.unwrap();
    let early = ward.live.hand_over(vec![reading("cuff-1", 170)]).unwrap();
    let live = ward.live.clone();
    tokio::task::spawn_blocking(move || live.stop()).await.unwrap();
    assert!(early.await.unwrap().is_some());
    assert_eq!(ward.live.take(reading("cuff-2", 170)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_does_not_wait_for_its_answer_stops_nobody() {
    let ward = Ward::open();
    drop(ward.live.hand_over(vec![enrol()]));
    assert!(ward.live.take(reading("cuff-1", 170)).await.is_some());
    assert_eq!(ward.open_episodes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_to_the_screens_and_a_bad_signature_is_an_alarm_once() {
    let ward = Ward::open();
    let mut screen = ward.bus.listen();
    ward.live.take_all(vec![enrol(), reading("cuff-1", 170)]).await.unwrap();
    while !matches!(screen.recv().await.unwrap().notice, NoticeKind::Rows { .. }) {}
    ward.live.signature_refused(Source::TwilioInbound);
    ward.live.signature_refused(Source::TwilioInbound);
    let live = ward.live.clone();
    tokio::task::spawn_blocking(move || live.stop()).await.unwrap();
    let mut alarms = 0;
    while let Ok(notice) = screen.try_recv() {
        alarms += usize::from(matches!(&notice.notice, NoticeKind::Alarm { text, .. } if text.contains("signature")));
    }
    assert_eq!(alarms, 1);
}
