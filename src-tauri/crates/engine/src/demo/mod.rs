//! The demo day: forty made-up patients, two weeks behind them, and a lively ward.
//!
//! It reaches the console as anyone would: readings and visits through the hooks over HTTP, answers from the built-in
//! phone, clinicians at the built-in pager. Nothing in the pipeline knows that it plays.

pub mod cast;
mod past;
mod play;
mod script;
mod shot;
mod visits;

pub use play::play_scenario;

use crate::clock::{stopwatch, Clock};
use crate::console::Demo;
use crate::live::{Bus, Live};
use crate::spine::{Engine, Incoming};
use accept::Found;
use cast::Member;
use decide::input::{Change, Input};
use decide::{At, Source, Vital};
use sandbox::{AcceptedKind, PageAct, Sandbox};
use script::{Do, Ms, Script};
use serde_json::{json, Value};
use shot::Shot;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use visits::{Telling, Visits};
use wire::NoticeKind;

/// The seed of the day: every demo day is the same one.
const SEED: u64 = 20_260_305;
/// How often the day looks what is due.
const BEAT: Duration = Duration::from_millis(200);
/// The built-in EHR answers requests after so long, unless somebody chose: long enough to be seen as asked.
const EHR_ANSWERS_AFTER_SECONDS: f64 = 20.0;
const WHO: &str = "demo day";

/// What the day plays on.
pub struct Stage {
    pub hooks: String,
    pub sandbox: Arc<Sandbox>,
    pub live: Arc<Live>,
    pub engine: Arc<Mutex<Engine>>,
    pub reader: Mutex<ledger::Reader>,
    pub clock: Arc<dyn Clock>,
    pub bus: Arc<Bus>,
    pub runtime: tokio::runtime::Handle,
}

/// The player: play, pause, speed.
pub struct Player {
    stage: Arc<Stage>,
    state: Arc<Mutex<State>>,
}

struct State {
    playing: bool,
    speed: f64,
    left: u32,
    /// The task runs; it ends when the day is over.
    running: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Player {
    /// A day that waits to be played.
    pub fn new(stage: Stage) -> Self {
        Self { stage: Arc::new(stage), state: Arc::new(Mutex::new(State { playing: false, speed: 1.0, left: 0, running: false })) }
    }
}

impl Demo for Player {
    fn playing(&self) -> bool {
        lock(&self.state).playing
    }

    fn events_left(&self) -> u32 {
        lock(&self.state).left
    }

    fn speed(&self) -> f64 {
        lock(&self.state).speed
    }

