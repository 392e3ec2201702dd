//! The data folder: who may use it now, what this workspace is called, and where everything lies.

use decide::At;
use rand::TryRngCore;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why the data folder cannot be used, in words for the person at the desk.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another console has it.
    #[error("another console is running with the data folder {0}: stop it first, or choose another folder with --data-dir")]
    InUse(String),
    /// It cannot be read or written.
    #[error("the data folder cannot be used: {path}: {said}")]
    Unusable { path: String, said: String },
    /// workspace.json is not what was written.
    #[error(
        "{path} cannot be read: {said}. Restore it from a backup; without it vendors and device clouds would no longer find this console"
    )]
    Workspace { path: String, said: String },
}

/// The data folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

/// What this workspace is called.
#[derive(Clone, Serialize, Deserialize)]
pub struct Workspace {
    /// Short and random: the first part of dedup keys.
    pub workspace: String,
    /// The secret part of the hooks' path.
    pub hooks_key: String,
    /// When that key was made; none = with the workspace, or on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_made_at: Option<At>,
    /// The key before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerKey>,
}

/// A hooks' key that was replaced.
#[derive(Clone, Serialize, Deserialize)]
pub struct FormerKey {
    pub key: String,
    /// It opens the hooks until then.
    pub until: At,
}

impl Workspace {
    /// Keeps it in its folder.
    pub fn keep(&self, folder: &Path) -> std::io::Result<()> {
        write_own(&named(folder), &serde_json::to_vec_pretty(self)?)
    }
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Workspace({})", self.workspace)
    }
}

/// What the workspace is called.
fn named(folder: &Path) -> PathBuf {
    folder.join("workspace.json")
}

/// The encrypted database.
pub fn database(folder: &Path) -> PathBuf {
    folder.join("careloop.db")
}

/// Heads of the trail, kept outside the database.
pub fn anchors(folder: &Path) -> PathBuf {
    folder.join("anchors.jsonl")
}

/// The key file of a sandbox on a machine without a keyring.
pub fn sandbox_key(folder: &Path) -> PathBuf {
    folder.join("sandbox.key")
}

/// Where the console writes exports.
pub fn exports(folder: &Path) -> PathBuf {
    folder.join("exports")
}

/// Sealed lines of the trail.
pub fn archives(folder: &Path) -> PathBuf {
    folder.join("archive")
}

/// What the printed recovery key opens.
pub fn recovery(folder: &Path) -> PathBuf {
    folder.join("recovery.json")
}

/// A new file for its owner alone, its folder made if needed.
pub fn create_own(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        make_dir(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    own(&mut options);
    options.open(path)
}

/// How to reach the console that runs on this folder.
pub fn running(folder: &Path) -> PathBuf {
    folder.join("running.json")
}

impl Folder {
    /// Takes the folder, making it if it is new; refused while another process has it.
    pub fn take(path: &Path) -> Result<Folder, FolderError> {
        let unusable = |e: std::io::Error| FolderError::Unusable { path: path.display().to_string(), said: e.to_string() };
        make_dir(path).map_err(unusable)?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        own(&mut options);
        let lock = options.open(path.join("console.lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder { path: path.to_path_buf(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.display().to_string())),
            Err(TryLockError::Error(e)) => Err(unusable(e)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the workspace is called; made up and kept at the first start. A key that was given replaces the kept one.
    pub fn workspace(&self, key: Option<&str>) -> Result<Workspace, FolderError> {
        let path = named(&self.path);
        let fail = |said: String| FolderError::Workspace { path: path.display().to_string(), said };
        let kept: Option<Workspace> = match std::fs::read(&path) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(|e| fail(e.to_string()))?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(fail(e.to_string())),
        };
        let mut workspace = match kept.clone() {
            Some(kept) => kept,
            None => Workspace { workspace: random(8).map_err(fail)?, hooks_key: new_key().map_err(fail)?, key_made_at: None, former: None },
        };
        if let Some(key) = key {
            workspace.hooks_key = key.to_string();
        }
        if kept.is_none_or(|k| k.hooks_key != workspace.hooks_key) {
            workspace.keep(&self.path).map_err(|e| fail(e.to_string()))?;
        }
        Ok(workspace)
    }
}

/// A key that can stand in a path: what a person gives on the command line.
pub fn check_key(key: &str) -> Result<(), String> {
    let sound = key.len() >= 8 && key.len() <= 128 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if sound {
        Ok(())
    } else {
        Err("a workspace key has 8 to 128 letters, digits, - or _".into())
    }
}

/// A new secret part of the hooks' path.
pub fn new_key() -> Result<String, String> {
    random(40)
}

/// Letters and digits from the system's source of randomness, five bits each.
pub fn random(length: usize) -> Result<String, String> {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = vec![0u8; length];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|e| format!("the system's source of randomness: {e}"))?;
    Ok(bytes.into_iter().map(|b| LETTERS[usize::from(b & 31)] as char).collect())
}

/// Writes a file whole before it gets its name, for its owner alone.
pub fn write_own(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

/// A folder for its owner alone, if it is not there yet.
pub fn make_dir(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The file is its owner's alone.
pub fn own(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_console_on_the_same_folder_is_refused_until_the_first_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ward");
        let first = Folder::take(&path).unwrap();
        assert!(matches!(Folder::take(&path), Err(FolderError::InUse(_))));
        drop(first);
        assert!(Folder::take(&path).is_ok());
    }

    #[test]
    fn the_workspace_keeps_its_name_and_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::take(dir.path()).unwrap();
        let first = folder.workspace(None).unwrap();
        let again = folder.workspace(None).unwrap();
        assert_eq!((first.workspace, first.hooks_key), (again.workspace, again.hooks_key));
    }

    #[test]
    fn a_key_given_on_the_command_line_is_kept_and_the_name_stays() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::take(dir.path()).unwrap();
        let first = folder.workspace(None).unwrap();
        folder.workspace(Some("ward-seven-key")).unwrap();
        let now = folder.workspace(None).unwrap();
        assert_eq!((now.workspace, now.hooks_key.as_str()), (first.workspace, "ward-seven-key"));
    }

    #[test]
    fn a_damaged_workspace_file_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::take(dir.path()).unwrap();
        std::fs::write(dir.path().join("workspace.json"), "{").unwrap();
        assert!(matches!(folder.workspace(None), Err(FolderError::Workspace { .. })));
        assert_eq!(std::fs::read_to_string(dir.path().join("workspace.json")).unwrap(), "{");
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_and_its_files_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ward");
        let folder = Folder::take(&path).unwrap();
        folder.workspace(None).unwrap();
        let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("workspace.json"))), (0o700, 0o600));
    }
}
