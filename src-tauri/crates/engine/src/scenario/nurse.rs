//! The `nurse` step.

use super::bench::Bench;
use super::file::NurseStep;
use super::run::refused;
use crate::clock::Clock;
use crate::spine::Incoming;
use decide::input::{Act, Input, RowId};
use decide::{Mrn, Vital};

/// What a nurse does on the console, to the row that fits best.
pub(super) fn act(bench: &Bench, n: &NurseStep) -> Result<(), String> {
    let mrn = Mrn::new(&n.mrn);
    let vital = n.vital.as_deref().and_then(Vital::named);
    let row = bench
        .with(|e| {
            let fits = |m: &Mrn, v: Vital| *m == mrn && vital.is_none_or(|w| w == v);
            let open = e.desk.episodes.values().rev().find(|ep| ep.is_open() && fits(&ep.mrn, ep.vital));
            let closed = e.desk.episodes.values().rev().find(|ep| fits(&ep.mrn, ep.vital));
            let task = e.desk.tasks.values().rev().find(|t| t.mrn.as_ref() == Some(&mrn));
            // A note or minutes go where they are missing.
            let waits = ["note", "close"].contains(&n.action.as_str());
            let unfinished = closed.filter(|ep| waits && ep.review.is_some());
            open.or(unfinished)
                .map(|ep| RowId::Episode(ep.id))
                .or(task.map(|t| RowId::Task(t.id)))
                .or(closed.map(|ep| RowId::Episode(ep.id)))
        })
        .flatten()
        .ok_or_else(|| format!("there is no row for {}", n.mrn))?;
    let minutes = n.minutes.as_ref().and_then(|m| decide::decimal(&m.to_string()));
    let words = n.note.clone().or(n.text.clone()).unwrap_or_default();
    let closed =
        matches!(row, RowId::Episode(id) if bench.with(|e| e.desk.episodes.get(&id).is_some_and(|ep| !ep.is_open())).unwrap_or(false));
    let act = match n.action.as_str() {
        "acknowledge" => Act::Acknowledge { row },
        "claim" => Act::Claim { row },
        "shelve" => {
            let until = n.until.map(|u| (u - bench.clock.now()).num_milliseconds() as f64 / 60_000.0);
            let m = n.minutes.as_ref().and_then(serde_json::Number::as_f64).or(until).unwrap_or(30.0);
            Act::Shelve { row, minutes: m, reason: n.reason.clone().or(n.note.clone()).unwrap_or_else(|| "shelved".into()) }
        }
        "note" if minutes.is_some() => Act::Complete { row, minutes, note: words },
        "note" => Act::Note { row, text: words },
        "close" if closed => Act::Complete { row, minutes, note: words },
        "close" => Act::Close { row, disposition: n.disposition.clone().unwrap_or_else(|| "acted".into()), minutes, note: words },
        other => return Err(format!("there is no nurse action {other}")),
    };
    let who = n.by.clone().unwrap_or_else(|| "nurse".into());
    refused(bench.turn(Incoming::Direct(Input::Act { who, act, undo_seconds: 0.0 })))
}
