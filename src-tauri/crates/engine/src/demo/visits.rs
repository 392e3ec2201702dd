//! The visits of the demo day: about three dozen appointments from this morning to the third day from now, told as an
//! EHR tells them, one event at a time, and what their patients answer.

use super::cast::{who, Member, Program};
use super::script::Ms;
use chrono::{NaiveDateTime, TimeDelta, Timelike};
use decide::wallclock::{zone_of, PatientZone};
use decide::At;
use serde_json::{Map, Value};

/// When a visit begins.
#[derive(Debug, Clone, Copy)]
enum When {
    /// So many minutes ago, but not before the clinic opened this morning.
    Ago(i64),
    /// On the minute, so many minutes ahead: it begins while one watches.
    Soon(i64),
    /// On the quarter hour, at least so many minutes ahead.
    Ahead(i64),
    /// So many days from today, at that hour and minute of the patient's wall clock.
    Day(i64, i64, i64),
}
use When::{Ago, Ahead, Day, Soon};

/// What is told.
#[derive(Debug, Clone, Copy)]
enum Told {
    Event(&'static str),
    /// The first event, without a phone number.
    NoPhone,
    /// The time becomes another one.
    Moved(When),
    /// The place becomes another one.
    Elsewhere(&'static str),
    /// Over HL7, with two times that do not agree.
    Hl7TwoTimes,
    /// Over HL7, with a number that has no area code.
    Hl7BadPhone,
}

/// Which text a patient answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    /// The first one that says how to cancel.
    Booking,
    Reminder,
}

struct Plan {
    who: usize,
    when: When,
    /// What is told, and how long after the beginning of the day.
    told: &'static [(Ms, Told)],
    answers: Option<(To, Ms, &'static str)>,
    /// The EHR answers requests about it by itself.
    in_book: bool,
}

const fn plan(who: usize, when: When, told: &'static [(Ms, Told)]) -> Plan {
    Plan { who, when, told, answers: None, in_book: true }
}

impl Plan {
    const fn answering(self, to: To, after: Ms, text: &'static str) -> Plan {
        Plan { answers: Some((to, after, text)), ..self }
    }

