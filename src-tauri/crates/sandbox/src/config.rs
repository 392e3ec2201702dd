//! Who the built-in vendors are: accounts, secrets, codes.

use decide::outbox::Vendor;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};

/// All of them.
#[derive(Clone, Default)]
pub struct SandboxConfig {
    pub cerner: CernerConfig,
    pub twilio: TwilioConfig,
    pub pagerduty: PagerDutyConfig,
    pub slack: SlackConfig,
    pub ehr: EhrConfig,
}

/// A code of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    pub system: String,
    pub code: String,
    pub display: String,
}

impl Coding {
    /// A coding.
    pub fn new(system: &str, code: &str, display: &str) -> Coding {
        Coding { system: system.into(), code: code.into(), display: display.into() }
    }
}

/// The tenant of Oracle Health.
#[derive(Clone)]
pub struct CernerConfig {
    pub tenant: String,
    pub client_id: String,
    pub client_secret: String,
    /// Public keys of the client for `private_key_jwt`.
    pub jwks: Option<Value>,
    /// Scopes that the client may have.
    pub scopes: Vec<String>,
    /// Scopes that every grant has besides those asked for, as of a client registered for too much.
    pub also_granted: Vec<String>,
    /// Namespace of the MRNs.
    pub mrn_system: String,
    /// The practitioner under whose name the console writes.
    pub performer: String,
    /// Other practitioners that exist.
    pub practitioners: Vec<String>,
    /// The tenant's note type (codeSet/72).
    pub note_type: Coding,
    /// The tenant's flowsheet code for interaction minutes (codeSet/72).
    pub flowsheet_code: Coding,
}

const CODE_SET_72: &str = "https://fhir.cerner.com/ec2458f2-1e24-41c8-b71b-0e701af7583d/codeSet/72";

impl Default for CernerConfig {
    fn default() -> Self {
        let scopes = [
            "system/Observation.read",
            "system/Observation.write",
            "system/Observation.crus",
            "system/Patient.read",
            "system/Patient.rs",
            "system/DocumentReference.read",
            "system/DocumentReference.write",
            "system/DocumentReference.crus",
            "system/Practitioner.read",
            "system/Practitioner.rs",
            "system/Appointment.read",
            "system/Appointment.write",
            "system/Appointment.crus",
        ];
        CernerConfig {
            tenant: "ec2458f2-1e24-41c8-b71b-0e701af7583d".into(),
            client_id: "5b2f7c1e-8a44-4d0b-9f35-2c6d1e0a7b93".into(),
            client_secret: "sandbox-client-secret".into(),
            jwks: None,
            scopes: scopes.map(String::from).to_vec(),
            also_granted: Vec::new(),
            mrn_system: "urn:oid:2.16.840.1.113883.6.1000".into(),
            performer: "593923".into(),
            practitioners: vec!["593924".into(), "593925".into()],
            note_type: Coding::new(CODE_SET_72, "2820507", "Remote Monitoring Note"),
            flowsheet_code: Coding::new(CODE_SET_72, "4098342", "Remote Monitoring Minutes"),
        }
    }
}

/// The Twilio account.
#[derive(Clone)]
pub struct TwilioConfig {
    pub account_sid: String,
    pub auth_token: String,
    /// API key (SK sid) and secret, accepted beside the auth token.
    pub api_key: Option<(String, String)>,
    /// Numbers of the account; the first receives replies of phones never written to.
    pub numbers: Vec<String>,
    /// A messaging service, whose senders are all the numbers.
    pub messaging_service_sid: Option<String>,
    /// Messages without a StatusCallback are reported to the console's hook all the same, as a messaging service can.
    pub reports_by_default: bool,
    /// Inbound keywords carry `OptOutType`.
    pub advanced_opt_out: bool,
    /// From taking a message to `sent`.
    pub sent_after_ms: i64,
    /// From `sent` to `delivered`; none = only when told (scenarios).
    pub delivered_after_ms: Option<i64>,
    pub studio_flow_sid: String,
    /// A flow posts the patient's answer to the console's hook, as the published one does.
    pub flows_post_answers: bool,
}

impl Default for TwilioConfig {
    fn default() -> Self {
        TwilioConfig {
            account_sid: "AC5a0d6b3e9c7f41828d1e4b6a90c3f752".into(),
            auth_token: "8c1f0e5d7b3a4962a5d8e7c6b9f01234".into(),
            api_key: None,
            numbers: vec!["+12025550100".into()],
            messaging_service_sid: None,
            reports_by_default: true,
            advanced_opt_out: false,
            sent_after_ms: 0,
            delivered_after_ms: None,
            studio_flow_sid: "FW2b7c9d1e5f3a4860b8d6e4c2a0f19375".into(),
            flows_post_answers: false,
        }
    }
}

