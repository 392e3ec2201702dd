//! A text about a visit: owed as a message or as the start of a Studio Flow.

use super::apply::about_visit;
use super::words::{date_part, time_part};
use crate::desk::{Desk, Owed};
use crate::outbox::{About, Act, Execution, Priority, Text, TextPurpose, Vendor};
use crate::trail::Line;
use crate::{At, Settings, Visit, Words};
use std::collections::BTreeMap;

/// What is said of a text that does not go out now.
#[derive(Default)]
pub(super) struct Telling {
    status: &'static str,
    reason: Option<String>,
    until: Option<At>,
    detail: Option<String>,
}

impl Telling {
    pub fn held(reason: &str, until: At) -> Self {
        Self { status: "held", reason: Some(reason.into()), until: Some(until), detail: None }
    }

    /// It did not leave and is planned anew.
    pub fn back(reason: &str) -> Self {
        Self { status: "held", reason: Some(reason.into()), ..Self::default() }
    }

    pub fn withheld(reason: &str) -> Self {
        Self { status: "withheld", reason: Some(reason.into()), ..Self::default() }
    }

    pub fn filtered(rule: String) -> Self {
        Self { detail: Some(format!("filtered: {rule}")), ..Self::withheld("filtered") }
    }
}

impl Desk {
    pub(super) fn visit_sms(&mut self, now: At, v: &Visit, purpose: TextPurpose, body: String, told: Telling) {
        self.say(
            now,
            None,
            None,
            Line::Sms {
                to: v.told.patient_phone.clone().unwrap_or_default(),
                purpose,
                mrn: Some(v.told.patient_id.clone()),
                appointment_id: Some(v.told.appointment_id.clone()),
                body,
                status: told.status.into(),
                reason: told.reason,
                until: told.until,
                detail: told.detail,
            },
        );
    }

    /// Owes a text about a visit; true if it may go. `closes`: it may leave only before then.
    pub(super) fn text_visit(&mut self, now: At, v: &mut Visit, purpose: TextPurpose, body: String, closes: Option<At>) -> bool {
        if let Some(why) = self.visit_untextable(&v.told, now) {
            self.visit_sms(now, v, purpose, body, Telling::withheld(why));
            return false;
        }
        let Some(to) = v.told.patient_phone.clone() else { return false };
        let live = self.visits_live();
        let left = match closes {
            Some(at) => (at - now).num_seconds().clamp(1, 36_000),
            None => (v.told.instant() - now).num_seconds().clamp(600, 36_000),
        };
        // Our own conversation stays a message: a flow knows only its own questions.
        let studio = self.settings.appointment_delivery == "studio" && purpose != TextPurpose::Help;
        let act = if studio {
            let reference = format!("{}:v{}:{}:{}", self.workspace, v.id, event_name(purpose).to_lowercase(), now.timestamp_millis());
            Act::Execution(Execution {
                flow_sid: self.settings.studio_flow_sid.clone(),
                to: to.clone(),
                event_type: event_name(purpose).into(),
                purpose,
                reference,
                parameters: parameters(&self.settings, v, purpose, now, self.visit_language(&v.told)),
            })
        } else {
            Act::Text(Text { to: to.clone(), body: body.clone(), purpose, validity_seconds: left as u32 })
        };
        let about = about_visit(&v.told);
        if !live {
            match &act {
                Act::Execution(x) => self.say(now, None, None, execution_line(&about, x, "would_send", None)),
                _ => self.visit_sms(now, v, purpose, body, Telling { status: "would_send", ..Telling::default() }),
            }
        }
        self.owe(
            now,
            Owed {
                vendor: Vendor::Twilio,
                act,
                about,
                priority: if reminder(purpose) { Priority::Reminder } else { Priority::VisitText },
                shadow: !live,
                not_before: None,
                give_up_at: Some(closes.unwrap_or(now + crate::seconds(left as f64))),
            },
        );
        v.last_text_at = Some(now);
        if !live {
            v.left_at = Some(now);
        }
        true
    }
}

/// The line of an execution.
pub(crate) fn execution_line(about: &About, x: &Execution, status: &str, reason: Option<String>) -> Line {
    Line::Execution {
        flow_sid: x.flow_sid.clone(),
        to: x.to.clone(),
        event_type: x.event_type.clone(),
        purpose: x.purpose,
        mrn: about.mrn.clone(),
        appointment_id: about.appointment_id.clone(),
        status: status.into(),
        reason,
    }
}

fn reminder(purpose: TextPurpose) -> bool {
    matches!(purpose, TextPurpose::Reminder1 | TextPurpose::Reminder2)
}

/// What the flow branches on (contracts 3.6: the published appointment flow calls a reminder REMIND).
fn event_name(purpose: TextPurpose) -> &'static str {
    match purpose {
        TextPurpose::Booked => "BOOKED",
        TextPurpose::Rescheduled => "RESCHEDULED",
        TextPurpose::Modified => "MODIFIED",
        TextPurpose::Confirmed => "CONFIRMED",
        TextPurpose::Canceled => "CANCELED",
        TextPurpose::Noshowed => "NOSHOWED",
        _ => "REMIND",
    }
}

/// The fields of the event (behaviour.md 2.1), and the date in words as a text would say it.
fn parameters(s: &Settings, v: &Visit, purpose: TextPurpose, now: At, l: crate::Language) -> BTreeMap<String, Words> {
    let e = &v.told;
    let stamp = e.event_at.unwrap_or(now).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let east = e.offset_minutes.abs();
    let zone = format!("{}{:02}{:02}", if e.offset_minutes < 0 { '-' } else { '+' }, east / 60, east % 60);
    let which = match purpose {
        TextPurpose::Reminder1 => "1",
        TextPurpose::Reminder2 => "2",
        _ => "",
    };
    let fields: [(&str, &str); 20] = [
        ("event_type", event_name(purpose)),
        ("event_datetime_utc", &stamp),
        ("patient_id", e.patient_id.expose()),
        ("patient_first_name", e.patient_first_name.expose()),
        ("patient_last_name", e.patient_last_name.expose()),
        ("patient_phone", e.patient_phone.as_ref().map_or("", |p| p.expose())),
        ("provider_id", &e.provider_id),
        ("provider_first_name", &e.provider_first_name),
        ("provider_last_name", &e.provider_last_name),
        ("provider_callback_phone", e.provider_callback_phone.as_deref().unwrap_or_default()),
        ("appointment_location", &e.location),
        ("appointment_id", &e.appointment_id),
        ("appointment_datetime", &e.wall_clock.format("%Y-%m-%dT%H:%M:%S").to_string()),
        ("appointment_timezone", &zone),
        ("appointment_time_of_day", &time_part(e.wall_clock)),
        ("appointment_date", &date_part(e.wall_clock, l)),
        ("customer_name", &s.customer_name),
        ("service_line", &e.service),
        ("language", if l == crate::Language::Es { "es" } else { "en" }),
        ("reminder", which),
    ];
    fields.into_iter().map(|(name, value)| (name.to_string(), Words::from(value))).collect()
}
