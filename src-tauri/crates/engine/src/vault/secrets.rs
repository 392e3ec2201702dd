//! Vendors' secrets: in the keyring that keeps the database key, or, where a key file stands for the keyring, beside it
//! in a file sealed under that key (AES-256-GCM, mode 0600). Never in the database.

use super::{file_error, guard, Asked, KeyHome, Keyring, OsKeyring, VaultError, KEYRING_SECONDS};
use crate::workspace::write_own;
use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_256_GCM, NONCE_LEN};
use hmac::{Hmac, KeyInit, Mac};
use ledger::Key;
use rand::TryRngCore;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// A Windows credential holds 2,560 bytes of UTF-16, and an RSA key in PEM is longer: such a secret is kept in pieces.
const PIECE: usize = 1_000;
/// The text of an entry whose secret is in pieces says so, and how many there are.
const PIECES: &str = "careloop pieces ";
/// The first bytes of a sealed file; also bound into its seal.
const SEALED: &[u8] = b"careloop secrets 1\n";
/// No set of credentials is larger.
const LARGEST_FILE: u64 = 1 << 20;

/// The home of one workspace's secrets. Blocking: ask it off the async threads.
pub struct Secrets {
    home: Home,
    /// Several workspaces may share a keyring or a key file.
    workspace: String,
}

enum Home {
    Ring(Box<dyn Ring>),
    File { path: PathBuf, seal: Zeroizing<[u8; 32]> },
}

/// A keyring by the name of the entry alone.
trait Ring: Send + Sync {
    fn read(&self, entry: String) -> Result<Option<Zeroizing<String>>, VaultError>;
    fn write(&self, entry: String, text: Zeroizing<String>) -> Result<(), VaultError>;
    fn remove(&self, entry: String) -> Result<(), VaultError>;
}

impl<K: Keyring + Sync> Ring for Asked<K> {
    fn read(&self, entry: String) -> Result<Option<Zeroizing<String>>, VaultError> {
        self.clone().ask(move |k, service| k.read(service, &entry))
    }

    fn write(&self, entry: String, text: Zeroizing<String>) -> Result<(), VaultError> {
        self.clone().ask(move |k, service| k.write(service, &entry, &text))
    }

    fn remove(&self, entry: String) -> Result<(), VaultError> {
        self.clone().ask(move |k, service| k.remove(service, &entry))
    }
}

impl Secrets {
    /// Where that home keeps the secrets of a workspace; `key` is the database's.
    pub fn of(home: &KeyHome, key: &Key, workspace: &str) -> Self {
        let home = match home {
            KeyHome::Keyring { service } => {
                Home::Ring(Box::new(Asked { keyring: OsKeyring, service: service.clone(), patience: Duration::from_secs(KEYRING_SECONDS) }))
            }
            KeyHome::File(path) => Home::File { path: beside(path), seal: seal_key(key) },
        };
        Self { home, workspace: workspace.into() }
    }

    /// Where they are, in words.
    pub fn in_words(&self) -> String {
        match &self.home {
            Home::Ring(_) => "the keyring of this desk".into(),
            Home::File { path, .. } => format!("the sealed file {}", path.display()),
        }
    }

    /// The secret of an entry; none = it is not there.
    pub fn read(&self, entry: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        let name = self.name(entry);
        match &self.home {
            Home::File { path, seal } => Ok(open(path, seal)?.remove(&name)),
            Home::Ring(ring) => {
                let Some(text) = ring.read(name.clone())? else { return Ok(None) };
                let Some(count) = text.strip_prefix(PIECES) else { return Ok(Some(text)) };
                let mut whole = Zeroizing::new(String::new());
                for n in 1..=count.parse().unwrap_or(0) {
                    match ring.read(piece(&name, n))? {
                        Some(piece) => whole.push_str(&piece),
                        None => return Ok(None),
                    }
                }
                Ok(Some(whole))
            }
        }
    }

