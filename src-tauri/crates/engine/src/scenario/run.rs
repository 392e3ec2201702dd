//! Runs a scenario: the production pipeline on a hand-driven clock against the built-in vendors, in-process.

use super::astray::{Net, Way};
use super::bench::{lock, Bench};
use super::chronicle::{Chronicle, Seen, Watched, What};
use super::file::{CrashAt, PageStepAct, PatientRow, PatientStep, ReadingStep, Scenario, Step, StepAct};
use super::store::Store;
use super::{chart, downtime, lines, nurse};
use crate::clock::{Clock, HandClock};
use crate::keeper::{Keeper, Spine};
use crate::shorthand::{observation, Short};
use crate::spine::{Engine, Incoming};
use accept::{AuthView, Limits};
use axum::body::Body;
use axum::Router;
use decide::desk::Answer;
use decide::input::{Change, Input};
use decide::outbox::Vendor;
use decide::{At, Mrn, Source};
use sandbox::{Bases, Callback, ChartPatient, CrashPoint, PageAct, Sandbox, SandboxConfig, SandboxTransport};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use vendors::{Connections, Request, Secret, VendorConfig};

const HOOK_KEY: &str = "scenario";
const ORIGIN: &str = "http://careloop.scenario";
/// A scenario that does not come to rest at one instant is broken: name it rather than hang.
const TURNS_PER_INSTANT: usize = 10_000;

/// What a run left.
pub struct Ran {
    pub lines: Vec<Map<String, Value>>,
    /// What did not hold.
    pub differences: Vec<String>,
    /// Everything that an onlooker saw.
    pub seen: Vec<Seen>,
}

/// A crash that waits for its moment.
type Armed = Arc<Mutex<Option<(Vendor, CrashAt)>>>;

/// Cuts the power at the armed moment.
struct Cut {
    armed: Armed,
    happened: Arc<Mutex<bool>>,
}

impl sandbox::Crash for Cut {
    fn cuts(&self, point: CrashPoint, request: &Request) -> bool {
        let mut armed = lock(&self.armed);
        let at = if point == CrashPoint::BeforeSend { CrashAt::BeforeSend } else { CrashAt::AfterAccept };
        if *armed != Some((request.vendor, at)) {
            return false;
        }
        *armed = None;
        *lock(&self.happened) = true;
        true
    }
}

struct Runner<'s> {
    bench: Arc<Bench>,
    /// The true time: the vendors' and everybody else's.
    real: HandClock,
    /// How far the console's clock is off.
    offset: chrono::TimeDelta,
    net: Net,
    sandbox: Arc<Sandbox>,
    transport: Watched,
    connections: Connections,
    router: Router,
    armed: Armed,
    crashed: Arc<Mutex<bool>>,
    store: &'s Store,
    accepted: u64,
    readings: u64,
    /// Since when the computer sleeps.
    asleep_since: Option<At>,
    troubles: Vec<String>,
}

/// Runs a scenario to its `until`. `folder` keeps the database; it must be empty.
pub async fn run(scenario: &Scenario, folder: &Path) -> anyhow::Result<Ran> {
    run_in(scenario, &Store::in_folder(folder)).await
}

/// The same with the ledger in a new store.
pub async fn run_in(scenario: &Scenario, store: &Store) -> anyhow::Result<Ran> {
    let (clock, real) = (HandClock::new(scenario.start), HandClock::new(scenario.start));
    let vendor_clock = real.clone();
    let chronicle = Chronicle::new(real.clone(), clock.clone());
    let sandbox = Sandbox::new(Arc::new(move || vendor_clock.now()), SandboxConfig::default());
    let hooks = format!("{ORIGIN}/hooks/{HOOK_KEY}");
    sandbox.point_hooks_at(&hooks);
    let engine = Engine::open(store.create()?, scenario.start, "scenario", case_key())?;
    let bench = Bench::new(engine, clock, chronicle.clone());
    let config = sandbox.config().clone();
    let auth = AuthView {
        keys: vec![Secret::new(HOOK_KEY.to_string())],
        public_url: Some(ORIGIN.into()),
        own_url: ORIGIN.into(),
        twilio_tokens: vec![Secret::new(config.twilio.auth_token.clone())],
        pagerduty_secrets: vec![Secret::new(config.pagerduty.webhook_secret.clone())],
        ..AuthView::default()
    };
    let router = accept::router(Arc::new(Keeper::new(bench.clone(), auth)), Limits::default());
    let armed: Armed = Arc::default();
    let crashed = Arc::new(Mutex::new(false));
    let transport = SandboxTransport::with_crash(sandbox.clone(), Arc::new(Cut { armed: armed.clone(), happened: crashed.clone() }));
    let vendors = VendorConfig::read(sandbox.vendors(&Bases::in_process())).map_err(anyhow::Error::msg)?;
    let connections = Connections::new(vendors, Some(hooks));
    let transport = Watched::new(transport, sandbox.clone(), chronicle);
    let mut runner = Runner {
        bench,
        real,
        offset: chrono::TimeDelta::zero(),
        net: Net::default(),
        sandbox,
        transport,
        connections,
        router,
        armed,
        crashed,
        store,
        accepted: 0,
        readings: 0,
        asleep_since: None,
        troubles: Vec::new(),
    };
    runner.set_up(scenario);
    runner.play(scenario).await?;
    let mut lines = std::mem::take(&mut *lock(&runner.bench.lines));
    for (i, line) in lines.iter_mut().enumerate() {
        line.insert("seq".into(), Value::from(i + 1));
    }
    let mut differences = runner.troubles;
    differences.extend(super::expect::differences(&scenario.expect, &scenario.expect_none, &lines));
    Ok(Ran { lines, differences, seen: runner.bench.chronicle.take() })
}

