//! A ward with built-in vendors and a hand-driven clock.
#![allow(dead_code)] // each test file uses its own part

use chrono::{DateTime, TimeDelta, Utc};
use decide::outbox::Vendor;
use sandbox::{Callback, ChartPatient, Sandbox, SandboxConfig, SandboxTransport};
use serde_json::{json, Value};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::Arc;
use std::time::Duration;
use vendors::{Fault, Request, Response};

pub const PATIENT: &str = "+12025550101";

pub struct Ward {
    pub sandbox: Arc<Sandbox>,
    pub transport: SandboxTransport,
    now_ms: Arc<AtomicI64>,
}

impl Default for Ward {
    fn default() -> Self {
        Ward::with(SandboxConfig::default())
    }
}

impl Ward {
    pub fn with(config: SandboxConfig) -> Ward {
        let start: DateTime<Utc> = "2026-03-05T19:00:00Z".parse().unwrap();
        let now_ms = Arc::new(AtomicI64::new(start.timestamp_millis()));
        let hand = now_ms.clone();
        let sandbox = Sandbox::new(Arc::new(move || DateTime::from_timestamp_millis(hand.load(Ordering::SeqCst)).unwrap()), config);
        sandbox.point_hooks_at("https://console.example/hooks/KEY");
        let transport = SandboxTransport::new(sandbox.clone());
        Ward { sandbox, transport, now_ms }
    }

    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.now_ms.load(Ordering::SeqCst)).unwrap()
    }

    pub fn pass(&self, time: TimeDelta) {
        self.now_ms.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    pub fn try_ask(&self, vendor: Vendor, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Response, Fault> {
        self.transport.exchange(&request(vendor, method, path, headers, body))
    }

    pub fn ask(&self, vendor: Vendor, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        self.try_ask(vendor, method, path, headers, body).unwrap()
    }

    // --- Twilio ---

    pub fn twilio(&self, method: &str, path: &str, body: &str) -> Response {
        let config = &self.sandbox.config().twilio;
        let auth = basic(&config.account_sid, &config.auth_token);
        self.ask(Vendor::Twilio, method, path, &[("Authorization", &auth), ("Content-Type", "application/x-www-form-urlencoded")], body)
    }

    pub fn messages(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Messages.json", self.sandbox.config().twilio.account_sid)
    }

    pub fn text(&self, fields: &[(&str, &str)]) -> Response {
        self.twilio("POST", &self.messages(), &form(fields))
    }

    pub fn plain_text(&self, body: &str) -> Response {
        self.text(&[("To", PATIENT), ("From", "+12025550100"), ("Body", body)])
    }

    // --- PagerDuty ---

    pub fn event(&self, event: &Value) -> Response {
        self.ask(Vendor::PagerDuty, "POST", "/v2/enqueue", &[("Content-Type", "application/json")], &event.to_string())
    }

    pub fn trigger(&self, key: &str) -> Response {
        self.event(&self.trigger_event(key))
    }

    pub fn trigger_event(&self, key: &str) -> Value {
        json!({"routing_key": self.sandbox.config().pagerduty.routing_key, "event_action": "trigger", "dedup_key": key,
            "payload": {"summary": "CL-7F3K-92QD bp 192/90", "source": "careloop", "severity": "critical"}})
    }

    pub fn lifecycle(&self, action: &str, key: &str) -> Response {
        self.event(&json!({"routing_key": self.sandbox.config().pagerduty.routing_key, "event_action": action, "dedup_key": key}))
    }

    pub fn pager(&self, method: &str, path: &str, body: &str) -> Response {
        let token = format!("Token token={}", self.sandbox.config().pagerduty.api_key);
        let headers = [
            ("Authorization", token.as_str()),
            ("Accept", "application/vnd.pagerduty+json;version=2"),
            ("Content-Type", "application/json"),
            ("From", "console@clinic.example"),
        ];
        self.ask(Vendor::PagerDuty, method, path, &headers, body)
    }

    // --- the chart ---

    pub fn ann(&self) -> String {
        self.sandbox.add_patient(ChartPatient { mobile: Some(PATIENT.into()), ..ChartPatient::named("1022228", "Ann", "Lee") })
    }

    pub fn fhir_base(&self) -> String {
        format!("/r4/{}", self.sandbox.config().cerner.tenant)
    }

    pub fn token_path(&self) -> String {
        let config = self.ask(Vendor::Cerner, "GET", &format!("{}/.well-known/smart-configuration", self.fhir_base()), &[], "");
        let endpoint = json(&config)["token_endpoint"].as_str().unwrap().to_string();
        endpoint.strip_prefix("http://cerner.sandbox").unwrap().to_string()
    }

    pub fn token_with(&self, scope: &str) -> Response {
        let config = &self.sandbox.config().cerner;
        let auth = basic(&config.client_id, &config.client_secret);
        let body = form(&[("grant_type", "client_credentials"), ("scope", scope)]);
        self.ask(
            Vendor::Cerner,
            "POST",
            &self.token_path(),
            &[("Authorization", &auth), ("Content-Type", "application/x-www-form-urlencoded")],
            &body,
        )
    }

    pub fn bearer(&self) -> String {
        let scope = "system/Observation.read system/Observation.write system/Patient.read system/DocumentReference.read system/DocumentReference.write system/Appointment.read system/Appointment.write system/Practitioner.read";
        format!("Bearer {}", json(&self.token_with(scope))["access_token"].as_str().unwrap())
    }

    pub fn fhir(&self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Response {
        let bearer = self.bearer();
        let mut headers =
            vec![("Authorization", bearer.as_str()), ("Accept", "application/fhir+json"), ("Content-Type", "application/fhir+json")];
        headers.retain(|(n, _)| !more.iter().any(|(m, _)| m == n));
        headers.extend_from_slice(more);
        self.ask(Vendor::Cerner, method, &format!("{}/{path}", self.fhir_base()), &headers, body)
    }

    pub fn file(&self, resource: &Value) -> Response {
        self.fhir("POST", resource["resourceType"].as_str().unwrap(), &[], &resource.to_string())
    }

    /// A heart rate that may be filed.
    pub fn heart_rate(&self, patient: &str) -> Value {
        json!({
            "resourceType": "Observation", "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "subject": {"reference": format!("Patient/{patient}")},
            "effectiveDateTime": "2026-03-05T18:58:00Z",
            "performer": [performer("593923", "LA")],
            "valueQuantity": {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
        })
    }

    /// A note that may be filed.
    pub fn note(&self, patient: &str) -> Value {
        json!({
            "resourceType": "DocumentReference", "status": "current", "docStatus": "final",
            "type": {"coding": [self.sandbox.config().cerner.note_type]},
            "subject": {"reference": format!("Patient/{patient}")},
            "author": [{"reference": "Practitioner/593923"}],
            "content": [{"attachment": {"contentType": "text/html;charset=utf-8", "data": "PHA+Q2FsbGVkLjwvcD4=", "title": "careloop:e1:note"}}],
            "context": {"period": {"end": "2026-03-05T19:00:00Z"}},
        })
    }
}

pub fn performer(id: &str, function: &str) -> Value {
    json!({"reference": format!("Practitioner/{id}"), "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/event-performerFunction",
        "valueCodeableConcept": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": function}]}}]})
}

pub fn request(vendor: Vendor, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request {
    Request {
        vendor,
        method: method.parse().unwrap(),
        url: format!("http://{}.sandbox{path}", vendor.name()),
        headers: headers.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect(),
        body: body.as_bytes().to_vec(),
        effect: Some(7),
        write: method != "GET",
        timeout: Duration::from_secs(10),
    }
}

pub fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
}

pub fn form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(k, v)| format!("{}={}", percent(k), percent(v))).collect::<Vec<_>>().join("&")
}

pub fn percent(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}

pub fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|_| panic!("not JSON: {} {}", response.status, String::from_utf8_lossy(&response.body)))
}

pub fn said(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

pub fn header<'a>(callback: &'a Callback, name: &str) -> &'a str {
    callback.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap()
}

/// A form's pairs, decoded by a second reading of the standard.
pub fn fields(body: &[u8]) -> Vec<(String, String)> {
    let uri: http::Uri = format!("http://x/?{}", String::from_utf8(body.to_vec()).unwrap()).parse().unwrap();
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).unwrap().0
}

pub fn field(body: &[u8], name: &str) -> Option<String> {
    fields(body).into_iter().find(|(n, _)| n == name).map(|(_, v)| v)
}

/// A fresh P-384 key: the public JWK and the private key as PKCS #8.
pub fn p384_key(kid: &str) -> (Value, Vec<u8>) {
    use aws_lc_rs::encoding::{AsBigEndian, EcPublicKeyUncompressedBin};
    use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair, ECDSA_P384_SHA384_ASN1_SIGNING};
    use base64::Engine;
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap();
    let point: EcPublicKeyUncompressedBin = pair.public_key().as_be_bytes().unwrap();
    let part = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({"kty": "EC", "crv": "P-384", "alg": "ES384", "kid": kid, "x": part(&point.as_ref()[1..49]), "y": part(&point.as_ref()[49..])});
    (jwk, pair.to_pkcs8v1().unwrap().as_ref().to_vec())
}
