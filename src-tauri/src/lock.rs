//! One window per data folder, also where no session bus tells a second launch of the first.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Held for as long as the window's process lives; the system frees it however that ends.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "held, not read")] File);

/// Why there is no lock.
#[derive(Debug)]
pub enum Taken {
    /// Another window works with this folder.
    ByAnother,
    /// The folder cannot be written.
    Unwritable(io::Error),
}

/// Locks the folder, making it if it is new.
pub fn take(data_dir: &Path) -> Result<Lock, Taken> {
    std::fs::create_dir_all(data_dir).map_err(Taken::Unwritable)?;
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(data_dir.join("window.lock")).map_err(Taken::Unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(Taken::ByAnother),
        Err(TryLockError::Error(cause)) => Err(Taken::Unwritable(cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_window_on_the_same_folder_is_refused_until_the_first_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let first = take(dir.path()).unwrap();
        assert!(matches!(take(dir.path()), Err(Taken::ByAnother)));
        drop(first);
        assert!(take(dir.path()).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_not_mistaken_for_a_second_window() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(take(&file.join("data")), Err(Taken::Unwritable(_))));
    }
}
