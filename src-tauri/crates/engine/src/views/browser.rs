//! The message browser: rows, one message opened, and what this person may do with it.

use super::connections::what;
use super::frame::label;
use super::reasons;
use super::row::brief_of;
use super::words::{capital, pick};
use crate::commands::{role_may, store_error};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use decide::desk::Desk;
use decide::followup::messages::{may_edit, may_park, may_send_again, may_unpark};
use decide::input::{Act as Done, Input};
use decide::outbox::{Act, Effect, EffectState, Vendor};
use decide::rows::Quarantined;
use decide::{minutes, At, Mrn, Phone};
use ledger::{Message, MessageFilter, QuarantineStates, Standing};
use serde_json::Value;
use wire::{
    Command, ExchangeView, Language, MessageCounts, MessageDetail, MessagePart, MessageRow, MessagesArgs, MessagesView, Person, UserError,
};

/// A page.
const ROWS: u32 = 50;
/// A search that fits more patients than this must be made narrower.
const PATIENTS: usize = 40;
/// So much of a received body is shown.
const BODY_SHOWN: usize = 64 << 10;
/// Opening the same message again within this time is the same look.
const SAME_LOOK_MINUTES: f64 = 10.0;
/// Words of a message that name nobody, shown to every role.
const OPEN_FIELDS: [&str; 14] = [
    "do",
    "purpose",
    "action",
    "severity",
    "urgency",
    "reason",
    "event_type",
    "via",
    "as",
    "vital",
    "at",
    "validity_seconds",
    "loinc",
    "flow_sid",
];
const STARS: &str = "•••";

/// Roles that work with patients see bodies; an auditor reads the trail and needs none.
fn sees_bodies(who: &Person) -> bool {
    role_may(&who.role, wire::Access::Work)
}

fn group(name: &str) -> Option<(Vec<Standing>, Option<QuarantineStates>)> {
    use Standing::*;
    Some(match name {
        "attention" => (vec![Owed, Sending, Unknown, Blocked, Parked, Failed], Some(QuarantineStates::Waiting)),
        "waiting" => (vec![Owed, Sending, Unknown], None),
        "blocked" => (vec![Blocked], None),
        "parked" => (vec![Parked], None),
        "failed" => (vec![Failed], None),
        "withdrawn" => (vec![Withdrawn], None),
        "would_send" => (vec![WouldSend], None),
        "sent" => (vec![Done], None),
        "quarantined" => (Vec::new(), Some(QuarantineStates::Waiting)),
        "all" => (Standing::ALL.to_vec(), Some(QuarantineStates::All)),
        _ => return None,
    })
}

impl Console {
    /// A page of the browser.
    pub(crate) fn messages_view(&self, who: &Person, args: &MessagesArgs) -> Result<MessagesView, UserError> {
        let l = who.language;
        let Some((standings, quarantine)) = group(&args.group) else {
            return Err(UserError::invalid("group", "There is no such group of messages.", "Choose one of the list."));
        };
        let vendors =
            match args.vendor.as_str() {
                "" => Vec::new(),
                name => vec![Vendor::named(name)
                    .ok_or_else(|| UserError::invalid("vendor", "There is no such vendor.", "Choose one of the list."))?],
            };
        let (patients, counts) = {
            let engine = lock(&self.engine);
            (patients(&engine.desk, &args.patient, l)?, counts(&engine.desk))
        };
        let filter = MessageFilter {
            outgoing: !standings.is_empty(),
            standings,
            // What came in came from no vendor's queue.
            quarantine: quarantine.filter(|_| vendors.is_empty()),
            vendors,
            patients,
            from: args.from,
            to: args.to,
        };
        let found = lock(&self.reader).messages(&filter, args.before, ROWS + 1).map_err(store_error)?;
        let more = (found.len() > ROWS as usize).then(|| found[ROWS as usize - 1].id());
        let engine = lock(&self.engine);
        let rows = found.iter().take(ROWS as usize).map(|m| row(&engine.desk, m, who, self.now())).collect();
        Ok(MessagesView { rows, more, counts })
    }

    /// Whether this person has not looked at it just now: the screen asks again by itself.
    fn first_look(&self, who: &Person, id: u64) -> bool {
        let now = self.now();
        let opened = &mut lock(&self.remembered).messages_opened;
        opened.retain(|_, at| now - *at < minutes(SAME_LOOK_MINUTES));
        opened.insert((who.name.clone(), id), now).is_none()
    }

