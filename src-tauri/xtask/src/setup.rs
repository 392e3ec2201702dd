//! Finds what a machine lacks, says what and why, and installs it. Asks nothing; does nothing
//! when nothing is missing.

use crate::{files, process, Outcome};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the machine is about to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Engine and screens, without a window.
    Headless,
    /// The window too.
    Window,
    /// All tests.
    Tests,
}

enum Sign {
    /// A library that pkg-config knows.
    Library(&'static str),
    /// Any of these programs.
    Program(&'static [&'static str]),
}

struct Need {
    sign: Sign,
    package: &'static str,
    why: &'static str,
    first_for: Use,
}

const fn library(name: &'static str, package: &'static str, why: &'static str, first_for: Use) -> Need {
    Need { sign: Sign::Library(name), package, why, first_for }
}

const fn program(names: &'static [&'static str], package: &'static str, why: &'static str, first_for: Use) -> Need {
    Need { sign: Sign::Program(names), package, why, first_for }
}

/// Debian and Ubuntu package names; the signs work everywhere.
const NEEDS: &[Need] = &[
    program(&["pkg-config"], "pkg-config", "finds the libraries below", Use::Headless),
    program(&["cc"], "build-essential", "compiles the encrypted database", Use::Headless),
    library("openssl", "libssl-dev", "the cipher of the database file", Use::Headless),
    library("webkit2gtk-4.1", "libwebkit2gtk-4.1-dev", "draws the window's screens", Use::Window),
    library("gtk+-3.0", "libgtk-3-dev", "the window", Use::Window),
    library("ayatana-appindicator3-0.1", "libayatana-appindicator3-dev", "the tray", Use::Window),
    library("librsvg-2.0", "librsvg2-dev", "icons in the window", Use::Window),
    library("dbus-1", "libdbus-1-dev", "keyring, toasts and the second launch", Use::Window),
    library("alsa", "libasound2-dev", "alarm sounds", Use::Window),
    program(&["chromium", "chromium-browser"], "chromium", "browser tests of the screens", Use::Tests),
    program(&["Xvfb"], "xvfb", "a display for the window's test", Use::Tests),
    program(&["WebKitWebDriver"], "webkit2gtk-driver", "drives the window's test", Use::Tests),
    program(&["dbus-run-session"], "dbus", "a session bus for the window's test", Use::Tests),
    program(&["gnome-keyring-daemon"], "gnome-keyring", "a real keyring for the window's test", Use::Tests),
    program(&["dunst"], "dunst", "shows toasts in the window's test", Use::Tests),
];

/// Makes the machine ready.
pub fn ready(intent: Use) -> Outcome {
    packages(intent)?;
    node()?;
    for folder in node_folders()? {
        node_packages(&folder)?;
    }
    Ok(())
}

fn packages(intent: Use) -> Outcome {
    let missing = missing(intent);
    if missing.is_empty() {
        return Ok(());
    }
    println!("This machine lacks:");
    for need in &missing {
        println!("  {:<30} {}", need.package, need.why);
    }
    if !process::on_path("apt-get") {
        return Err("Install what these packages hold (the names are Debian's), then try again.".into());
    }
    let names: Vec<&str> = missing.iter().map(|n| n.package).collect();
    println!("Installing them with apt-get ...");
    // A package list of another day names files that are gone, so it is fetched first.
    process::run(apt()?.args(["update", "-qq"]))?;
    process::run(apt()?.args(["install", "-y", "-qq", "--no-install-recommends"]).args(&names).stdout(Stdio::null()))?;
    let left: Vec<&str> = self::missing(intent).iter().map(|n| n.package).collect();
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("still missing after installing: {}", left.join(", ")))
    }
}

fn missing(intent: Use) -> Vec<&'static Need> {
    NEEDS.iter().filter(|n| n.first_for <= intent && !present(&n.sign)).collect()
}

fn present(sign: &Sign) -> bool {
    match sign {
        Sign::Program(names) => names.iter().any(|n| process::on_path(n)),
        Sign::Library(name) => {
            Command::new("pkg-config").args(["--exists", name]).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
        }
    }
}

/// apt-get, through sudo unless this is root already.
fn apt() -> Outcome<Command> {
    let root = process::capture(Command::new("id").arg("-u"))?.trim() == "0";
    let mut command = if root {
        Command::new("apt-get")
    } else if process::on_path("sudo") {
        let mut sudo = Command::new("sudo");
        sudo.args(["--preserve-env=DEBIAN_FRONTEND", "apt-get"]);
        sudo
    } else {
        return Err("Installing packages needs root or sudo; install the list above by hand.".into());
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    Ok(command)
}

fn node() -> Outcome {
    let said = process::capture(Command::new("node").arg("--version"))
        .map_err(|_| "Node.js 20 or newer is needed to build the screens: install it and try again.".to_string())?;
    let major = said.trim().trim_start_matches('v').split('.').next().and_then(|n| n.parse::<u32>().ok());
    match major {
        Some(major) if major >= 20 => Ok(()),
        _ => Err(format!("Node.js 20 or newer is needed to build the screens; this is {}", said.trim())),
    }
}

/// Every folder of the repository with a package lock.
fn node_folders() -> Outcome<Vec<PathBuf>> {
    Ok(files::tracked()?
        .iter()
        .filter(|f| f.ends_with("package-lock.json"))
        .filter_map(|f| files::root().join(f).parent().map(Path::to_path_buf))
        .collect())
}

/// `npm ci`, when the lock is not the one that was installed last.
fn node_packages(folder: &Path) -> Outcome {
    let read = |path: &Path| std::fs::read(path).unwrap_or_default();
    let lock = read(&folder.join("package-lock.json"));
    let stamp = folder.join("node_modules").join(".installed-lock");
    if read(&stamp) == lock {
        return Ok(());
    }
    let name = folder.strip_prefix(files::root()).unwrap_or(folder).display().to_string();
    println!("Installing the npm packages of {name} (the lock is new or has changed) ...");
    process::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))?;
    std::fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headless_start_asks_for_no_window_package() {
        let asked: Vec<&str> = NEEDS.iter().filter(|n| n.first_for <= Use::Headless).map(|n| n.package).collect();
        assert_eq!(asked, ["pkg-config", "build-essential", "libssl-dev"]);
    }

    #[test]
    fn every_package_comes_with_its_reason() {
        assert!(NEEDS.iter().all(|n| !n.why.is_empty()));
    }
}