/// The PagerDuty account: one service, one integration, one escalation policy.
#[derive(Clone)]
pub struct PagerDutyConfig {
    pub routing_key: String,
    /// Of a second integration.
    pub second_routing_key: String,
    pub api_key: String,
    pub webhook_secret: String,
    pub escalation_policy: String,
    pub service_id: String,
    pub from_email: String,
    /// Who is on call at level 1.
    pub on_call: String,
    /// The service takes urgency from severity: `warning` and `info` page nobody. Off: always high.
    pub severity_based_urgency: bool,
    /// Incidents of events carry a null `incident_key`, as on some accounts.
    pub null_incident_key: bool,
}

impl Default for PagerDutyConfig {
    fn default() -> Self {
        PagerDutyConfig {
            routing_key: "R03E5A8C71D94B2F60A1C8E7D5B39F42".into(),
            second_routing_key: "R03B71F6D2A94E0C58D3F9A6B1C7E245".into(),
            api_key: "u+sandboxKeyForLoopback".into(),
            webhook_secret: "c2FuZGJveC13ZWJob29rLXNlY3JldC1mb3ItbG9vcGJhY2s=".into(),
            escalation_policy: "PESCPOL".into(),
            service_id: "PSERVIC".into(),
            from_email: "console@clinic.example".into(),
            on_call: "Dr. Rivera".into(),
            severity_based_urgency: false,
            null_incident_key: false,
        }
    }
}

/// The Slack incoming webhook.
#[derive(Clone)]
pub struct SlackConfig {
    /// Path of the webhook, a secret: `/services/T.../B.../...`.
    pub path: String,
}

impl Default for SlackConfig {
    fn default() -> Self {
        SlackConfig { path: "/services/T0CARELOOP/B0SCHEDULE/sandboxWebhookPath00001".into() }
    }
}

/// The EHR's endpoint for patients' answers.
#[derive(Clone)]
pub struct EhrConfig {
    pub path: String,
}

impl Default for EhrConfig {
    fn default() -> Self {
        EhrConfig { path: "/appointment-requests".into() }
    }
}

/// Where each vendor listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bases {
    pub cerner: String,
    pub twilio: String,
    pub pagerduty: String,
    pub slack: String,
    pub ehr: String,
    /// `host:port` of the EHR's MLLP listener.
    pub ehr_mllp: String,
}

impl Bases {
    /// The in-process ones, `http://{vendor}.sandbox`.
    pub fn in_process() -> Bases {
        let base = |v: Vendor| format!("http://{}.sandbox", v.name());
        Bases {
            cerner: base(Vendor::Cerner),
            twilio: base(Vendor::Twilio),
            pagerduty: base(Vendor::PagerDuty),
            slack: base(Vendor::Slack),
            ehr: base(Vendor::Ehr),
            ehr_mllp: "ehr.sandbox:2575".into(),
        }
    }

    /// One of them.
    pub fn of(&self, vendor: Vendor) -> &str {
        match vendor {
            Vendor::Cerner => &self.cerner,
            Vendor::Twilio => &self.twilio,
            Vendor::PagerDuty => &self.pagerduty,
            Vendor::Slack => &self.slack,
            Vendor::Ehr => &self.ehr,
        }
    }
}

impl SandboxConfig {
    /// `vendors` of a `--config` file that points the console here.
    pub fn vendors(&self, bases: &Bases) -> Value {
        let twilio_sender = match &self.twilio.messaging_service_sid {
            Some(sid) => ("messaging_service_sid", sid.clone()),
            None => ("from", self.twilio.numbers.first().cloned().unwrap_or_default()),
        };
        let mut twilio = json!({"base": bases.twilio, "account_sid": self.twilio.account_sid, "auth_token": self.twilio.auth_token});
        twilio[twilio_sender.0] = json!(twilio_sender.1);
        json!({
            "twilio": twilio,
            "pagerduty": {
                "base": bases.pagerduty, "events_base": bases.pagerduty,
                "routing_key": self.pagerduty.routing_key, "second_routing_key": self.pagerduty.second_routing_key, "api_key": self.pagerduty.api_key,
                "webhook_secret": self.pagerduty.webhook_secret, "escalation_policy": self.pagerduty.escalation_policy,
                "from_email": self.pagerduty.from_email,
            },
            "cerner": {
                "base": format!("{}/r4/{}", bases.cerner, self.cerner.tenant),
                "client_id": self.cerner.client_id, "client_secret": self.cerner.client_secret,
                "performer": self.cerner.performer, "mrn_system": self.cerner.mrn_system,
                "codes": {"note_type": self.cerner.note_type, "flowsheet": self.cerner.flowsheet_code},
            },
            "slack": {"webhook_url": format!("{}{}", bases.slack, self.slack.path)},
            "ehr": {"endpoint": format!("{}{}", bases.ehr, self.ehr.path), "mllp": bases.ehr_mllp},
        })
    }
}
