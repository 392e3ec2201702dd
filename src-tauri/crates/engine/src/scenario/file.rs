//! Scenario files (scenario.md "File"): read strictly, refused with line and field.

use decide::{At, Bounds, Patient, PatientStatus, Phone};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

/// A scenario, ready to run.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub name: String,
    pub start: At,
    pub until: At,
    pub settings: Map<String, Value>,
    pub patients: Vec<PatientRow>,
    pub timeline: Vec<Step>,
    pub expect: Vec<Value>,
    pub expect_none: Vec<Value>,
}

/// Why a file is bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFile {
    pub line: usize,
    pub field: String,
    pub why: String,
}

impl std::fmt::Display for BadFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.field, self.why)
    }
}

/// A step at a time.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: At,
    /// Where it stands in the file, for messages.
    pub line: usize,
    pub act: StepAct,
}

/// A patient as scenario files and `--config` write them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientRow {
    pub mrn: String,
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    #[serde(default)]
    pub birth_date: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub time_zone: Option<String>,
    #[serde(default)]
    pub language: decide::Language,
    #[serde(default)]
    pub bounds: Bounds,
    #[serde(default)]
    pub fhir_id: Option<String>,
    #[serde(default)]
    pub opted_out: bool,
    #[serde(default)]
    pub no_mobile: bool,
    #[serde(default)]
    pub status: PatientStatus,
    #[serde(default)]
    pub status_until: Option<At>,
    #[serde(default)]
    pub status_reason: Option<String>,
    #[serde(default)]
    pub sms_consent: decide::Consent,
}

impl PatientRow {
    /// The patient it describes.
    pub fn patient(&self) -> Patient {
        Patient {
            first_name: self.first_name.clone().into(),
            last_name: self.last_name.clone().into(),
            birth_date: self.birth_date.clone(),
            fhir_id: self.fhir_id.clone(),
            phone: if self.no_mobile { None } else { self.phone.clone().map(Phone::new) },
            time_zone: self.time_zone.clone(),
            language: self.language,
            sms_consent: self.sms_consent,
            status: self.status,
            status_until: self.status_until,
            status_reason: self.status_reason.clone(),
            bounds: self.bounds,
            ..Patient::new(self.mrn.clone().into())
        }
    }
}

/// What a step does.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum StepAct {
    Reading(ReadingStep),
    Observation {
        resource: Value,
    },
    Appointment {
        event: Value,
    },
    Hl7 {
        message: String,
    },
    FhirAppointment {
        resource: Value,
    },
    Studio {
        body: Value,
    },
    Reply {
        from: String,
        text: String,
        #[serde(default)]
        opt_out_type: Option<String>,
    },
    Delivery {
        to: String,
        status: String,
        #[serde(default)]
        error_code: Option<u32>,
    },
    Page {
        action: PageStepAct,
        mrn: String,
        #[serde(default)]
        vital: Option<String>,
        #[serde(default)]
        by: Option<String>,
        #[serde(default)]
        note: Option<String>,
    },
    OnCall {
        present: bool,
        /// With `present: false`: nobody is first in line from then till then.
        #[serde(default)]
        from: Option<At>,
        #[serde(default)]
        until: Option<At>,
    },
    /// The PagerDuty account's own set-up.
    Pagerduty(PagerStep),
    Vendor(VendorStep),
    Settings(SettingsStep),
    Bounds(BoundsStep),
    Patient(PatientStep),
    Nurse(NurseStep),
    Crash {
        #[serde(default)]
        vendor: Option<decide::outbox::Vendor>,
        #[serde(default)]
        point: Option<CrashAt>,
        /// Just before or just after the next commit.
        #[serde(default)]
        commit: Option<CommitAt>,
        /// The so many'th such moment; left out: the next.
        #[serde(default)]
        count: Option<u32>,
    },
    Stop,
    Start,
    /// The computer sleeps: nothing arrives and nothing fires until it wakes.
    Sleep,
    Wake,
    /// A vendor's webhooks go astray.
    Webhook(WebhookStep),
    /// The console's clock is off by so much from now on.
    Clock {
        offset_s: f64,
    },
    /// No room for one more page of the ledger, or room again.
    Disk {
        full: bool,
    },
    /// A vendor's maintenance is announced, or is over.
    Maintenance(super::downtime::MaintenanceStep),
    /// Sending is stopped or goes on.
    Sending(super::downtime::SendingStep),
    /// A person works on a message.
    Message(super::downtime::MessageStep),
    /// Another system files an Observation in the chart, which the console hears of by pulling only.
    ChartObservation {
        resource: Value,
    },
    /// A check-in is planned, or ended.
    CheckIn(super::check_in::CheckInStep),
}

