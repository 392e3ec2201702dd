//! The real engine behind the window's seam.

use crate::console::Console;
use crate::options::Options;
use std::path::PathBuf;
use std::sync::Arc;

/// Starts the engine.
pub async fn start(options: &Options, data_dir: PathBuf) -> anyhow::Result<Arc<dyn Console>> {
    anyhow::bail!("no engine is built in: {options:?} {}", data_dir.display())
}
