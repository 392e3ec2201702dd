//! What is measured, against which bar (design.md "Speed and size"), and the table of it.

use serde_json::{json, Value};
use std::fmt::Write;

/// What a figure must keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    Below(f64),
    AtLeast(f64),
}

impl Bar {
    fn met(self, ours: f64) -> bool {
        match self {
            Bar::Below(most) => ours < most,
            Bar::AtLeast(least) => ours >= least,
        }
    }

    fn shown(self, unit: &str) -> String {
        match self {
            Bar::Below(most) => format!("< {} {unit}", number(most)),
            Bar::AtLeast(least) => format!(">= {} {unit}", number(least)),
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    pub name: &'static str,
    pub what: &'static str,
    pub unit: &'static str,
    pub bar: Bar,
}

const fn figure(name: &'static str, what: &'static str, unit: &'static str, bar: Bar) -> Figure {
    Figure { name, what, unit, bar }
}

pub const ACCEPT: Figure = figure("accept", "one reading over HTTP, durable before its 2xx, 200/s open loop: p99", "ms", Bar::Below(20.0));
pub const SINGLES: Figure = figure("singles", "readings one by one over HTTP, load generator included", "/s", Bar::AtLeast(5_000.0));
pub const BUNDLES: Figure = figure("bundles", "readings in bundles of 50, load generator included", "/s", Bar::AtLeast(20_000.0));
pub const SHARE: Figure = figure("share", "the same as a share of raw rows in batches of 1,000", "%", Bar::AtLeast(25.0));
pub const TEXT: Figure = figure("text", "reading to its Twilio request: p99", "ms", Bar::Below(50.0));
pub const PAGE: Figure = figure("page", "critical reading to its PagerDuty request: p99", "ms", Bar::Below(50.0));
pub const TIMERS: Figure = figure("timers", "open timers, due to the request they send: p99", "ms", Bar::Below(250.0));
pub const TIMERS_START: Figure = figure("timers_start", "start with these timers open", "s", Bar::Below(2.0));
pub const PATIENTS: Figure = figure("patients", "CPU per reading, many patients against few: growth", "%", Bar::Below(20.0));
pub const STORED: Figure = figure("stored", "CPU per reading, full file against an empty one: growth", "%", Bar::Below(20.0));
pub const START: Figure = figure("start", "cold start to a usable worklist on the full file", "s", Bar::Below(1.5));
pub const WORKLIST: Figure =
    figure("worklist", "10,000 live rows, 50 changes/s: key press to second animation frame, p95", "ms", Bar::Below(50.0));
pub const IDLE: Figure = figure("idle", "resident memory, idle on the full file", "MB", Bar::Below(60.0));
pub const BUSY: Figure = figure("busy", "resident memory at 200 readings/s", "MB", Bar::Below(150.0));
pub const EXPORT: Figure = figure("export", "audit export, streaming", "lines/s", Bar::AtLeast(200_000.0));
pub const EXPORT_MEMORY: Figure = figure("export_memory", "memory that the export grows by while it streams", "MB", Bar::Below(8.0));

/// All of them, in the order of the table.
pub const ALL: [Figure; 16] = [
    ACCEPT,
    SINGLES,
    BUNDLES,
    SHARE,
    TEXT,
    PAGE,
    TIMERS,
    TIMERS_START,
    PATIENTS,
    STORED,
    START,
    WORKLIST,
    IDLE,
    BUSY,
    EXPORT,
    EXPORT_MEMORY,
];

/// A figure of one run, with the raw limit of the same run where there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub figure: Figure,
    pub ours: f64,
    pub raw: Option<f64>,
    /// How it came about: other percentiles, how many there were.
    pub note: String,
}

impl Sample {
    /// Of a figure that has no raw limit.
    pub fn of(figure: Figure, ours: f64, note: impl Into<String>) -> Self {
        Self { figure, ours, raw: None, note: note.into() }
    }

