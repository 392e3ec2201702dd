//! Where a run keeps its ledger: a file in a folder, or the memory of this process.

use ledger::{Durability, Held, Key, Ledger, LedgerError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

const DATABASE: &str = "scenario.db";

/// The place of one run's ledger. It outlives each process of the run.
pub struct Store {
    database: PathBuf,
    durability: Durability,
    _held: Option<Held>,
}

impl Store {
    /// A file in that folder.
    pub fn in_folder(folder: &Path) -> Store {
        Store { database: folder.join(DATABASE), durability: Durability::Off, _held: None }
    }

    /// No file: gone with the store.
    pub fn in_memory() -> Result<Store, LedgerError> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let database = PathBuf::from(format!("/scenario-{}", MADE.fetch_add(1, Ordering::Relaxed)));
        let held = Held::new(&database)?;
        Ok(Store { database, durability: Durability::Memory, _held: Some(held) })
    }

    /// A new ledger there.
    pub(super) fn create(&self) -> Result<Ledger, LedgerError> {
        Ledger::create(&self.database, &key(), self.durability)
    }

    /// The ledger as it is.
    pub fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.database, &key(), self.durability)
    }
}

/// The key of all scenarios.
fn key() -> Key {
    Key::new([0x5c; 32])
}
