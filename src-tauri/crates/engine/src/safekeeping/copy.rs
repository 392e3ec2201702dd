//! One copy of the records: written beside its final name, opened again and looked through, and only then given that name,
//! with a file beside it that says what it holds and carries the key as only the printed code opens it.

use super::recovery;
use crate::workspace::{self, Workspace};
use decide::watch::{Copied, Recovery};
use decide::At;
use ledger::{Copies, Counts, Key, Look, Stage};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What a copy holds; lies beside it as JSON. Names no patient and holds no secret that opens without a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1.
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    pub workspace: String,
    pub made_at: At,
    /// The copy's own name.
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
    pub patients: u64,
    pub readings: u64,
    pub episodes: u64,
    /// Lines of its trail, and the hash of the last, hex.
    pub lines: u64,
    pub head: String,
    /// What the printed recovery key opens; none = only a machine that has the key can restore it.
    pub recovery: Option<Recovery>,
    /// workspace.json under the database key.
    pub workspace_sealed: String,
    /// Archives of the trail that belong to it, in the folder `archive` beside it.
    pub archives: Vec<String>,
}

/// Who hears how far it is.
pub trait Progress {
    /// A stage begins: `writing`, `pages`, `tables`, `trail`, `reading`, `starting`. `of`: bytes, 0 = not known; `at`: the file that grows.
    fn stage(&self, stage: &str, of: u64, at: Option<&Path>);
}

/// Nobody listens.
impl Progress for () {
    fn stage(&self, _: &str, _: u64, _: Option<&Path>) {}
}

pub(super) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Pages => "pages",
        Stage::Tables => "tables",
        Stage::Trail => "trail",
    }
}

/// What a copy is made from.
pub struct Origin<'a> {
    pub copies: &'a Copies,
    /// The data folder.
    pub folder: &'a Path,
    pub workspace: &'a Workspace,
    pub recovery: Option<Recovery>,
}

/// Makes a copy in a folder, proves it, and takes away all but the newest `kept` of this workspace.
pub fn make(from: &Origin<'_>, to: &Path, kept: usize, at: At, took: impl Fn() -> u64, progress: &dyn Progress) -> Result<Copied, String> {
    if !to.is_dir() {
        return Err(format!("the folder {} is not there: is its disk connected?", to.display()));
    }
    let said = |e: io::Error| in_words(&e, to);
    leftovers(to);
    let file = format!("careloop-{}-{}.db", from.workspace.workspace, at.format("%Y%m%d-%H%M%S%3fZ"));
    let (part, whole) = (to.join(format!(".{file}.part")), to.join(&file));
    if whole.exists() {
        return Err(format!("{} is there already", whole.display()));
    }
    let done = (|| {
        progress.stage("writing", from.copies.bytes(), Some(&part));
        from.copies.write(&part).map_err(|e| e.to_string())?;
        let written = File::open(&part).map_err(said)?;
        own_alone(&part).map_err(said)?;
        written.sync_all().map_err(said)?;
        let look = prove(&Copies::of(&part, from.copies.key()), progress)?;
        if !from.copies.holds(look.trail.lines, &look.trail.head).map_err(|e| e.to_string())? {
            return Err("the copy's trail does not end where the records' own trail was".into());
        }
        let (bytes, sha256) = digest(&part).map_err(said)?;
        let archives = copy_archives(from.folder, to).map_err(said)?;
        let names = serde_json::to_vec(from.workspace).map_err(|e| e.to_string())?;
        let manifest = Manifest {
            format: 1,
            program: env!("CARGO_PKG_VERSION").into(),
            workspace: from.workspace.workspace.clone(),
            made_at: at,
            file: file.clone(),
            bytes,
            sha256,
            patients: look.counts.patients,
            readings: look.counts.readings,
            episodes: look.counts.episodes,
            lines: look.trail.lines,
            head: look.trail.head.clone(),
            recovery: from.recovery.clone(),
            workspace_sealed: recovery::seal_beside(from.copies.key(), &names)?,
            archives,
        };
        std::fs::rename(&part, &whole).map_err(said)?;
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| e.to_string())?;
        workspace::write_own(&beside(&whole), &text).map_err(said)?;
        sync_folder(to).map_err(said)?;
        Ok(Copied { at, file, bytes, lines: manifest.lines, took_ms: took() })
    })();
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
        return done;
    }
    for old in list(to, &from.workspace.workspace).into_iter().skip(kept.max(1)) {
        let path = to.join(&old.file);
        let _ = std::fs::remove_file(&path);
        let _ = std::fs::remove_file(beside(&path));
    }
    done
}

/// Looks a file through; an error says why it is of no use.
pub fn prove(copy: &Copies, progress: &dyn Progress) -> Result<Look, String> {
    let look = copy.look(|stage| progress.stage(stage_name(stage), 0, None)).map_err(|e| e.to_string())?;
    if let Some(damage) = &look.damage {
        return Err(format!("the file is damaged: {damage}"));
    }
    if let Some(broken) = &look.trail.first_broken {
        return Err(format!("its trail is broken at line {}: {}", broken.seq, broken.why));
    }
    Ok(look)
}

