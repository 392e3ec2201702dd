//! Steps about downtime: maintenance, the stop of sending, and what a person does to a message.

use super::bench::Bench;
use super::run::refused;
use crate::clock::Clock;
use crate::spine::Incoming;
use decide::input::{Change, DowntimeChange, Input, MessageAct};
use decide::outbox::Vendor;
use decide::{At, DowntimeKind, Mrn, Phone};
use serde::Deserialize;

/// `maintenance`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceStep {
    pub name: Vendor,
    /// Left out: at once.
    #[serde(default)]
    pub from: Option<At>,
    /// Left out: the one that is announced is over.
    #[serde(default)]
    pub until: Option<At>,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// `sending`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendingStep {
    pub state: SendingState,
    /// Left out: every vendor.
    #[serde(default)]
    pub name: Option<Vendor>,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// `sending` states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendingState {
    Stopped,
    On,
}

/// `message`: the newest message to that vendor (of that patient), as it stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageStep {
    /// send_again park unpark edit.
    pub action: MessageStepAct,
    #[serde(default)]
    pub name: Option<Vendor>,
    #[serde(default)]
    pub mrn: Option<String>,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub body: Option<String>,
}

/// `message` actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStepAct {
    SendAgain,
    Park,
    Unpark,
    Edit,
}

fn change(bench: &Bench, by: &Option<String>, change: DowntimeChange) -> Result<(), String> {
    let who = by.clone().unwrap_or_else(|| "administrator".into());
    refused(bench.turn(Incoming::Direct(Input::Change { who, change: Change::Downtime(change) })))
}

/// The newest downtime of a kind that is not over.
fn newest(bench: &Bench, kind: DowntimeKind, vendor: Option<Vendor>) -> Result<u64, String> {
    let id = bench.with(|e| e.desk.downtimes.values().rev().find(|d| d.kind == kind && d.vendor == vendor).map(|d| d.id)).flatten();
    id.ok_or_else(|| "there is nothing to end".into())
}

/// `maintenance`.
pub(super) fn maintenance(bench: &Bench, m: &MaintenanceStep) -> Result<(), String> {
    let Some(until) = m.until else {
        let id = newest(bench, DowntimeKind::Maintenance, Some(m.name))?;
        return change(bench, &m.by, DowntimeChange::End { id });
    };
    let why = m.reason.clone().unwrap_or_else(|| "announced maintenance".into());
    change(bench, &m.by, DowntimeChange::Announce { vendor: m.name, from: m.from.unwrap_or(bench.clock.now()), until, why })
}

/// `sending`.
pub(super) fn sending(bench: &Bench, s: &SendingStep) -> Result<(), String> {
    match s.state {
        SendingState::Stopped => {
            let why = s.reason.clone().unwrap_or_else(|| "stopped".into());
            change(bench, &s.by, DowntimeChange::Stop { vendor: s.name, why })
        }
        SendingState::On => {
            let id = newest(bench, DowntimeKind::Stop, s.name)?;
            change(bench, &s.by, DowntimeChange::End { id })
        }
    }
}

/// `message`.
pub(super) fn message(bench: &Bench, m: &MessageStep) -> Result<(), String> {
    let mrn = m.mrn.as_deref().map(Mrn::new);
    // Settled ones are in the file only; what is open is known there too.
    let filter = ledger::MessageFilter {
        vendors: m.name.into_iter().collect(),
        patients: mrn.map(|m| vec![m]),
        outgoing: true,
        ..ledger::MessageFilter::default()
    };
    let found = bench.with(|e| e.reader().and_then(|r| r.messages(&filter, None, 1))).ok_or("the console is closed")?;
    let found = found.map_err(|e| e.to_string())?.pop();
    let Some(ledger::Message::Out(effect)) = found else { return Err("there is no such message".into()) };
    let act = match m.action {
        MessageStepAct::SendAgain => MessageAct::SendAgain,
        MessageStepAct::Park => MessageAct::Park { why: m.reason.clone().unwrap_or_else(|| "parked".into()) },
        MessageStepAct::Unpark => MessageAct::Unpark,
        MessageStepAct::Edit => MessageAct::Edit { to: m.to.clone().map(Phone::new), body: m.body.clone() },
    };
    let who = m.by.clone().unwrap_or_else(|| "nurse".into());
    refused(bench.turn(Incoming::Direct(Input::Message { who, effect, act, undo_seconds: 0.0 })))
}