    const fn unanswered(self) -> Plan {
        Plan { in_book: false, ..self }
    }
}

/// All of them. What is told in the first seconds fills the screen; the rest arrives while one watches, so that the
/// line of texts has room for the readings. A visit less than 48 hours ahead is reminded two minutes after its text.
const PLANS: [Plan; 37] = {
    use Told::*;
    const BOOKED: Told = Event("BOOKED");
    [
        plan(11, Ago(150), &[(300, Event("NOSHOWED"))]),
        plan(21, Ago(60), &[(600, Event("NOSHOWED"))]),
        plan(12, Ago(200), &[(900, BOOKED)]),
        plan(14, Soon(6), &[(1_200, BOOKED)]),
        plan(who::OPTED_OUT, Soon(2), &[(1_500, BOOKED)]),
        plan(15, Ahead(30), &[(1_800, BOOKED)]).answering(To::Reminder, 15_000, "CONFIRM APPT"),
        plan(16, Ahead(45), &[(2_100, Event("CONFIRMED"))]),
        plan(17, Ahead(60), &[(2_400, BOOKED)]).answering(To::Booking, 9_000, "CANCEL APPT"),
        plan(18, Ahead(75), &[(2_700, Event("CANCELED"))]),
        plan(20, Ahead(90), &[(3_000, BOOKED)]).answering(To::Booking, 6_000, "cancel appt").unanswered(),
        plan(who::BACK_TO_NORMAL, Ahead(105), &[(3_300, NoPhone)]),
        plan(who::NO_UNIT, Ahead(120), &[(3_600, Hl7BadPhone)]),
        plan(who::LOW_OXYGEN, Day(1, 15, 30), &[(3_900, Hl7TwoTimes)]),
        plan(who::ASLEEP, Day(1, 14, 45), &[(4_200, BOOKED)]),
        plan(who::OPTED_OUT, Day(2, 15, 45), &[(4_500, BOOKED)]),
        plan(29, Day(1, 13, 30), &[(4_800, Event("CANCELED"))]),
        plan(25, Ahead(24 * 60), &[(5_100, BOOKED)]),
        plan(31, Ahead(48 * 60), &[(5_400, BOOKED)]),
        plan(35, Day(3, 8, 30), &[(5_700, BOOKED)]),
        plan(38, Day(3, 13, 0), &[(6_000, BOOKED)]),
        plan(who::SPEAKS_SPANISH, Ahead(135), &[(16_000, BOOKED)]).answering(To::Reminder, 12_000, "CONFIRMAR"),
        plan(19, Ahead(150), &[(19_000, BOOKED), (100_000, Moved(Ahead(225)))]),
        plan(26, Day(1, 9, 0), &[(22_000, BOOKED)]),
        plan(28, Day(1, 11, 15), &[(25_000, BOOKED)]).answering(To::Reminder, 20_000, "CANCELAR CITA"),
        plan(33, Day(2, 11, 0), &[(28_000, BOOKED)]).answering(To::Booking, 14_000, "Confirm"),
        plan(27, Day(1, 10, 30), &[(31_000, BOOKED)]).answering(To::Reminder, 30_000, "C"),
        plan(22, Ahead(180), &[(34_000, BOOKED), (130_000, Elsewhere("North Annex"))]),
        plan(36, Day(3, 9, 30), &[(38_000, BOOKED)]),
        plan(32, Day(2, 9, 45), &[(42_000, BOOKED)]),
        plan(34, Day(2, 14, 0), &[(46_000, Event("RESCHEDULED"))]),
        plan(30, Day(1, 16, 0), &[(52_000, BOOKED)]),
        plan(37, Day(3, 10, 15), &[(60_000, BOOKED)]),
        plan(23, Ahead(195), &[(80_000, BOOKED)]).answering(To::Reminder, 40_000, "CONFIRM"),
        plan(39, Day(3, 14, 30), &[(110_000, BOOKED)]),
        plan(24, Ahead(210), &[(150_000, BOOKED)]),
        plan(who::WAITING, Day(3, 16, 15), &[(190_000, BOOKED)]),
        plan(who::CRITICAL_PRESSURE, Day(2, 10, 30), &[(240_000, BOOKED)]),
    ]
};

/// A set is over once none of its visits lies ahead: none is further than that.
const DAYS_AHEAD: i64 = 3;

/// Where, and with whom, by what the patient measures.
fn care(program: Program) -> [&'static str; 5] {
    match program {
        Program::Pressure => ["D-204", "Francis", "Diaz", "+12025550181", "Main Clinic"],
        Program::Diabetes => ["D-217", "Ines", "Okonjo", "+12025550182", "Diabetes Center"],
        Program::Heart => ["D-231", "Henrik", "Solberg-Lind", "+12025550183", "Harbor Heart Center"],
        Program::Lungs => ["D-246", "Thandiwe", "Marsh", "+12025550184", "Lakeside Lung Clinic"],
    }
}

/// What goes to the console.
#[derive(Debug, Clone, PartialEq)]
pub enum Telling {
    /// To the appointments hook.
    Json(Map<String, Value>),
    /// A message as the HL7 interface sends it.
    Hl7(String),
}

/// One visit, from its first event to its answer.
pub struct Tale {
    pub id: String,
    /// The EHR answers requests about it by itself.
    pub in_book: bool,
    plan: &'static Plan,
    patient: Member,
    zone: PatientZone,
    starts: NaiveDateTime,
    offset: i32,
    place: &'static str,
}

/// A data folder's visits: laid out anew only when none of those laid out before lies ahead.
pub struct Visits {
    pub tales: Vec<Tale>,
    /// Those that the ledger has already: they are not told again.
    known: Vec<bool>,
    /// Whose text is still to be answered.
    quiet: Vec<bool>,
}

fn id(day: At, n: usize) -> String {
    format!("DEMO-{}-{:02}", day.format("%y%m%d"), n + 1)
}

impl Visits {
    /// The visits as they are at that instant. `begins`: when a visit of that id begins, if the ledger has it.
    pub fn new(cast: &[Member], now: At, begins: impl Fn(&str) -> Option<At>) -> Visits {
        let lies_ahead = |day: &At| (0..PLANS.len()).any(|n| begins(&id(*day, n)).is_some_and(|at| at > now));
        let under_way = (0..=DAYS_AHEAD + 1).map(|back| now - TimeDelta::days(back)).find(lies_ahead);
        let day = under_way.unwrap_or(now);
        let mut visits = Visits { tales: Vec::new(), known: Vec::new(), quiet: Vec::new() };
        for (n, plan) in PLANS.iter().enumerate() {
            let Some(patient) = cast.get(plan.who) else { continue };
            let tale = Tale::new(id(day, n), plan, patient, now);
            // A message that could not be used leaves no visit behind: it belongs to the laying out.
            let leaves_none = matches!(plan.told, [(_, Told::Hl7TwoTimes)]);
            visits.known.push(begins(&tale.id).is_some() || (leaves_none && under_way.is_some()));
            visits.quiet.push(false);
            visits.tales.push(tale);
        }
        visits
    }

