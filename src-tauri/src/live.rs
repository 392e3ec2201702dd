//! The real engine behind the window's seam.

use crate::console::{unknown_command, Console};
use crate::options::{Mode, Options};
use anyhow::Context;
use engine::{HostOptions, KeyHome, Pattern, Profile, Running};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{broadcast, watch};
use wire::{Command, Notice, UserError};

/// Starts the engine on the folder.
pub async fn start(options: Options, data_dir: PathBuf) -> anyhow::Result<Arc<dyn Console>> {
    let config = match &options.config {
        Some(path) => Some(read_config(path).with_context(|| format!("the config file cannot be used: {}", path.display()))?),
        None => None,
    };
    let demo = options.plays_demo(&data_dir);
    let plain = HostOptions::sandbox(data_dir);
    let running = engine::start(HostOptions {
        profile: match options.profile {
            Mode::Sandbox => Profile::Sandbox,
            Mode::Live => Profile::Live,
        },
        listen: options.listen,
        mllp: options.mllp,
        demo,
        // The entry that `careloop` looks under: its exports and its doctor open this folder too.
        key: options.key_file.map_or(plain.key.clone(), KeyHome::File),
        config,
        ..plain
    })
    .await?;
    Ok(Arc::new(Live(running)))
}

fn read_config(path: &std::path::Path) -> anyhow::Result<Value> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

struct Live(Running);

impl Console for Live {
    fn call(&self, session: &str, name: &str, args: Value) -> Result<Value, UserError> {
        let command = Command::named(name).ok_or_else(|| unknown_command(name))?;
        self.0.call(session, command, args)
    }

    fn call_as_desk(&self, name: &str, args: Value) -> Result<Value, UserError> {
        let command = Command::named(name).ok_or_else(|| unknown_command(name))?;
        self.0.call_as_desk(command, args)
    }

    fn notices(&self) -> broadcast::Receiver<Notice> {
        self.0.notices()
    }

    fn sounds(&self) -> watch::Receiver<Option<Pattern>> {
        self.0.sounds()
    }

    fn sound_device(&self, present: bool) {
        self.0.sound_device(present);
    }

    fn stop(&self) {
        tauri::async_runtime::block_on(self.0.clone().stop());
    }
}
