//! A made-up clinic: patients, readings, and vendors that outlive a console.

use crate::console::{Place, KEY};
use sandbox::{Accepted, AcceptedKind, Pump, Sandbox, SandboxConfig, Served};
use serde_json::{json, Value};
use std::path::PathBuf;
use std::sync::Arc;

/// The number of a patient.
pub fn mrn(n: usize) -> String {
    format!("60{n:05}")
}

/// The mobile of a patient.
pub fn phone(n: usize) -> String {
    format!("+1202555{:04}", 1000 + n)
}

/// A patient in the clinic's zone.
pub fn patient(n: usize) -> Value {
    json!({ "mrn": mrn(n), "first_name": format!("Quillon{n}"), "last_name": format!("Ostrander{n}"), "phone": phone(n),
            "time_zone": "America/New_York", "sms_consent": "yes" })
}

/// Settings that make a journey quick at any hour of the day: no quiet hours, a fast text line.
pub fn settings() -> Value {
    json!({ "quiet_hours_start": "0000", "quiet_hours_finish": "0000", "twilio_messages_per_second": 200.0,
            "pagerduty_events_per_minute": 6000.0, "cerner_requests_per_minute": 6000.0 })
}

/// The `--config` of a clinic with so many patients.
pub fn config(patients: usize) -> Value {
    json!({ "settings": settings(), "patients": (0..patients).map(patient).collect::<Vec<_>>() })
}

/// A blood pressure measured now.
pub fn pressure(n: usize, source_id: &str, systolic: i64, diastolic: i64) -> Value {
    let quantity = |value: i64| json!({ "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" });
    let part = |code: &str, value: i64| json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }] }, "valueQuantity": quantity(value) });
    json!({
        "resourceType": "Observation", "id": source_id, "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }] },
        "subject": { "identifier": { "value": mrn(n) } },
        "effectiveDateTime": chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "component": [part("8480-6", systolic), part("8462-4", diastolic)],
    })
}

/// A reading of another kind; no unit if none is given.
pub fn glucose(mrn: &str, source_id: &str, value: f64, unit: Option<&str>) -> Value {
    let mut quantity = json!({ "value": value });
    if let Some(unit) = unit {
        quantity["unit"] = json!(unit);
        quantity["code"] = json!(unit);
        quantity["system"] = json!("http://unitsofmeasure.org");
    }
    json!({
        "resourceType": "Observation", "id": source_id, "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "2339-0" }] },
        "subject": { "identifier": { "value": mrn } },
        "effectiveDateTime": chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "valueQuantity": quantity,
    })
}

/// Vendors in the test's own process: a power cut at the console does not touch them.
pub struct Vendors {
    pub sandbox: Arc<Sandbox>,
    served: Option<Served>,
    pump: Option<Pump>,
    runtime: tokio::runtime::Runtime,
}

impl Vendors {
    pub fn open() -> Self {
        Self::with(SandboxConfig::default())
    }

    /// Vendors of that configuration.
    pub fn with(mut config: SandboxConfig) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        config.twilio.delivered_after_ms = Some(200);
        let sandbox = Sandbox::new(Arc::new(chrono::Utc::now), config);
        let served = runtime.block_on(sandbox.serve(([127, 0, 0, 1], 0).into())).expect("the vendors listen");
        Self { sandbox, served: Some(served), pump: None, runtime }
    }

    /// Their webhooks go to a console on that port.
    pub fn call_back(&mut self, port: u16) {
        let hooks = format!("http://127.0.0.1:{port}/hooks/{KEY}");
        self.sandbox.point_hooks_at(&hooks);
        let _inside = self.runtime.enter();
        self.pump = Some(self.sandbox.spawn_pump(&hooks).expect("webhooks"));
    }

    /// Where one of them listens.
    pub fn base(&self, vendor: decide::outbox::Vendor) -> &str {
        self.served.as_ref().expect("they listen").bases().of(vendor)
    }

    /// What a person types to connect each of them: by vendor, field and text.
    pub fn typed(&self) -> Value {
        let mut all = self.sandbox.vendors(self.served.as_ref().expect("they listen").bases());
        let codes = all["cerner"]["codes"].take();
        let coding = |c: &Value| json!(format!("{}|{}", c["system"].as_str().unwrap(), c["code"].as_str().unwrap()));
        all["cerner"].as_object_mut().unwrap().remove("codes");
        all["cerner"]["note_type"] = coding(&codes["note_type"]);
        all["cerner"]["flowsheet"] = coding(&codes["flowsheet"]);
        all
    }

    /// Patients of the clinic that the chart knows.
    pub fn enrol(&self, patients: usize) {
        for n in 0..patients {
            self.sandbox.add_patient(sandbox::ChartPatient::named(&mrn(n), &format!("Quillon{n}"), &format!("Ostrander{n}")));
        }
    }

    /// The `--config` file of a clinic that uses these vendors.
    pub fn config(&self, place: &Place, patients: usize) -> PathBuf {
        let mut config = config(patients);
        config["vendors"] = self.sandbox.vendors(self.served.as_ref().expect("they listen").bases());
        self.enrol(patients);
        place.write("config.json", &config.to_string())
    }

    pub fn accepted(&self) -> Vec<Accepted> {
        self.sandbox.accepted()
    }

    /// Texts taken for a number.
    pub fn texts_to(&self, number: &str) -> Vec<String> {
        let to = |a: Accepted| match a.what {
            AcceptedKind::Message { to, body, .. } if to == number => Some(body),
            _ => None,
        };
        self.accepted().into_iter().filter_map(to).collect()
    }

    /// The number of each text that was taken.
    pub fn texted(&self) -> Vec<String> {
        let to = |a: Accepted| match a.what {
            AcceptedKind::Message { to, .. } => Some(to),
            _ => None,
        };
        self.accepted().into_iter().filter_map(to).collect()
    }

    /// Keys of the incidents that were triggered, one for each time.
    pub fn triggers(&self) -> Vec<String> {
        let key = |a: Accepted| match a.what {
            AcceptedKind::Event { action, dedup_key, .. } if action == "trigger" => Some(dedup_key),
            _ => None,
        };
        self.accepted().into_iter().filter_map(key).collect()
    }
}

impl Drop for Vendors {
    fn drop(&mut self) {
        self.pump = None;
        if let Some(served) = self.served.take() {
            self.runtime.block_on(served.stop());
        }
    }
}
