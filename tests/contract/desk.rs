//! A console's outbound side with every vendor on loopback.

use chrono::TimeDelta;
use decide::outbox::{About, Act, Delivery, Effect, EffectState, Priority, Receipt, Vendor};
use decide::At;
use sandbox::{Accepted, AcceptedKind, ChartPatient, FaultState, Sandbox, SandboxConfig, Served, VendorFault};
use std::sync::{Arc, Mutex};
use vendors::{check, deliver, CheckLine, Connections, HttpTransport, VendorConfig};

pub const ANN: &str = "1022228";
pub const PHONE: &str = "+12025550101";

pub struct Desk {
    pub sandbox: Arc<Sandbox>,
    pub connections: Connections,
    http: HttpTransport,
    now: Arc<Mutex<At>>,
    _served: Served,
}

impl Desk {
    /// With the vendors as they come, and Ann Lee in the chart.
    pub async fn open() -> Desk {
        Desk::with(SandboxConfig::default()).await
    }

    pub async fn with(config: SandboxConfig) -> Desk {
        let now = Arc::new(Mutex::new("2026-03-05T19:00:00.250Z".parse::<At>().unwrap()));
        let clock = now.clone();
        let sandbox = Sandbox::new(Arc::new(move || *clock.lock().unwrap()), config);
        let served = sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let vendors = VendorConfig::read(sandbox.vendors(served.bases())).unwrap();
        sandbox.point_hooks_at("http://127.0.0.1:9/hooks/KEY");
        sandbox.add_patient(ChartPatient { mobile: Some(PHONE.into()), ..ChartPatient::named(ANN, "Ann", "Lee") });
        let connections = Connections::new(vendors, Some("http://127.0.0.1:9/hooks/KEY".into()));
        Desk { sandbox, connections, http: HttpTransport::new().unwrap(), now, _served: served }
    }

    pub fn now(&self) -> At {
        *self.now.lock().unwrap()
    }

    pub fn wait(&self, seconds: i64) {
        *self.now.lock().unwrap() += TimeDelta::seconds(seconds);
    }

    pub fn trouble(&self, vendor: Vendor, state: FaultState) {
        self.sandbox.set_fault(vendor, VendorFault::lasting(state));
    }

    /// Only the next request that the trouble touches.
    pub fn trouble_once(&self, vendor: Vendor, state: FaultState) {
        self.sandbox.set_fault(vendor, VendorFault::next(1, state));
    }

    /// An effect owed now.
    pub fn owed(&self, act: Act) -> Effect {
        Effect {
            id: 7,
            vendor: Vendor::Twilio,
            act,
            about: About::default(),
            priority: Priority::Critical,
            state: EffectState::Owed,
            owed_at: self.now(),
            next_try: self.now(),
            give_up_at: None,
            attempts: 0,
            first_failed_at: None,
            not_ours: Vec::new(),
            problem: None,
        }
    }

    /// One attempt; the effect then stands as the outbox would keep it.
    pub async fn attempt(&self, effect: &mut Effect) -> Delivery {
        let delivery = deliver(&self.connections, &self.http, effect, self.now()).await;
        effect.attempts += 1;
        effect.state = match &delivery {
            Delivery::Delivered(receipt) => EffectState::Done { at: self.now(), receipt: receipt.clone() },
            Delivery::Unknown(_) => EffectState::Unknown { since: self.now() },
            Delivery::Rejected(_) => EffectState::Failed { at: self.now() },
            Delivery::Blocked(_) => EffectState::Blocked,
            Delivery::RetryLater { .. } | Delivery::Found(_) => EffectState::Owed,
        };
        delivery
    }

    /// A connection test.
    pub async fn check(&self, vendor: Vendor) -> Vec<CheckLine> {
        check(&self.connections, &self.http, vendor, self.now(), false).await
    }

    /// One attempt that must succeed.
    pub async fn done(&self, effect: &mut Effect) -> Receipt {
        match self.attempt(effect).await {
            Delivery::Delivered(receipt) => receipt,
            other => panic!("must be delivered: {other:?}"),
        }
    }

    /// A question that must be answered.
    pub async fn look(&self, look: decide::outbox::Look) -> decide::outbox::Finding {
        match self.attempt(&mut self.owed(Act::Look(look))).await {
            Delivery::Found(finding) => finding,
            other => panic!("must be found: {other:?}"),
        }
    }

    /// The line is cut after the vendor has performed the act; then the act is settled by looking.
    pub async fn cut_and_settled(&self, vendor: Vendor, act: Act) -> Receipt {
        let mut effect = self.owed(act);
        self.trouble_once(vendor, FaultState::AcceptThenDrop);
        let delivery = self.attempt(&mut effect).await;
        assert!(matches!(delivery, Delivery::Unknown(_)), "a cut line proves nothing: {delivery:?}");
        self.wait(5);
        let receipt = self.done(&mut effect).await;
        assert!(receipt.found_by_looking);
        receipt
    }

    pub fn accepted(&self) -> Vec<Accepted> {
        self.sandbox.accepted()
    }

    /// What the only accepted write was.
    pub fn only(&self) -> AcceptedKind {
        let all = self.accepted();
        assert_eq!(all.len(), 1, "exactly one write: {all:?}");
        all[0].what.clone()
    }
}