/// Where a `crash` at a commit cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitAt {
    Before,
    After,
}

/// `webhook`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookStep {
    pub name: decide::outbox::Vendor,
    pub state: WebhookState,
    /// Only the next so many; left out: until changed.
    #[serde(default)]
    pub count: Option<u32>,
    /// How late; left out: 30 seconds.
    #[serde(default)]
    pub delay_s: Option<f64>,
}

/// What becomes of webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    AsUsual,
    /// Never reaches the console; a vendor that retries does so.
    Lost,
    /// Comes twice.
    Twice,
    /// Comes after those that follow it.
    Late,
}

/// `pagerduty`: what is left out stays as it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagerStep {
    /// Events by the first routing key are refused.
    #[serde(default)]
    pub first_key_refused: Option<bool>,
    /// Webhooks are signed with another secret.
    #[serde(default)]
    pub wrong_secret: Option<bool>,
    /// The webhook subscription is switched on (also after refusals disabled it) or off.
    #[serde(default)]
    pub webhook: Option<bool>,
}

/// `page` actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageStepAct {
    Acknowledge,
    Resolve,
    AutoResolve,
    Annotate,
}

/// Where a `crash` cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrashAt {
    BeforeSend,
    AfterAccept,
}

/// `reading`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingStep {
    pub mrn: String,
    #[serde(deserialize_with = "vital")]
    pub vital: decide::Vital,
    #[serde(default)]
    pub systolic: Option<Number>,
    #[serde(default)]
    pub diastolic: Option<Number>,
    #[serde(default)]
    pub value: Option<Number>,
    #[serde(default, deserialize_with = "given")]
    pub unit: Option<Option<String>>,
    #[serde(default)]
    pub measured_at: Option<At>,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub source_id: Option<String>,
    #[serde(default, deserialize_with = "text_or_number")]
    pub version: Option<String>,
}

fn vital<'de, D: serde::Deserializer<'de>>(d: D) -> Result<decide::Vital, D::Error> {
    let name = String::deserialize(d)?;
    decide::Vital::named(&name)
        .ok_or_else(|| serde::de::Error::custom(format!("there is no vital {name}; bp, glucose, weight, spo2 or heart_rate")))
}

/// Left out and null differ.
fn given<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(d).map(Some)
}

fn text_or_number<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<Value>::deserialize(d)? {
        None | Some(Value::Null) => None,
        Some(Value::String(s)) => Some(s),
        Some(other) => Some(other.to_string()),
    })
}

/// `vendor`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorStep {
    pub name: decide::outbox::Vendor,
    pub state: String,
    #[serde(default)]
    pub count: Option<u32>,
    #[serde(default)]
    pub status: Option<u16>,
    #[serde(default, deserialize_with = "text_or_number")]
    pub error_code: Option<String>,
    #[serde(default)]
    pub retry_after_s: Option<u32>,
    #[serde(default)]
    pub delay_s: Option<f64>,
}

impl VendorStep {
    /// The fault it sets, or why it cannot be.
    pub fn fault(&self) -> Result<sandbox::VendorFault, String> {
        use sandbox::FaultState::*;
        let state = match self.state.as_str() {
            "up" => Up,
            "down" => Down,
            "unreachable" => Unreachable,
            "slow" => Slow { delay_s: self.delay_s.unwrap_or(30.0) },
            "rate_limited" => RateLimited { retry_after_s: self.retry_after_s },
            "reject" => Reject { status: self.status, error_code: self.error_code.clone() },
            "accept_then_drop" => AcceptThenDrop,
            other => return Err(format!("there is no vendor state {other}")),
        };
        Ok(sandbox::VendorFault { state, count: self.count })
    }
}

/// `settings {...}`: every other field is a setting.
#[derive(Debug, Clone, Deserialize)]
pub struct SettingsStep {
    #[serde(flatten)]
    pub settings: Map<String, Value>,
}

/// `bounds {mrn, ...}`.
#[derive(Debug, Clone, Deserialize)]
pub struct BoundsStep {
    pub mrn: String,
    #[serde(flatten)]
    pub cells: Map<String, Value>,
}

