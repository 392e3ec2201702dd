//! Intake's other side: what the hooks hand over goes to the spine and is answered once it is committed.

use crate::spine::Incoming;
use accept::{AuthView, Kept, NotKept, Outcome};
use async_trait::async_trait;
use decide::desk::Answer;
use decide::hl7::AckCode;
use decide::trail::IntakeOutcome;
use decide::{At, Source};
use std::sync::{Arc, RwLock};

/// Whatever runs the spine: the live host's thread, or the scenario runner itself.
#[async_trait]
pub trait Spine: Send + Sync + 'static {
    /// Takes one incoming; returns once it is committed, or none when the store takes no writes.
    async fn take(&self, incoming: Incoming) -> Option<Vec<Answer>>;

    /// A signature did not match.
    fn signature_refused(&self, source: Source);

    /// Lines of the host's own for `/metrics`.
    fn metrics(&self, out: &mut String);

    /// Whether the store takes writes.
    fn ready(&self) -> bool;

    /// What keeps the console from working now; empty = it works.
    fn trouble(&self) -> Vec<String> {
        Vec::new()
    }

    /// How fast intake may be asked, as the settings have it now.
    fn rates(&self) -> accept::Rates;

    /// How HL7 messages are read here.
    fn site_map(&self) -> Arc<decide::hl7::SiteMap>;

    /// A hook was reached by a former key.
    fn former_key_used(&self) {}

    /// A sender of HL7 was answered.
    fn hl7_answered(&self, _at: At, _code: AckCode, _why: &str) {}
}

/// `accept::Keep` over a spine.
pub struct Keeper<S> {
    pub spine: Arc<S>,
    auth: RwLock<Arc<AuthView>>,
}

impl<S: Spine> Keeper<S> {
    /// With those keys and secrets.
    pub fn new(spine: Arc<S>, auth: AuthView) -> Self {
        Self { spine, auth: RwLock::new(Arc::new(auth)) }
    }

    /// New keys and secrets count from the next request on.
    pub fn change_auth(&self, auth: AuthView) {
        *self.auth.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(auth);
    }
}

#[async_trait]
impl<S: Spine> accept::Keep for Keeper<S> {
    async fn keep(&self, incoming: accept::Incoming) -> Result<Kept, NotKept> {
        let body = Incoming::Body { source: incoming.source, body: incoming.body.to_vec(), found: incoming.found };
        match self.spine.take(body).await {
            Some(answers) => Ok(Kept { outcomes: answers.into_iter().map(outcome).collect() }),
            None => Err(NotKept { retry_after_seconds: 5 }),
        }
    }

    fn auth(&self) -> Arc<AuthView> {
        let (auth, rates) = (self.auth.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone(), self.spine.rates());
        if auth.rates == rates {
            return auth;
        }
        // Under the lock: new secrets must not be lost to an older view with other rates.
        let mut kept = self.auth.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *kept = Arc::new(AuthView { rates, ..(**kept).clone() });
        kept.clone()
    }

    fn signature_refused(&self, source: Source) {
        self.spine.signature_refused(source);
    }

    fn former_key_used(&self) {
        self.spine.former_key_used();
    }

    fn ready(&self) -> bool {
        self.spine.ready()
    }

    fn trouble(&self) -> Vec<String> {
        self.spine.trouble()
    }

    fn site_map(&self) -> Arc<decide::hl7::SiteMap> {
        self.spine.site_map()
    }

    fn hl7_answered(&self, at: At, code: AckCode, why: &str) {
        self.spine.hl7_answered(at, code, why);
    }

    fn metrics(&self, out: &mut String) {
        self.spine.metrics(out);
    }
}

fn outcome(a: Answer) -> Outcome {
    match a.outcome {
        IntakeOutcome::Kept => Outcome::Kept,
        IntakeOutcome::Duplicate => Outcome::Duplicate,
        IntakeOutcome::Quarantined | IntakeOutcome::Refused => {
            Outcome::Quarantined { reason: a.reason.unwrap_or_default(), field: a.field, detail: a.detail.unwrap_or_default() }
        }
    }
}
