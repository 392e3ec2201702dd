//! Signing, going live and back.

use super::gate::{ahead, all_in_shadow};
use super::{gate, in_shadow, leaving, Evidence, GateNote, How, Need, Requirement, Side, SignOff, WORKFLOWS};
use crate::desk::Desk;
use crate::outbox::Vendor;
use crate::rows::Row;
use crate::trail::Line;
use crate::{At, Mode, Modes, Severity};
use chrono::NaiveDate;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Shorter reasons say nothing.
const SHORTEST_REASON: usize = 10;
const LONGEST_REASON: usize = 500;
/// Ends the alerts of shadow mode when their workflow goes live.
pub const WENT_LIVE: &str = "went_live";

fn listed(workflows: &BTreeSet<String>) -> String {
    workflows.iter().map(|w| w.replace('_', " ")).collect::<Vec<_>>().join(", ")
}

impl Desk {
    pub(super) fn keep_gate(&mut self) {
        self.out.rows.push(Row::Gate(Box::new(self.shadow.gate.clone())));
    }

    fn gate_line(&mut self, now: At, who: &str, what: &str, detail: String) {
        self.say(now, None, Some(who), Line::Act { what: what.into(), mrn: None, vital: None, detail: Some(detail) });
    }

    /// Whether those are workflows, at least one, and all in shadow.
    fn shadowed(&mut self, workflows: &BTreeSet<String>) -> bool {
        if workflows.is_empty() {
            self.no("workflows", "Choose what it is about.");
            return false;
        }
        if let Some(odd) = workflows.iter().find(|w| !WORKFLOWS.contains(&w.as_str())) {
            self.no("workflows", format!("There is no workflow {odd}."));
            return false;
        }
        if !all_in_shadow(&self.settings, workflows) {
            self.no("workflows", "Not all of it is in shadow.");
            return false;
        }
        true
    }

    fn reason(&mut self, why: &str) -> bool {
        let length = why.chars().count();
        let good = (SHORTEST_REASON..=LONGEST_REASON).contains(&length);
        if !good {
            self.no("why", format!("Say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters."));
        }
        good
    }

    pub(super) fn gate_note(&mut self, now: At, who: &str, need: Need, workflows: BTreeSet<String>, how: How, why: &str) {
        if !self.shadowed(&workflows) || !self.reason(why) {
            return;
        }
        if how == How::Proof && !need.takes_proof() {
            return self.no("how", "The console sees this by itself.");
        }
        let side = match need {
            Need::NurseLead => Some(Side::MedicalDirector),
            Need::MedicalDirector => Some(Side::NurseLead),
            _ => None,
        };
        // Going live takes two people, also when one of them goes without a signature.
        if side.is_some_and(|other| self.shadow.gate.signed.iter().any(|s| s.side == other && s.by == who)) {
            return self.no("need", "You gave the other signature: somebody else must answer for this one.");
        }
        if side.is_some()
            && self.shadow.gate.notes.iter().any(|n| n.need != need && matches!(n.need, Need::NurseLead | Need::MedicalDirector))
        {
            return self.no("need", "The other signature is waived already: at least one must be given.");
        }
        let what = if how == How::Proof { "gate_proof" } else { "gate_override" };
        self.gate_line(now, who, what, format!("{} ({}): {why}", need.name(), listed(&workflows)));
        let note = GateNote { need, workflows, how, why: why.into(), by: who.into(), at: now };
        if side.is_none() {
            // Who signed did not know of this.
            self.unsign(&note.workflows);
        }
        self.shadow.gate.notes.retain(|n| !(n.need == need && n.workflows.is_subset(&note.workflows)));
        self.shadow.gate.notes.push(note);
        self.keep_gate();
    }

    fn unsign(&mut self, workflows: &BTreeSet<String>) {
        for s in &mut self.shadow.gate.signed {
            s.workflows.retain(|w| !workflows.contains(w));
        }
        self.shadow.gate.signed.retain(|s| !s.workflows.is_empty());
    }

    pub(super) fn baa(&mut self, now: At, who: &str, vendor: Vendor, signed_on: Option<NaiveDate>) {
        if signed_on.is_some_and(|day| ahead(day, now)) {
            return self.no("signed_on", "That day has not come yet.");
        }
        let said = signed_on.map_or_else(|| "none".to_string(), |d| d.to_string());
        self.gate_line(now, who, "baa", format!("{}: {said}", vendor.name()));
        match signed_on {
            Some(day) => self.shadow.gate.baa.insert(vendor, day),
            None => self.shadow.gate.baa.remove(&vendor),
        };
        self.keep_gate();
    }

    pub(super) fn sign(&mut self, now: At, who: &str, side: Side, workflows: BTreeSet<String>, staff: String) {
        if !self.shadowed(&workflows) {
            return;
        }
        let gate = &self.shadow.gate;
        if gate.signed.iter().any(|s| s.side != side && (s.staff == staff || s.by == who)) {
            return self.no("side", "You have given the other signature: this one is somebody else's.");
        }
        if gate.notes.iter().any(|n| n.by == who && n.need != side.need() && matches!(n.need, Need::NurseLead | Need::MedicalDirector)) {
            return self.no("side", "You waived the other signature: this one is somebody else's.");
        }
        self.gate_line(now, who, "signed_off", format!("{}: {}", side.need().name(), listed(&workflows)));
        let signed = &mut self.shadow.gate.signed;
        for s in signed.iter_mut().filter(|s| s.side == side) {
            s.workflows.retain(|w| !workflows.contains(w));
        }
        signed.retain(|s| !s.workflows.is_empty());
        signed.push(SignOff { side, workflows, staff, by: who.into(), at: now });
        self.keep_gate();
    }

