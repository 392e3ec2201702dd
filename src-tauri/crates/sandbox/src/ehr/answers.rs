//! The EHR's own book: it may answer a patient's request by itself, some time after it took it, with an event of its own.

use crate::callback::Callback;
use crate::sandbox::Order;
use chrono::TimeDelta;
use decide::outbox::Vendor;
use decide::At;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The longest the EHR may take to answer.
const LONGEST_SECONDS: f64 = 86_400.0;

/// Appointments as the EHR has them, and its answers under way.
pub(crate) struct Book {
    /// Seconds until a request is answered; none: it answers nothing by itself.
    after: Option<f64>,
    /// The newest event of each appointment, with the fields of behaviour.md 2.1.
    appointments: HashMap<String, Map<String, Value>>,
    pending: Vec<Pending>,
    order: Order,
}

struct Pending {
    id: u64,
    due: At,
    appointment_id: String,
    event_type: &'static str,
}

impl Book {
    pub fn new(order: Order) -> Book {
        Book { after: None, appointments: HashMap::new(), pending: Vec::new(), order }
    }

    pub fn answer_after(&mut self, seconds: Option<f64>) {
        self.after = seconds.map(|s| s.clamp(0.0, LONGEST_SECONDS));
        if self.after.is_none() {
            self.pending.clear();
        }
    }

    pub fn answers_after(&self) -> Option<f64> {
        self.after
    }

    /// An event that the EHR sends: its book says the same.
    pub fn write(&mut self, event: &Map<String, Value>) {
        if let Some(id) = event.get("appointment_id").and_then(Value::as_str) {
            self.appointments.insert(id.to_string(), event.clone());
        }
    }

    /// A request was taken: its answer is due later, unless the appointment is not in the book.
    pub fn asked(&mut self, now: At, appointment_id: &str, event_type: &str) {
        let Some(after) = self.after.filter(|_| self.appointments.contains_key(appointment_id)) else { return };
        let event_type = match event_type {
            "CONFIRM" => "CONFIRMED",
            "CANCEL" => "CANCELED",
            _ => return,
        };
        let due = now + TimeDelta::milliseconds((after * 1000.0) as i64);
        self.pending.push(Pending { id: self.order.next(), due, appointment_id: appointment_id.to_string(), event_type });
    }

    pub fn next_due(&self) -> Option<(At, u64)> {
        self.pending.iter().map(|p| (p.due, p.id)).min()
    }

    pub fn due_callback(&self, now: At) -> Option<(At, u64)> {
        self.next_due().filter(|(due, _)| *due <= now)
    }

    pub fn take_callback(&mut self, id: u64, hooks: &str) -> Option<Callback> {
        let at = self.pending.iter().position(|p| p.id == id)?;
        let p = self.pending.remove(at);
        let event = self.appointments.get_mut(&p.appointment_id)?;
        event.insert("event_type".into(), p.event_type.into());
        event.insert("event_datetime_utc".into(), p.due.format("%Y-%m-%dT%H:%M:%SZ").to_string().into());
        Some(Callback {
            id,
            vendor: Vendor::Ehr,
            due: p.due,
            hook: "appointments".into(),
            url: format!("{hooks}/appointments"),
            headers: vec![("content-type".into(), "application/json".into())],
            body: Value::Object(event.clone()).to_string().into_bytes(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    fn book(after: Option<f64>) -> Book {
        let mut book = Book::new(Order::default());
        book.answer_after(after);
        let Value::Object(event) = json!({"event_type": "BOOKED", "appointment_id": "A1", "patient_id": "1022228"}) else { unreachable!() };
        book.write(&event);
        book
    }

    #[test]
    fn a_cancel_request_is_answered_with_canceled_after_the_delay() {
        let mut book = book(Some(8.0));
        book.asked(at("2026-03-05T16:20:00Z"), "A1", "CANCEL");
        assert_eq!(book.due_callback(at("2026-03-05T16:20:07Z")), None);
        let (_, id) = book.due_callback(at("2026-03-05T16:20:08Z")).unwrap();
        let callback = book.take_callback(id, "http://127.0.0.1/hooks/k").unwrap();
        let said: Value = serde_json::from_slice(&callback.body).unwrap();
        assert_eq!(
            (callback.hook.as_str(), &said["event_type"], &said["patient_id"]),
            ("appointments", &json!("CANCELED"), &json!("1022228"))
        );
        assert_eq!(said["event_datetime_utc"], "2026-03-05T16:20:08Z");
        assert_eq!(book.next_due(), None);
    }

    #[test]
    fn unless_told_to_the_ehr_answers_nothing_by_itself() {
        let mut book = book(None);
        book.asked(at("2026-03-05T16:20:00Z"), "A1", "CONFIRM");
        assert_eq!(book.next_due(), None);
    }

    #[test]
    fn an_appointment_that_is_not_in_its_book_gets_no_answer() {
        let mut book = book(Some(1.0));
        book.asked(at("2026-03-05T16:20:00Z"), "A9", "CONFIRM");
        assert_eq!(book.next_due(), None);
    }
}