    /// One message, opened: on the trail.
    pub(crate) fn message_detail(&self, who: &Person, id: u64) -> Result<MessageDetail, UserError> {
        let l = who.language;
        let (message, exchanges, raw) = {
            let reader = lock(&self.reader);
            let message = match reader.effect(id).map_err(store_error)? {
                Some(f) => Message::Out(Box::new(f)),
                None => match reader.quarantined(id).map_err(store_error)? {
                    Some(q) => Message::In(Box::new(q)),
                    None => return Err(UserError::not_found("That message")),
                },
            };
            let raw = match &message {
                Message::In(q) => reader.raw(q.raw).map_err(store_error)?.map(|r| r.body),
                Message::Out(_) => None,
            };
            (message, reader.exchanges(id).map_err(store_error)?, raw)
        };
        let mrn = match &message {
            Message::Out(f) => f.about.mrn.clone(),
            Message::In(q) => q.mrn.clone(),
        };
        if self.first_look(who, id) {
            let saw = Input::Act { who: who.name.clone(), act: Done::Saw { what: "message_opened".into(), mrn }, undo_seconds: 0.0 };
            self.take(vec![Incoming::Direct(saw)], l)?;
        }
        let masked = !sees_bodies(who);
        let hide = |text: String| if masked && !text.is_empty() { STARS.to_string() } else { text };
        let engine = lock(&self.engine);
        let row = row(&engine.desk, &message, who, self.now());
        let (parts, to, text, detail) = match &message {
            Message::Out(f) => {
                let (to, text) = match &f.act {
                    Act::Text(t) if !masked => (Some(t.to.expose().to_string()), Some(t.body.clone())),
                    _ => (None, None),
                };
                (parts(f, masked), to, text, None)
            }
            Message::In(q) => (Vec::new(), None, None, Some(quarantine_words(q, l))),
        };
        let exchanges = exchanges
            .into_iter()
            .map(|e| ExchangeView { at: e.at, line: hide(e.line), request: hide(e.request), status: e.status, response: hide(e.response) })
            .collect();
        let body = raw.map(|body| hide(String::from_utf8_lossy(&body).chars().take(BODY_SHOWN).collect()));
        Ok(MessageDetail { row, parts, exchanges, to, text, body, detail, masked })
    }
}

fn quarantine_words(q: &Quarantined, l: Language) -> String {
    match l {
        Language::En => q.detail.clone(),
        Language::Es => reasons::quarantine_title(&q.reason, l),
    }
}

/// The patients a search means; none = it names nobody in particular.
fn patients(desk: &Desk, search: &str, _l: Language) -> Result<Option<Vec<Mrn>>, UserError> {
    let wanted = search.trim().to_lowercase();
    if wanted.is_empty() {
        return Ok(None);
    }
    let words: Vec<&str> = wanted.split(|c: char| c == ',' || c.is_whitespace()).filter(|w| !w.is_empty()).collect();
    let case = wanted.starts_with("cl-");
    // A visit may be of somebody who is not enrolled: the number itself always counts.
    let mut found = vec![Mrn::new(search.trim())];
    found.extend(desk.people_at(&Phone::new(search.trim())));
    for p in desk.patients.values() {
        let name = format!("{} {}", p.first_name.expose(), p.last_name.expose()).to_lowercase();
        if words.iter().all(|w| name.contains(w)) || (case && desk.case_id(&p.mrn).to_lowercase() == wanted) {
            found.push(p.mrn.clone());
        }
        if found.len() > PATIENTS {
            return Err(UserError::invalid("patient", "Too many patients fit that.", "Type more of the name, or the record number."));
        }
    }
    found.dedup();
    Ok(Some(found))
}

fn counts(desk: &Desk) -> MessageCounts {
    let mut counts = MessageCounts { quarantined: desk.quarantine.len() as u32, ..MessageCounts::default() };
    for f in desk.effects.values() {
        match Standing::of(f) {
            Some(Standing::Owed | Standing::Sending | Standing::Unknown) => counts.waiting += 1,
            Some(Standing::Blocked) => counts.blocked += 1,
            Some(Standing::Parked) => counts.parked += 1,
            _ => {}
        }
    }
    counts
}

fn row(desk: &Desk, message: &Message, who: &Person, now: At) -> MessageRow {
    match message {
        // What is open is known in memory better than in the file.
        Message::Out(f) => outgoing(desk, desk.effects.get(&f.id).unwrap_or(f), who, now),
        Message::In(q) => incoming(desk, q, who),
    }
}