    /// Keeps a secret under a new entry, and reads it back: one that was not kept is an error.
    pub fn keep(&self, entry: &str, secret: &str) -> Result<(), VaultError> {
        let name = self.name(entry);
        match &self.home {
            Home::File { path, seal } => {
                let mut all = open(path, seal)?;
                all.insert(name, Zeroizing::new(secret.into()));
                close(path, seal, &all)?;
            }
            Home::Ring(ring) if secret.len() <= PIECE && !secret.starts_with(PIECES) => {
                ring.write(name, Zeroizing::new(secret.into()))?;
            }
            Home::Ring(ring) => {
                let letters: Vec<char> = secret.chars().collect();
                let pieces: Vec<&[char]> = letters.chunks(PIECE).collect();
                for (n, letters) in (1..).zip(&pieces) {
                    ring.write(piece(&name, n), Zeroizing::new(letters.iter().collect()))?;
                }
                // Last, so that an entry never promises pieces that are not there.
                ring.write(name, Zeroizing::new(format!("{PIECES}{}", pieces.len())))?;
            }
        }
        match self.read(entry)? {
            Some(kept) if *kept == secret => Ok(()),
            _ => Err(VaultError::Keyring { said: "it did not keep what it was given".into() }),
        }
    }

    /// Forgets an entry; one that is not there is forgotten already.
    pub fn forget(&self, entry: &str) -> Result<(), VaultError> {
        let name = self.name(entry);
        match &self.home {
            Home::File { path, seal } => {
                let mut all = open(path, seal)?;
                if all.remove(&name).is_some() {
                    close(path, seal, &all)?;
                }
                Ok(())
            }
            Home::Ring(ring) => {
                let pieces = ring.read(name.clone())?.and_then(|t| t.strip_prefix(PIECES).and_then(|n| n.parse().ok())).unwrap_or(0);
                ring.remove(name.clone())?;
                (1..=pieces).try_for_each(|n| ring.remove(piece(&name, n)))
            }
        }
    }

    fn name(&self, entry: &str) -> String {
        format!("{} {entry}", self.workspace)
    }
}

fn piece(name: &str, n: usize) -> String {
    format!("{name} {n}")
}

/// The sealed file of a key file.
fn beside(key_file: &Path) -> PathBuf {
    let mut name = key_file.as_os_str().to_owned();
    name.push(".secrets");
    name.into()
}

/// Not the database's own key, and always the same for one database.
fn seal_key(key: &Key) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.to_hex().as_bytes()).expect("any length of key is taken");
    mac.update(b"careloop vendor secrets, version 1");
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn aead(seal: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, seal).expect("32 bytes are a key"))
}

type All = BTreeMap<String, Zeroizing<String>>;

fn open(path: &Path, seal: &[u8; 32]) -> Result<All, VaultError> {
    let unsealed = || VaultError::Sealed { path: path.display().to_string() };
    let file = match std::fs::File::open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(All::new()),
        other => other.map_err(|e| file_error(path, e))?,
    };
    guard(path, &file)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE).read_to_end(&mut bytes).map_err(|e| file_error(path, e))?;
    let rest = bytes.strip_prefix(SEALED).filter(|r| r.len() > NONCE_LEN).ok_or_else(unsealed)?;
    let (nonce, sealed) = rest.split_at(NONCE_LEN);
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unsealed())?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    let plain = aead(seal).open_in_place(nonce, Aad::from(SEALED), &mut plain).map_err(|_| unsealed())?;
    let texts: BTreeMap<String, String> = serde_json::from_slice(plain).map_err(|_| unsealed())?;
    Ok(texts.into_iter().map(|(name, text)| (name, Zeroizing::new(text))).collect())
}