fn case_key() -> [u8; 32] {
    [0x5c; 32]
}

impl Runner<'_> {
    fn set_up(&mut self, scenario: &Scenario) {
        self.change(Change::Settings(scenario.settings.clone()));
        for row in &scenario.patients {
            self.enrol(row);
        }
        // Setting the stage is not part of the transcript.
        lock(&self.bench.lines).clear();
        self.bench.chronicle.take();
    }

    fn change(&self, change: Change) -> Option<Vec<Answer>> {
        self.bench.turn(Incoming::Direct(Input::Change { who: "scenario".into(), change }))
    }

    fn enrol(&self, row: &PatientRow) {
        let patient = row.patient();
        let fhir_id = self.sandbox.add_patient(ChartPatient {
            fhir_id: row.fhir_id.clone(),
            birth_date: row.birth_date.clone(),
            mobile: patient.phone.as_ref().map(|p| p.expose().to_string()),
            ..ChartPatient::named(&row.mrn, &row.first_name, &row.last_name)
        });
        let patient = decide::Patient { fhir_id: row.fhir_id.clone().or(Some(fhir_id)), ..patient };
        if let (true, Some(phone)) = (row.opted_out, patient.phone.clone()) {
            self.sandbox.opt_out(phone.expose());
            self.change(Change::OptedOut { phone, out: true });
        }
        self.change(Change::Patient(Box::new(patient)));
    }

    async fn play(&mut self, scenario: &Scenario) -> anyhow::Result<()> {
        let mut steps = scenario.timeline.iter().enumerate().peekable();
        self.bench.turn(Incoming::Direct(Input::Started));
        self.pump().await?;
        loop {
            let wake = self.bench.next_wake().map(|w| w - self.offset);
            let next = [steps.peek().map(|(_, s)| s.at), wake, self.sandbox.next_due(), self.net.next_due()].into_iter().flatten().min();
            let Some(next) = next.filter(|n| *n <= scenario.until) else { break };
            let now = next.max(self.real.now());
            self.set_clocks(now);
            while let Some((i, step)) = steps.next_if(|(_, s)| s.at <= now) {
                self.bench.chronicle.note(What::Step(i));
                self.step(step).await;
                self.transport.look();
                self.pump().await?;
            }
            for turn in 0.. {
                if turn > TURNS_PER_INSTANT {
                    anyhow::bail!("the pipeline does not come to rest at {now}");
                }
                self.bench.tick();
                let now = self.bench.clock.now();
                if !self.pump().await? && self.bench.next_wake().is_none_or(|w| w > now) {
                    break;
                }
            }
        }
        self.set_clocks(scenario.until);
        Ok(())
    }

    fn set_clocks(&self, now: At) {
        self.real.set(now);
        self.bench.clock.set(now + self.offset);
    }

    /// Lets everything that is due now happen; true if anything did.
    async fn pump(&mut self) -> anyhow::Result<bool> {
        let mut any = false;
        for turn in 0.. {
            if turn > TURNS_PER_INSTANT {
                anyhow::bail!("the pipeline does not come to rest at {}", self.real.now());
            }
            let mut moved = false;
            while let Some(callback) = self.sandbox.take_callback() {
                moved = true;
                self.bring(callback).await;
            }
            while let Some(callback) = self.net.due(self.real.now()) {
                moved = true;
                self.knock(&callback).await;
            }
            for effect in self.bench.claim() {
                if !self.bench.ready() {
                    break;
                }
                moved = true;
                let delivery = vendors::deliver(&self.connections, &self.transport, &effect, self.bench.clock.now()).await;
                self.note_accepted();
                if std::mem::take(&mut *lock(&self.crashed)) {
                    self.bench.power_off();
                    break;
                }
                if let Some(engine) = lock(&self.bench.engine).as_mut() {
                    engine.attempt_over(&effect);
                }
                self.bench.turn(Incoming::Settled { effect: effect.id, delivery });
            }
            if !moved {
                break;
            }
            any = true;
        }
        Ok(any)
    }

    /// A vendor's webhook on its way; the vendor hears how it was taken.
    async fn bring(&mut self, callback: Callback) {
        let status = match self.net.way(self.real.now(), &callback) {
            Way::Nowhere => None,
            Way::Straight => self.knock(&callback).await,
            Way::Twice => {
                let first = self.knock(&callback).await;
                self.knock(&callback).await.or(first)
            }
        };
        self.sandbox.answered(&callback, status);
    }

    async fn knock(&self, callback: &Callback) -> Option<u16> {
        self.post(&callback.hook, &callback.headers, callback.body.clone()).await
    }

    /// One line for each request that a vendor accepted, from what it received.
    fn note_accepted(&mut self) {
        for accepted in self.sandbox.accepted_since(self.accepted) {
            self.accepted = accepted.n;
            let effect = accepted.effect.and_then(|id| self.bench.with(|e| e.desk.effects.get(&id).cloned()).flatten());
            if let Some(line) = lines::of_accepted(&accepted, effect.as_ref()) {
                lock(&self.bench.lines).push(line);
            }
        }
    }

    /// Posts to a hook; none: the console is off or asleep, or went off before it answered.
    async fn post(&self, hook: &str, headers: &[(String, String)], body: Vec<u8>) -> Option<u16> {
        let status = if self.bench.ready() { self.answer(hook, headers, body.clone()).await } else { None };
        self.bench.chronicle.note(What::Brought { hook: hook.into(), body, status });
        status
    }

    async fn answer(&self, hook: &str, headers: &[(String, String)], body: Vec<u8>) -> Option<u16> {
        let mut request = http::Request::post(format!("/hooks/{HOOK_KEY}/{hook}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let status = match request.body(Body::from(body)) {
            Ok(request) => match self.router.clone().oneshot(request).await {
                Ok(response) => response.status().as_u16(),
                Err(never) => match never {},
            },
            Err(_) => 400,
        };
        self.bench.ready().then_some(status)
    }

    async fn step(&mut self, step: &Step) {
        let said = self.perform(step).await;
        if let Err(why) = said {
            self.troubles.push(format!("line {}: {why}", step.line));
        }
    }

    async fn perform(&mut self, step: &Step) -> Result<(), String> {
        match &step.act {
            StepAct::Reading(r) => {
                let resource = self.resource(r, step.at);
                self.post_fhir(&resource).await
            }
            StepAct::Observation { resource } => self.post_fhir(resource).await,
            StepAct::Appointment { event } => {
                if let Ok(told) = decide::decode::appointment::event(event.to_string().as_bytes()) {
                    chart::has(&self.bench, &self.sandbox, &told);
                }
                let headers = [("content-type".to_string(), "application/json".to_string())];
                self.post("appointments", &headers, event.to_string().into_bytes()).await;
                Ok(())
            }
            StepAct::Hl7 { message } => {
                let found = match decide::hl7::decode(message.as_bytes(), &self.bench.site_map()) {
                    Ok(event) => {
                        chart::has(&self.bench, &self.sandbox, &event);
                        accept::Found::Visit(event)
                    }
                    Err(refusal) => accept::Found::Refused(refusal.into()),
                };
                self.bench.turn(Incoming::Body { source: Source::Mllp, body: message.clone().into_bytes(), found });
                Ok(())
            }
            StepAct::FhirAppointment { resource } => {
                // The chart has it; what the next pull of its place would bring comes now.
                for resource in chart::appointments_in(resource) {
                    self.sandbox.add_appointment(resource.clone());
                }
                self.bench.turn(Incoming::Appointments { body: resource.to_string().into_bytes() });
                Ok(())
            }
            StepAct::Studio { body } => {
                self.studio(body).await;
                Ok(())
            }
            StepAct::Reply { from, text, opt_out_type } => {
                self.sandbox.reply(from, text, opt_out_type.as_deref());
                Ok(())
            }
            StepAct::Delivery { to, status, error_code } => {
                self.sandbox.delivery(to, status, *error_code).map(|_| ()).map_err(|e| e.to_string())
            }
            StepAct::Page { action, mrn, vital, by, note } => self.page(*action, mrn, vital.as_deref(), by.as_deref(), note.as_deref()),
            StepAct::OnCall { present: false, from: Some(from), until: Some(until) } => {
                self.sandbox.on_call_gap(*from, *until);
                Ok(())
            }
            StepAct::OnCall { present, .. } => {
                self.sandbox.on_call(*present);
                Ok(())
            }
            StepAct::Pagerduty(p) => {
                p.first_key_refused.into_iter().for_each(|refused| self.sandbox.refuse_first_key(refused));
                p.wrong_secret.into_iter().for_each(|wrong| self.sandbox.sign_webhooks_wrongly(wrong));
                p.webhook.into_iter().for_each(|on| self.sandbox.webhook_subscription(on));
                Ok(())
            }
            StepAct::Vendor(v) => {
                self.sandbox.set_fault(v.name, v.fault()?);
                Ok(())
            }
            StepAct::Settings(s) => {
                self.change(Change::Settings(s.settings.clone()));
                Ok(())
            }
            StepAct::Bounds(b) => {
                let bounds = serde_json::from_value(Value::Object(b.cells.clone())).map_err(|e| e.to_string())?;
                let answers = self.change(Change::Bounds { mrn: b.mrn.clone().into(), bounds, why: None });
                refused(answers)
            }
            StepAct::Patient(p) => self.patient(p),
            StepAct::Nurse(n) => nurse::act(&self.bench, n),
            StepAct::Crash { vendor: Some(vendor), point: Some(point), .. } => {
                *lock(&self.armed) = Some((*vendor, *point));
                Ok(())
            }
            StepAct::Crash { commit: Some(commit), count, .. } => {
                self.bench.cut_at(*commit, count.unwrap_or(1));
                Ok(())
            }
            // A clean stop leaves nothing half done either: the ledger is all there is.
            StepAct::Crash { .. } | StepAct::Stop => {
                self.bench.power_off();
                Ok(())
            }
            StepAct::Start => self.start(),
            StepAct::Sleep => {
                self.asleep_since.get_or_insert(self.bench.clock.now());
                self.bench.sleeps(true);
                Ok(())
            }
            StepAct::Wake => {
                self.bench.sleeps(false);
                if let Some(since) = self.asleep_since.take() {
                    self.bench.turn(Incoming::Direct(Input::Woke { since }));
                }
                Ok(())
            }
            StepAct::Webhook(w) => {
                self.net.set(w);
                Ok(())
            }
            StepAct::Clock { offset_s } => {
                let offset = decide::seconds(*offset_s);
                let by_ms = (offset - std::mem::replace(&mut self.offset, offset)).num_milliseconds();
                self.set_clocks(self.real.now());
                self.bench.turn(Incoming::Direct(Input::ClockSet { by_ms }));
                Ok(())
            }
            StepAct::Disk { full } => self.bench.fill_disk(*full),
            StepAct::Maintenance(m) => downtime::maintenance(&self.bench, m),
            StepAct::Sending(s) => downtime::sending(&self.bench, s),
            StepAct::Message(m) => downtime::message(&self.bench, m),
            StepAct::ChartObservation { resource } => {
                self.sandbox.file_observation(resource.clone());
                Ok(())
            }
            StepAct::CheckIn(c) => {
                let known = self.bench.with(|e| e.desk.check_ins.values().map(|c| (c.plan.name.clone(), c.id)).collect::<Vec<_>>());
                refused(self.change(Change::CheckIn(c.change(step.at, &known.unwrap_or_default())?)))
            }
        }
    }

    fn resource(&mut self, r: &ReadingStep, at: At) -> Value {
        self.readings += 1;
        observation(&Short {
            mrn: r.mrn.clone(),
            vital: r.vital,
            systolic: r.systolic.clone(),
            diastolic: r.diastolic.clone(),
            value: r.value.clone(),
            unit: r.unit.clone(),
            measured_at: r.measured_at.unwrap_or(at),
            status: r.status.clone().unwrap_or_else(|| "final".into()),
            source_id: r.source_id.clone().unwrap_or_else(|| format!("scenario-{}", self.readings)),
            version: r.version.clone(),
        })
    }

    async fn post_fhir(&self, resource: &Value) -> Result<(), String> {
        let headers = [("content-type".to_string(), "application/fhir+json".to_string())];
        // A closed console takes nothing; the sender's retry is a step of its own.
        self.post("fhir", &headers, resource.to_string().into_bytes()).await;
        Ok(())
    }

    /// A callback as a Studio Flow posts it: signed over the address, which carries the body's hash.
    async fn studio(&self, body: &Value) {
        if !self.bench.ready() {
            return;
        }
        let body = body.to_string();
        let hash: String = Sha256::digest(body.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        let hook = format!("studio?bodySHA256={hash}");
        let token = Secret::new(self.sandbox.config().twilio.auth_token.clone());
        let signature = vendors::twilio::auth::sign_form(&token, &format!("{ORIGIN}/hooks/{HOOK_KEY}/{hook}"), &[]);
        let headers =
            [("content-type".to_string(), "application/json;charset=utf-8".to_string()), ("x-twilio-signature".to_string(), signature)];
        self.post(&hook, &headers, body.into_bytes()).await;
    }

    fn page(&mut self, action: PageStepAct, mrn: &str, vital: Option<&str>, by: Option<&str>, note: Option<&str>) -> Result<(), String> {
        let keys = self
            .bench
            .with(|e| {
                let mrn = Mrn::new(mrn);
                let mut steps: Vec<(At, String)> = e
                    .desk
                    .episodes
                    .values()
                    .filter(|ep| ep.mrn == mrn && vital.is_none_or(|v| ep.vital.name() == v))
                    .flat_map(|ep| ep.pages.iter().map(|p| (p.owed_at, p.dedup_key.clone())))
                    .collect();
                steps.sort();
                steps.into_iter().map(|(_, k)| k).rev().collect::<Vec<String>>()
            })
            // While the console is closed the pager's own list is all there is.
            .unwrap_or_else(|| self.sandbox.open_pages().into_iter().rev().collect());
        let open = self.sandbox.open_pages();
        let act = match action {
            PageStepAct::Acknowledge => PageAct::Acknowledge,
            PageStepAct::Resolve => PageAct::Resolve,
            PageStepAct::AutoResolve => PageAct::AutoResolve,
            PageStepAct::Annotate => PageAct::Annotate,
        };
        let key = keys.iter().find(|k| open.contains(k)).or(if matches!(act, PageAct::Annotate) { keys.first() } else { None });
        let Some(key) = key else { return Err(format!("there is no open page for {mrn}")) };
        self.sandbox.act(key, act, by, note).map_err(|e| e.to_string())
    }

    fn patient(&mut self, p: &PatientStep) -> Result<(), String> {
        let known = self.bench.with(|e| e.desk.patients.get(&Mrn::new(&p.mrn)).cloned()).flatten();
        let mut fields = p.fields.clone();
        fields.insert("mrn".into(), Value::String(p.mrn.clone()));
        let row: PatientRow = serde_json::from_value(Value::Object(fields)).map_err(|e| e.to_string())?;
        let Some(old) = known else {
            self.enrol(&row);
            return Ok(());
        };
        let new = row.patient();
        let has = |name: &str| p.fields.contains_key(name);
        let merged = decide::Patient {
            first_name: if has("first_name") { new.first_name } else { old.first_name },
            last_name: if has("last_name") { new.last_name } else { old.last_name },
            birth_date: new.birth_date.or(old.birth_date),
            fhir_id: new.fhir_id.or(old.fhir_id),
            phone: if row.no_mobile { None } else { new.phone.or(old.phone) },
            time_zone: new.time_zone.or(old.time_zone),
            language: if has("language") { new.language } else { old.language },
            sms_consent: if has("sms_consent") { new.sms_consent } else { old.sms_consent },
            status: if has("status") { new.status } else { old.status },
            status_until: new.status_until.or(old.status_until),
            status_reason: new.status_reason.or(old.status_reason),
            bounds: new.bounds.or(&old.bounds),
            mrn: old.mrn,
            zone_checked_at: old.zone_checked_at,
            consent_at: old.consent_at,
            stat: old.stat,
            review_on: old.review_on,
        };
        if let (true, Some(phone)) = (has("opted_out"), merged.phone.clone()) {
            self.change(Change::OptedOut { phone, out: row.opted_out });
        }
        refused(self.change(Change::Patient(Box::new(merged))))
    }

    fn start(&mut self) -> Result<(), String> {
        if lock(&self.bench.engine).is_some() {
            return Ok(());
        }
        let now = self.bench.clock.now();
        let ledger = self.store.open().map_err(|e| e.to_string())?;
        let engine = Engine::open(ledger, now, "scenario", case_key()).map_err(|e| e.to_string())?;
        self.bench.power_on(engine);
        self.bench.turn(Incoming::Direct(Input::Started));
        Ok(())
    }
}

pub(super) fn refused(answers: Option<Vec<Answer>>) -> Result<(), String> {
    match answers.and_then(|a| a.into_iter().find_map(|a| a.refused)) {
        Some(why) => Err(why),
        None => Ok(()),
    }
}
