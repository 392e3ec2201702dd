//! Makes up a day on the ward from a seed, as a scenario file: who the patients are, and what happens to whom.

use super::dice::Dice;
use super::faults;
use super::ways::FLOW;
use chrono::TimeDelta;
use decide::At;
use serde_json::{json, Map, Value};

/// Every so many'th seed has hundreds of patients.
const CROWDED: u64 = 50;
/// After the busy hours everything is mended and left alone for so long; on some days until the next morning.
const TAIL_HOURS: [i64; 8] = [2, 2, 2, 2, 2, 3, 3, 14];
/// Days that begin here; some nights change the clock in the patients' zones.
const DAYS: [&str; 7] = ["2026-03-05", "2026-03-07", "2026-07-15", "2026-10-31", "2026-04-04", "2026-12-31", "2028-02-28"];
const ZONES: [Option<&str>; 8] = [
    Some("America/New_York"),
    Some("America/New_York"),
    Some("America/Los_Angeles"),
    Some("America/Chicago"),
    Some("America/Phoenix"),
    Some("Australia/Lord_Howe"),
    Some("Asia/Kathmandu"),
    None,
];

/// A day in the making.
pub struct Day {
    pub dice: Dice,
    pub start: At,
    /// Seconds from the start to the end of the busy hours.
    pub busy: i64,
    pub people: Vec<Person>,
    steps: Vec<(i64, Value)>,
    readings: u32,
    /// Studio texts the patients about their visits.
    studio_texts: bool,
}

/// A patient of the day.
#[derive(Clone)]
pub struct Person {
    pub mrn: String,
    pub phone: Option<String>,
    row: Value,
    /// Pounds, tenths: what the scale says on a good day.
    weight: i64,
}

impl Person {
    /// What the chart calls them.
    pub fn fhir_id(&self) -> &str {
        self.row["fhir_id"].as_str().unwrap_or_default()
    }

    /// Their wall clock is their own, not assumed.
    pub fn in_a_known_zone(&self) -> bool {
        self.row["time_zone"].is_string()
    }
}

/// The made-up day of a seed, in the format of a scenario file.
pub fn make(seed: u64) -> Value {
    let mut dice = Dice::new(seed);
    let day = dice.pick(&DAYS);
    let start: At = format!("{day}T{:02}:{:02}:00Z", dice.within(0, 24), dice.within(0, 60)).parse().unwrap_or_default();
    let busy = dice.within(1, 5) * 3600;
    let tail = TimeDelta::hours(dice.pick(&TAIL_HOURS));
    let mut day = Day { dice, start, busy, people: Vec::new(), steps: Vec::new(), readings: 0, studio_texts: false };
    let crowd = if seed % CROWDED == CROWDED - 1 { day.dice.within(200, 300) } else { day.dice.within(20, 51) };
    for i in 0..crowd {
        let person = day.person(i);
        day.people.push(person);
    }
    let settings = day.settings();
    day.studio_texts = settings["studio_flow_sid"].is_string();
    for person in &day.people.clone() {
        match day.dice.within(0, 100) {
            0..50 => day.vitals(person),
            50..57 => day.bundle(person),
            57..60 => day.filed(person),
            60..66 => day.hl7_visit(person),
            66..71 if person.in_a_known_zone() => day.chart_visit(person),
            66..90 => {
                for _ in 0..day.dice.pick(&[1, 1, 2, 3]) {
                    day.visit(person);
                }
            }
            _ => day.stray(person),
        }
    }
    for _ in 0..day.dice.within(0, 5) {
        day.change();
    }
    for _ in 0..day.dice.pick(&[0, 0, 0, 1, 2]) {
        day.check_in();
    }
    faults::strike(&mut day);
    day.evening();
    day.steps.sort_by_key(|(s, _)| *s);
    let until = day.start + TimeDelta::seconds(day.busy) + tail;
    let timeline: Vec<Value> = day
        .steps
        .iter()
        .map(|(s, step)| {
            let mut timed = Map::new();
            timed.insert("at".into(), text(day.start + TimeDelta::seconds(*s)));
            timed.extend(step.as_object().cloned().unwrap_or_default());
            Value::Object(timed)
        })
        .collect();
    json!({
        "format": "careloop-scenario/1",
        "name": format!("made-up day {seed}"),
        "start": text(day.start),
        "until": text(until),
        "settings": settings,
        "patients": day.people.iter().map(|p| p.row.clone()).collect::<Vec<_>>(),
        "timeline": timeline,
    })
}

