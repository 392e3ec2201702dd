//! `careloop sandbox`: the built-in vendors as servers of their own, for trying out a site or a live desk against them.

use crate::clock::{Clock, SystemClock};
use anyhow::Context;
use clap::Args;
use sandbox::{ChartPatient, Sandbox, SandboxConfig};
use serde_json::json;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{signal, SignalKind};

/// A carrier reports a delivery after about so long.
const DELIVERED_AFTER_MS: i64 = 1_000;

#[derive(Debug, Args)]
pub struct Asked {
    /// Where they listen: this port for the chart and the five after it for Twilio, PagerDuty, Slack, the EHR and its MLLP;
    /// 0 is any free ones.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where a console takes webhooks: http://127.0.0.1:PORT/hooks/KEY. Left out, none are sent.
    #[arg(long)]
    hooks: Option<String>,
    /// Patients of the chart, by MRN.
    #[arg(long = "patient", value_name = "MRN", default_value = "1022228")]
    patients: Vec<String>,
    /// A scope that the chart grants besides those asked for; may be given several times.
    #[arg(long = "also-grant", value_name = "SCOPE")]
    also_grant: Vec<String>,
    /// The pager's service takes urgency from severity: `warning` pages nobody.
    #[arg(long)]
    severity_based_urgency: bool,
}

/// Serves until SIGTERM or SIGINT. One JSON line says where they are and what credentials they accept.
pub async fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    super::run::log_to_stderr();
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let mut config = SandboxConfig::default();
    config.twilio.delivered_after_ms = Some(DELIVERED_AFTER_MS);
    config.twilio.reports_by_default = asked.hooks.is_some();
    config.pagerduty.severity_based_urgency = asked.severity_based_urgency;
    config.cerner.also_granted = asked.also_grant;
    let sandbox = Sandbox::new(Arc::new(|| SystemClock.now()), config);
    for mrn in &asked.patients {
        sandbox.add_patient(ChartPatient::named(mrn, "Testa", "Probe"));
    }
    let served = sandbox.serve(asked.listen).await.with_context(|| format!("cannot listen on {}", asked.listen))?;
    let pump = match &asked.hooks {
        Some(hooks) => {
            sandbox.point_hooks_at(hooks);
            Some(sandbox.spawn_pump(hooks).context("cannot send webhooks")?)
        }
        None => None,
    };
    let ready = json!({ "ready": true, "vendors": sandbox.vendors(served.bases()), "patients": asked.patients });
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{ready}").and_then(|()| out.flush()).context("cannot write to standard output")?;
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    drop(pump);
    served.stop().await;
    Ok(ExitCode::SUCCESS)
}