/// Writes it whole under a new nonce before it takes the place of the former one.
fn close(path: &Path, seal: &[u8; 32], all: &All) -> Result<(), VaultError> {
    let texts: BTreeMap<&String, &String> = all.iter().map(|(name, text)| (name, &**text)).collect();
    let mut sealed = Zeroizing::new(serde_json::to_vec(&texts).expect("texts serialise"));
    let mut nonce = [0; NONCE_LEN];
    rand::rngs::OsRng
        .try_fill_bytes(&mut nonce)
        .map_err(|e| VaultError::File { path: "the system's source of randomness".into(), said: e.to_string() })?;
    let said = || VaultError::File { path: path.display().to_string(), said: "it could not be sealed".into() };
    aead(seal).seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(SEALED), &mut *sealed).map_err(|_| said())?;
    write_own(path, &[SEALED, &nonce, &sealed].concat()).map_err(|e| file_error(path, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// A keyring in memory that takes no long text.
    #[derive(Clone, Default)]
    struct SmallRing {
        kept: Arc<Mutex<BTreeMap<String, String>>>,
    }

    impl Keyring for SmallRing {
        fn read(&self, service: &str, entry: &str) -> Result<Option<Zeroizing<String>>, String> {
            Ok(self.kept.lock().unwrap().get(&format!("{service}/{entry}")).cloned().map(Zeroizing::new))
        }
        fn write(&self, service: &str, entry: &str, text: &str) -> Result<(), String> {
            if text.len() * 2 > 2_560 {
                return Err("the text is too long".into());
            }
            self.kept.lock().unwrap().insert(format!("{service}/{entry}"), text.into());
            Ok(())
        }
        fn remove(&self, service: &str, entry: &str) -> Result<(), String> {
            self.kept.lock().unwrap().remove(&format!("{service}/{entry}"));
            Ok(())
        }
    }

    fn in_ring(ring: &SmallRing) -> Secrets {
        let asked = Asked { keyring: ring.clone(), service: "ward".into(), patience: Duration::from_secs(5) };
        Secrets { home: Home::Ring(Box::new(asked)), workspace: "w1".into() }
    }

    fn in_file(folder: &Path, key: u8, workspace: &str) -> Secrets {
        Secrets::of(&KeyHome::File(folder.join("key")), &Key::new([key; 32]), workspace)
    }

    fn said(secrets: &Secrets, entry: &str) -> Option<String> {
        secrets.read(entry).unwrap().map(|t| t.to_string())
    }

    #[test]
    fn a_secret_is_found_again_and_forgotten_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let ring = SmallRing::default();
        for secrets in [in_file(folder.path(), 1, "w1"), in_ring(&ring)] {
            secrets.keep("twilio.auth_token a", "SECRET-1").unwrap();
            secrets.keep("slack.webhook_url a", "SECRET-2").unwrap();
            assert_eq!(said(&secrets, "twilio.auth_token a").as_deref(), Some("SECRET-1"));
            secrets.forget("twilio.auth_token a").unwrap();
            assert_eq!((said(&secrets, "twilio.auth_token a"), said(&secrets, "slack.webhook_url a")), (None, Some("SECRET-2".into())));
        }
        assert_eq!(ring.kept.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_long_key_is_kept_in_pieces_where_a_keyring_takes_only_short_texts() {
        let ring = SmallRing::default();
        let secrets = in_ring(&ring);
        let pem = "0123456789abcdefghijklmnopqrstuvwxyzé\n".repeat(90);
        secrets.keep("cerner.private_key_pem a", &pem).unwrap();
        assert_eq!(said(&secrets, "cerner.private_key_pem a"), Some(pem));
        secrets.forget("cerner.private_key_pem a").unwrap();
        assert!(ring.kept.lock().unwrap().is_empty());
    }

    #[test]
    fn two_workspaces_share_a_home_and_not_their_secrets() {
        let folder = tempfile::tempdir().unwrap();
        in_file(folder.path(), 1, "w1").keep("slack.webhook_url a", "SECRET-1").unwrap();
        assert_eq!(said(&in_file(folder.path(), 1, "w2"), "slack.webhook_url a"), None);
    }

    #[test]
    fn the_sealed_file_shows_nothing_and_opens_with_its_own_key_only() {
        let folder = tempfile::tempdir().unwrap();
        in_file(folder.path(), 1, "w1").keep("slack.webhook_url a", "SECRET-1").unwrap();
        let bytes = std::fs::read(folder.path().join("key.secrets")).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"SECRET" || w == b"webhoo"));
        let other = in_file(folder.path(), 2, "w1");
        assert!(matches!(other.read("slack.webhook_url a"), Err(VaultError::Sealed { .. })));
        assert!(matches!(other.keep("slack.webhook_url b", "SECRET-2"), Err(VaultError::Sealed { .. })), "nothing is written over it");
    }

    #[test]
    fn one_changed_byte_of_the_sealed_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = in_file(folder.path(), 1, "w1");
        secrets.keep("slack.webhook_url a", "SECRET-1").unwrap();
        let path = folder.path().join("key.secrets");
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert!(matches!(secrets.read("slack.webhook_url a"), Err(VaultError::Sealed { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn the_sealed_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let secrets = in_file(folder.path(), 1, "w1");
        secrets.keep("slack.webhook_url a", "SECRET-1").unwrap();
        let path = folder.path().join("key.secrets");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(secrets.read("slack.webhook_url a"), Err(VaultError::FileTooOpen { .. })));
    }
}
