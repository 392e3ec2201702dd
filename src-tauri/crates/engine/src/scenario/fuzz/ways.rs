//! Other ways in than one reading or one event at a time: bundles, HL7, the chart's own records, Studio, check-ins.

use super::day::{text, Day, Person};
use crate::shorthand::{observation, Short};
use chrono::TimeDelta;
use decide::Vital;
use serde_json::{json, Value};

/// The flow of a day on which Studio texts the patients.
pub const FLOW: &str = "FW2b7c9d1e5f3a4860b8d6e4c2a0f19375";

impl Day {
    /// What a device cloud gathered, in one body; some clouds send it again.
    pub fn bundle(&mut self, p: &Person) {
        let vital = self.dice.pick(&["bp", "glucose", "spo2"]);
        let at = self.moment();
        let readings = self.dice.within(2, 6);
        let mut worst = "routine";
        let entries: Vec<Value> = (0..readings)
            .map(|i| {
                let severity = self.dice.pick(&["routine", "routine", "abnormal", "critical"]);
                worst = if severity == "routine" { worst } else { severity };
                let before = (readings - 1 - i) * self.dice.pick(&[40, 100, 600]);
                json!({ "resource": self.observation(p, vital, severity, at - before) })
            })
            .collect();
        let step = json!({ "do": "observation", "resource": { "resourceType": "Bundle", "type": "collection", "entry": entries } });
        self.at(at, step.clone());
        if self.dice.chance(40) {
            let again = at + self.dice.within(1, 600);
            self.at(again, step);
        }
        if worst != "routine" {
            self.aftermath(p, vital, worst, at);
        }
    }

    /// Another system files a reading in the chart: heard of by pulling only.
    pub fn filed(&mut self, p: &Person) {
        let (at, vital) = (self.moment(), self.dice.pick(&["bp", "glucose", "spo2"]));
        let severity = self.dice.pick(&["routine", "abnormal", "critical"]);
        let resource = self.observation(p, vital, severity, at);
        self.at(at, json!({ "do": "chart_observation", "resource": resource }));
    }

    fn observation(&mut self, p: &Person, vital: &str, severity: &str, measured: i64) -> Value {
        let mut said = json!({});
        self.value(p, vital, severity, &mut said);
        let number = |name: &str| said[name].as_number().cloned();
        observation(&Short {
            mrn: p.mrn.clone(),
            vital: Vital::named(vital).unwrap_or(Vital::Bp),
            systolic: number("systolic"),
            diastolic: number("diastolic"),
            value: number("value"),
            unit: said["unit"].as_str().map(|u| Some(u.into())),
            measured_at: self.start + TimeDelta::seconds(measured),
            status: "final".into(),
            source_id: self.reading_id(),
            version: None,
        })
    }

    /// A visit that an HL7 feed tells of; the sender that saw no answer sends the same message again.
    pub fn hl7_visit(&mut self, p: &Person) {
        let id = format!("H{}", self.made());
        let mut at = self.moment();
        let mut visit = at + self.dice.within(2, 14) * 3600;
        let mut kind = "S12";
        for i in 0..self.dice.within(1, 4) {
            let place = if kind == "S14" { "North Annex" } else { "Main Clinic" };
            let wall = |s: i64| (self.start + TimeDelta::seconds(s) - TimeDelta::hours(5)).format("%Y%m%d%H%M%S-0500").to_string();
            let phone = p.phone.as_deref().map(|n| format!("({}){}-{}^^CP", &n[2..5], &n[5..8], &n[8..])).unwrap_or_default();
            let message = format!(
                "MSH|^~\\&|EHR|CLINIC|CARELOOP|DESK|{}||SIU^{kind}^SIU_S12|{id}-{i}|P|2.5\rSCH|P1|{id}|||||ROUTINE|||||^^^{}\r\
                 PID|1||{}^^^CLINIC^MR||Test^P||19580204|F|||1 Main St^^Town^NY||{phone}\rRGS|1|A\rAIS|1|A|VISIT|{}\r\
                 AIL|1|A|{place}\rAIP|1|A|D1^Ray^Al\r",
                wall(at),
                wall(visit),
                p.mrn,
                wall(visit)
            );
            let step = json!({ "do": "hl7", "message": message });
            self.at(at, step.clone());
            if self.dice.chance(30) {
                let again = at + self.dice.within(5, 120);
                self.at(again, step);
            }
            at += self.dice.within(60, 7200);
            kind = self.dice.pick(&["S13", "S13", "S14", "S15", "S26"]);
            if kind == "S13" {
                visit = at + self.dice.within(2, 12) * 3600;
            }
        }
        self.answers(p, at - 3600);
    }

