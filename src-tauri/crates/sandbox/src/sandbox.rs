//! The five vendors together: one clock, one journal, one state per vendor.

use crate::callback::Callback;
use crate::cerner::{Cerner, ChartPatient};
use crate::config::{Bases, SandboxConfig};
use crate::ehr::answers::Book;
use crate::ehr::Ehr;
use crate::exchange::{Answer, Ask};
use crate::fault::{FaultState, VendorFault};
use crate::journal::{Accepted, AcceptedKind, Journal};
use crate::pagerduty::{OpenIncident, PageAct, PagerDuty};
use crate::slack::Slack;
use crate::twilio::Twilio;
use decide::outbox::Vendor;
use decide::At;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use vendors::Fault;

/// Where the vendors' time comes from.
pub type Clock = Arc<dyn Fn() -> At + Send + Sync>;

/// Something asked of a vendor that it could not do, e.g. a delivery report for a number never written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotPossible(pub String);

impl std::fmt::Display for NotPossible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotPossible {}

/// How an exchange ended on the vendor's side.
#[allow(clippy::large_enum_variant)] // one at a time, never kept
pub(crate) enum Outcome {
    Refused,
    Cut,
    Answered { answer: Answer, delay: Duration },
}

/// Numbers callbacks over all vendors, so that they leave in the order they arose.
#[derive(Clone, Default)]
pub(crate) struct Order(Arc<AtomicU64>);