/// An instant as files write it.
pub fn text(at: At) -> Value {
    Value::String(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

impl Day {
    /// Something happens so many seconds into the day.
    pub fn at(&mut self, seconds: i64, step: Value) {
        self.steps.push((seconds.max(0), step));
    }

    /// A moment of the busy hours.
    pub fn moment(&mut self) -> i64 {
        self.dice.within(0, self.busy)
    }

    fn person(&mut self, i: i64) -> Person {
        let dice = &mut self.dice;
        let mrn = format!("{}", 1_000_000 + i * 7);
        let own = format!("+1202555{:04}", 100 + i);
        let shared = i > 0 && dice.chance(5);
        let phone = match () {
            () if dice.chance(5) => None,
            () if shared => self.people.last().and_then(|p| p.phone.clone()).or(Some(own)),
            () => Some(own),
        };
        let dice = &mut self.dice;
        let mut row = json!({ "mrn": mrn, "fhir_id": format!("{}", 12_700_000 + i), "first_name": format!("P{i}"), "last_name": "Test" });
        match &phone {
            Some(p) => row["phone"] = json!(p),
            None => row["no_mobile"] = json!(true),
        }
        if let Some(zone) = dice.pick(&ZONES) {
            row["time_zone"] = json!(zone);
        }
        if dice.chance(30) {
            row["language"] = json!("es");
        }
        if dice.chance(4) && phone.is_some() && !shared {
            row["opted_out"] = json!(true);
        }
        if dice.chance(4) {
            row["status"] = json!(dice.pick(&["admitted", "ended"]));
        }
        if dice.chance(3) {
            row["sms_consent"] = json!("no");
        }
        if dice.chance(15) {
            row["bounds"] = json!({ "systolic_high": dice.within(140, 150), "glucose_high": 250 });
        }
        Person { mrn, phone, row, weight: dice.within(1200, 2600) }
    }

    fn settings(&mut self) -> Value {
        let dice = &mut self.dice;
        let mut s = Map::new();
        if dice.chance(5) {
            s.insert("mode".into(), json!("shadow"));
        }
        if dice.chance(25) {
            s.insert("reply_wait_minutes".into(), json!(dice.pick(&[4.0, 7.0, 12.0, 20.0])));
        }
        if dice.chance(40) {
            s.insert("quiet_hours_start".into(), json!("0000"));
            s.insert("quiet_hours_finish".into(), json!("0000"));
        }
        if dice.chance(25) {
            s.insert("after_hours_policy".into(), json!("escalate"));
        }
        if dice.chance(30) {
            s.insert("reminder_outreach_start".into(), json!("0800"));
            s.insert("reminder_outreach_finish".into(), json!("2000"));
        }
        if dice.chance(60) {
            let (first, second) = dice.pick(&[("0400", "0200"), ("0200", "0000"), ("0600", "0030"), ("0300", "0230")]);
            s.insert("reminder_first_timing".into(), json!(first));
            s.insert("reminder_second_timing".into(), json!(second));
        }
        if dice.chance(10) {
            s.insert("appointment_delivery".into(), json!("studio"));
            s.insert("studio_flow_sid".into(), json!(FLOW));
        }
        if dice.chance(20) {
            s.insert("backup_numbers".into(), json!(["+12025559001"]));
        }
        // A round asks the chart about every patient: on most days it goes round rarely.
        if dice.chance(75) {
            s.insert("chart_pull_minutes".into(), json!(dice.pick(&[60, 240])));
        }
        if dice.chance(10) {
            s.insert("chart_readings".into(), json!("all"));
        }
        if dice.chance(15) {
            s.insert("review_page_minutes".into(), json!(90));
        }
        if dice.chance(30) {
            s.insert("twilio_messages_per_second".into(), json!(20));
        }
        Value::Object(s)
    }

    // ---- vitals ------------------------------------------------------------------------------------

    /// A few readings of one vital of a patient, and what people do about them.
    fn vitals(&mut self, p: &Person) {
        let vital = self.dice.pick(&["bp", "bp", "glucose", "spo2", "weight", "heart_rate"]);
        let mut at = self.moment();
        for _ in 0..self.dice.within(1, 5) {
            let severity = self.dice.pick(&["routine", "routine", "abnormal", "abnormal", "critical"]);
            self.reading(p, vital, severity, at);
            if severity != "routine" {
                self.aftermath(p, vital, severity, at);
            }
            at += self.dice.pick(&[20, 45, 100, 600, 1500, 4000]) + self.dice.within(0, 60);
        }
    }

    /// A number that no other reading of the day has.
    pub fn reading_id(&mut self) -> String {
        self.readings += 1;
        format!("r{}", self.readings)
    }

    /// How many steps there are so far.
    pub fn made(&self) -> usize {
        self.steps.len()
    }

    fn reading(&mut self, p: &Person, vital: &str, severity: &str, at: i64) {
        let id = self.reading_id();
        let mut step = json!({ "do": "reading", "mrn": p.mrn, "vital": vital, "source_id": id });
        self.value(p, vital, severity, &mut step);
        let measured = match self.dice.within(0, 40) {
            0 => Some(-self.dice.within(25, 40) * 3600),
            1 => Some(-self.dice.within(600, 7200)),
            2 => Some(self.dice.within(60, 1200)),
            _ => None,
        };
        if let Some(off) = measured {
            step["measured_at"] = text(self.start + TimeDelta::seconds(at + off));
        }
        self.at(at, step.clone());
        step["measured_at"] = text(self.start + TimeDelta::seconds(at + measured.unwrap_or(0)));
        // A device cloud that got no answer sends again; some send again all the same.
        for again in [15, 300, 2400] {
            if self.dice.chance(25) {
                let late = at + again + self.dice.within(0, 20);
                self.at(late, step.clone());
            }
        }
        match self.dice.within(0, 40) {
            0 => {
                step["status"] = json!("entered-in-error");
                step["version"] = json!("2");
                let then = at + self.dice.within(30, 2000);
                self.at(then, step);
            }
            1 => {
                step["status"] = json!("amended");
                step["version"] = json!("2");
                let changed = self.dice.pick(&["routine", "abnormal", "critical"]);
                self.value(p, vital, changed, &mut step);
                let then = at + self.dice.within(30, 2000);
                self.at(then, step);
            }
            _ => {}
        }
    }

    pub fn value(&mut self, p: &Person, vital: &str, severity: &str, step: &mut Value) {
        let dice = &mut self.dice;
        match (vital, severity) {
            ("bp", _) => {
                let (s, d) = match severity {
                    "routine" => (dice.within(105, 139), dice.within(60, 95)),
                    "abnormal" => (dice.within(161, 168), dice.within(70, 100)),
                    _ => dice.pick(&[(196, 95), (210, 110), (150, 121), (78, 50)]),
                };
                step["systolic"] = json!(s);
                step["diastolic"] = json!(d);
            }
            ("glucose", _) => {
                let molar = dice.chance(20);
                step["value"] = match severity {
                    "routine" if molar => json!(dice.pick(&[5.1, 7.3, 12.4])),
                    "routine" => json!(dice.within(70, 240)),
                    "abnormal" if molar => json!(dice.pick(&[16.7, 17.9])),
                    "abnormal" => json!(dice.within(301, 359)),
                    _ if molar => json!(dice.pick(&[2.9, 22.5])),
                    _ => json!(dice.pick(&[54, 41, 361, 455])),
                };
                if molar {
                    step["unit"] = json!("mmol/L");
                }
            }
            ("spo2", "routine") => step["value"] = json!(dice.within(92, 100)),
            ("spo2", "abnormal") => step["value"] = json!(dice.pick(&[88, 89])),
            ("spo2", _) => step["value"] = json!(dice.pick(&[87, 79, 0])),
            ("weight", _) => {
                let tenths = p.weight
                    + match severity {
                        "routine" => dice.within(-5, 10),
                        "abnormal" => dice.within(36, 40),
                        _ => dice.within(60, 80),
                    };
                step["value"] = json!(tenths as f64 / 10.0);
            }
            _ => step["value"] = json!(dice.within(50, 130)),
        }
    }

    /// What patients, clinicians and nurses do after a reading out of limit.
    pub fn aftermath(&mut self, p: &Person, vital: &str, severity: &str, at: i64) {
        if let (Some(phone), true) = (p.phone.clone(), self.dice.chance(55)) {
            for _ in 0..self.dice.within(1, 3) {
                let words = self.dice.pick(&[
                    "YES",
                    "yes",
                    "Sí",
                    "1",
                    "NO",
                    "no.",
                    "No",
                    "2",
                    "maybe",
                    "I have chest pain",
                    "STOP",
                    "START",
                    "help",
                    "CONFIRM APPT",
                ]);
                let then = at + self.dice.within(20, 1300);
                self.at(then, json!({ "do": "reply", "from": phone, "text": words }));
            }
        }
        if let (Some(phone), true) = (p.phone.clone(), self.dice.chance(12)) {
            let then = at + self.dice.within(2, 600);
            let report = if self.dice.chance(50) {
                json!({ "do": "delivery", "to": phone, "status": "delivered" })
            } else {
                json!({ "do": "delivery", "to": phone, "status": "undelivered", "error_code": 30005 })
            };
            self.at(then, report);
        }
        let from = if severity == "critical" { 60 } else { 960 };
        if self.dice.chance(70) {
            let mut then = at + from + self.dice.within(0, 1500);
            if self.dice.chance(50) {
                self.at(then, json!({ "do": "page", "action": "acknowledge", "mrn": p.mrn, "vital": vital, "by": "Dr. Kim" }));
                then += self.dice.within(20, 900);
            }
            let note = self.dice.pick(&["Called. 12 min.", "Spoke to the daughter, 4 minutes", "Will recheck.", ""]);
            let action = self.dice.pick(&["resolve", "resolve", "resolve", "annotate", "auto_resolve"]);
            let mut step = json!({ "do": "page", "action": action, "mrn": p.mrn, "vital": vital });
            if action != "auto_resolve" {
                step["by"] = json!("Dr. Kim");
            }
            if !note.is_empty() {
                step["note"] = json!(note);
            } else if action == "annotate" {
                step["note"] = json!("Seen.");
            }
            self.at(then, step);
        }
        if self.dice.chance(50) {
            let then = at + from / 2 + self.dice.within(0, 2400);
            let action = self.dice.pick(&["acknowledge", "claim", "shelve", "note", "close", "close"]);
            self.nurse(p, vital, action, then);
        }
    }

    fn nurse(&mut self, p: &Person, vital: &str, action: &str, at: i64) {
        let mut step =
            json!({ "do": "nurse", "action": action, "mrn": p.mrn, "vital": vital, "by": self.dice.pick(&["Nurse Ortiz", "Nurse Bell"]) });
        match action {
            "shelve" => {
                step["minutes"] = json!(self.dice.within(5, 40));
                step["reason"] = json!("calls back");
            }
            "note" => step["note"] = json!("Spoke to the patient."),
            "close" => {
                step["disposition"] = json!(self.dice.pick(&["acted", "watched", "false_alarm"]));
                if self.dice.chance(80) {
                    step["note"] = json!("Advised, feels well.");
                    step["minutes"] = json!(self.dice.within(1, 30));
                }
            }
            _ => {}
        }
        self.at(at, step);
    }

    // ---- visits ------------------------------------------------------------------------------------

    fn visit(&mut self, p: &Person) {
        let id = format!("A{}", self.steps.len());
        let booked = self.moment();
        let ahead = if self.dice.chance(20) { self.dice.within(40, 60) } else { self.dice.within(1, 14) };
        let mut visit = booked + ahead * 3600 + self.dice.within(0, 3600);
        let event = |day: &mut Day, kind: &str, at: i64, visit: i64, place: &str, stamp: i64| {
            let offset = -5;
            let wall = day.start + TimeDelta::seconds(visit) + TimeDelta::hours(offset);
            let mut e = json!({
                "event_type": kind, "event_datetime_utc": (day.start + TimeDelta::seconds(stamp)).format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                "patient_id": p.mrn, "patient_first_name": "P", "patient_last_name": "Test",
                "provider_id": "D1", "provider_first_name": "Al", "provider_last_name": "Ray", "provider_callback_phone": "+12025550199",
                "appointment_location": place, "appointment_id": id,
                "appointment_datetime": wall.format("%Y-%m-%dT%H:%M:%S").to_string(), "appointment_timezone": "-0500",
            });
            if let Some(phone) = &p.phone {
                e["patient_phone"] = json!(phone);
            }
            let step = json!({ "do": "appointment", "event": e });
            day.at(at, step.clone());
            if day.dice.chance(20) {
                let again = at + day.dice.within(5, 900);
                day.at(again, step);
            }
        };
        event(self, "BOOKED", booked, visit, "Main Clinic", booked);
        if self.studio_texts && self.dice.chance(70) {
            self.studio(p, &id, booked);
        }
        let mut at = booked;
        for _ in 0..self.dice.within(0, 3) {
            at += self.dice.within(60, 9000);
            let kind = self.dice.pick(&["RESCHEDULED", "MODIFIED", "CONFIRMED", "CANCELED", "NOSHOWED", "BOOKED"]);
            if kind == "RESCHEDULED" {
                visit = at + self.dice.within(1, 12) * 3600;
            }
            let place = if kind == "MODIFIED" { "North Annex" } else { "Main Clinic" };
            let stamp = if self.dice.chance(8) { at - 7200 } else { at };
            event(self, kind, at, visit, place, stamp);
        }
        if let (Some(phone), true) = (p.phone.clone(), self.dice.chance(60)) {
            for _ in 0..self.dice.within(1, 3) {
                let words = self.dice.pick(&[
                    "CONFIRM APPT",
                    " confirm appt ",
                    "C",
                    "CANCEL APPT",
                    "X",
                    "1",
                    "2",
                    "what?",
                    "STOP",
                    "CANCEL",
                    "START",
                ]);
                let then = booked + self.dice.within(30, 20_000);
                self.at(then, json!({ "do": "reply", "from": phone, "text": words }));
            }
        }
    }

    // ---- the rest ----------------------------------------------------------------------------------

    /// Something out of the blue.
    fn stray(&mut self, p: &Person) {
        let at = self.moment();
        match self.dice.within(0, 6) {
            0 => {
                let from = p.phone.clone().unwrap_or_else(|| "+12025558888".into());
                let words = self.dice.pick(&["STOP", "START", "hello", "can't breathe", "YES"]);
                self.at(at, json!({ "do": "reply", "from": from, "text": words }));
            }
            1 => {
                let mut step = json!({ "do": "reading", "mrn": "9999999", "vital": "bp", "systolic": 170, "diastolic": 90 });
                step["source_id"] = json!(self.reading_id());
                self.at(at, step);
            }
            2 => {
                let id = self.reading_id();
                self.at(at, json!({ "do": "reading", "mrn": p.mrn, "vital": "glucose", "value": 250, "unit": null, "source_id": id }));
            }
            3 => self.at(at, json!({ "do": "on_call", "present": false })),
            4 => self.at(at, json!({ "do": "observation", "resource": { "resourceType": "Observation", "status": "final" } })),
            _ => self.nurse(&p.clone(), "bp", "acknowledge", at),
        }
    }

    /// An administrator changes something.
    fn change(&mut self) {
        let at = self.moment();
        let p = self.dice.pick(&self.people.clone());
        let step = match self.dice.within(0, 7) {
            0 => json!({ "do": "settings", "reply_wait_minutes": self.dice.pick(&[6, 15]) }),
            1 => json!({ "do": "settings", "debounce_seconds": self.dice.pick(&[0, 30, 90]) }),
            2 => json!({ "do": "settings", "reminder_first_timing": "0500", "reminder_second_timing": "0100" }),
            3 => json!({ "do": "settings", "quiet_hours_start": "2000", "quiet_hours_finish": "0700" }),
            4 => json!({ "do": "bounds", "mrn": p.mrn, "systolic_high": self.dice.pick(&[135, 150, 170]) }),
            5 => json!({ "do": "patient", "mrn": p.mrn, "status": self.dice.pick(&["admitted", "ended"]) }),
            _ => json!({ "do": "settings", "reminder_outreach_start": "0900", "reminder_outreach_finish": "1800" }),
        };
        self.at(at, step);
    }

    /// Everything is mended; most of what is open is closed.
    fn evening(&mut self) {
        let end = self.busy;
        faults::mend(self, end);
        self.at(end, json!({ "do": "on_call", "present": true }));
        for p in self.people.clone() {
            if self.dice.chance(95) {
                // A nurse closes what she finds; a row that is not there is refused, and no harm done.
                for vital in ["bp", "glucose", "spo2", "weight", "heart_rate", "symptoms"] {
                    let at = end + 1800 + self.dice.within(0, 600);
                    self.at(
                        at,
                        json!({ "do": "nurse", "action": "close", "mrn": p.mrn, "vital": vital, "by": "Nurse Ortiz", "disposition": "acted", "note": "Evening round.", "minutes": 3 }),
                    );
                }
            }
        }
    }
}
