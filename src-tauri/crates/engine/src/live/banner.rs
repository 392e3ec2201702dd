//! The engine's own trouble, as sentences on every screen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What a banner is about: one of each at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The store takes no writes.
    Store,
    /// The machine's clock jumped.
    Clock,
    /// A part of the engine broke on something.
    Fault,
    /// A webhook's signature did not match.
    Signature,
    /// The outside watch does not hear this console.
    Heartbeat,
    /// The trail's head could not be kept outside the database.
    Anchor,
    /// A vendor's credential is not where it was kept.
    Credentials,
    /// No good copy of the records is recent.
    Backup,
}

/// The banners that stand now.
#[derive(Default)]
pub struct Banners {
    standing: Mutex<BTreeMap<Cause, String>>,
    shown: Arc<RwLock<Vec<String>>>,
}

impl Banners {
    /// What screens read.
    pub fn shown(&self) -> Arc<RwLock<Vec<String>>> {
        self.shown.clone()
    }

    /// What a banner says, while it stands.
    pub fn sentence(&self, cause: Cause) -> Option<String> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).get(&cause).cloned()
    }

    /// Raises a banner; true if it is new or says something new.
    pub fn raise(&self, cause: Cause, sentence: impl Into<String>) -> bool {
        let sentence = sentence.into();
        self.change(|standing| standing.insert(cause, sentence.clone()).as_ref() != Some(&sentence))
    }

    /// Takes a banner down; true if it stood.
    pub fn lower(&self, cause: Cause) -> bool {
        self.change(|standing| standing.remove(&cause).is_some())
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<Cause, String>) -> bool) -> bool {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut standing);
        if changed {
            *self.shown.write().unwrap_or_else(PoisonError::into_inner) = standing.values().cloned().collect();
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banner_stands_until_its_cause_is_gone() {
        let banners = Banners::default();
        assert!(banners.raise(Cause::Store, "The disk is full."));
        assert!(!banners.raise(Cause::Store, "The disk is full."));
        assert_eq!(*banners.shown().read().unwrap(), ["The disk is full."]);
        assert!(banners.lower(Cause::Store));
        assert!(banners.shown().read().unwrap().is_empty());
    }
}