fn outgoing(desk: &Desk, f: &Effect, who: &Person, now: At) -> MessageRow {
    let l = who.language;
    let state = match f.state {
        EffectState::Owed => "waiting",
        EffectState::Sending { .. } => "sending",
        EffectState::Unknown { .. } => "unknown",
        EffectState::Blocked => "blocked",
        EffectState::Parked { .. } => "parked",
        EffectState::Done { .. } => "sent",
        EffectState::Failed { .. } => "failed",
        EffectState::Withdrawn { .. } => "withdrawn",
        EffectState::WouldSend { .. } => "would_send",
    };
    let why = match &f.state {
        EffectState::Withdrawn { why, .. } => Some(super::no_text_words(why, l)),
        _ => f.problem.as_ref().map(|p| p.said.clone()),
    };
    let works = role_may(&who.role, Command::message_park.access());
    let may = [
        ("send_again", may_send_again(f, now).is_ok()),
        ("park", may_park(f).is_ok()),
        ("unpark", may_unpark(f).is_ok()),
        ("edit", may_edit(f, now).is_ok()),
    ];
    let waits = matches!(f.state, EffectState::Owed | EffectState::Unknown { .. });
    MessageRow {
        id: f.id,
        incoming: false,
        vendor: f.vendor.name().into(),
        label: label(f.vendor).into(),
        what: capital(&what(f, l)),
        state: state.into(),
        at: f.owed_at,
        patient: f.about.mrn.as_ref().map(|m| brief_of(desk, m)),
        appointment_id: f.about.appointment_id.clone(),
        attempts: f.attempts,
        next_try_at: waits.then_some(f.next_try),
        maintenance_until: desk.maintenance_until(f.vendor, now).filter(|_| waits),
        stopped: waits && desk.stopped(f.vendor).is_some(),
        problem: why,
        may: may.into_iter().filter(|(_, ok)| *ok && works).map(|(name, _)| name.into()).collect(),
    }
}

fn incoming(desk: &Desk, q: &Quarantined, who: &Person) -> MessageRow {
    let l = who.language;
    let mut may = Vec::new();
    if q.state == "waiting" && role_may(&who.role, Command::reprocess.access()) {
        may.extend(["reprocess", "set_aside"].map(String::from));
        if role_may(&who.role, Command::reprocess_edited.access()) {
            may.push("edit_body".into());
        }
    }
    MessageRow {
        id: q.id,
        incoming: true,
        vendor: q.source.name().into(),
        label: source_words(q.source, l).into(),
        what: reasons::quarantine_title(&q.reason, l),
        state: if q.state == "waiting" { "quarantined".into() } else { q.state.clone() },
        at: q.at,
        patient: q.mrn.as_ref().map(|m| brief_of(desk, m)),
        appointment_id: None,
        attempts: 0,
        next_try_at: None,
        maintenance_until: None,
        stopped: false,
        problem: Some(quarantine_words(q, l)),
        may,
    }
}

/// Where something came from.
fn source_words(source: decide::Source, l: Language) -> &'static str {
    use decide::Source::*;
    match source {
        FhirHook | Simulator => pick(l, "Device", "Dispositivo"),
        ChartPull | ChartAppointments => pick(l, "Chart", "Historia"),
        TwilioInbound | TwilioStatus | TwilioPoll => "Twilio",
        PagerDutyWebhook | PagerDutyPoll => "PagerDuty",
        AppointmentHook | Mllp => pick(l, "EHR", "EHR"),
        StudioHook => "Studio",
    }
}

/// Every field of what is asked, whatever kind of act it is.
fn parts(f: &Effect, masked: bool) -> Vec<MessagePart> {
    let mut parts = Vec::new();
    flatten("", &serde_json::to_value(&f.act).unwrap_or_default(), &mut parts);
    for p in &mut parts {
        let last = p.name.rsplit('.').next().unwrap_or_default();
        if masked && !OPEN_FIELDS.contains(&last) {
            p.value = STARS.into();
        }
    }
    parts
}

fn flatten(name: &str, value: &Value, out: &mut Vec<MessagePart>) {
    let below = |key: &str| if name.is_empty() { key.to_string() } else { format!("{name}.{key}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, v)| flatten(&below(key), v, out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, v)| flatten(&below(&i.to_string()), v, out)),
        Value::Null => {}
        Value::String(s) => out.push(MessagePart { name: name.into(), value: s.clone() }),
        other => out.push(MessagePart { name: name.into(), value: other.to_string() }),
    }
}
