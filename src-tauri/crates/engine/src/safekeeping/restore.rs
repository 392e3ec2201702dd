//! Restoring: a copy becomes the records of a new data folder; a printed recovery key stands in for a lost one.

use super::copy::{self, Manifest};
use super::recovery::{self, Code};
use crate::vault::{self, KeyHome};
use crate::{anchors, keys, workspace};
use anyhow::{bail, Context};
use decide::input::{Act, Input};
use decide::watch::Recovery;
use decide::At;
use ledger::{Anchor, Copies, Counts, Durability, Key, Ledger};
use std::path::Path;

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub counts: Counts,
}

/// Restores a copy into a data folder without records. The key comes from the printed code or, without one, from its home.
/// Nothing is left behind if it does not work out.
pub fn restore(copy: &Path, data: &workspace::Folder, home: &KeyHome, code: Option<&Code>, at: At) -> anyhow::Result<Restored> {
    let folder = data.path();
    let (database, manifest) = (workspace::database(folder), copy::manifest(copy).map_err(anyhow::Error::msg)?);
    if database.exists() {
        bail!("{} has records already, and records are never replaced: name an empty folder with --data-dir", folder.display());
    }
    let key = match code {
        Some(code) => {
            let recovery = manifest
                .recovery
                .as_ref()
                .context("this copy was made before a recovery key was printed: only a machine that keeps its key can restore it")?;
            code.open(&recovery.name, &recovery.sealed)?
        }
        None => vault::kept(home)?.with_context(|| match &manifest.recovery {
            Some(r) => format!("{} keeps no key: type the recovery key named {} (--recovery-key)", keys::in_words(home), r.name),
            None => format!("{} keeps no key, and this copy has no recovery key", keys::in_words(home)),
        })?,
    };
    let part = folder.join(".restoring.db");
    let _ = std::fs::remove_file(&part);
    let done = (|| {
        let source = std::fs::File::open(copy).with_context(|| format!("{} cannot be read", copy.display()))?;
        let mut target = workspace::create_own(&part)?;
        let (bytes, sha256) = copy::copy_through(source, &mut target)?;
        target.sync_all()?;
        copy::is_as_written(&manifest, bytes, &sha256).map_err(anyhow::Error::msg)?;
        let look = copy::prove(&Copies::of(&part, &key), &()).map_err(anyhow::Error::msg)?;
        if (look.trail.lines, &look.trail.head) != (manifest.lines, &manifest.head) {
            bail!("the trail of the copy is not the one that was there when it was made");
        }
        let names = recovery::open_beside(&key, &manifest.workspace_sealed).context("what lies beside the copy was changed")?;
        vault::put_back(home, &key)?;
        workspace::write_own(&folder.join("workspace.json"), &names)?;
        for name in &manifest.archives {
            let from = copy.with_file_name("archive").join(name);
            workspace::make_dir(&workspace::archives(folder))?;
            std::fs::copy(&from, workspace::archives(folder).join(name))
                .with_context(|| format!("the archive of the trail {} belongs to the copy and cannot be read", from.display()))?;
        }
        anchors::put_aside(&workspace::anchors(folder), at)?;
        anchors::keep(&workspace::anchors(folder), manifest.made_at, Anchor { lines: manifest.lines, head: manifest.head.clone() })?;
        std::fs::rename(&part, &database)?;
        let mut engine = engine(&database, &key, &manifest.workspace, at)?;
        let act = Act::Saw { what: "restored_from_copy".into(), mrn: None };
        engine
            .turn(at, &[crate::spine::Incoming::Direct(Input::Act { who: crate::admin::COMMAND_LINE.into(), act, undo_seconds: 0.0 })])?;
        Ok(look.counts)
    })();
    let _ = std::fs::remove_file(&part);
    Ok(Restored { counts: done?, manifest })
}

fn engine(database: &Path, key: &Key, workspace: &str, at: At) -> anyhow::Result<crate::spine::Engine> {
    let ledger = Ledger::open(database, key, Durability::Full)?;
    Ok(crate::spine::Engine::open(ledger, at, workspace, keys::case_key(key))?)
}

/// Puts a lost key back into its home: the records are there, the printed code opens what lies beside them.
pub fn recover_key(folder: &Path, home: &KeyHome, code: &Code) -> anyhow::Result<()> {
    let path = workspace::recovery(folder);
    let text = std::fs::read(&path)
        .with_context(|| format!("{} cannot be read: without it no recovery key fits these records", path.display()))?;
    let kept: Recovery = serde_json::from_slice(&text).with_context(|| format!("{} cannot be read", path.display()))?;
    let key = code.open(&kept.name, &kept.sealed)?;
    Copies::of(&workspace::database(folder), &key).holds(0, "").context("the key that this code gives does not open the records")?;
    Ok(vault::put_back(home, &key)?)
}

/// Keeps beside the records what the printed code opens.
pub fn keep_recovery(folder: &Path, recovery: &Recovery) -> std::io::Result<()> {
    let text = serde_json::to_vec_pretty(recovery)?;
    let path = workspace::recovery(folder);
    if std::fs::read(&path).is_ok_and(|kept| kept == text) {
        return Ok(());
    }
    workspace::write_own(&path, &text)
}