/// The file beside a copy.
pub fn beside(copy: &Path) -> PathBuf {
    copy.with_extension("json")
}

/// What is said beside a copy.
pub fn manifest(copy: &Path) -> Result<Manifest, String> {
    let path = beside(copy);
    let text =
        std::fs::read(&path).map_err(|e| format!("{} cannot be read: {e}. It belongs to the copy and lies beside it", path.display()))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|e| format!("{} does not say what a copy holds: {e}", path.display()))?;
    match manifest.format {
        1 => Ok(manifest),
        newer => Err(format!("{} was made by a newer version (format {newer}): update this console", path.display())),
    }
}

/// Copies of a workspace in a folder, newest first.
pub fn list(folder: &Path, workspace: &str) -> Vec<Manifest> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<Manifest> = entries
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "db"))
        .filter_map(|p| manifest(&p).ok().filter(|m| Some(m.file.as_str()) == p.file_name().and_then(|n| n.to_str())))
        .filter(|m| m.workspace == workspace)
        .collect();
    found.sort_by_key(|m| std::cmp::Reverse(m.made_at));
    found
}

/// Length and SHA-256 (hex) of a file, read in pieces.
pub fn digest(path: &Path) -> io::Result<(u64, String)> {
    copy_through(File::open(path)?, &mut io::sink())
}

/// Copies while it hashes.
pub fn copy_through(mut from: impl Read, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, hash.finalize().iter().map(|b| format!("{b:02x}")).collect()));
        }
        hash.update(&piece[..read]);
        to.write_all(&piece[..read])?;
        bytes += read as u64;
    }
}

/// Whether a copy is, byte for byte, what was written.
pub fn is_as_written(manifest: &Manifest, bytes: u64, sha256: &str) -> Result<(), String> {
    if bytes == manifest.bytes && sha256 == manifest.sha256 {
        Ok(())
    } else {
        Err("the copy is not what was written: it was changed, or its disk lost a part of it. Take another copy".into())
    }
}

/// Sealed archives go along, each once.
fn copy_archives(folder: &Path, to: &Path) -> io::Result<Vec<String>> {
    let (from, to) = (workspace::archives(folder), to.join("archive"));
    let mut names = Vec::new();
    for path in archive_files(&from) {
        let Some(name) = path.file_name().and_then(|n| n.to_str()).map(String::from) else { continue };
        let there = to.join(&name);
        let same = there.metadata().ok().map(|m| m.len()) == path.metadata().ok().map(|m| m.len());
        if !same {
            std::fs::create_dir_all(&to)?;
            let part = to.join(format!(".{name}.part"));
            std::fs::copy(&path, &part)?;
            File::open(&part)?.sync_all()?;
            std::fs::rename(&part, &there)?;
        }
        names.push(name);
    }
    Ok(names)
}

/// Archives of the trail in a folder, in order.
pub fn archive_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is = |p: &PathBuf| p.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with("trail-") && n.ends_with(".db"));
    let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(is).collect();
    files.sort();
    files
}

/// What a copy that was cut off left behind.
fn leftovers(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        let ours = path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(".careloop-") && n.contains(".db.part"));
        if ours {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(unix)]
fn own_alone(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn own_alone(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn in_words(e: &io::Error, folder: &Path) -> String {
    match e.kind() {
        io::ErrorKind::StorageFull => format!("{} is full", folder.display()),
        io::ErrorKind::PermissionDenied => format!("{} may not be written", folder.display()),
        _ => format!("{}: {e}", folder.display()),
    }
}

/// Opens a copy in a folder of its own as a console would, and says how much is in it. The folder is gone afterwards.
pub fn rehearse(copy: &Path, key: &Key, at: At, within: &Path, progress: &dyn Progress) -> Result<Counts, String> {
    let said = manifest(copy)?;
    let folder = tempfile::Builder::new().prefix("restore-test-").tempdir_in(within).map_err(|e| e.to_string())?;
    let there = workspace::database(folder.path());
    progress.stage("reading", said.bytes, Some(&there));
    let source = File::open(copy).map_err(|e| format!("{} cannot be read: {e}", copy.display()))?;
    let mut target = workspace::create_own(&there).map_err(|e| e.to_string())?;
    let (bytes, sha256) = copy_through(source, &mut target).map_err(|e| e.to_string())?;
    is_as_written(&said, bytes, &sha256)?;
    drop(target);
    let look = prove(&Copies::of(&there, key), progress)?;
    if (look.trail.lines, &look.trail.head) != (said.lines, &said.head) {
        return Err("its trail is not the one that was there when it was made".into());
    }
    progress.stage("starting", 0, None);
    let ledger = ledger::Ledger::open(&there, key, ledger::Durability::Off).map_err(|e| e.to_string())?;
    crate::spine::Engine::open(ledger, at, &said.workspace, crate::keys::case_key(key)).map_err(|e| e.to_string())?;
    Ok(look.counts)
}