impl Order {
    pub fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// The built-in vendors.
pub struct Sandbox {
    clock: Clock,
    config: SandboxConfig,
    cerner: Mutex<Cerner>,
    twilio: Mutex<Twilio>,
    pagerduty: Mutex<PagerDuty>,
    slack: Slack,
    ehr: Ehr,
    book: Mutex<Book>,
    faults: Mutex<BTreeMap<Vendor, VendorFault>>,
    journal: Mutex<Journal>,
    hooks: Mutex<String>,
    changed: watch::Sender<u64>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sandbox {
    /// The vendors of this configuration, by this clock.
    pub fn new(clock: Clock, config: SandboxConfig) -> Arc<Sandbox> {
        let order = Order::default();
        Arc::new(Sandbox {
            cerner: Mutex::new(Cerner::new(config.cerner.clone())),
            twilio: Mutex::new(Twilio::new(config.twilio.clone(), order.clone())),
            pagerduty: Mutex::new(PagerDuty::new(config.pagerduty.clone(), order.clone())),
            slack: Slack::new(config.slack.clone()),
            ehr: Ehr::new(config.ehr.clone()),
            book: Mutex::new(Book::new(order)),
            faults: Mutex::default(),
            journal: Mutex::default(),
            hooks: Mutex::new("http://127.0.0.1/hooks/sandbox".into()),
            changed: watch::Sender::new(0),
            clock,
            config,
        })
    }

    /// Who they are.
    pub fn config(&self) -> &SandboxConfig {
        &self.config
    }

    /// `vendors` of a `--config` file that points the console here.
    pub fn vendors(&self, bases: &Bases) -> Value {
        self.config.vendors(bases)
    }

    /// The console's hooks as the vendors know them (`.../hooks/KEY`): the URL Twilio signs.
    pub fn point_hooks_at(&self, public: &str) {
        *lock(&self.hooks) = public.trim_end_matches('/').to_string();
        lock(&self.pagerduty).deliver_to(public.trim_end_matches('/'));
        self.wake();
    }

    // --- faults ---

    /// How a vendor behaves from now on.
    pub fn set_fault(&self, vendor: Vendor, fault: VendorFault) {
        lock(&self.faults).insert(vendor, fault);
        self.wake();
    }

    /// How a vendor behaves now.
    pub fn fault(&self, vendor: Vendor) -> VendorFault {
        lock(&self.faults).get(&vendor).cloned().unwrap_or_else(VendorFault::up)
    }

    // --- journal ---

    /// Every accepted write.
    pub fn accepted(&self) -> Vec<Accepted> {
        self.accepted_since(0)
    }

    /// The accepted writes numbered above `n`.
    pub fn accepted_since(&self, n: u64) -> Vec<Accepted> {
        lock(&self.journal).since(n)
    }

    // --- the chart ---

    /// Makes a patient known to the chart (or replaces it); gives its FHIR id.
    pub fn add_patient(&self, patient: ChartPatient) -> String {
        lock(&self.cerner).add_patient(self.now(), patient)
    }

    /// Merges one patient of the chart into another: the old id then reads as replaced.
    pub fn merge_patient(&self, from_fhir_id: &str, into_fhir_id: &str) -> Result<(), NotPossible> {
        lock(&self.cerner).merge_patient(self.now(), from_fhir_id, into_fhir_id)
    }

    /// Files an Observation in the chart as another system would, unchecked; gives its id.
    pub fn file_observation(&self, resource: Value) -> String {
        lock(&self.cerner).file_observation(self.now(), resource)
    }

    /// Puts an Appointment into the chart (or replaces it); gives its id.
    pub fn add_appointment(&self, resource: Value) -> String {
        lock(&self.cerner).add_appointment(self.now(), resource)
    }

    /// A resource of the chart as it is stored.
    pub fn chart(&self, kind: &str, id: &str) -> Option<Value> {
        lock(&self.cerner).stored(kind, id)
    }

    /// Every grant has those scopes, too, from now on: a client registered for too much.
    pub fn also_grant(&self, scopes: &[&str]) {
        lock(&self.cerner).also_grant(scopes.iter().map(|s| s.to_string()).collect());
    }

    // --- the phone ---

    /// A patient texts: an inbound message and its webhook. Gives the message's sid.
    pub fn reply(&self, from: &str, text: &str, opt_out_type: Option<&str>) -> String {
        let sid = lock(&self.twilio).inbound(self.now(), from, text, opt_out_type);
        self.wake();
        sid
    }

    /// A carrier's report about the newest message to that number. Gives the message's sid.
    pub fn delivery(&self, to: &str, status: &str, error_code: Option<u32>) -> Result<String, NotPossible> {
        let sid = lock(&self.twilio).delivery(self.now(), to, status, error_code);
        self.wake();
        sid
    }

    /// That number cannot take texts (21614).
    pub fn flag_landline(&self, number: &str) {
        lock(&self.twilio).flag_landline(number);
    }

    /// That phone has opted out of our texts, as if STOP had been sent long ago (no webhook).
    pub fn opt_out(&self, phone: &str) {
        lock(&self.twilio).opt_out(phone);
    }

    // --- the pager ---

    /// Whether anybody is on call.
    pub fn on_call(&self, present: bool) {
        lock(&self.pagerduty).on_call(present);
    }

    /// Somebody (or PagerDuty itself) does something with an incident, by its id or an open alert's key.
    pub fn act(&self, incident_or_key: &str, act: PageAct, by: Option<&str>, note: Option<&str>) -> Result<(), NotPossible> {
        let done = lock(&self.pagerduty).act(self.now(), incident_or_key, act, by, note);
        self.wake();
        done
    }

    /// Nobody is on call from then till then; `on_call(true)` fills all gaps.
    pub fn on_call_gap(&self, from: At, until: At) {
        lock(&self.pagerduty).on_call_gap(from, until);
    }

    /// Whether PagerDuty refuses events by the first routing key.
    pub fn refuse_first_key(&self, refused: bool) {
        lock(&self.pagerduty).refuse_first_key(refused);
    }

    /// Whether PagerDuty signs webhooks with a secret that the console does not know.
    pub fn sign_webhooks_wrongly(&self, wrongly: bool) {
        lock(&self.pagerduty).sign_wrongly(wrongly);
    }

    /// Switches PagerDuty's webhook subscription on (again) or off.
    pub fn webhook_subscription(&self, on: bool) {
        lock(&self.pagerduty).subscribe(on);
    }

    /// Whether somebody is on call now.
    pub fn anyone_on_call(&self) -> bool {
        lock(&self.pagerduty).anyone_on_call()
    }

    /// Open incidents, newest first.
    pub fn incidents(&self) -> Vec<OpenIncident> {
        lock(&self.pagerduty).open_incidents()
    }

    /// The keys of open alerts, oldest first.
    pub fn open_pages(&self) -> Vec<String> {
        lock(&self.pagerduty).open_keys()
    }

    // --- the EHR ---

    /// From now on requests are answered by themselves after so many seconds; none: not at all.
    pub fn ehr_answers(&self, after_seconds: Option<f64>) {
        lock(&self.book).answer_after(after_seconds);
        self.wake();
    }

    /// After how many seconds requests are answered by themselves, if they are.
    pub fn ehr_answers_after(&self) -> Option<f64> {
        lock(&self.book).answers_after()
    }

    /// The EHR's book takes an appointment event (the fields of behaviour.md 2.1) that the EHR has sent.
    pub fn ehr_sent(&self, event: &Map<String, Value>) {
        lock(&self.book).write(event);
    }

    // --- callbacks ---

    /// The next webhook due by now. Say how it was taken with [`Sandbox::answered`], before taking another:
    /// PagerDuty holds an incident's later events back while an earlier one is retried.
    pub fn take_callback(&self) -> Option<Callback> {
        let now = self.now();
        let hooks = lock(&self.hooks).clone();
        let twilio = lock(&self.twilio).due_callback(now);
        let pagerduty = lock(&self.pagerduty).due_callback(now);
        let ehr = lock(&self.book).due_callback(now);
        let first = twilio.into_iter().chain(pagerduty).chain(ehr).min()?;
        if ehr == Some(first) {
            lock(&self.book).take_callback(first.1, &hooks)
        } else if twilio == Some(first) {
            lock(&self.twilio).take_callback(first.1, &hooks)
        } else {
            lock(&self.pagerduty).take_callback(first.1, &hooks)
        }
    }

    /// All webhooks due by now, in order.
    pub fn take_callbacks(&self) -> Vec<Callback> {
        std::iter::from_fn(|| self.take_callback()).collect()
    }

    /// How the console took a webhook: its status, or none if it was not reached.
    /// PagerDuty retries and may disable its subscription; Twilio never asks twice.
    pub fn answered(&self, callback: &Callback, status: Option<u16>) {
        if callback.vendor == Vendor::PagerDuty {
            lock(&self.pagerduty).answered(self.now(), callback, status);
            self.wake();
        }
    }

    /// When the next webhook or status change is due.
    pub fn next_due(&self) -> Option<At> {
        let twilio = lock(&self.twilio).next_due();
        let pagerduty = lock(&self.pagerduty).next_due();
        let ehr = lock(&self.book).next_due().map(|(due, _)| due);
        twilio.into_iter().chain(pagerduty).chain(ehr).min()
    }

    // --- exchanges ---

    /// One exchange; also says whether a write was accepted.
    pub(crate) fn exchange(&self, vendor: Vendor, ask: &Ask, effect: Option<u64>) -> (Outcome, bool) {
        let now = self.now();
        let fault = lock(&self.faults).get_mut(&vendor).map_or(FaultState::Up, |f| f.touching(is_write(vendor, ask)));
        let delay = match fault {
            FaultState::Unreachable => return (Outcome::Refused, false),
            FaultState::Up | FaultState::AcceptThenDrop => Duration::ZERO,
            FaultState::Slow { delay_s } => Duration::from_secs_f64(delay_s.clamp(0.0, 86_400.0)),
            trouble => {
                let answer = match vendor {
                    Vendor::Cerner => crate::cerner::trouble(&trouble),
                    Vendor::Twilio => crate::twilio::trouble(&trouble),
                    Vendor::PagerDuty => crate::pagerduty::trouble(ask, &trouble),
                    Vendor::Slack => crate::slack::trouble(&trouble),
                    Vendor::Ehr => crate::ehr::trouble(&trouble),
                };
                return (Outcome::Answered { answer, delay: Duration::ZERO }, false);
            }
        };
        let mut answer = match vendor {
            Vendor::Cerner => lock(&self.cerner).answer(now, ask),
            Vendor::Twilio => lock(&self.twilio).answer(now, ask),
            Vendor::PagerDuty => lock(&self.pagerduty).answer(now, ask),
            Vendor::Slack => self.slack.answer(ask),
            Vendor::Ehr => self.ehr.answer(ask),
        };
        let Some(what) = answer.accepted.take() else {
            return (Outcome::Answered { answer, delay }, false);
        };
        if let AcceptedKind::EhrRequest { body: Value::Object(body), .. } = &what {
            let text = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default();
            lock(&self.book).asked(now, text("appointment_id"), text("event_type"));
        }
        lock(&self.journal).append(now, vendor, effect, what);
        self.wake();
        let drops = lock(&self.faults).get_mut(&vendor).is_some_and(VendorFault::drops_after_accept);
        (if drops { Outcome::Cut } else { Outcome::Answered { answer, delay } }, true)
    }

    /// One HL7 exchange with the EHR: its acknowledgement, or why none came; and after how long.
    pub(crate) fn ehr_exchange(&self, message: &str, effect: Option<u64>) -> (Result<String, Fault>, Duration) {
        let now = self.now();
        let fault = lock(&self.faults).get_mut(&Vendor::Ehr).map_or(FaultState::Up, |f| f.touching(true));
        let delay = match fault {
            FaultState::Unreachable => return (Err(Fault::NotSent("connection refused".into())), Duration::ZERO),
            FaultState::Up | FaultState::AcceptThenDrop => Duration::ZERO,
            FaultState::Slow { delay_s } => Duration::from_secs_f64(delay_s.clamp(0.0, 86_400.0)),
            trouble => return (Ok(crate::ehr::hl7::trouble(message, &trouble)), Duration::ZERO),
        };
        let count = lock(&self.journal).len() + 1;
        let answered = crate::ehr::hl7::answer(now, message, count);
        // Sent again to the byte after a lost answer: acknowledged alike, taken once.
        if let Some(what) = answered.accepted.filter(|_| self.ehr.first_time(message)) {
            lock(&self.journal).append(now, Vendor::Ehr, effect, what);
            self.wake();
            if lock(&self.faults).get_mut(&Vendor::Ehr).is_some_and(VendorFault::drops_after_accept) {
                return (Err(Fault::Unknown("connection closed before the answer".into())), delay);
            }
        }
        (Ok(answered.ack), delay)
    }

    /// Changes when something may have become due.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn now(&self) -> At {
        (self.clock)()
    }

    fn wake(&self) {
        self.changed.send_modify(|n| *n += 1);
    }
}

/// A request that would change something at the vendor; asking for a token is not one.
fn is_write(vendor: Vendor, ask: &Ask) -> bool {
    ask.method != http::Method::GET && !(vendor == Vendor::Cerner && ask.path.ends_with("/token"))
}
