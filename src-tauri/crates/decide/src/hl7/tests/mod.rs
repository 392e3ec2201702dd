//! Messages in, visit events and acknowledgements out.

mod acks;
mod any;
mod events;
mod frames;
mod marks;
mod phones;
mod requests;
mod samples;
mod times;

use super::{event, Hl7Refusal, Message, SiteMap};
use crate::VisitEvent;

/// A booking as a site sends it: the visit of the cases.
const BOOKING: &str = concat!(
    "MSH|^~\\&|EPIC|MAIN^1.2^ISO|CARELOOP|CLINIC|20260305162000+0000||SIU^S12^SIU_S12|M1|P|2.5.1\r",
    "SCH|1|A1^EHR||||Add|ROUTINE|Follow-up||||C9^Clerk^Carla|(202)555-0199^^PH||||(202)555-0198^^PH||||||||Booked\r",
    "TQ1|||||||20260310150000-0500\r",
    "PID|1||X9^^^OTHER^PI~P1^^^MAIN^MR||Lee^Ann||19600101|F|||||(202)555-0150^PRN^PH~(202)555-0101^PRN^CP\r",
    "RGS|1|A\r",
    "AIS|1|A|FU^Follow-up visit^L|20260310150000-0500\r",
    "AIL|1|A|055^Room 4^^Main Clinic|||20260310150000-0500\r",
    "AIP|1|A|D1^Ray^Al^^^Dr\r",
);

fn read(text: &str) -> Message {
    Message::read(text.as_bytes()).unwrap()
}

fn booked(text: &str) -> VisitEvent {
    event(&read(text), &SiteMap::default()).unwrap()
}

/// The code and the field of a refusal.
fn refused(text: &str) -> (&'static str, String) {
    let r: Hl7Refusal = match Message::read(text.as_bytes()) {
        Ok(m) => event(&m, &SiteMap::default()).unwrap_err(),
        Err(r) => r,
    };
    (r.ack.name(), r.field)
}

/// The booking with one piece of its text replaced.
fn with(from: &str, to: &str) -> String {
    assert!(BOOKING.contains(from), "{from}");
    BOOKING.replace(from, to)
}