    /// What is to be told, by tale and step, and when.
    pub fn steps(&self) -> Vec<(Ms, usize, usize)> {
        let fresh = self.tales.iter().enumerate().filter(|(n, _)| !self.known[*n]);
        fresh.flat_map(|(n, t)| t.plan.told.iter().enumerate().map(move |(step, (at, _))| (*at, n, step))).collect()
    }

    /// The next telling of a visit.
    pub fn tell(&mut self, n: usize, step: usize, now: At) -> Option<Telling> {
        self.tales.get_mut(n)?.tell(step, now)
    }

    /// A text reached a phone: what its owner answers, and after how long. Each answers once.
    pub fn texted(&mut self, phone: &str, body: &str) -> Option<(Ms, &'static str)> {
        // Only a reminder says how to confirm.
        let is_reminder = body.contains("CONFIRM");
        let invites = is_reminder || body.contains("CANCEL APPT") || body.contains("CANCELAR CITA");
        let n = self.tales.iter().position(|t| t.patient.phone == phone && t.plan.answers.is_some())?;
        let (to, after, text) = self.tales[n].plan.answers?;
        let is_asked = invites && is_reminder == (to == To::Reminder);
        (is_asked && !std::mem::replace(&mut self.quiet[n], true)).then_some((after, text))
    }
}

impl Tale {
    fn new(id: String, plan: &'static Plan, patient: &Member, now: At) -> Tale {
        let zone = zone_of(&patient.patient(now), &decide::Settings::default());
        let (starts, offset) = plan.when.on(&zone, now);
        let [.., place] = care(patient.program);
        Tale { id, in_book: plan.in_book, plan, patient: patient.clone(), zone, starts, offset, place }
    }

    fn tell(&mut self, step: usize, now: At) -> Option<Telling> {
        let (_, told) = *self.plan.told.get(step)?;
        Some(match told {
            Told::Event(kind) => Telling::Json(self.event(kind, now)),
            Told::NoPhone => {
                let mut event = self.event("BOOKED", now);
                event.remove("patient_phone");
                Telling::Json(event)
            }
            Told::Moved(when) => {
                (self.starts, self.offset) = when.on(&self.zone, now);
                Telling::Json(self.event("RESCHEDULED", now))
            }
            Told::Elsewhere(place) => {
                self.place = place;
                Telling::Json(self.event("MODIFIED", now))
            }
            Told::Hl7TwoTimes => Telling::Hl7(self.hl7(now, self.starts + TimeDelta::hours(1), "(202)555-0150")),
            Told::Hl7BadPhone => Telling::Hl7(self.hl7(now, self.starts, "555-0150")),
        })
    }

    fn offset_words(&self) -> String {
        let m = self.offset;
        format!("{}{:02}{:02}", if m < 0 { '-' } else { '+' }, m.abs() / 60, m.abs() % 60)
    }

