//! Who may come in, and how fast.

use crate::count::{Count, Hook, Turned};
use crate::keep::{AuthView, Incoming, Keep, Kept, NotKept};
use crate::limits::{Bucket, Limits};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// Everything a request passes on its way in.
pub(crate) struct Gate {
    pub keep: Arc<dyn Keep>,
    pub limits: Limits,
    pub count: Count,
    /// Bytes of bodies that are being received.
    pub buffered: AtomicUsize,
    in_flight: Semaphore,
    /// One bucket for each key in use.
    keys: Mutex<Vec<(String, Bucket)>>,
}

/// The rate of one connection; the listener puts it into each of its requests.
#[derive(Clone)]
pub(crate) struct Connection(pub Arc<Mutex<Bucket>>);

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shut {
    WrongKey,
    TooFast { retry_after_seconds: u32 },
}

impl Gate {
    pub fn new(keep: Arc<dyn Keep>, limits: Limits) -> Self {
        let in_flight = Semaphore::new(limits.in_flight.clamp(1, Semaphore::MAX_PERMITS));
        Self { keep, limits, count: Count::default(), buffered: AtomicUsize::new(0), in_flight, keys: Mutex::default() }
    }

    /// Lets a request in, or says why not.
    pub fn open(&self, hook: Hook, key: &str, connection: Option<&Connection>) -> Result<Arc<AuthView>, Shut> {
        let auth = self.keep.auth();
        let now = Instant::now();
        if let Some(Connection(bucket)) = connection {
            // Before the key: guessing keys is held back too.
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            bucket.take(auth.rates.per_connection_per_second, now).map_err(|s| self.too_fast(hook, s))?;
        }
        match known(&auth, key) {
            Some(0) => {}
            Some(_) => self.keep.former_key_used(),
            None => {
                self.count.turned(hook, Turned::WrongKey);
                return Err(Shut::WrongKey);
            }
        }
        let rate = auth.rates.per_key_per_second;
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let at = keys.iter().position(|(k, _)| k == key).unwrap_or_else(|| {
            keys.retain(|(k, _)| auth.keys.iter().any(|valid| valid.expose() == k));
            keys.push((key.to_string(), Bucket::new(rate, now)));
            keys.len() - 1
        });
        keys[at].1.take(rate, now).map_err(|s| self.too_fast(hook, s))?;
        drop(keys);
        Ok(auth)
    }

    fn too_fast(&self, hook: Hook, retry_after_seconds: u32) -> Shut {
        self.count.turned(hook, Turned::TooFast);
        Shut::TooFast { retry_after_seconds }
    }

    /// Has it kept, unless too much is waiting for that already.
    pub async fn keep(&self, hook: Hook, incoming: Incoming) -> Result<Kept, NotKept> {
        let Ok(_slot) = self.in_flight.try_acquire() else {
            self.count.turned(hook, Turned::Crowded);
            return Err(NotKept { retry_after_seconds: 1 });
        };
        let kept = self.keep.keep(incoming).await;
        match &kept {
            Ok(kept) => self.count.kept(hook, kept),
            Err(_) => self.count.turned(hook, Turned::NotKept),
        }
        kept
    }
}

/// Which key it is. Compares with every one, so that the time tells nothing.
fn known(auth: &AuthView, given: &str) -> Option<usize> {
    let mut found = None;
    for (n, key) in auth.keys.iter().enumerate().filter(|(_, k)| !k.is_empty()) {
        let good: bool = key.expose().as_bytes().ct_eq(given.as_bytes()).into();
        found = if good && found.is_none() { Some(n) } else { found };
    }
    found
}
