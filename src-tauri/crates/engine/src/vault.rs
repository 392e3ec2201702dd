//! The home of the database key: the desk's keyring, or a file that its owner alone can read.
//!
//! A database without its key is "key lost", never a first start: no new key is made beside old data.

use ledger::Key;
use rand::TryRngCore;
use std::fmt::Display;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

mod secrets;

pub use secrets::Secrets;

/// Where the key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyHome {
    /// The keyring of the desk, under this service name.
    Keyring { service: String },
    /// A file, for machines without a keyring.
    File(PathBuf),
}

/// Why there is no key, in words for the person at the desk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Data is there, its key is not.
    #[error("the key of {database} is not in {home}: nothing was changed. Put the key back with `careloop recover-key` and the printed recovery key, or from a backup of {home}; or move the database away to start a new one")]
    KeyLost { database: String, home: String },
    /// What is kept under the key's name is no key.
    #[error("what {home} keeps as the database key is not a key: nothing was changed. Take it away and put the key back with `careloop recover-key` and the printed recovery key")]
    NotAKey { home: String },
    /// Another key is there: other records may need it.
    #[error("{home} keeps another key, and a key is never replaced: other records may need it. Name another home with --key-file")]
    AnotherKey { home: String },
    /// The keyring did not answer: most often it waits for its password.
    #[error("the keyring did not answer within {seconds} s: unlock it (sign in to the desktop again if no prompt is shown), then start the console again")]
    KeyringSilent { seconds: u64 },
    /// No keyring, or a locked one.
    #[error("the keyring cannot be used: {said}. Unlock it and start the console again, or keep the key in a file")]
    Keyring { said: String },
    /// Others may read the key file.
    #[error("the key file {path} can be read by others (mode {mode:03o}): run `chmod 600 {path}`, and consider the key known to whoever could read it")]
    FileTooOpen { path: String, mode: u32 },
    /// The key file is somebody else's.
    #[error("the key file {path} belongs to another user: use a file of your own")]
    FileNotOwned { path: String },
    /// The key file, or the folder of the database, cannot be used.
    #[error("{path} cannot be used: {said}")]
    File { path: String, said: String },
    /// The sealed file of secrets was not written with this key, or was changed since.
    #[error("{path} does not open with this desk's key: put it back from a backup, or move it away and enter the credentials again under Connections")]
    Sealed { path: String },
}

/// How long a keyring may think: a locked one waits for a person.
const KEYRING_SECONDS: u64 = 30;

/// The name of the entry within the service.
const ENTRY: &str = "database key";

/// The key of the database at `database`: the one that is kept, or, on the very first start, a new one.
///
/// Blocks; the keyring itself is only ever asked on a thread of its own.
pub fn open_or_create(home: &KeyHome, database: &Path) -> Result<Key, VaultError> {
    open_or_create_with(home, database, OsKeyring, Duration::from_secs(KEYRING_SECONDS))
}

/// The key that is kept there, if one is. Blocks.
pub fn kept(home: &KeyHome) -> Result<Option<Key>, VaultError> {
    kept_with(home, OsKeyring, Duration::from_secs(KEYRING_SECONDS))
}

fn kept_with(home: &KeyHome, keyring: impl Keyring, patience: Duration) -> Result<Option<Key>, VaultError> {
    let (text, shown) = match home {
        KeyHome::Keyring { service } => {
            let ring = Asked { keyring, service: service.clone(), patience };
            (ring.ask(|k, service| k.read(service, ENTRY))?, format!("the keyring entry \"{service}\""))
        }
        KeyHome::File(path) => (read_file(path)?, path.display().to_string()),
    };
    text.map(|t| Key::from_hex(&t).ok_or(VaultError::NotAKey { home: shown })).transpose()
}

/// Puts a key that was recovered into its home, never over another one. Blocks.
pub fn put_back(home: &KeyHome, key: &Key) -> Result<(), VaultError> {
    put_back_with(home, key, OsKeyring, Duration::from_secs(KEYRING_SECONDS))
}

fn put_back_with(home: &KeyHome, key: &Key, keyring: impl Keyring, patience: Duration) -> Result<(), VaultError> {
    match kept_with(home, keyring.clone(), patience)? {
        Some(there) if *there.to_hex() == *key.to_hex() => return Ok(()),
        Some(_) => return Err(VaultError::AnotherKey { home: crate::keys::in_words(home) }),
        None => {}
    }
    match home {
        KeyHome::Keyring { service } => {
            let text = key.to_hex();
            Asked { keyring: keyring.clone(), service: service.clone(), patience }.ask(move |k, service| k.write(service, ENTRY, &text))?;
        }
        KeyHome::File(path) => write_file(path, key)?,
    }
    match kept_with(home, keyring, patience)? {
        Some(back) if *back.to_hex() == *key.to_hex() => Ok(()),
        _ => Err(VaultError::NotAKey { home: crate::keys::in_words(home) }),
    }
}

