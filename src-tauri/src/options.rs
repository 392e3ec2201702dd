//! How the window is started.

use clap::{Parser, ValueEnum};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The operations console of a chronic-care team.
#[derive(Debug, Clone, Parser)]
#[command(name = "careloop-console", version)]
pub struct Options {
    /// Where the records live; by default the desktop's own folder for Careloop.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,

    /// Built-in vendors on this computer, or the real ones.
    #[arg(long, value_enum, default_value_t = Mode::Sandbox)]
    pub profile: Mode,

    /// Where device clouds and vendors reach this desk; any free port of this computer by default.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// Where HL7 v2 is taken over MLLP; not at all if left out. Loopback only: the protocol has no sign-in.
    #[arg(long)]
    pub mllp: Option<SocketAddr>,

    /// Seeds a new data folder with settings, patients and vendors.
    #[arg(long)]
    pub config: Option<PathBuf>,

    /// Keeps the database key in this file instead of the desktop's keyring.
    #[arg(long)]
    pub key_file: Option<PathBuf>,

    /// Plays the demo day (sandbox only).
    #[arg(long)]
    pub demo: bool,
}

impl Options {
    /// Whether the demo day plays: when asked for, and on the very first start of a plain sandbox, so that
    /// a new console is not an empty one.
    pub fn plays_demo(&self, data_dir: &Path) -> bool {
        let plain = self.data_dir.is_none() && self.config.is_none() && self.profile == Mode::Sandbox;
        self.demo || (plain && !engine::workspace::database(data_dir).exists())
    }
}

/// Which vendors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    Sandbox,
    Live,
}

/// The name of this desk on the session bus. One window per data folder: a second launch on the
/// same folder shows the first window, a launch on another folder is another desk.
pub fn desk_name(identifier: &str, data_dir: Option<&Path>) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    match data_dir {
        None => identifier.to_string(),
        Some(dir) => {
            let mut hasher = DefaultHasher::new();
            std::path::absolute(dir).unwrap_or_else(|_| dir.into()).hash(&mut hasher);
            format!("{identifier}.desk{:016x}", hasher.finish())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_data_folders_are_two_desks_and_one_folder_is_one() {
        let desk = |dir: &str| desk_name("org.careloop.console", Some(Path::new(dir)));
        assert_ne!(desk("/a/one"), desk("/a/two"));
        assert_eq!(desk("/a/one"), desk("/a/one"));
    }

    #[test]
    fn plain_options_are_a_sandbox_without_demo_on_loopback() {
        let plain = Options::parse_from(["careloop-console"]);
        assert_eq!(plain.profile, Mode::Sandbox);
        assert!(!plain.demo && plain.listen.ip().is_loopback() && plain.mllp.is_none());
    }

    #[test]
    fn the_demo_day_plays_on_the_first_start_of_a_plain_sandbox_only() {
        let new = tempfile::tempdir().unwrap();
        let plays = |args: &[&str]| Options::parse_from([&["careloop-console"], args].concat()).plays_demo(new.path());
        assert!(plays(&[]) && plays(&["--data-dir", "elsewhere", "--demo"]));
        assert!(!plays(&["--data-dir", "elsewhere"]) && !plays(&["--profile", "live"]) && !plays(&["--config", "a.json"]));
    }
}
