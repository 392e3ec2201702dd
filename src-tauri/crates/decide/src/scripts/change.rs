//! A script changes: checked for what it could not be filled with, kept as a version, never over somebody else's change.

use super::check::structure;
use super::{Group, Script};
use crate::desk::{Desk, Owed};
use crate::input::{ScriptChange, ScriptTry, SettingsOrder};
use crate::outbox::{About, Act, Priority, Text, TextPurpose, Vendor};
use crate::rows::Row;
use crate::trail::Line;
use crate::{minutes, At, DowntimeKind, Mode, Phone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A version of a script: what it became, when, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptVersion {
    /// Counted by the ledger, rising; 0 = not stored yet.
    pub id: u64,
    /// `bp.high.es`.
    pub key: String,
    /// What was in force before; none: the built-in words.
    pub was: Option<String>,
    /// None: the built-in words again.
    pub text: Option<String>,
    pub at: At,
    pub by: String,
    /// Empty where a file or a scenario set it.
    pub why: String,
}

/// Why the setting `scripts` cannot be so: an unknown key, or a text that cannot be filled in.
pub fn refused(scripts: &BTreeMap<String, String>) -> Result<(), String> {
    for (key, text) in scripts {
        let Some((script, _)) = Script::keyed(key) else { return Err(format!("there is no script \"{key}\"")) };
        if let Some(problem) = structure(script, text).first() {
            return Err(format!("{key}: {} at character {}: {}", problem.code.replace('_', " "), problem.at + 1, problem.word));
        }
    }
    Ok(())
}

impl Desk {
    /// A person saves a script or goes back to the built-in words.
    pub(crate) fn change_script(&mut self, now: At, who: &str, change: ScriptChange) {
        let refuse = |desk: &mut Desk, field: &str, why: &str| {
            desk.out.answer.field = Some(field.into());
            desk.out.answer.refused = Some(why.into());
        };
        if Script::keyed(&change.key).is_none() {
            return refuse(self, "key", "There is no such script.");
        }
        if self.settings.scripts.get(&change.key) != change.was.as_ref() {
            return refuse(self, "was", "Somebody changed this script meanwhile.");
        }
        if change.text == change.was {
            return refuse(self, "text", "Nothing was changed.");
        }
        let mut scripts = self.settings.scripts.clone();
        match change.text {
            Some(text) => scripts.insert(change.key, text),
            None => scripts.remove(&change.key),
        };
        let value = serde_json::to_value(scripts).unwrap_or_default();
        let settings = [("scripts".to_string(), value)].into_iter().collect();
        self.take_order(now, who, SettingsOrder { settings, why: change.why, ordered_by: None });
    }

    /// A person tries a script on one of the clinic's own phones. It waits its turn behind every text to a patient, and is
    /// refused where nothing would leave: a person stands there with the phone in hand.
    pub(crate) fn try_script(&mut self, now: At, who: &str, attempt: ScriptTry) {
        let to = Phone::new(attempt.number.clone());
        let stopped = |d: &crate::Downtime| d.begun && (d.vendor.is_none() || d.vendor == Some(Vendor::Twilio));
        let downtime = self.downtimes.values().find(|d| stopped(d)).map(|d| d.kind);
        let workflow = match (attempt.script, attempt.script.group()) {
            (Script::Check { vital, .. }, _) => vital.name(),
            (_, Group::Vitals) => "bp",
            (_, Group::Visits) => "visits",
            (_, Group::CheckIns) => "check_ins",
        };
        let refusal = if !self.settings.internal_numbers.contains(&attempt.number) {
            Some(("number", "That is not one of the clinic's own numbers."))
        } else if self.patients.values().any(|p| p.phone.as_ref() == Some(&to)) {
            Some(("number", "That is a patient's number: a made-up reading must not reach a patient."))
        } else if self.opted_out.contains(&to) {
            Some(("number", "That number has opted out of texts."))
        } else if downtime == Some(DowntimeKind::Stop) {
            Some(("sending", "Sending is stopped: nothing leaves until somebody ends it."))
        } else if downtime == Some(DowntimeKind::Maintenance) {
            Some(("sending", "Twilio is in maintenance: try again when it is over."))
        } else if self.settings.mode.of(workflow) != Mode::Live {
            Some(("sending", "In shadow nothing leaves, not even a test."))
        } else {
            None
        };
        if let Some((field, why)) = refusal {
            self.out.answer.field = Some(field.into());
            self.out.answer.refused = Some(why.into());
            return;
        }
        let what = format!("{} to {}", attempt.script.name(), attempt.number);
        self.say(now, None, Some(who), Line::Act { what: "script_tried".into(), mrn: None, vital: None, detail: Some(what) });
        let text = Text { to, body: attempt.body, purpose: TextPurpose::ScriptTest, validity_seconds: 300 };
        self.owe(
            now,
            Owed {
                vendor: Vendor::Twilio,
                act: Act::Text(text),
                about: About::default(),
                priority: Priority::CheckIn,
                shadow: false,
                not_before: None,
                give_up_at: Some(now + minutes(5.0)),
            },
        );
    }

    /// Each script that changed is a version of its own, and a line of its own on the trail.
    pub(crate) fn keep_script_versions(&mut self, now: At, who: &str, before: &BTreeMap<String, String>, why: &str) {
        let keys: std::collections::BTreeSet<String> = before.keys().chain(self.settings.scripts.keys()).cloned().collect();
        for key in keys {
            let (was, is) = (before.get(&key).cloned(), self.settings.scripts.get(&key).cloned());
            if was == is {
                continue;
            }
            let line = Line::Setting {
                name: format!("scripts.{key}"),
                outcome: "applied".into(),
                reason: None,
                why: Some(why.to_string()).filter(|w| !w.is_empty()),
                ordered_by: None,
                was: was.clone().map(Into::into),
                is: is.clone().map(Into::into),
            };
            self.say(now, None, Some(who), line);
            let version = ScriptVersion { id: 0, key, was, text: is, at: now, by: who.into(), why: why.into() };
            self.out.rows.push(Row::Script(Box::new(version)));
        }
    }
}
