//! What breaks the engine, or makes the store refuse one statement, harms nothing else: a batch is halved until the
//! culprit stands alone. A record is kept in quarantine with its bytes; a timer or a vendor's answer is set aside,
//! put before staff, and tried again later each time.

use super::thread::{Asker, Failed, Thread};
use crate::spine::Incoming;
use accept::Found;
use decide::decode::{Refusal, BROKE};
use decide::desk::{Duty, Place};
use decide::input::{Decoded, Input};
use decide::outbox::{Delivery, Effect};
use decide::{Misread, PatientRef, Unusable};

/// So many tries to take one sender's batch, each without what broke the one before.
const TRIES: usize = 64;
/// So many visits are set aside in one go while all are planned again.
const VISITS_ASIDE: usize = 16;

impl Thread {
    /// Something in a batch breaks: halved until it stands alone.
    pub(super) fn apart(&mut self, batch: &[Incoming], mut askers: Vec<Asker>) {
        if askers.len() < 2 {
            askers.into_iter().for_each(|(span, asker)| self.alone(&batch[span.clone()], (span, asker)));
            return;
        }
        let right = askers.split_off(askers.len() / 2);
        for half in [askers, right] {
            let (from, to) = (half[0].0.start, half[half.len() - 1].0.end);
            match self.turn(&batch[from..to]) {
                Ok(turned) => {
                    self.mirror(&batch[from..to]);
                    answer(half, from, turned.answers);
                }
                Err(Failed::Store) => half.into_iter().for_each(|(_, asker)| {
                    let _ = asker.send(None);
                }),
                Err(Failed::Fault) => self.apart(batch, half),
            }
        }
    }

    /// One sender's batch: what breaks in it is kept in quarantine, or answered with that.
    fn alone(&mut self, theirs: &[Incoming], (span, asker): Asker) {
        let mut theirs = theirs.to_vec();
        for n in 0..TRIES {
            match self.turn(&theirs) {
                Ok(turned) => {
                    self.mirror(&theirs);
                    answer(vec![(span.clone(), asker)], span.start, turned.answers);
                    return;
                }
                Err(Failed::Store) => break,
                Err(Failed::Fault) if n + 2 < TRIES => {
                    let place = self.broke_at();
                    // At the commit nobody knows which it was.
                    let all = 0..theirs.len();
                    let culprits = place.incoming.map_or(all, |i| i..i + 1);
                    let changed = culprits.filter(|i| aside(&mut theirs[*i], place)).count();
                    if changed == 0 {
                        break;
                    }
                }
                Err(Failed::Fault) => theirs.iter_mut().for_each(whole_aside),
            }
        }
        let _ = asker.send(None);
    }

    /// Attempts that ended, one by one: an answer that breaks is asked for again, later each time.
    pub(super) fn settle_apart(&mut self, ended: Vec<(Effect, Delivery)>) {
        for (effect, delivery) in ended {
            match self.turn(&[Incoming::Settled { effect: effect.id, delivery: delivery.clone() }]) {
                Ok(_) => {}
                Err(Failed::Store) => self.keep_ended(effect, delivery),
                // Its row still says that it is on its way: what became of it is looked up at its vendor.
                Err(Failed::Fault) => self.broke(Duty::Effect(effect.id)),
            }
        }
    }

    /// A tick broke: each thing that is due fires by itself.
    pub(super) fn tick_apart(&mut self) {
        let duties = self.duties();
        self.fire_apart(&duties);
    }

    fn fire_apart(&mut self, duties: &[Duty]) {
        let batch: Vec<Incoming> = duties.iter().map(|d| Incoming::Direct(Input::Fire(d.clone()))).collect();
        match (self.turn(&batch), duties) {
            (Ok(_) | Err(Failed::Store), _) | (_, []) => {}
            (Err(Failed::Fault), [Duty::Replan]) => self.replan_apart(),
            (Err(Failed::Fault), [one]) => self.broke(one.clone()),
            (Err(Failed::Fault), many) => {
                let (left, right) = many.split_at(many.len() / 2);
                self.fire_apart(left);
                self.fire_apart(right);
            }
        }
    }

    /// Planning all visits again broke on some: those are set aside, the rest is planned.
    fn replan_apart(&mut self) {
        for _ in 0..VISITS_ASIDE {
            let Some(visit) = self.broke_at().visit else { break };
            self.broke(Duty::Visit(visit));
            match self.turn(&[Incoming::Direct(Input::Fire(Duty::Replan))]) {
                Err(Failed::Fault) => {}
                Ok(_) | Err(Failed::Store) => return,
            }
        }
        self.broke(Duty::Replan);
    }

    fn broke(&mut self, duty: Duty) {
        let times = self.set_aside(duty.clone());
        // Never whom it is about.
        tracing::error!(?duty, times, "the engine broke on this; it is set aside and tried again later");
        if times == 1 {
            let _ = self.turn(&[Incoming::Direct(Input::Broke(duty))]);
        }
    }
}

pub(super) fn answer(askers: Vec<Asker>, from: usize, answers: super::Answers) {
    let mut answers: Vec<Option<_>> = answers.into_iter().map(Some).collect();
    for (span, asker) in askers {
        let theirs = answers[span.start - from..span.end - from].iter_mut().filter_map(Option::take).collect();
        let _ = asker.send(Some(theirs));
    }
}

/// Puts aside what broke in an incoming; false if there is nothing left to put aside.
fn aside(incoming: &mut Incoming, place: Place) -> bool {
    match incoming {
        Incoming::Body { found: Found::Refused(r), .. } if r.reason == BROKE => false,
        Incoming::Body { source, found, .. } => {
            tracing::error!(source = source.name(), "the engine broke on a record; it is kept in quarantine");
            if let (Found::Readings { entries, .. }, Some(n)) = (&mut *found, place.entry) {
                if let Some(misread) = entries.get(n).and_then(|e| misread(&e.decoded)) {
                    entries[n].decoded = Decoded::Misread(misread);
                    return true;
                }
            }
            *found = Found::Refused(Refusal::broke());
            true
        }
        Incoming::Broken | Incoming::Gently(_) => false,
        Incoming::Direct(input @ (Input::Started | Input::Woke { .. })) => {
            *incoming = Incoming::Gently(input.clone());
            true
        }
        _ => {
            tracing::error!("the engine broke on an act of the console; nothing was changed");
            *incoming = Incoming::Broken;
            true
        }
    }
}

fn whole_aside(incoming: &mut Incoming) {
    aside(incoming, Place::default());
}

/// A reading of a bundle as one that cannot be used: whose it is stays known.
fn misread(decoded: &Decoded) -> Option<Misread> {
    let with = |patient: &PatientRef| Misread {
        reason: Unusable::EngineFault,
        field: "Observation".into(),
        detail: Refusal::broke().detail,
        patient: patient.clone(),
        vital: None,
        candidates: Vec::new(),
        measured: None,
        status: None,
        source_id: None,
        shape: Vec::new(),
    };
    match decoded {
        Decoded::Reading(a) => Some(Misread { vital: Some(a.vital), measured: Some(a.measured), ..with(&a.patient) }),
        Decoded::Withdrawal(w) => Some(Misread { vital: w.vital, ..with(&w.patient) }),
        Decoded::Misread(m) => (m.reason != Unusable::EngineFault).then(|| with(&m.patient)),
    }
}