    fn set(&self, playing: bool, speed: f64) -> Result<(), String> {
        if !(speed.is_finite() && (0.1..=60.0).contains(&speed)) {
            return Err("The demo day plays at 0.1 to 60 times its own speed.".into());
        }
        let mut state = lock(&self.state);
        (state.playing, state.speed) = (playing, speed);
        if playing && !state.running {
            state.running = true;
            let (stage, state) = (self.stage.clone(), self.state.clone());
            self.stage.runtime.spawn(async move {
                if let Err(error) = run(&stage, &state).await {
                    tracing::warn!(error, "the demo day ended early");
                }
                let mut state = lock(&state);
                (state.playing, state.running, state.left) = (false, false, 0);
                drop(state);
                stage.bus.tell(NoticeKind::Frame);
            });
        }
        drop(state);
        self.stage.bus.tell(NoticeKind::Frame);
        self.stage.bus.tell(NoticeKind::Simulator);
        Ok(())
    }
}

/// Plays until nothing is left.
async fn run(stage: &Arc<Stage>, state: &Arc<Mutex<State>>) -> Result<(), String> {
    let began = stage.clock.now();
    let cast = cast::cast(began);
    let post = Post::to(&stage.hooks)?;
    enrol(stage, &cast, &post, began).await?;
    if stage.sandbox.ehr_answers_after().is_none() {
        stage.sandbox.ehr_answers(Some(EHR_ANSWERS_AFTER_SECONDS));
    }
    let visits = Visits::new(&cast, began, |id| {
        let known = lock(&stage.reader).visit_of(id);
        known.ok().flatten().map(|v| v.told.instant())
    });
    let mut script = Script::new(&cast, SEED);
    for (at, n, step) in visits.steps() {
        script.plan(at, Do::Visit { n, step });
    }
    let mut day = Day { script, visits, cast, post, began, sent: 0, seen: newest(&stage.sandbox) };
    let mut now: f64 = 0.0;
    let mut looked = stopwatch();
    loop {
        let (playing, speed) = {
            let mut state = lock(state);
            state.left = day.script.left();
            (state.playing, state.speed)
        };
        let passed = elapsed(&mut looked);
        if playing {
            now += passed.as_secs_f64() * 1000.0 * speed;
            day.beat(stage, now as Ms).await;
        }
        if day.script.left() == 0 {
            return Ok(());
        }
        tokio::time::sleep(BEAT).await;
    }
}

fn elapsed(since: &mut Instant) -> Duration {
    let now = stopwatch();
    now.duration_since(std::mem::replace(since, now))
}

fn newest(sandbox: &Sandbox) -> u64 {
    sandbox.accepted().last().map_or(0, |a| a.n)
}

/// The patients and their two weeks, unless they are there from an earlier day.
async fn enrol(stage: &Stage, cast: &[Member], post: &Post, now: At) -> Result<(), String> {
    let is_new = {
        let engine = lock(&stage.engine);
        cast.iter().all(|m| !engine.desk.patients.contains_key(&m.mrn.as_str().into()))
    };
    let change = |change| Incoming::Direct(Input::Change { who: WHO.into(), change });
    let mut batch = Vec::new();
    for member in cast {
        let mut patient = member.patient(now);
        // The zones follow the sun, so that the day can be shown at any hour; everything else stays.
        if let Some(known) = lock(&stage.engine).desk.patients.get(&patient.mrn) {
            patient = decide::Patient { time_zone: patient.time_zone, zone_checked_at: patient.zone_checked_at, ..known.clone() };
        }
        batch.push(change(Change::Patient(Box::new(patient))));
        if member.opted_out {
            stage.sandbox.opt_out(&member.phone);
            batch.push(change(Change::OptedOut { phone: member.phone.as_str().into(), out: true }));
        }
    }
    stage.live.take_all(batch).await.ok_or("the patients could not be stored")?;
    if is_new {
        for bundle in past::bundles(cast, now, SEED) {
            post.fhir(&bundle).await?;
        }
    }
    Ok(())
}

/// Posts to the hooks as a device cloud does.
struct Post {
    client: reqwest::Client,
    hooks: String,
}

impl Post {
    fn to(hooks: &str) -> Result<Post, String> {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().map_err(|e| e.to_string())?;
        Ok(Post { client, hooks: hooks.to_string() })
    }

    async fn fhir(&self, body: &Value) -> Result<(), String> {
        self.send("fhir", "application/fhir+json", body).await
    }

    async fn appointment(&self, body: &Value) -> Result<(), String> {
        self.send("appointments", "application/json", body).await
    }

    async fn send(&self, hook: &str, content_type: &str, body: &Value) -> Result<(), String> {
        let request = self.client.post(format!("{}/{hook}", self.hooks)).header("content-type", content_type);
        // The URL carries the workspace key: never in an error.
        let answer = request.body(body.to_string()).send().await.map_err(|e| e.without_url().to_string())?;
        match answer.status().as_u16() {
            200..=299 | 400..=499 => Ok(()),
            other => Err(format!("the hooks answered {other}")),
        }
    }
}

/// The day under way.
struct Day {
    cast: Vec<Member>,
    script: Script,
    visits: Visits,
    post: Post,
    began: At,
    /// Counts readings, for their ids.
    sent: u64,
    /// The last entry of the vendors' journal that was reacted to.
    seen: u64,
}

impl Day {
    async fn beat(&mut self, stage: &Stage, now: Ms) {
        self.react(stage, now);
        for what in self.script.due(now) {
            if what.is_trouble() && now > 16_000 && open_rows(stage) >= script::BUSY_ROWS {
                continue;
            }
            if let Err(error) = self.perform(stage, what).await {
                tracing::debug!(error, "a happening of the demo day did not take place");
            }
        }
    }