    /// With the raw limit beside.
    pub fn beside(self, raw: f64) -> Self {
        Self { raw: Some(raw), ..self }
    }
}

/// The runs of one figure.
struct Line<'a> {
    figure: Figure,
    ours: Vec<f64>,
    raw: Option<f64>,
    note: &'a str,
}

fn lines(samples: &[Sample]) -> Vec<Line<'_>> {
    let of = |figure: &Figure| {
        let runs: Vec<&Sample> = samples.iter().filter(|s| s.figure.name == figure.name).collect();
        let raw: Vec<f64> = runs.iter().filter_map(|s| s.raw).collect();
        Some(Line {
            figure: *figure,
            ours: runs.iter().map(|s| s.ours).collect(),
            raw: (!raw.is_empty()).then(|| median(&raw)),
            note: &runs.last()?.note,
        })
    };
    ALL.iter().filter_map(of).collect()
}

/// The table, as text.
pub fn table(samples: &[Sample]) -> String {
    let mut rows = vec![["", "what", "ours (spread)", "raw", "ours/raw", "bar", "met"].map(String::from)];
    for line in lines(samples) {
        let (ours, unit) = (median(&line.ours), line.figure.unit);
        let (least, most) = line.ours.iter().fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
        let spread = if line.ours.len() > 1 { format!(" ({} to {})", number(least), number(most)) } else { String::new() };
        rows.push([
            line.figure.name.into(),
            line.figure.what.into(),
            format!("{} {unit}{spread}", number(ours)),
            line.raw.map_or("-".into(), |raw| format!("{} {unit}", number(raw))),
            line.raw.map_or("-".into(), |raw| format!("{:.2}", ours / raw)),
            line.figure.bar.shown(unit),
            if line.figure.bar.met(ours) { "yes" } else { "NO" }.into(),
        ]);
    }
    let widths: Vec<usize> = (0..7).map(|c| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for (n, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
        if n == 0 {
            let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
            let _ = writeln!(out, "| {} |", rule.join(" | "));
        }
    }
    let notes: Vec<_> = lines(samples).into_iter().filter(|l| !l.note.is_empty()).collect();
    if !notes.is_empty() {
        out.push_str("\nHow, in the last run:\n");
    }
    for line in notes {
        let _ = writeln!(out, "- {}: {}", line.figure.name, line.note);
    }
    out
}

/// The same for programs.
pub fn as_json(samples: &[Sample]) -> Value {
    let line = |line: Line<'_>| {
        let bar = line.figure.bar.shown(line.figure.unit);
        let ours = median(&line.ours);
        json!({ "name": line.figure.name, "what": line.figure.what, "unit": line.figure.unit, "median": ours, "runs": line.ours,
                "raw": line.raw, "bar": bar, "met": line.figure.bar.met(ours), "how": line.note })
    };
    lines(samples).into_iter().map(line).collect()
}

/// The middle of some figures; of an even number the lower one of the two.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// Three significant figures, thousands apart.
fn number(x: f64) -> String {
    if x.abs() < 100.0 {
        return format!("{:.*}", if x.abs() < 10.0 && x.fract() != 0.0 { 2 } else { 0 }, x);
    }
    let digits = format!("{:.0}", x.abs());
    let grouped: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|c| std::str::from_utf8(c).ok()).collect();
    format!("{}{}", if x < 0.0 { "-" } else { "" }, grouped.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_median_spread_raw_and_whether_the_bar_is_met() {
        let runs = [7_500.0, 4_000.0, 6_120.0].map(|ours| Sample::of(SINGLES, ours, "nothing lost").beside(30_600.0));
        let table = table(&runs);
        let line = table.lines().find(|l| l.starts_with("| singles")).unwrap();
        assert!(line.contains("6,120 /s (4,000 to 7,500)"), "{line}");
        assert!(line.contains("30,600 /s") && line.contains("0.20") && line.contains(">= 5,000 /s"), "{line}");
        assert!(line.contains("| yes"), "{line}");
    }

    #[test]
    fn a_missed_bar_is_said() {
        assert!(table(&[Sample::of(ACCEPT, 20.0, "")]).contains("| NO"));
    }
}