/// `patient {mrn, ...}`: some fields of a patient change, or a new one is enrolled.
#[derive(Debug, Clone, Deserialize)]
pub struct PatientStep {
    pub mrn: String,
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// `nurse`.
#[derive(Debug, Clone, Deserialize)]
pub struct NurseStep {
    pub action: String,
    pub mrn: String,
    #[serde(default)]
    pub vital: Option<String>,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub minutes: Option<Number>,
    #[serde(default)]
    pub disposition: Option<String>,
    #[serde(default)]
    pub until: Option<At>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outline<'a> {
    format: String,
    #[serde(default)]
    name: String,
    start: At,
    until: At,
    #[serde(default, borrow)]
    settings: Option<&'a RawValue>,
    #[serde(default, borrow)]
    patients: Vec<&'a RawValue>,
    #[serde(borrow)]
    timeline: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    expect: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    expect_none: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct When {
    at: At,
}

/// Reads a scenario file.
pub fn read(text: &str) -> Result<Scenario, BadFile> {
    let outline: Outline<'_> = strictly(text, text, "")?;
    if outline.format != "careloop-scenario/1" {
        return Err(BadFile { line: 1, field: "format".into(), why: format!("expected careloop-scenario/1, found {}", outline.format) });
    }
    if outline.until < outline.start {
        return Err(BadFile { line: 1, field: "until".into(), why: "is before start".into() });
    }
    let mut settings: Map<String, Value> = match outline.settings {
        Some(raw) => strictly(text, raw.get(), "settings")?,
        None => Map::new(),
    };
    settings.entry("mode").or_insert_with(|| "live".into());
    let base = line_of(text, outline.settings.map_or(text, |r| r.get()));
    let mut tried = decide::Settings::default();
    let mut all = serde_json::to_value(&tried).unwrap_or_default();
    for (name, value) in &settings {
        if !decide::followup::change::known(name) {
            return Err(BadFile { line: base, field: format!("settings.{name}"), why: "there is no setting of this name".into() });
        }
        all[name] = value.clone();
    }
    // Together first: two timings may only fit each other.
    match serde_json::from_value(all) {
        Ok(s) => tried = s,
        Err(e) => {
            let culprit = settings
                .iter()
                .find(|(n, v)| decide::followup::change::with_setting(&decide::Settings::default(), n, (*v).clone()).is_err());
            return Err(BadFile { line: base, field: format!("settings.{}", culprit.map_or("?", |(n, _)| n)), why: e.to_string() });
        }
    }
    for (name, value) in &settings {
        if let Err(why) = decide::followup::change::with_setting(&tried, name, value.clone()) {
            return Err(BadFile { line: base, field: format!("settings.{name}"), why });
        }
    }
    let mut patients = Vec::new();
    for (i, raw) in outline.patients.iter().enumerate() {
        patients.push(strictly(text, raw.get(), &format!("patients[{i}]"))?);
    }
    let mut timeline = Vec::new();
    for (i, raw) in outline.timeline.iter().enumerate() {
        let field = format!("timeline[{i}]");
        let line = line_of(text, raw.get());
        let when: When = strictly(text, raw.get(), &field)?;
        let mut fields: Map<String, Value> = strictly(text, raw.get(), &field)?;
        fields.remove("at");
        let act: StepAct = serde_path_to_error::deserialize(Value::Object(fields)).map_err(|e| BadFile {
            line,
            field: at_path(&field, &e),
            why: e.inner().to_string(),
        })?;
        check(&act).map_err(|why| BadFile { line, field: field.clone(), why })?;
        timeline.push(Step { at: when.at, line, act });
    }
    timeline.sort_by_key(|s| s.at);
    let expectations = |list: &[&RawValue], name: &str| -> Result<Vec<Value>, BadFile> {
        let mut out = Vec::new();
        for (i, raw) in list.iter().enumerate() {
            let field = format!("{name}[{i}]");
            let value: Value = strictly(text, raw.get(), &field)?;
            super::expect::check(&value).map_err(|why| BadFile { line: line_of(text, raw.get()), field, why })?;
            out.push(value);
        }
        Ok(out)
    };
    let expect = expectations(&outline.expect, "expect")?;
    let expect_none = expectations(&outline.expect_none, "expect_none")?;
    Ok(Scenario { name: outline.name, start: outline.start, until: outline.until, settings, patients, timeline, expect, expect_none })
}

fn check(act: &StepAct) -> Result<(), String> {
    match act {
        StepAct::Vendor(v) => v.fault().map(|_| ()),
        StepAct::Crash { vendor, point, .. } if vendor.is_some() != point.is_some() => Err("vendor and point go together".into()),
        StepAct::Crash { vendor: Some(_), commit: Some(_), .. } => Err("a crash is at a vendor's request or at a commit".into()),
        StepAct::Crash { count: Some(0), .. } => Err("count starts at 1".into()),
        StepAct::Webhook(w) if w.delay_s.is_some_and(|d| !(0.0..=86_400.0).contains(&d)) => Err("delay_s goes from 0 to 86400".into()),
        StepAct::Clock { offset_s } if offset_s.is_nan() || offset_s.abs() > 86_400.0 => Err("offset_s is at most a day".into()),
        StepAct::Reading(r) if matches!(r.status.as_deref(), Some("entered-in-error" | "cancelled")) => Ok(()),
        StepAct::Reading(r) if r.vital == decide::Vital::Bp && r.systolic.is_none() && r.diastolic.is_none() => {
            Err("a bp has systolic and diastolic".into())
        }
        StepAct::Reading(r) if r.vital != decide::Vital::Bp && r.value.is_none() => Err("a value is missing".into()),
        StepAct::Nurse(n) if !["acknowledge", "claim", "shelve", "note", "close"].contains(&n.action.as_str()) => {
            Err(format!("there is no nurse action {}", n.action))
        }
        StepAct::Settings(s) => match s.settings.keys().find(|name| !decide::followup::change::known(name)) {
            Some(name) => Err(format!("there is no setting {name}")),
            None => Ok(()),
        },
        StepAct::Bounds(b) => serde_json::from_value::<Bounds>(Value::Object(b.cells.clone())).map(|_| ()).map_err(|e| e.to_string()),
        _ => Ok(()),
    }
}

fn strictly<'a, T: Deserialize<'a>>(whole: &str, part: &'a str, field: &str) -> Result<T, BadFile> {
    let mut d = serde_json::Deserializer::from_str(part);
    let value = serde_path_to_error::deserialize(&mut d).map_err(|e| BadFile {
        line: line_of(whole, part) + e.inner().line().saturating_sub(1),
        field: at_path(field, &e),
        why: e.inner().to_string(),
    })?;
    d.end().map_err(|e| BadFile { line: e.line(), field: field.into(), why: e.to_string() })?;
    Ok(value)
}

fn at_path<E>(field: &str, e: &serde_path_to_error::Error<E>) -> String {
    let path = e.path().to_string();
    match (field, path.as_str()) {
        ("", ".") => "file".into(),
        ("", p) => p.into(),
        (f, "." | "?") => f.into(),
        (f, p) => format!("{f}.{p}"),
    }
}

/// The line of the file on which a part of it begins.
fn line_of(whole: &str, part: &str) -> usize {
    let offset = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len());
    whole.as_bytes()[..offset].iter().filter(|b| **b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{ "format": "careloop-scenario/1", "name": "x",
  "start": "2026-03-05T19:00:00Z", "until": "2026-03-05T21:00:00Z",
  "settings": { "reply_wait_minutes": 15 },
  "patients": [ { "mrn": "1", "phone": "+12025550101" } ],
  "timeline": [
    { "at": "2026-03-05T19:00:00Z", "do": "reading", "mrn": "1", "vital": "weight", "value": 183.1, "unit": null },
    { "at": "2026-03-05T19:01:00Z", "do": "stop" } ],
  "expect": [] }"#;

    #[test]
    fn a_good_file_is_read() {
        let s = read(GOOD).unwrap();
        assert_eq!(s.settings["mode"], "live");
        assert!(matches!(&s.timeline[0].act, StepAct::Reading(r) if r.unit == Some(None)));
        assert_eq!(s.timeline[1].line, 7);
    }

    #[test]
    fn a_bad_file_is_refused_with_line_and_field() {
        for (from, to, line, field) in [
            ("reply_wait_minutes", "reply_wait", 3, "settings.reply_wait"),
            ("\"vital\": \"weight\"", "\"vital\": \"wait\"", 6, "timeline[0].vital"),
            ("\"do\": \"stop\"", "\"do\": \"halt\"", 7, "timeline[1]"),
            ("\"mrn\": \"1\", \"phone\"", "\"mrn\": \"1\", \"fone\"", 4, "patients[0].fone"),
            ("\"value\": 183.1", "\"valeu\": 183.1", 6, "timeline[0].valeu"),
            ("\"expect\": []", "\"expects\": []", 8, "expects"),
        ] {
            let bad = read(&GOOD.replace(from, to)).unwrap_err();
            assert_eq!(bad.line, line, "{to}: {bad}");
            assert!(bad.field.starts_with(field.split('.').next().unwrap()), "{to}: {bad}");
        }
        assert_eq!(read("{ \"format\": ").unwrap_err().line, 1);
    }
}
