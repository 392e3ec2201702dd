//! The keys of a workspace: the database's from its home, and those derived from it.

use crate::config::{HostOptions, Profile};
use crate::vault::{self, KeyHome, VaultError};
use crate::workspace;
use hmac::{Hmac, KeyInit, Mac};
use ledger::Key;
use sha2::Sha256;
use std::path::Path;

/// The database key, and where it is kept. A sandbox without a keyring keeps it in a file of its own, and says so.
pub async fn database_key(options: &HostOptions, folder: &Path) -> Result<(Key, KeyHome), VaultError> {
    let (home, profile, folder) = (options.key.clone(), options.profile, folder.to_path_buf());
    // A keyring may wait for its owner: never on an async thread.
    let asked = tokio::task::spawn_blocking(move || ask(&home, profile, &folder));
    asked.await.unwrap_or_else(|_| Err(VaultError::Keyring { said: "it broke while it was asked".into() }))
}

fn ask(home: &KeyHome, profile: Profile, folder: &Path) -> Result<(Key, KeyHome), VaultError> {
    let database = workspace::database(folder);
    let own_file = KeyHome::File(workspace::sandbox_key(folder));
    let fall_back = profile == Profile::Sandbox && matches!(home, KeyHome::Keyring { .. });
    if fall_back && workspace::sandbox_key(folder).exists() {
        return Ok((vault::open_or_create(&own_file, &database)?, own_file));
    }
    match vault::open_or_create(home, &database) {
        Ok(key) => Ok((key, home.clone())),
        Err(VaultError::Keyring { said }) if fall_back && !database.exists() => {
            let key = vault::open_or_create(&own_file, &database)?;
            eprintln!(
                "careloop: no keyring can be used ({said}); the sandbox keeps its database key in {} (mode 0600).",
                workspace::sandbox_key(folder).display()
            );
            Ok((key, own_file))
        }
        Err(e) => Err(e),
    }
}

/// The home of the key, in words.
pub fn in_words(home: &KeyHome) -> String {
    match home {
        KeyHome::Keyring { service } => format!("the keyring of this desk, entry \"{service}\""),
        KeyHome::File(path) => format!("the file {}", path.display()),
    }
}

/// The key of the case ids: not the database's own, and always the same for one database.
pub fn case_key(key: &Key) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.to_hex().as_bytes()).expect("any length of key is taken");
    mac.update(b"careloop case ids, version 1");
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_key_belongs_to_its_database_and_is_not_its_key() {
        let (one, other) = (Key::new([1; 32]), Key::new([2; 32]));
        assert_eq!(case_key(&one), case_key(&Key::new([1; 32])));
        assert_ne!(case_key(&one), case_key(&other));
        assert_ne!(case_key(&one), [1; 32]);
    }
}
