//! `careloop run`: the console without a window.

use super::FolderArgs;
use crate::config::{BadConfig, HostOptions, Profile};
use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{json, Value};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{signal, SignalKind};

/// The name of the database key in the keyring.
pub const KEYRING_SERVICE: &str = "careloop";

#[derive(Debug, Args)]
pub struct Asked {
    #[command(flatten)]
    folder: FolderArgs,
    /// Where the hooks and the console listen; port 0 is any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Allows --listen where other computers reach it. There is no TLS: put a proxy with TLS in front.
    #[arg(long)]
    listen_beyond_loopback: bool,
    /// Where HL7 v2 is taken over MLLP.
    #[arg(long)]
    mllp: Option<SocketAddr>,
    /// Built-in vendors on this computer, or the real ones.
    #[arg(long, value_enum, default_value_t = ProfileArg::Sandbox)]
    profile: ProfileArg,
    /// The secret part of the hooks' path; by default one is made up and kept.
    #[arg(long)]
    workspace_key: Option<String>,
    /// Sends a vendor's calls to another base URL: `twilio=http://127.0.0.1:9001`. May be given several times.
    #[arg(long, value_name = "NAME=URL")]
    vendor: Vec<String>,
    /// A JSON file. Settings and patients seed a new data folder; vendors (with their credentials, kept in
    /// memory only) and public_url count at each start.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Plays the demo day (sandbox only).
    #[arg(long)]
    demo: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProfileArg {
    Sandbox,
    Live,
}

impl Asked {
    fn options(&self) -> anyhow::Result<HostOptions> {
        let config = match &self.config {
            Some(path) => Some(read_json(path)?),
            None => None,
        };
        let base = |v: &String| {
            let (name, url) = v.split_once('=').ok_or_else(|| BadConfig::new("vendor", "is written NAME=URL"))?;
            Ok::<_, BadConfig>((name.to_string(), url.to_string()))
        };
        Ok(HostOptions {
            profile: match self.profile {
                ProfileArg::Sandbox => Profile::Sandbox,
                ProfileArg::Live => Profile::Live,
            },
            listen: self.listen,
            mllp: self.mllp,
            beyond_loopback: self.listen_beyond_loopback,
            demo: self.demo,
            key: self.folder.key(),
            vendor_bases: self.vendor.iter().map(base).collect::<Result<_, _>>()?,
            workspace_key: self.workspace_key.clone(),
            config,
            ..HostOptions::sandbox(self.folder.folder()?)
        })
    }
}

fn read_json(path: &std::path::Path) -> anyhow::Result<Value> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| BadConfig::new(&shown, format!("cannot be read: {e}")))?;
    // The parser's own words may repeat a secret of the file: only where, not what.
    serde_json::from_str(&text).map_err(|e| BadConfig::new(&shown, format!("is not JSON: line {}, column {}", e.line(), e.column())).into())
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    log_to_stderr();
    let options = asked.options()?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let running = crate::start(options).await?;
    let ready = json!({ "ready": true, "hooks": running.hooks_url(), "console": running.console_url(), "mllp": running.mllp() });
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{ready}").and_then(|()| out.flush()).context("cannot write to standard output")?;
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    tokio::select! {
        () = running.stop() => tracing::info!("stopped"),
        // Whoever asks twice does not want to wait. What was answered is stored.
        _ = terminate.recv() => return Ok(ExitCode::from(1)),
        _ = interrupt.recv() => return Ok(ExitCode::from(1)),
    }
    Ok(ExitCode::SUCCESS)
}

/// JSON lines. Only this program's own crates speak below errors: a library may print an address that names a person.
pub(super) fn log_to_stderr() {
    let level = match std::env::var("CARELOOP_LOG").as_deref() {
        Ok("debug") => "debug",
        Ok("warn") => "warn",
        Ok("error") => "error",
        _ => "info",
    };
    let own = ["engine", "accept", "vendors", "sandbox", "ledger"].map(|name| format!("{name}={level}")).join(",");
    let filter = tracing_subscriber::EnvFilter::new(format!("error,{own}"));
    let subscriber = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr);
    if subscriber.try_init().is_err() {
        eprintln!("careloop: the log is set up already");
    }
}
