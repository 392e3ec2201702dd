//! The chronicle of a run: everything an onlooker outside the console sees, in one order. Promises are checked against it.

use crate::clock::{Clock, HandClock};
use async_trait::async_trait;
use decide::outbox::Vendor;
use decide::trail::Entry;
use decide::At;
use sandbox::{Accepted, FaultState, Sandbox, SandboxTransport};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vendors::{Fault, Hl7Message, Request, Response, Transport};

/// Something that was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The true time.
    pub at: At,
    /// What the console's clock said.
    pub clock: At,
    pub what: What,
}

/// What was seen.
#[derive(Debug, Clone)]
pub enum What {
    /// A step of the timeline begins.
    Step(usize),
    /// A body was brought to a hook; none: nobody was there to answer.
    Brought { hook: String, body: Vec<u8>, status: Option<u16> },
    /// An input of the running step was committed.
    Kept,
    /// A committed line of the trail.
    Line(Box<Entry>),
    /// A request to a vendor, and its status; none: no answer.
    Asked(Box<Asked>),
    /// A vendor accepted a write.
    Accepted(Box<Accepted>),
    /// A vendor fell ill or is well again.
    Well { vendor: Vendor, well: bool },
    /// The console works, or is off, asleep or without room on its disk.
    Working(bool),
    /// The process began anew.
    Started,
}

/// One request to a vendor.
#[derive(Debug, Clone)]
pub struct Asked {
    pub vendor: Vendor,
    /// The effect that it served.
    pub effect: Option<u64>,
    /// It would have changed something there.
    pub write: bool,
    pub url: String,
    pub body: Vec<u8>,
    pub status: Option<u16>,
}

/// The record, written as it happens.
pub struct Chronicle {
    real: HandClock,
    console: HandClock,
    seen: Mutex<Vec<Seen>>,
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Chronicle {
    /// Empty, by these clocks.
    pub fn new(real: HandClock, console: HandClock) -> Arc<Chronicle> {
        Arc::new(Chronicle { real, console, seen: Mutex::default() })
    }

    /// Writes one thing down.
    pub fn note(&self, what: What) {
        let seen = Seen { at: self.real.now(), clock: self.console.now(), what };
        lock(&self.seen).push(seen);
    }

    /// Everything so far; the record is empty then.
    pub fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *lock(&self.seen))
    }
}

/// The way to the built-in vendors, with an onlooker beside it.
pub struct Watched {
    inner: SandboxTransport,
    sandbox: Arc<Sandbox>,
    chronicle: Arc<Chronicle>,
    /// The last accepted write seen, and which vendors were well.
    last: Mutex<(u64, [bool; Vendor::ALL.len()])>,
}

impl Watched {
    /// Watches every request that goes that way.
    pub fn new(inner: SandboxTransport, sandbox: Arc<Sandbox>, chronicle: Arc<Chronicle>) -> Watched {
        Watched { inner, sandbox, chronicle, last: Mutex::new((0, [true; Vendor::ALL.len()])) }
    }

    /// Notes what changed at the vendors since the last look.
    pub fn look(&self) {
        let mut last = lock(&self.last);
        for accepted in self.sandbox.accepted_since(last.0) {
            last.0 = accepted.n;
            self.chronicle.note(What::Accepted(Box::new(accepted)));
        }
        for (i, vendor) in Vendor::ALL.into_iter().enumerate() {
            let well = self.sandbox.fault(vendor).state == FaultState::Up;
            if last.1[i] != well {
                last.1[i] = well;
                self.chronicle.note(What::Well { vendor, well });
            }
        }
    }
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: Request) -> Result<Response, Fault> {
        let done = self.inner.exchange(&request);
        let asked = Asked {
            vendor: request.vendor,
            effect: request.effect,
            write: request.write,
            url: request.url,
            body: request.body,
            status: done.as_ref().ok().map(|r| r.status),
        };
        self.chronicle.note(What::Asked(Box::new(asked)));
        self.look();
        done
    }

    async fn hl7(&self, message: Hl7Message) -> Result<Vec<u8>, Fault> {
        let (effect, url, body) = (message.effect, format!("mllp://{}", message.peer), message.body.clone());
        let done = self.inner.hl7(message).await;
        // MLLP has no status: an acknowledgement that is no acceptance counts as the refusal it is.
        let status = done.as_ref().ok().map(|b| match decide::hl7::answer(b) {
            Ok(said) if said.code.accepted() => 200,
            Ok(said) if said.code.rejected() => 422,
            _ => 503,
        });
        self.chronicle.note(What::Asked(Box::new(Asked { vendor: Vendor::Ehr, effect, write: true, url, body, status })));
        self.look();
        done
    }
}