    pub(super) fn go_live(&mut self, now: At, who: &str, workflows: BTreeSet<String>, evidence: &Evidence) {
        if !self.shadowed(&workflows) {
            return;
        }
        if self.shadow.gate.armed {
            let open: Vec<&str> =
                gate(self, evidence, &workflows, now).iter().filter(|r| r.open()).map(|r: &Requirement| r.need.name()).collect();
            if !open.is_empty() {
                let said = open.join(", ").replace('_', " ");
                self.gate_line(now, who, "go_live_refused", said.clone());
                return self.no("workflows", format!("The gate is closed: {said}."));
            }
        }
        let names = |side| {
            let of = |s: &&SignOff| s.side == side && !s.workflows.is_disjoint(&workflows);
            self.shadow.gate.signed.iter().filter(of).map(|s| s.by.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (nurse, doctor) = (names(Side::NurseLead), names(Side::MedicalDirector));
        let waived = self.shadow.gate.notes.iter().filter(|n| !n.workflows.is_disjoint(&workflows)).map(|n| n.need.name());
        let waived: Vec<&str> = waived.collect::<BTreeSet<_>>().into_iter().collect();
        let mut said = listed(&workflows);
        for (what, names) in [("nurse lead", nurse), ("medical director", doctor), ("on a person's word", waived.join(", "))] {
            if !names.is_empty() {
                said += &format!("; {what}: {names}");
            }
        }
        self.gate_line(now, who, "went_live", said);
        self.set_modes(now, who, &workflows, Mode::Live);
        self.end_shadow_alerts(now, who, &workflows);
    }

    pub(super) fn go_back(&mut self, now: At, who: &str, workflows: BTreeSet<String>, why: &str) {
        if workflows.is_empty() || workflows.iter().any(|w| !WORKFLOWS.contains(&w.as_str())) {
            return self.no("workflows", "Choose what goes back to shadow.");
        }
        if !self.reason(why) {
            return;
        }
        self.gate_line(now, who, "went_back_to_shadow", format!("{}: {why}", listed(&workflows)));
        self.set_modes(now, who, &workflows, Mode::Shadow);
    }

    fn set_modes(&mut self, now: At, who: &str, workflows: &BTreeSet<String>, mode: Mode) {
        let each: BTreeMap<String, Mode> =
            WORKFLOWS.into_iter().map(|w| (w.to_string(), if workflows.contains(w) { mode } else { self.settings.mode.of(w) })).collect();
        let modes = match each.values().collect::<Vec<_>>().as_slice() {
            [first, rest @ ..] if rest.iter().all(|m| m == first) => Modes::All(**first),
            _ => Modes::Each(each),
        };
        let value = serde_json::to_value(&modes).unwrap_or_default();
        let was = serde_json::to_value(&self.settings.mode).ok();
        self.settings.mode = modes;
        let (name, is) = ("mode".to_string(), Some(value.clone()));
        self.out.rows.push(Row::Setting { name: name.clone(), value, at: now, by: who.into() });
        let line = Line::Setting { name, outcome: "applied".into(), reason: None, why: None, ordered_by: None, was, is };
        self.say(now, None, Some(who), line);
        self.shadow_since(now);
    }

    /// Remembers since when each workflow is in shadow; what has gone live needs new days and new signatures to go again.
    pub(crate) fn shadow_since(&mut self, now: At) {
        let shadow = in_shadow(&self.settings);
        let before = self.shadow.gate.clone();
        let gate = &mut self.shadow.gate;
        gate.since.retain(|w, _| shadow.contains(w));
        for w in &shadow {
            gate.since.entry(w.clone()).or_insert(now);
        }
        for n in &mut gate.notes {
            n.workflows.retain(|w| shadow.contains(w));
        }
        gate.notes.retain(|n| !n.workflows.is_empty());
        for s in &mut gate.signed {
            s.workflows.retain(|w| shadow.contains(w));
        }
        gate.signed.retain(|s| !s.workflows.is_empty());
        if *gate != before {
            self.keep_gate();
        }
    }

    /// A live reading must open a live episode: what shadow mode still had open is closed and put before staff.
    fn end_shadow_alerts(&mut self, now: At, who: &str, workflows: &BTreeSet<String>) {
        let open: Vec<u64> = self
            .episodes
            .values()
            .filter(|e| e.is_open() && !e.live && (workflows.contains(e.vital.name()) || e.vital == crate::Vital::Symptoms))
            .map(|e| e.id)
            .collect();
        for id in open {
            let told = self.with_episode(id, |desk, e| {
                desk.close_episode(now, e, who, WENT_LIVE, None);
                // Nothing was sent, so nothing is owed to the chart.
                e.writes = None;
                let words = format!("{} {} was open in shadow mode when it ended.", e.vital.words(), e.latest.value.text());
                (e.mrn.clone(), e.vital, e.acted_severity, words)
            });
            if let Some((mrn, vital, severity, words)) = told {
                let severity = if severity == Severity::Critical { Severity::Critical } else { Severity::Abnormal };
                self.raise(now, "open_at_go_live", Some(mrn), Some(vital), severity, words);
            }
        }
    }

    /// Why a change of settings may not be taken: only the gate leads out of shadow on an armed desk.
    pub(crate) fn bars_mode(&self, changes: &Map<String, Value>) -> Option<String> {
        let then: Modes = serde_json::from_value(changes.get("mode")?.clone()).ok()?;
        let out = leaving(&self.settings.mode, &then);
        (self.shadow.gate.armed && !out.is_empty()).then(|| {
            format!(
                "{} leaves shadow through the go-live gate on the Shadow screen, signed by two people",
                out.join(", ").replace('_', " ")
            )
        })
    }
}
