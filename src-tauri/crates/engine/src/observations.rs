//! Observations that a sweep of the chart found, on their way through a turn.

use crate::spine::{decide_one, reading, Turned};
use decide::decode::unbroken;
use decide::desk::Desk;
use decide::input::{Input, RawRef};
use decide::rows::Row;
use decide::{At, Source};
use ledger::{LedgerError, Turn};

/// News are taken one by one. What was pulled before, and what we wrote ourselves, is none.
pub(crate) fn pulled(desk: &mut Desk, turn: &mut Turn<'_>, now: At, resources: &[String], out: &mut Turned) -> Result<(), LedgerError> {
    let source = Source::ChartPull;
    let ours = format!("[careloop:{}:", desk.workspace);
    for resource in resources.iter().filter(|r| !r.contains(&ours)) {
        let key = format!("chart:{}", decide::hl7::dedupe_key(resource.as_bytes()));
        if turn.seen(&key)? {
            continue;
        }
        turn.write(&Row::Seen { key, at: now })?;
        let raw = turn.keep_raw(now, source, resource.as_bytes())?;
        let at = |entry: usize| RawRef { raw, entry: entry as u32, again: None };
        match unbroken(|| decide::decode::entries(resource.as_bytes())) {
            Ok(body) => {
                for entry in body.entries {
                    reading(desk, turn, now, source, &entry.decoded, at(entry.at), &mut Vec::new(), out)?;
                }
            }
            Err(r) => {
                let input = Input::Refused { source, raw: at(0), reason: r.reason, field: r.field, detail: r.detail };
                decide_one(desk, turn, now, input, &mut Vec::new(), out)?;
            }
        }
    }
    Ok(())
}