    /// An Appointment of the chart, as a pull of its place brings it.
    pub fn chart_visit(&mut self, p: &Person) {
        let id = format!("{}", 4_800_000 + self.made());
        let mut at = self.moment();
        let mut visit = at + self.dice.within(2, 14) * 3600;
        let mut status = "booked";
        for version in 1..=self.dice.within(1, 4) {
            let start = text(self.start + TimeDelta::seconds(visit));
            let actor = |who: String, name: &str| json!({ "actor": { "reference": who, "display": name }, "required": "required", "status": "accepted" });
            let mut doctor = actor("Practitioner/593923".into(), "Ray, MD, Al");
            doctor["type"] = json!([{ "coding": [{ "code": "PPRF" }] }]);
            let resource = json!({
                "resourceType": "Appointment", "id": id, "status": status, "serviceType": [{ "text": "Follow-up" }],
                "meta": { "versionId": version.to_string(), "lastUpdated": text(self.start + TimeDelta::seconds(at)) },
                "participant": [actor(format!("Patient/{}", p.fhir_id()), "Test, P"), doctor, actor("Location/21304876".into(), "Main Clinic")],
                "start": start, "end": start,
            });
            let step = json!({ "do": "fhir_appointment", "resource": resource });
            self.at(at, step.clone());
            if self.dice.chance(30) {
                let again = at + self.dice.within(60, 900);
                self.at(again, step);
            }
            at += self.dice.within(60, 7200);
            status = self.dice.pick(&["booked", "booked", "cancelled", "noshow"]);
            if status == "booked" {
                visit = at + self.dice.within(2, 12) * 3600;
            }
        }
        self.answers(p, at - 3600);
    }

    fn answers(&mut self, p: &Person, from: i64) {
        let Some(phone) = p.phone.clone() else { return };
        for _ in 0..self.dice.within(0, 3) {
            let words = self.dice.pick(&["CONFIRM APPT", "C", "CANCEL APPT", "X", "confirmar", "what?", "STOP"]);
            let then = from + self.dice.within(30, 20_000);
            self.at(then, json!({ "do": "reply", "from": phone, "text": words }));
        }
    }

    /// What a flow of Studio heard about a visit; its callback may come twice.
    pub fn studio(&mut self, p: &Person, appointment: &str, from: i64) {
        let kind = self.dice.pick(&["Confirm", "Cancel"]);
        let body = json!({ "flow_sid": FLOW, "event_type": kind, "appointment_id": appointment, "patient_id": p.mrn, "provider_id": "D1" });
        let step = json!({ "do": "studio", "body": body });
        let at = from + self.dice.within(60, 14_000);
        self.at(at, step.clone());
        if let (Some(phone), true) = (p.phone.clone(), self.dice.chance(60)) {
            // Twilio keeps the words as well, and brings them to the hook.
            let words = if kind == "Confirm" { "CONFIRM APPT" } else { "CANCEL APPT" };
            self.at(at, json!({ "do": "reply", "from": phone, "text": words }));
        }
        if self.dice.chance(30) {
            let again = at + self.dice.within(1, 300);
            self.at(again, step);
        }
    }

    /// A scheduled text to some of the patients, or to all.
    pub fn check_in(&mut self) {
        let at = self.moment();
        let mut step = json!({
            "do": "check_in", "name": format!("Round {at}"), "script": "Hi {first_name}, {clinic} asks how you are today.",
            "local_time": format!("{:02}{:02}", self.dice.within(0, 24), self.dice.within(0, 60)),
        });
        if self.dice.chance(60) {
            let some: Vec<String> = (0..self.dice.within(3, 15)).map(|_| self.dice.pick(&self.people.clone()).mrn).collect();
            step["mrns"] = json!(some);
        }
        if self.dice.chance(50) {
            step["day"] = json!((self.start + TimeDelta::seconds(at) - TimeDelta::hours(12)).date_naive().to_string());
        }
        self.at(at, step);
    }
}