    /// Texts that arrived are answered, pages that arrived are taken.
    fn react(&mut self, stage: &Stage, now: Ms) {
        for entry in stage.sandbox.accepted_since(self.seen) {
            self.seen = entry.n;
            match entry.what {
                AcceptedKind::Message { to, body, .. } => {
                    let asks = body.contains("YES") || body.contains(" SI ");
                    if let (true, Some(who)) = (asks, self.cast.iter().position(|m| m.phone == to)) {
                        self.script.texted(now, who, &to);
                    } else if let Some((after, text)) = self.visits.texted(&to, &body) {
                        self.script.plan(now + after, Do::Reply { phone: to, text });
                    }
                }
                AcceptedKind::Event { action, dedup_key, incident: Some(_), .. } if action == "trigger" => {
                    let who = self.whose(stage, &dedup_key);
                    self.script.paged(now, who, &dedup_key);
                }
                _ => {}
            }
        }
    }

    /// The patient whose episode a page is about: `workspace:e12:1`.
    fn whose(&self, stage: &Stage, dedup_key: &str) -> Option<usize> {
        let episode: u64 = dedup_key.split(':').nth(1)?.strip_prefix('e')?.parse().ok()?;
        let engine = lock(&stage.engine);
        let mrn = engine.desk.episodes.get(&episode)?.mrn.expose();
        self.cast.iter().position(|m| m.mrn == mrn)
    }

    async fn perform(&mut self, stage: &Stage, what: Do) -> Result<(), String> {
        let now = stage.clock.now();
        let shot = |day: &Day, who: usize, vital: Vital, value: f64| day.cast.get(who).map(|m| Shot::one(m, vital, now, value));
        let shot = match what {
            Do::Pressure { who, systolic, diastolic } => self.cast.get(who).map(|m| Shot::pressure(m, now, systolic, diastolic)),
            Do::Glucose { who, value, without_unit } => shot(self, who, Vital::Glucose, value).map(|s| Shot { without_unit, ..s }),
            Do::Weight { who, value } => shot(self, who, Vital::Weight, value),
            Do::Spo2 { who, value } => shot(self, who, Vital::Spo2, value),
            Do::Stranger => {
                let mut resource = json!({});
                if let Some(m) = self.cast.first() {
                    let stranger = Shot { mrn: "40999999".into(), ..Shot::pressure(m, now, 151.0, 92.0) };
                    resource = stranger.resource(&self.next_id());
                }
                return self.post.fhir(&resource).await;
            }
            Do::Visit { n, step } => return self.tell(stage, n, step, now).await,
            Do::Reply { phone, text } => {
                stage.sandbox.reply(&phone, text, None);
                None
            }
            Do::Acknowledge { key, by } => return stage.sandbox.act(&key, PageAct::Acknowledge, Some(by), None).map_err(|e| e.0),
            Do::Resolve { key, by, note } => return stage.sandbox.act(&key, PageAct::Resolve, Some(by), Some(note)).map_err(|e| e.0),
        };
        match shot {
            Some(shot) => {
                let id = self.next_id();
                self.post.fhir(&shot.resource(&id)).await
            }
            None => Ok(()),
        }
    }

    /// An event of a visit, as the EHR or its HL7 interface sends it.
    async fn tell(&mut self, stage: &Stage, n: usize, step: usize, now: At) -> Result<(), String> {
        match self.visits.tell(n, step, now) {
            Some(Telling::Json(event)) => {
                if self.visits.tales[n].in_book {
                    stage.sandbox.ehr_sent(&event);
                }
                self.post.appointment(&Value::Object(event)).await
            }
            Some(Telling::Hl7(message)) => {
                let map = lock(&stage.engine).desk.site_map();
                let body = message.into_bytes();
                let found = decide::hl7::decode(&body, &map).map_or_else(|r| Found::Refused(r.into()), Found::Visit);
                let message = Incoming::Body { source: Source::Mllp, body, found };
                stage.live.take_all(vec![message]).await.map(|_| ()).ok_or_else(|| "the message could not be stored".into())
            }
            None => Ok(()),
        }
    }

    /// Ids of one day never meet those of another on the same data folder.
    fn next_id(&mut self) -> String {
        self.sent += 1;
        format!("demo-{}-{}", self.began.timestamp(), self.sent)
    }
}

/// How much is open on the Worklist.
fn open_rows(stage: &Stage) -> usize {
    let engine = lock(&stage.engine);
    engine.desk.episodes.values().filter(|e| e.is_open()).count() + engine.desk.tasks.len()
}