    /// The event with the fields of behaviour.md 2.1.
    fn event(&self, kind: &str, now: At) -> Map<String, Value> {
        let [provider, first, last, callback, _] = care(self.patient.program);
        let fields = [
            ("event_type", kind.to_string()),
            ("event_datetime_utc", now.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            ("patient_id", self.patient.mrn.clone()),
            ("patient_first_name", self.patient.first_name.into()),
            ("patient_last_name", self.patient.last_name.into()),
            ("patient_phone", self.patient.phone.clone()),
            ("provider_id", provider.into()),
            ("provider_first_name", first.into()),
            ("provider_last_name", last.into()),
            ("provider_callback_phone", callback.into()),
            ("appointment_location", self.place.into()),
            ("appointment_id", self.id.clone()),
            ("appointment_datetime", self.starts.format("%Y-%m-%dT%H:%M:%S").to_string()),
            ("appointment_timezone", self.offset_words()),
        ];
        fields.into_iter().map(|(name, value)| (name.to_string(), Value::String(value))).collect()
    }

    /// A booking as SIU^S12, with the time of the schedule beside that of the appointment.
    fn hl7(&self, now: At, scheduled: NaiveDateTime, phone: &str) -> String {
        let [provider, first, last, ..] = care(self.patient.program);
        let (id, m, zone) = (&self.id, &self.patient, self.offset_words());
        let time = |at: NaiveDateTime| format!("{}{zone}", at.format("%Y%m%d%H%M%S"));
        let (starts, scheduled, stamp) = (time(self.starts), time(scheduled), now.format("%Y%m%d%H%M%S"));
        [
            format!("MSH|^~\\&|FRONTDESK|MAIN|CARELOOP|CLINIC|{stamp}+0000||SIU^S12^SIU_S12|{id}|P|2.5.1"),
            format!("SCH|1|{id}^EHR||||Add|ROUTINE|Follow-up|||^^^{scheduled}|C9^Clerk^Carla|(202)555-0185^^PH||||||||||||Booked"),
            format!("TQ1|||||||{starts}"),
            format!("PID|1||{}^^^MAIN^MR||{}^{}||||||||{phone}^PRN^CP", m.mrn, m.last_name, m.first_name),
            "RGS|1|A".to_string(),
            format!("AIS|1|A|FU^Follow-up visit^L|{starts}"),
            format!("AIL|1|A|055^Room 4^^{}|||{starts}", self.place),
            format!("AIP|1|A|{provider}^{last}^{first}^^^Dr"),
            String::new(),
        ]
        .join("\r")
    }
}

impl When {
    /// The wall clock of the beginning and its minutes east of UTC.
    fn on(self, zone: &PatientZone, now: At) -> (NaiveDateTime, i32) {
        let minute = |at: At| at - TimeDelta::seconds(i64::from(at.second())) - TimeDelta::nanoseconds(i64::from(at.nanosecond()));
        let local = |at: At| (zone.wall(at), zone.offset_minutes(at));
        let quarter = |at: At| {
            let at = minute(at);
            at + TimeDelta::minutes((15 - i64::from(at.minute()) % 15) % 15)
        };
        let at_wall = |days: i64, minutes: i64| {
            let wall = zone.wall(now).date().and_time(chrono::NaiveTime::MIN) + TimeDelta::days(days) + TimeDelta::minutes(minutes);
            let guess = wall.and_utc() - TimeDelta::minutes(i64::from(zone.offset_minutes(now)));
            (wall, zone.offset_minutes(guess))
        };
        match self {
            Ago(minutes) => {
                let (wall, offset) = local(quarter(now - TimeDelta::minutes(minutes + 15)));
                let opens = at_wall(0, 7 * 60 + 15);
                // Nobody of the day's cast who is awake has a wall clock before eight.
                if wall < opens.0 {
                    opens
                } else {
                    (wall, offset)
                }
            }
            Soon(minutes) => local(minute(now + TimeDelta::minutes(minutes))),
            Ahead(minutes) => local(quarter(now + TimeDelta::minutes(minutes) + TimeDelta::minutes(1))),
            Day(days, hour, minutes) => at_wall(days, hour * 60 + minutes),
        }
    }
}

#[cfg(test)]
#[path = "visits_tests.rs"]
mod tests;