fn open_or_create_with(home: &KeyHome, database: &Path, keyring: impl Keyring, patience: Duration) -> Result<Key, VaultError> {
    let ring = |service: &str| Asked { keyring, service: service.to_string(), patience };
    match home {
        KeyHome::Keyring { service } => {
            let ring = ring(service);
            let shown = format!("the keyring entry \"{service}\"");
            let kept = ring.clone().ask(|k, service| k.read(service, ENTRY))?;
            choose(kept, database, &shown, |key| {
                let text = key.to_hex();
                ring.clone().ask(move |k, service| k.write(service, ENTRY, &text))?;
                ring.clone().ask(|k, service| k.read(service, ENTRY))
            })
        }
        KeyHome::File(path) => choose(read_file(path)?, database, &path.display().to_string(), |key| {
            write_file(path, key)?;
            read_file(path)
        }),
    }
}

/// The kept key; or a new one if there is neither a key nor a database. A new key is used only once it was read back.
fn choose(
    kept: Option<Zeroizing<String>>,
    database: &Path,
    home: &str,
    keep: impl FnOnce(&Key) -> Result<Option<Zeroizing<String>>, VaultError>,
) -> Result<Key, VaultError> {
    let not_a_key = || VaultError::NotAKey { home: home.to_string() };
    if let Some(text) = kept {
        return Key::from_hex(&text).ok_or_else(not_a_key);
    }
    if exists(database)? {
        return Err(VaultError::KeyLost { database: database.display().to_string(), home: home.to_string() });
    }
    let mut bytes = Zeroizing::new([0; 32]);
    rand::rngs::OsRng
        .try_fill_bytes(&mut *bytes)
        .map_err(|e| VaultError::File { path: "the system's source of randomness".into(), said: e.to_string() })?;
    let key = Key::new(*bytes);
    let back = keep(&key)?.ok_or_else(not_a_key)?;
    if *back.trim() != **key.to_hex() {
        return Err(not_a_key());
    }
    Ok(key)
}

