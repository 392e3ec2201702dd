//! Settings: every name of behaviour.md in code, with its default. All take effect at once.

use super::{Bounds, Direction, VisitEventType, Vital};
use crate::outbox::Urgency;
use crate::visits::VisitAnswer;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// A time of day HHMM; 2400 is allowed as an end. Reads 800, "0800" or "08:00".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hhmm(pub u32);

impl Hhmm {
    /// Minutes since midnight (or hours+minutes of a lead time).
    pub fn minutes(self) -> u32 {
        self.0 / 100 * 60 + self.0 % 100
    }
}

impl Serialize for Hhmm {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&format!("{:04}", self.0))
    }
}

impl<'de> Deserialize<'de> for Hhmm {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let v = serde_json::Value::deserialize(d)?;
        let text = match &v {
            serde_json::Value::String(s) => s.replace(':', ""),
            serde_json::Value::Number(n) => n.to_string(),
            _ => return Err(D::Error::custom("expected a time as HHMM")),
        };
        let n: u32 = text.trim().parse().map_err(|_| D::Error::custom(format!("not a time as HHMM: {text}")))?;
        if text.trim().len() > 4 || n % 100 > 59 {
            return Err(D::Error::custom(format!("minutes must be 00 to 59: {text}")));
        }
        Ok(Hhmm(n))
    }
}

/// On or off: reads true/false, "on"/"off".
fn on_off<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    use serde::de::Error;
    match serde_json::Value::deserialize(d)? {
        serde_json::Value::Bool(b) => Ok(b),
        serde_json::Value::String(s) if s == "on" || s == "true" => Ok(true),
        serde_json::Value::String(s) if s == "off" || s == "false" => Ok(false),
        other => Err(D::Error::custom(format!("expected on or off: {other}"))),
    }
}

/// A number of minutes, or off.
fn off_or_minutes<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    use serde::de::Error;
    match serde_json::Value::deserialize(d)? {
        serde_json::Value::Null | serde_json::Value::Bool(false) => Ok(None),
        serde_json::Value::String(s) if s == "off" => Ok(None),
        serde_json::Value::String(s) => s.parse().map(Some).map_err(|_| D::Error::custom(format!("expected minutes or off: {s}"))),
        serde_json::Value::Number(n) => Ok(n.as_f64()),
        other => Err(D::Error::custom(format!("expected minutes or off: {other}"))),
    }
}

/// What happens to an abnormal episode in quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterHours {
    Hold,
    Escalate,
}

/// Shadow or live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Shadow,
    Live,
}

/// Mode of the whole, or per workflow (`bp` ... `visits`; those left out are shadow).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Modes {
    All(Mode),
    Each(BTreeMap<String, Mode>),
}

impl Modes {
    /// The mode of a workflow.
    pub fn of(&self, workflow: &str) -> Mode {
        match self {
            Modes::All(m) => *m,
            Modes::Each(map) => map.get(workflow).copied().unwrap_or(Mode::Shadow),
        }
    }
}

/// How the chart is told that a reading it already has was reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkReviewed {
    NoteOnly,
    Amend,
}

/// Which readings are written to the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartReadings {
    Reviewed,
    All,
}

/// One line of the stat table: beyond it a reading is critical whatever the limits say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatRule {
    /// `systolic`, `diastolic`, `glucose`, `spo2`, `heart_rate`.
    pub what: String,
    /// `low`: strictly below; `high`: strictly above.
    pub direction: Direction,
    #[serde(deserialize_with = "super::exact")]
    pub value: Decimal,
}

/// One line of the urgency table (behaviour.md 1.6), first match wins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UrgencyRule {
    pub vital: Vital,
    #[serde(default, with = "super::loose", skip_serializing_if = "Option::is_none")]
    pub below: Option<Decimal>,
    #[serde(default, with = "super::loose", skip_serializing_if = "Option::is_none")]
    pub above: Option<Decimal>,
    #[serde(default)]
    pub if_symptoms: bool,
    pub word: Urgency,
}

/// The plausibility table (behaviour.md 1.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plausibility {
    /// SpO2 at or below this is not plausible.
    #[serde(deserialize_with = "super::exact")]
    pub spo2_at_most: Decimal,
    /// SpO2 above this is not plausible.
    #[serde(deserialize_with = "super::exact")]
    pub spo2_above: Decimal,
    /// Diastolic at or above systolic is not plausible.
    pub diastolic_not_below_systolic: bool,
    /// Weight further than this from the last reading is not plausible, lb.
    #[serde(deserialize_with = "super::exact")]
    pub weight_jump_lb: Decimal,
}

