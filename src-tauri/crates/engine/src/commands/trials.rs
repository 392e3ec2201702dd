//! Connection tests: kept before they begin, run beside everything else, kept again with how they came out.

use super::connect::vendor;
use super::refusal::field;
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::{pick, say};
use crate::workspace;
use decide::connections::{ConnectionChange, TestEnd};
use decide::input::{Act, Change, Input};
use decide::outbox::Vendor;
use decide::{Mrn, Phone};
use vendors::trial::{self, Trial};
use vendors::{CheckLine, Verdict};
use wire::{Done, Language, Person, TestArgs, UserError};

/// Letters of what names one test.
const NAME_LETTERS: usize = 10;

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Warning => "warning",
        Verdict::Bad => "bad",
    }
}

/// The input that keeps how a test came out.
pub(crate) fn ended(by: &str, at: decide::At, vendor: Vendor, test: &str, lines: &[CheckLine], took_ms: u64) -> Incoming {
    let end = TestEnd {
        at,
        took_ms,
        verdict: word(trial::worst(lines)).into(),
        lines: lines.iter().map(|l| (l.what.to_string(), word(l.verdict).to_string(), l.said.clone())).collect(),
    };
    let change = ConnectionChange::TestEnded { vendor, test: test.into(), end: Box::new(end) };
    Incoming::Direct(Input::Change { who: by.into(), change: Change::Connection(change) })
}

/// The key of a test incident that began then: found again after a crash.
pub(crate) fn incident_key(workspace: &str, began: decide::At) -> String {
    format!("{workspace}:connection-test:{}", began.timestamp_millis())
}

impl Console {
    fn test_asked(&self, vendor: Vendor, args: &TestArgs, l: Language) -> Result<Trial, UserError> {
        let to = args.to.trim();
        let random = || workspace::random(NAME_LETTERS).map_err(|why| super::refusal::vendor(why, l));
        let (customer, appointments) = {
            let engine = lock(&self.engine);
            let s = &engine.desk.settings;
            (s.customer_name.clone(), s.ehr_request_via == "fhir" || !s.appointment_locations.is_empty())
        };
        let said = say!(l, "{customer}: connection test. Nothing to do.", "{customer}: prueba de conexión. No hay que hacer nada.");
        Ok(match args.test.as_str() {
            test if !Trial::names(vendor).contains(&test) => {
                return Err(field("test", l, "There is no such test for this vendor.", "No existe esa prueba para este proveedor."))
            }
            "look" => Trial::Look { appointments },
            "patient" if to.is_empty() => {
                return Err(field("to", l, "The MRN of a patient the chart has.", "El MRN de un paciente de la historia clínica."))
            }
            "patient" => Trial::Patient { mrn: Mrn::from(to) },
            "text" if !decide::followup::change::e164(to) => {
                return Err(field(
                    "to",
                    l,
                    "A number of your own in E.164, e.g. +12025550100.",
                    "Un número propio en E.164, p. ej. +12025550100.",
                ))
            }
            "text" if !lock(&self.engine).desk.people_at(&Phone::from(to)).is_empty() => {
                return Err(field(
                    "to",
                    l,
                    "That is a patient's number: use one of the house.",
                    "Ese número es de un paciente: use uno de la casa.",
                ))
            }
            "text" => Trial::Text { to: Phone::from(to), body: said },
            "incident" => Trial::Incident { key: String::new() },
            "post" => Trial::Post { text: said },
            "echo" => Trial::Echo { control_id: format!("T{}", random()?) },
            _ => Trial::Endpoint,
        })
    }

    pub(crate) fn do_test_connection(&self, who: &Person, args: &TestArgs) -> Result<Done, UserError> {
        let l = who.language;
        let vendor = vendor(&args.vendor, l)?;
        let trial = self.test_asked(vendor, args, l)?;
        let stopped = trial.acts() && lock(&self.engine).desk.stopped(vendor).is_some();
        if stopped {
            return Err(field(
                "test",
                l,
                "Sending to this vendor is stopped: end that first.",
                "Los envíos a este proveedor están detenidos: reanúdelos antes.",
            ));
        }
        if !self.switchboard.trials.take(vendor, &trial) {
            return Err(field("test", l, "That test is under way.", "Esa prueba está en curso."));
        }
        let mut inputs = vec![Input::Change {
            who: who.name.clone(),
            change: Change::Connection(ConnectionChange::TestBegan { vendor, test: trial.name().into() }),
        }];
        if let Trial::Patient { mrn } = &trial {
            // Who looked at this patient.
            let act = Act::Saw { what: "chart_patient_read".into(), mrn: Some(mrn.clone()) };
            inputs.push(Input::Act { who: who.name.clone(), act, undo_seconds: 0.0 });
        }
        // The row before the request.
        if let Err(error) = self.take(inputs.into_iter().map(Incoming::Direct).collect(), l) {
            self.switchboard.trials.leave(vendor, &trial);
            return Err(error);
        }
        // A test incident is known by when its row says that it began.
        let trial = match trial {
            Trial::Incident { .. } => {
                let engine = lock(&self.engine);
                let began = engine.desk.connections.get(&vendor).and_then(|c| c.tests.get("incident")).map_or(self.now(), |t| t.began);
                Trial::Incident { key: incident_key(&engine.desk.workspace, began) }
            }
            other => other,
        };
        let (submit, clock, by, test) = (self.submit.clone(), self.clock.clone(), who.name.clone(), trial.name());
        self.switchboard.trials.run(self.switchboard.connected().now(), vendor, trial, move |lines, took| {
            // Not stored: the row says that it began and that its end was not seen.
            let _ = submit(vec![ended(&by, clock.now(), vendor, test, &lines, took)]);
        });
        Ok(Done { said: pick(l, "The test runs.", "La prueba está en curso.").into(), undo: None })
    }
}