/// Whether a database, or what a database leaves beside it, is there. Not knowing is not "no".
fn exists(database: &Path) -> Result<bool, VaultError> {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    for path in [database, Path::new(&log)] {
        if path.try_exists().map_err(|e| file_error(path, e))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A keyring that keeps texts, each under the name of an entry of a service.
trait Keyring: Clone + Send + 'static {
    fn read(&self, service: &str, entry: &str) -> Result<Option<Zeroizing<String>>, String>;
    fn write(&self, service: &str, entry: &str, text: &str) -> Result<(), String>;
    /// One that is not there is removed already.
    fn remove(&self, service: &str, entry: &str) -> Result<(), String>;
}

/// The keyring of the operating system.
#[derive(Clone, Copy)]
struct OsKeyring;

impl OsKeyring {
    fn entry(service: &str, entry: &str) -> Result<keyring::Entry, String> {
        keyring::Entry::new(service, entry).map_err(|error| match (error, keyring::Entry::store_status()) {
            (keyring::Error::NoDefaultStore, Err(cause)) => format!("none is running here ({cause})"),
            (error, _) => error.to_string(),
        })
    }
}

impl Keyring for OsKeyring {
    fn read(&self, service: &str, entry: &str) -> Result<Option<Zeroizing<String>>, String> {
        match Self::entry(service, entry)?.get_password() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(keyring::Error::NoEntry) => Ok(None),
            // These carry the secret itself: never printed.
            Err(keyring::Error::BadEncoding(bytes) | keyring::Error::BadDataFormat(bytes, _)) => {
                drop(Zeroizing::new(bytes));
                Ok(Some(Zeroizing::default()))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn write(&self, service: &str, entry: &str, text: &str) -> Result<(), String> {
        // Text, not bytes: some keyrings keep nothing else.
        Self::entry(service, entry)?.set_password(text).map_err(|e| e.to_string())
    }

    fn remove(&self, service: &str, entry: &str) -> Result<(), String> {
        match Self::entry(service, entry)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A keyring that is asked on a thread of its own: on an async task it can panic and stay broken for
/// the whole process, and a locked one waits for as long as nobody answers its prompt.
#[derive(Clone)]
struct Asked<K> {
    keyring: K,
    service: String,
    patience: Duration,
}

impl<K: Keyring> Asked<K> {
    fn ask<T: Send + 'static>(self, question: impl FnOnce(&K, &str) -> Result<T, String> + Send + 'static) -> Result<T, VaultError> {
        let (tell, told) = mpsc::channel();
        let Asked { keyring, service, patience } = self;
        std::thread::Builder::new()
            .name("keyring".into())
            .spawn(move || drop(tell.send(question(&keyring, &service))))
            .map_err(|e| VaultError::Keyring { said: e.to_string() })?;
        match told.recv_timeout(patience) {
            Ok(answer) => answer.map_err(|said| VaultError::Keyring { said }),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(VaultError::KeyringSilent { seconds: patience.as_secs() }),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(VaultError::Keyring { said: "it broke while it was asked".into() }),
        }
    }
}

fn read_file(path: &Path) -> Result<Option<Zeroizing<String>>, VaultError> {
    let file = match std::fs::File::open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|e| file_error(path, e))?,
    };
    guard(path, &file)?;
    let mut text = Zeroizing::new(String::with_capacity(128));
    match file.take(128).read_to_string(&mut text) {
        Ok(_) => {}
        // Not text: not a key either.
        Err(e) if e.kind() == std::io::ErrorKind::InvalidData => text.clear(),
        Err(e) => return Err(file_error(path, e)),
    }
    Ok(Some(text))
}

/// Refuses a key file that is not its owner's alone. Asks the opened file, so that it cannot be swapped meanwhile.
#[cfg(unix)]
fn guard(path: &Path, file: &std::fs::File) -> Result<(), VaultError> {
    use std::os::unix::fs::MetadataExt;
    let about = file.metadata().map_err(|e| file_error(path, e))?;
    // A file made now shows who we are.
    let ours = tempfile::tempfile().and_then(|f| f.metadata()).map_err(|e| file_error(path, e))?.uid();
    if about.uid() != ours {
        return Err(VaultError::FileNotOwned { path: path.display().to_string() });
    }
    let mode = about.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::FileTooOpen { path: path.display().to_string(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn guard(_: &Path, _: &std::fs::File) -> Result<(), VaultError> {
    // Elsewhere the folder's own access list guards it.
    Ok(())
}

/// Makes the key file whole (mode 0600) before it gets its name, and never over another file.
fn write_file(path: &Path, key: &Key) -> Result<(), VaultError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let fail = |e: std::io::Error| file_error(path, e);
    std::fs::create_dir_all(folder).map_err(fail)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    file.write_all(key.to_hex().as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.as_file().sync_all()).map_err(fail)?;
    file.persist_noclobber(path).map_err(|e| fail(e.error))?;
    #[cfg(unix)]
    std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(fail)?;
    Ok(())
}

fn file_error(path: &Path, error: impl Display) -> VaultError {
    VaultError::File { path: path.display().to_string(), said: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    /// A keyring in memory: open, locked, or one that never answers.
    #[derive(Clone, Default)]
    struct TestRing {
        kept: Arc<Mutex<HashMap<String, String>>>,
        locked: bool,
        silent: bool,
        forgetful: bool,
    }

    impl Keyring for TestRing {
        fn read(&self, service: &str, _: &str) -> Result<Option<Zeroizing<String>>, String> {
            if self.silent {
                std::thread::park();
            }
            if self.locked {
                return Err("it is locked".into());
            }
            Ok(self.kept.lock().unwrap().get(service).cloned().map(Zeroizing::new))
        }

        fn write(&self, service: &str, _: &str, text: &str) -> Result<(), String> {
            if !self.forgetful {
                self.kept.lock().unwrap().insert(service.into(), text.into());
            }
            Ok(())
        }

        fn remove(&self, service: &str, _: &str) -> Result<(), String> {
            self.kept.lock().unwrap().remove(service);
            Ok(())
        }
    }

    struct Desk {
        folder: tempfile::TempDir,
        ring: TestRing,
    }

    impl Desk {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap(), ring: TestRing::default() }
        }

        fn database(&self) -> PathBuf {
            self.folder.path().join("careloop.db")
        }

        fn key_file(&self) -> PathBuf {
            self.folder.path().join("key")
        }

        fn with_file(&self) -> Result<Key, VaultError> {
            open_or_create(&KeyHome::File(self.key_file()), &self.database())
        }

        fn with_keyring(&self) -> Result<Key, VaultError> {
            open_or_create_with(
                &KeyHome::Keyring { service: "ward".into() },
                &self.database(),
                self.ring.clone(),
                Duration::from_millis(200),
            )
        }
    }

    #[test]
    fn the_first_start_makes_a_key_and_the_next_finds_it() {
        let desk = Desk::new();
        let first = desk.with_file().unwrap();
        std::fs::write(desk.database(), "data").unwrap();
        assert_eq!(*first.to_hex(), *desk.with_file().unwrap().to_hex());
    }

    #[test]
    fn a_database_whose_key_file_is_gone_is_key_lost_and_no_new_key_is_made() {
        let desk = Desk::new();
        std::fs::write(desk.database(), "data").unwrap();
        assert!(matches!(desk.with_file(), Err(VaultError::KeyLost { .. })));
        assert!(!desk.key_file().exists());
    }

    #[test]
    fn a_log_without_its_database_is_data_too() {
        let desk = Desk::new();
        std::fs::write(desk.folder.path().join("careloop.db-wal"), "data").unwrap();
        assert!(matches!(desk.with_file(), Err(VaultError::KeyLost { .. })));
    }

    #[test]
    fn a_key_whose_database_is_gone_is_used_again() {
        let desk = Desk::new();
        let first = desk.with_keyring().unwrap();
        assert_eq!(*first.to_hex(), *desk.with_keyring().unwrap().to_hex());
        assert_eq!(desk.ring.kept.lock().unwrap()["ward"].len(), 64);
    }

    #[test]
    fn a_database_whose_keyring_entry_is_gone_is_key_lost() {
        let desk = Desk::new();
        std::fs::write(desk.database(), "data").unwrap();
        let error = desk.with_keyring().unwrap_err();
        assert!(matches!(&error, VaultError::KeyLost { .. }));
        assert!(error.to_string().contains("recovery key"));
        assert!(desk.ring.kept.lock().unwrap().is_empty());
    }

    #[test]
    fn a_locked_keyring_is_never_taken_for_an_empty_one() {
        let mut desk = Desk::new();
        desk.ring.locked = true;
        assert!(matches!(desk.with_keyring(), Err(VaultError::Keyring { .. })));
        assert!(desk.ring.kept.lock().unwrap().is_empty());
    }

    #[test]
    fn a_keyring_that_waits_for_its_prompt_does_not_hang_the_console() {
        let mut desk = Desk::new();
        desk.ring.silent = true;
        assert!(matches!(desk.with_keyring(), Err(VaultError::KeyringSilent { .. })));
    }

    #[test]
    fn a_key_that_the_keyring_did_not_keep_is_not_used() {
        let mut desk = Desk::new();
        desk.ring.forgetful = true;
        assert!(matches!(desk.with_keyring(), Err(VaultError::NotAKey { .. })));
    }

    #[test]
    fn a_foreign_text_in_the_keys_place_is_not_replaced() {
        let desk = Desk::new();
        desk.ring.kept.lock().unwrap().insert("ward".into(), "my password".into());
        assert!(matches!(desk.with_keyring(), Err(VaultError::NotAKey { .. })));
        assert_eq!(desk.ring.kept.lock().unwrap()["ward"], "my password");
    }

    #[test]
    fn a_recovered_key_is_put_back_and_never_over_another() {
        let desk = Desk::new();
        let home = KeyHome::Keyring { service: "ward".into() };
        let put = |key: &Key| put_back_with(&home, key, desk.ring.clone(), Duration::from_millis(200));
        put(&Key::new([1; 32])).unwrap();
        put(&Key::new([1; 32])).unwrap();
        assert!(matches!(put(&Key::new([2; 32])), Err(VaultError::AnotherKey { .. })));
        assert_eq!(*desk.with_keyring().unwrap().to_hex(), *Key::new([1; 32]).to_hex());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_key_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let desk = Desk::new();
        desk.with_file().unwrap();
        assert_eq!(std::fs::metadata(desk.key_file()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let desk = Desk::new();
        desk.with_file().unwrap();
        std::fs::set_permissions(desk.key_file(), std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(desk.with_file(), Err(VaultError::FileTooOpen { mode: 0o640, .. })));
    }

    #[test]
    fn a_key_file_that_is_cut_short_is_not_a_key() {
        let desk = Desk::new();
        let key = desk.with_file().unwrap();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).truncate(true).open(desk.key_file()).unwrap().write_all(&key.to_hex().as_bytes()[..40]).unwrap();
        assert!(matches!(desk.with_file(), Err(VaultError::NotAKey { .. })));
    }

    #[test]
    fn no_message_repeats_the_key() {
        let desk = Desk::new();
        let key = desk.with_keyring().unwrap();
        assert!(!format!("{key:?}").contains(&key.to_hex()[..8]));
    }
}
