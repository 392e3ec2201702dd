//! `restore` and `recover-key`: on a machine whose console does not run.

use super::FolderArgs;
use crate::clock::{Clock, SystemClock};
use crate::config::BadConfig;
use crate::keys;
use crate::safekeeping::recovery::Code;
use crate::safekeeping::restore;
use crate::workspace::Folder;
use anyhow::Context;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The printed code, typed: never an argument, which other programs can read.
fn ask() -> anyhow::Result<Code> {
    eprint!("Recovery key (eight groups): ");
    let _ = std::io::stderr().flush();
    let mut typed = zeroize::Zeroizing::new(String::new());
    std::io::stdin().lock().read_line(&mut typed).context("the recovery key was not read")?;
    Code::read(&typed).map_err(|why| BadConfig::new("recovery-key", why.to_string()).into())
}

/// `careloop restore`.
pub async fn restore(file: PathBuf, recovery_key: bool, args: FolderArgs) -> anyhow::Result<ExitCode> {
    let (path, home) = (args.folder()?, args.key());
    // Looked at before anything is asked or made.
    crate::safekeeping::copy::manifest(&file).map_err(|why| BadConfig::new(file.display().to_string(), why))?;
    let code = recovery_key.then(ask).transpose()?;
    let shown = keys::in_words(&home);
    let data = Folder::take(&path)?;
    let restoring = file.clone();
    let restored =
        tokio::task::spawn_blocking(move || restore::restore(&restoring, &data, &home, code.as_ref(), SystemClock.now())).await??;
    let (m, n) = (restored.manifest, restored.counts);
    println!("Restored into {} from {} of {}.", path.display(), name(&file), m.made_at.format("%Y-%m-%d %H:%M UTC"));
    println!("{} patients, {} readings, {} episodes, {} lines of trail, which is whole.", n.patients, n.readings, n.episodes, m.lines);
    println!("The key is kept in {shown}.");
    println!("What came in after the copy is not in it. Vendors' credentials are never in a copy: enter them again under Connections.");
    Ok(ExitCode::SUCCESS)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// `careloop recover-key`.
pub async fn recover_key(args: FolderArgs) -> anyhow::Result<ExitCode> {
    let (path, home) = (args.folder()?, args.key());
    let code = ask()?;
    let shown = keys::in_words(&home);
    let data = Folder::take(&path)?;
    tokio::task::spawn_blocking(move || restore::recover_key(data.path(), &home, &code)).await??;
    println!("The key opens the records and is kept in {shown} again.");
    Ok(ExitCode::SUCCESS)
}