impl Default for Plausibility {
    fn default() -> Self {
        Self {
            spo2_at_most: Decimal::ZERO,
            spo2_above: Decimal::ONE_HUNDRED,
            diastolic_not_below_systolic: true,
            weight_jump_lb: Decimal::from(15),
        }
    }
}

/// A rule that keeps texts about some visits from going out (behaviour.md 2.1): it fits when everything it names fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitFilter {
    /// Shown as "filtered: name".
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The provider's id, last name, or first and last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Only texts about this event; without it reminders stop too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<VisitEventType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_line: Option<String>,
}

/// All settings. Unknown names are refused by name; durations may be fractional.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub mode: Modes,
    pub shadow_days_minimum: f64,

    // 1.1 readings
    pub future_tolerance_minutes: f64,
    pub stale_after_hours: f64,
    pub plausibility: Plausibility,
    pub chart_pull_minutes: f64,

    // 1.2, 1.3 limits
    pub default_limits: Bounds,
    pub stat_table: Vec<StatRule>,
    pub weight_window_24h_hours: f64,
    pub weight_window_7d_hours: f64,

    // 1.4 episodes
    pub debounce_seconds: f64,
    pub repeat_window_minutes: f64,
    pub review_target_minutes: f64,
    #[serde(deserialize_with = "off_or_minutes")]
    pub review_page_minutes: Option<f64>,
    pub ack_lease_critical_minutes: f64,
    pub ack_lease_abnormal_minutes: f64,

    // 1.5 texts
    pub reply_wait_minutes: f64,
    pub text_send_limit_minutes: f64,
    pub quiet_hours_start: Hhmm,
    pub quiet_hours_finish: Hhmm,
    pub after_hours_policy: AfterHours,
    pub clinic_time_zone: String,
    pub time_zone_review_days: f64,
    pub twilio_messages_per_second: f64,
    pub danger_words: Vec<String>,
    #[serde(deserialize_with = "on_off")]
    pub sms_consent_required: bool,
    /// Symptom-check scripts that replace the shipped ones: "bp.high.en" -> text with {value}.
    pub scripts: BTreeMap<String, String>,

    // 1.6 pages
    pub urgency_table: Vec<UrgencyRule>,
    pub pagerduty_severity_map: BTreeMap<String, String>,
    pub pagerduty_events_per_minute: f64,
    pub chart_url_template: String,
    pub case_lookup_phone: String,
    pub page_fallback_seconds: f64,
    pub page_proof_seconds: f64,
    pub backup_numbers: Vec<String>,
    pub backup_text_minutes: f64,
    pub ack_target_minutes: f64,
    pub ack_limit_minutes: f64,

    /// How often the schedule of the next seven days is read at PagerDuty, hours; hourly once a hole is near.
    pub coverage_look_hours: f64,

    // the console's own watch
    /// Asked (GET) by the console while it really works: a dead-man switch outside raises the alarm when it stops.
    /// Empty = off.
    pub heartbeat_url: String,
    pub heartbeat_minutes: f64,
    /// A source silent for so many minutes is put before staff, by its name in transcripts (`fhir`, `hl7`, `appointments`,
    /// `chart_pull` ...). Sources left out are not watched; none are by default: how often one speaks is the clinic's to say.
    pub source_silence_minutes: BTreeMap<String, f64>,
    /// A patient who usually sends a vital (on 3 of the last 14 days) and has not for so many hours is put before staff,
    /// by vital (`weight`: 48 ...). Vitals left out are not watched; none are by default: how often is the clinic's to say.
    pub missing_reading_hours: BTreeMap<String, f64>,
    /// A banner says so when the newest reading is older; 0 = never. By default a night without any is still normal.
    pub stale_data_minutes: f64,

    // 1.7 write-back
    pub mark_reviewed: MarkReviewed,
    pub chart_readings: ChartReadings,
    pub cerner_requests_per_minute: f64,
    /// What waits for a target so long is an alarm.
    pub stuck_alarm_minutes: f64,
    /// What was said to vendors is kept so long for the message browser once the message is settled; 0 = for ever.
    pub exchange_days: f64,

    // intake
    /// Requests a second over one workspace key; beyond it senders are asked to come again.
    pub intake_per_second: f64,
    pub intake_per_connection_per_second: f64,

    // 2 visits
    pub default_country: String,
    pub customer_name: String,
    pub customer_code: String,
    pub appointment_delivery: String,
    /// The Studio Flow of `appointment_delivery` = studio: FW and 32 hex digits. Its callbacks must name it.
    pub studio_flow_sid: String,
    /// How long an answer waits for its other half (the patient's SMS, the flow's callback) before what is known is acted on.
    pub studio_answer_wait_seconds: f64,
    /// Visits and events about which nobody is texted; the visit is kept all the same. The first rule that fits is shown.
    pub visit_filters: Vec<VisitFilter>,
    /// Optional events that are not texted: CANCELED, CONFIRMED, NOSHOWED.
    pub visit_events_off: Vec<VisitEventType>,
    /// Answers that are not sent to the EHR, but put before staff: CONFIRM, CANCEL.
    pub visit_answers_off: Vec<VisitAnswer>,
    pub ehr_request_via: String,
    /// Places whose appointments are pulled from the chart, by the chart's Location ids; none: not pulled.
    pub appointment_locations: Vec<String>,
    pub appointment_pull_minutes: f64,
    /// How far ahead appointments are pulled.
    pub appointment_pull_days: f64,
    /// Where this site puts things in its HL7 messages; what is left out stands where contracts.md 6.2 says.
    pub hl7_site_map: crate::hl7::SiteMap,
    #[serde(deserialize_with = "on_off")]
    pub event_text_quiet_hours: bool,
    #[serde(deserialize_with = "on_off")]
    pub stop_reminders_when_confirmed: bool,
    pub reminder_outreach_start: Hhmm,
    pub reminder_outreach_finish: Hhmm,
    pub reminder_first_timing: Hhmm,
    pub reminder_second_timing: Hhmm,
    pub reminder_gap_seconds: f64,

    // the desk (design.md "Safety and privacy")
    /// An idle desk locks; alarms stay audible and visible.
    pub lock_after_minutes: f64,
    /// A sign-in ends, however busy.
    pub session_hours: f64,
    /// How long an emergency sign-in lasts.
    pub break_glass_minutes: f64,
    /// A credential older than this is to be renewed; 0 = no reminder.
    pub credential_review_days: f64,

    // scripts
    /// The clinic's own phones that a script may be tried on, in E.164; never a patient's.
    pub internal_numbers: Vec<String>,
    /// Of the alerts that a workflow would have raised in shadow, so many in a hundred must be judged before it goes live.
    pub shadow_judged_percent: f64,
    // keeping it safe
    /// Where copies of the encrypted file go, an absolute path that exists (another disk, a share); empty = no copies.
    pub backup_folder: String,
    /// When the daily copy is made, on the clock of `clinic_time_zone`.
    pub backup_at: Hhmm,
    /// The newest so many copies are kept.
    pub backups_kept: f64,
    /// Lines of the trail older than this are sealed into archive files and leave the database; 0 = never.
    pub audit_retention_days: f64,

    // minutes
    /// Codes and their thresholds, dated; a certified coder signs them.
    pub billing_codes: Vec<crate::minutes::CodeRule>,
    /// Only minutes of live talks count towards the codes of RPM management: the stricter reading of the rule.
    #[serde(deserialize_with = "on_off")]
    pub rpm_live_minutes_only: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let d = |n: i64| Decimal::from(n);
        let stat = |what: &str, direction, n| StatRule { what: what.into(), direction, value: d(n) };
        let urgent = |vital, below: Option<i64>, above: Option<i64>, if_symptoms, word| UrgencyRule {
            vital,
            below: below.map(d),
            above: above.map(d),
            if_symptoms,
            word,
        };
        Self {
            mode: Modes::All(Mode::Shadow),
            shadow_days_minimum: 5.0,
            future_tolerance_minutes: 5.0,
            stale_after_hours: 24.0,
            plausibility: Plausibility::default(),
            chart_pull_minutes: 5.0,
            default_limits: Bounds::defaults(),
            stat_table: vec![stat("spo2", Direction::Low, 88), stat("glucose", Direction::Low, 55), stat("systolic", Direction::Low, 80)],
            weight_window_24h_hours: 30.0,
            weight_window_7d_hours: 180.0,
            debounce_seconds: 90.0,
            repeat_window_minutes: 60.0,
            review_target_minutes: 60.0,
            review_page_minutes: None,
            ack_lease_critical_minutes: 10.0,
            ack_lease_abnormal_minutes: 60.0,
            reply_wait_minutes: 15.0,
            text_send_limit_minutes: 5.0,
            quiet_hours_start: Hhmm(2100),
            quiet_hours_finish: Hhmm(800),
            after_hours_policy: AfterHours::Hold,
            clinic_time_zone: "America/New_York".into(),
            time_zone_review_days: 90.0,
            twilio_messages_per_second: 1.0,
            danger_words: [
                "chest pain",
                "chest hurts",
                "cant breathe",
                "can not breathe",
                "cannot breathe",
                "trouble breathing",
                "short of breath",
                "passed out",
                "fainted",
                "stroke",
                "heart attack",
                "suicide",
                "kill myself",
                "911",
                "emergency",
                "dolor de pecho",
                "no puedo respirar",
                "me desmaye",
                "falta de aire",
                "derrame",
                "infarto",
                "emergencia",
            ]
            .map(String::from)
            .to_vec(),
            sms_consent_required: false,
            scripts: BTreeMap::new(),
            urgency_table: vec![
                urgent(Vital::Bp, None, None, true, Urgency::High),
                urgent(Vital::Bp, None, None, false, Urgency::Medium),
                urgent(Vital::Weight, None, None, false, Urgency::High),
                urgent(Vital::Glucose, Some(55), None, false, Urgency::Critical),
                urgent(Vital::Glucose, None, Some(400), false, Urgency::High),
                urgent(Vital::Glucose, None, None, true, Urgency::High),
                urgent(Vital::Glucose, None, None, false, Urgency::Medium),
                urgent(Vital::Spo2, Some(88), None, false, Urgency::Critical),
                urgent(Vital::Spo2, None, None, false, Urgency::High),
                urgent(Vital::HeartRate, None, None, true, Urgency::High),
                urgent(Vital::HeartRate, None, None, false, Urgency::Medium),
            ],
            pagerduty_severity_map: [("Critical", "critical"), ("High", "error"), ("Medium", "warning")]
                .map(|(a, b)| (a.to_string(), b.to_string()))
                .into(),
            pagerduty_events_per_minute: 120.0,
            chart_url_template: String::new(),
            case_lookup_phone: String::new(),
            page_fallback_seconds: 120.0,
            page_proof_seconds: 30.0,
            backup_numbers: Vec::new(),
            backup_text_minutes: 15.0,
            ack_target_minutes: 5.0,
            ack_limit_minutes: 30.0,
            coverage_look_hours: 12.0,
            heartbeat_url: String::new(),
            heartbeat_minutes: 5.0,
            source_silence_minutes: BTreeMap::new(),
            missing_reading_hours: BTreeMap::new(),
            stale_data_minutes: 720.0,
            mark_reviewed: MarkReviewed::NoteOnly,
            chart_readings: ChartReadings::Reviewed,
            cerner_requests_per_minute: 200.0,
            stuck_alarm_minutes: 5.0,
            exchange_days: 30.0,
            intake_per_second: 50_000.0,
            intake_per_connection_per_second: 50_000.0,
            default_country: "US".into(),
            customer_name: "Pacific Primary Care".into(),
            customer_code: "careloop".into(),
            appointment_delivery: "messages".into(),
            studio_flow_sid: String::new(),
            studio_answer_wait_seconds: 30.0,
            visit_filters: Vec::new(),
            visit_events_off: Vec::new(),
            visit_answers_off: Vec::new(),
            ehr_request_via: "json".into(),
            appointment_locations: Vec::new(),
            appointment_pull_minutes: 5.0,
            appointment_pull_days: 30.0,
            hl7_site_map: crate::hl7::SiteMap::default(),
            event_text_quiet_hours: true,
            stop_reminders_when_confirmed: false,
            reminder_outreach_start: Hhmm(0),
            reminder_outreach_finish: Hhmm(2400),
            reminder_first_timing: Hhmm(4800),
            reminder_second_timing: Hhmm(2400),
            reminder_gap_seconds: 120.0,
            lock_after_minutes: 10.0,
            session_hours: 12.0,
            break_glass_minutes: 60.0,
            credential_review_days: 90.0,
            internal_numbers: Vec::new(),
            shadow_judged_percent: crate::shadow::JUDGED_PERCENT,
            backup_folder: String::new(),
            backup_at: Hhmm(300),
            backups_kept: 14.0,
            audit_retention_days: 0.0,
            billing_codes: crate::minutes::codes_2026(),
            rpm_live_minutes_only: true,
        }
    }
}
