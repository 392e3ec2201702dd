//! `careloop doctor`: looks at everything a console stands on, and changes nothing.

use super::FolderArgs;
use crate::config::HostOptions;
use crate::workspace::{self, Folder, FolderError};
use crate::{keys, zones};
use ledger::{Durability, Ledger};
use std::path::Path;
use std::process::ExitCode;

/// What was looked at, how it is, and what to do.
struct Finding {
    what: &'static str,
    is_well: bool,
    said: String,
}

fn well(what: &'static str, said: impl Into<String>) -> Finding {
    Finding { what, is_well: true, said: said.into() }
}

fn ill(what: &'static str, said: impl Into<String>) -> Finding {
    Finding { what, is_well: false, said: said.into() }
}

/// Prints a line for each; exit 1 if something is not as it should be.
pub async fn look(args: FolderArgs) -> anyhow::Result<ExitCode> {
    let path = args.folder()?;
    let mut found = vec![permissions(&path)];
    found.extend(disk(&path));
    found.push(zone_data());
    found.extend(database(&args, &path).await);
    let mut all_well = true;
    for f in &found {
        all_well &= f.is_well;
        println!("{} {:<12} {}", if f.is_well { "ok  " } else { "LOOK" }, f.what, f.said);
    }
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

#[cfg(unix)]
fn permissions(folder: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let mode = |p: &Path| std::fs::metadata(p).map(|m| m.permissions().mode() & 0o777).ok();
    match mode(folder) {
        None => return ill("folder", format!("{} cannot be read, or is not there yet", folder.display())),
        Some(mode) if mode & 0o077 != 0 => {
            return ill("folder", format!("{} can be entered by others (mode {mode:03o}): chmod 700", folder.display()))
        }
        Some(_) => {}
    }
    let files = [workspace::database(folder), folder.join("workspace.json"), workspace::sandbox_key(folder), workspace::running(folder)];
    match files.iter().find_map(|f| mode(f).filter(|m| m & 0o077 != 0).map(|m| (f, m))) {
        Some((file, mode)) => ill("folder", format!("{} can be read by others (mode {mode:03o}): chmod 600", file.display())),
        None => well("folder", format!("{} and its files are their owner's alone", folder.display())),
    }
}

#[cfg(not(unix))]
fn permissions(folder: &Path) -> Finding {
    well("folder", folder.display().to_string())
}

/// Whether a file of some size can be written there now.
fn disk(folder: &Path) -> Option<Finding> {
    const ROOM_BYTES: usize = 16 << 20;
    if !folder.is_dir() {
        return None;
    }
    let tried = tempfile::NamedTempFile::new_in(folder).and_then(|mut f| {
        std::io::Write::write_all(&mut f, &vec![0u8; ROOM_BYTES])?;
        f.as_file().sync_all()
    });
    Some(match tried {
        Ok(()) => well("disk", "16 MB were written and taken away again"),
        Err(e) => ill("disk", format!("16 MB cannot be written: {e}. Free some space; nothing can be taken without it")),
    })
}

fn zone_data() -> Finding {
    let said = format!("time zone data {}", zones::in_words());
    match zones::of_system() {
        Some(system) if system.as_str() > zones::bundled() => ill("zones", said),
        _ => well("zones", said),
    }
}

/// Key, file and trail; through the running console when there is one.
async fn database(args: &FolderArgs, path: &Path) -> Vec<Finding> {
    let file = workspace::database(path);
    if !file.exists() {
        return vec![well("database", format!("none yet at {}: the first start makes it", file.display()))];
    }
    let folder = match Folder::take(path) {
        Ok(folder) => folder,
        Err(FolderError::InUse(_)) => return running(path).await,
        Err(e) => return vec![ill("database", e.to_string())],
    };
    let options = HostOptions { key: args.key(), ..HostOptions::sandbox(path.to_path_buf()) };
    let (key, home) = match keys::database_key(&options, folder.path()).await {
        Ok(found) => found,
        Err(e) => return vec![ill("key", e.to_string())],
    };
    let mut found = vec![well("key", format!("kept in {}", keys::in_words(&home)))];
    let counted = Ledger::open(&file, &key, Durability::Full).and_then(|l| l.reader()?.counts());
    found.push(match counted {
        Ok(n) => well(
            "database",
            format!("{} patients, {} readings, {} episodes, {} lines of trail", n.patients, n.readings, n.episodes, n.trail_lines),
        ),
        Err(e) => ill("database", e.to_string()),
    });
    found.push(well("console", "none is running on this folder"));
    found
}

/// Asks the running console how its vendors are.
async fn running(path: &Path) -> Vec<Finding> {
    let asked = async {
        let said: serde_json::Value = serde_json::from_slice(&std::fs::read(workspace::running(path))?)?;
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_string();
        let client = reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(10)).build()?;
        let request = client.post(format!("{}/api/call/connections", text("url"))).bearer_auth(text("token")).body("{}");
        let view: wire::ConnectionsView = request.send().await?.error_for_status()?.json().await?;
        anyhow::Ok(view)
    };
    let view = match asked.await {
        Ok(view) => view,
        Err(e) => return vec![ill("console", format!("one has the folder but does not answer: {e:#}"))],
    };
    let mut found = vec![well("console", "runs and answers"), well("key", format!("kept in {}", view.key_home))];
    for v in view.vendors {
        let built_in = if v.built_in { " (built in)" } else { "" };
        let said = match (&v.problem, &v.what_to_do) {
            (Some(problem), Some(to_do)) => format!("{}{built_in}: {problem} {to_do}", v.base_url),
            (Some(problem), None) => format!("{}{built_in}: {problem}", v.base_url),
            (None, _) => format!("{}{built_in}, {} waiting", v.base_url, v.queued),
        };
        let name = match v.vendor.as_str() {
            "cerner" => "chart",
            "twilio" => "twilio",
            "pagerduty" => "pagerduty",
            "slack" => "slack",
            _ => "ehr",
        };
        found.push(if v.problem.is_some() { ill(name, said) } else { well(name, said) });
    }
    found
}
