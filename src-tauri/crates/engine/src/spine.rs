//! The spine: takes what arrived, decides, commits once, answers everyone.
//!
//! A plain struct without threads or sockets: the live host and the scenario runner drive the same one.

use crate::absence::{back, habits};
use crate::again::again;
use crate::due::{due_visit, due_visits, plan_again, reminders_today, visit_again};
use crate::pace::Pace;
use accept::Found;
use chrono::TimeDelta;
use decide::decode::BROKE;
use decide::desk::{Alarm, Answer, Desk, Duty, Outcome, Place, Stored, Whose};
use decide::input::{Change, Decoded, Input, Past, RawRef, RowId};
use decide::outbox::{Act, Delivery, Effect, EffectState, Problem, ProblemKind, Vendor};
use decide::rows::{Exchange, Row};
use decide::trail::{Entry, IntakeOutcome};
use decide::watch::Why;
use decide::{At, Source};
use ledger::{Ledger, LedgerError, Turn};
use std::collections::{BTreeMap, BTreeSet};

/// So many exchanges with vendors are forgotten in one turn.
const FORGOTTEN_A_TURN: u32 = 500;

/// Something for the spine.
#[derive(Debug, Clone)]
pub enum Incoming {
    /// Bytes from outside, with what was found in them.
    Body { source: Source, body: Vec<u8>, found: Found },
    /// An Appointment of the chart, or a Bundle of them, as if it had just been pulled.
    Appointments { body: Vec<u8> },
    /// An attempt at an effect ended.
    Settled { effect: u64, delivery: Delivery },
    /// A person, a change, a start.
    Direct(Input),
    /// A quarantined record is to be tried again.
    Again { quarantine: u64 },
    /// The next reminder of a visit is to go now.
    Remind { visit: u64 },
    /// The same, with a body that a person corrected; what came in is kept as it came.
    AgainAs { quarantine: u64, body: Vec<u8> },
    /// What was said to a vendor in an attempt, and what it answered.
    Exchanged { effect: u64, exchanges: Vec<Exchange> },
    /// A start or a wake without catching up in the same turn: a timer breaks there.
    Gently(Input),
    /// What is kept only for a while is forgotten, a little at a time.
    Tidy,
    /// What the engine breaks on and nobody sent: answered, and nothing else.
    Broken,
}

/// What a turn leaves for its host.
#[derive(Debug, Default)]
pub struct Turned {
    /// For each incoming, the answer of each of its inputs.
    pub answers: Vec<Vec<Answer>>,
    /// Trail lines in order, with their numbers.
    pub lines: Vec<(u64, Entry)>,
    pub touched: BTreeSet<RowId>,
    pub alarms: Vec<Alarm>,
}

/// The desk and its ledger.
pub struct Engine {
    pub desk: Desk,
    ledger: Ledger,
    pub pace: Pace,
    /// The number of the latest change, and of each row's: what screens ask `since`.
    pub change: u64,
    pub changed: BTreeMap<RowId, u64>,
    workspace: String,
    case_key: [u8; 32],
    /// The desk may hold what was never stored: it is set up again before anything else.
    stale: bool,
    /// Where the last turn broke.
    broke_at: Place,
    /// Effects being claimed now; after trouble one at a time.
    claiming: Vec<Effect>,
    one_claim: bool,
}

impl Engine {
    /// Sets the desk up from the ledger. `case_key` keys the case ids; `workspace` names dedup keys.
    pub fn open(ledger: Ledger, now: At, workspace: &str, case_key: [u8; 32]) -> Result<Engine, LedgerError> {
        let desk = load(&ledger, now, workspace, case_key)?;
        Ok(Engine {
            desk,
            ledger,
            pace: Pace::default(),
            change: 1,
            changed: BTreeMap::new(),
            workspace: workspace.into(),
            case_key,
            stale: false,
            broke_at: Place::default(),
            claiming: Vec::new(),
            one_claim: false,
        })
    }

    /// A read-only connection for screens.
    pub fn reader(&self) -> Result<ledger::Reader, LedgerError> {
        self.ledger.reader()
    }

    /// Copies of the file.
    pub fn copies(&self) -> ledger::Copies {
        self.ledger.copies()
    }

    /// The disk is full, or has room again: for simulations.
    pub fn fill_disk(&self, full: bool) -> Result<(), LedgerError> {
        self.ledger.fill_disk(full)
    }

    /// The database refuses readings of a source id from now on: for simulations.
    pub fn refuse_reading(&self, source_id: &str) -> Result<(), LedgerError> {
        self.ledger.refuse_reading(source_id)
    }

    /// The trail's head, to be kept outside the file.
    pub fn anchor(&self) -> ledger::Anchor {
        self.ledger.anchor()
    }

    /// Takes a batch in one transaction. On an error nothing was taken, and the desk is as the ledger has it.
    pub fn turn(&mut self, now: At, batch: &[Incoming]) -> Result<Turned, LedgerError> {
        if self.stale {
            self.reload(now)?;
        }
        self.desk.place = Place::default();
        let done = self.try_turn(now, batch);
        if done.is_err() {
            self.recover(now)?;
        }
        done
    }

    /// After a turn that broke, also by a panic: the desk is as the ledger has it.
    pub fn recover(&mut self, now: At) -> Result<(), LedgerError> {
        self.broke_at = self.desk.place;
        self.reload(now)
    }

    /// Where the last turn broke.
    pub fn broke_at(&self) -> Place {
        self.broke_at
    }

    fn try_turn(&mut self, now: At, batch: &[Incoming]) -> Result<Turned, LedgerError> {
        let mut out = Turned::default();
        let mut turn = self.ledger.begin()?;
        for (n, incoming) in batch.iter().enumerate() {
            let mut answers = Vec::new();
            self.desk.place = Place { incoming: Some(n), ..Place::default() };
            take(&mut self.desk, &mut turn, now, incoming, &mut answers, &mut out)?;
            out.answers.push(answers);
        }
        self.desk.place = Place::default();
        turn.commit()?;
        for incoming in batch {
            if let Incoming::Direct(Input::ClockSet { by_ms }) = incoming {
                self.pace.shift(TimeDelta::milliseconds(*by_ms));
            }
        }
        for row in &out.touched {
            self.change += 1;
            self.changed.insert(*row, self.change);
        }
        Ok(out)
    }

    /// Fires what is due.
    pub fn tick(&mut self, now: At) -> Result<Turned, LedgerError> {
        self.turn(now, &[Incoming::Direct(Input::Tick)])
    }

    /// Effects that may leave now, each marked in the ledger before its request is made. Returned as they were before.
    pub fn claim_due(&mut self, now: At) -> Result<Vec<Effect>, LedgerError> {
        if self.stale {
            self.reload(now)?;
        }
        let most = if self.one_claim { 1 } else { usize::MAX };
        while let Some(id) = self.pace.next_look(&self.desk.lanes, now).filter(|_| self.claiming.len() < most) {
            self.claim(now, id);
        }
        for vendor in Vendor::ALL {
            while let Some(id) = self.pace.next(vendor, &self.desk, now).filter(|_| self.claiming.len() < most) {
                self.claim(now, id);
            }
        }
        if self.claiming.is_empty() {
            self.one_claim = false;
            return Ok(Vec::new());
        }
        let stored = self.store_claims(now);
        match stored {
            Ok(()) => Ok(std::mem::take(&mut self.claiming)),
            Err(e) if e.of_one_record() => {
                tracing::error!(error = %e, "an effect cannot be claimed; it is set aside");
                self.claim_broke(now)?;
                Ok(Vec::new())
            }
            Err(e) => {
                self.unclaim(now)?;
                Err(e)
            }
        }
    }

    /// A claim broke, also by a panic: the next are made one at a time, and the one that breaks alone is set aside.
    pub fn claim_broke(&mut self, now: At) -> Result<(), LedgerError> {
        let culprit = self.unclaim(now)?;
        match culprit {
            Some(id) => {
                self.desk.set_aside(Duty::Effect(id), now);
            }
            None => self.one_claim = true,
        }
        Ok(())
    }

    /// Nothing was claimed after all. Returns the only one that was to be.
    fn unclaim(&mut self, now: At) -> Result<Option<u64>, LedgerError> {
        let claimed = std::mem::take(&mut self.claiming);
        for f in &claimed {
            self.pace.settled(f);
        }
        self.reload(now)?;
        Ok(if let [one] = claimed.as_slice() { Some(one.id) } else { None })
    }

    fn store_claims(&mut self, now: At) -> Result<(), LedgerError> {
        let outcome = self.desk.claimed(now);
        if decide::planted::on(decide::planted::Fault::SentBeforeCommit) {
            return Ok(());
        }
        let mut turn = self.ledger.begin()?;
        for row in &outcome.rows {
            turn.write(row)?;
        }
        turn.commit()
    }

    fn claim(&mut self, now: At, id: u64) {
        if let Some(before) = self.desk.claim(now, id) {
            let mut before = before;
            if matches!((&before.act, &before.state), (Act::Text(_), EffectState::Unknown { .. })) {
                before.not_ours = self.ledger.sids_of_others(id).unwrap_or_default();
            }
            self.pace.left(&before, &self.desk.settings, now);
            self.claiming.push(before);
        }
    }

    /// An attempt is over: its place in the lane is free.
    pub fn attempt_over(&mut self, effect: &Effect) {
        self.pace.settled(effect);
    }

    /// When something is due next.
    pub fn next_wake(&self) -> Option<At> {
        let lanes = Vendor::ALL.into_iter().filter_map(|v| self.pace.wake(v, &self.desk));
        self.desk.next_wake().into_iter().chain(lanes).chain(self.pace.look_wake(&self.desk.lanes)).min()
    }

    /// Something broke outside a turn: the desk is set up again before anything else.
    pub fn doubt(&mut self) {
        self.stale = true;
    }

    /// Sets the desk up again from the ledger; until that works nothing is taken.
    pub fn reload(&mut self, now: At) -> Result<(), LedgerError> {
        self.stale = true;
        let mut desk = load(&self.ledger, now, &self.workspace, self.case_key)?;
        desk.sweep = std::mem::take(&mut desk.sweep).put_off(std::mem::take(&mut self.desk.sweep), self.desk.started_at, now);
        desk.carry_on(&mut self.desk, now);
        self.desk = desk;
        self.change += 1;
        self.changed.clear();
        self.stale = false;
        Ok(())
    }
}

fn load(ledger: &Ledger, now: At, workspace: &str, case_key: [u8; 32]) -> Result<Desk, LedgerError> {
    let s = ledger.load()?;
    let quarantine = ledger.reader()?.quarantine(Some("waiting"), ledger::Page::first(10_000))?;
    let shapes = s
        .shapes
        .iter()
        .flat_map(|(source, shapes)| shapes.iter().flat_map(|shape| decide::followup::reading::shape_hashes(*source, shape)))
        .collect();
    let stored = Stored {
        settings: s.settings,
        patients: s.patients,
        staff: s.staff,
        opted_out: s.opt_outs,
        episodes: s.episodes,
        tasks: s.tasks,
        effects: s.effects,
        quarantine,
        downtimes: s.downtimes,
        shapes,
        next_id: s.next_id,
        freshest_reading_at: s.freshest_reading_at,
        visits: s.visits,
        check_ins: s.check_ins,
        connections: s.connections,
        judgements: s.judgements,
        gate: s.gate,
        swept_from: s.swept_from,
        planned_to: s.planned_to,
        watch: s.watch,
    };
    let mut desk = Desk::load(stored, now, workspace.into(), case_key);
    // A line is a sign of life too, and later than the last beat if the power was cut.
    desk.watch.alive_at = desk.watch.alive_at.max(s.last_line_at);
    Ok(desk)
}

/// Takes one incoming: each of its inputs sees what the ones before it have stored.
fn take(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    incoming: &Incoming,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    match incoming {
        Incoming::Body { source, body, found } => {
            let raw = turn.keep_raw(now, *source, body)?;
            // A sender that saw no answer sends the same message again.
            if *source == Source::Mllp {
                let key = decide::hl7::dedupe_key(body);
                let seen = turn.seen(&key)?;
                turn.write(&Row::Seen { key, at: now })?;
                if seen {
                    return decide_one(desk, turn, now, Input::Again { source: *source }, answers, out);
                }
            }
            match found {
                Found::Readings { entries, .. } => {
                    for (n, entry) in entries.iter().enumerate() {
                        desk.place.entry = Some(n);
                        let at = RawRef { raw, entry: entry.at as u32, again: None };
                        reading(desk, turn, now, *source, &entry.decoded, at, answers, out)?;
                    }
                    Ok(())
                }
                Found::Reply(text) => reply(desk, turn, now, *source, text, answers, out),
                Found::Report(report) => decide_one(desk, turn, now, Input::Report { report: report.clone() }, answers, out),
                Found::Pager(event) => {
                    let seen = turn.seen(&format!("pd:{}", event.id))?;
                    decide_one(desk, turn, now, Input::Pager { source: *source, event: event.clone(), seen }, answers, out)
                }
                Found::Studio(answer) => studio(desk, turn, now, answer, RawRef { raw, entry: 0, again: None }, answers, out),
                Found::Visit(event) => {
                    let raw = RawRef { raw, entry: 0, again: None };
                    visit(desk, turn, now, *source, event, raw, answers, out)
                }
                Found::Refused(r) => {
                    let raw = RawRef { raw, entry: 0, again: None };
                    let input =
                        Input::Refused { source: *source, raw, reason: r.reason.clone(), field: r.field.clone(), detail: r.detail.clone() };
                    decide_one(desk, turn, now, input, answers, out)
                }
            }
        }
        Incoming::Appointments { body } => crate::appointments::shown(desk, turn, now, body, answers, out),
        Incoming::Settled { effect, delivery } => {
            let delivery = match delivery {
                // Two with the same words may have been looked for at once, and both have found the one text.
                Delivery::Delivered(r)
                    if r.found_by_looking && turn.message_effect(&r.reference)?.is_some_and(|other| other != *effect) =>
                {
                    let said = "twilio's text belongs to another message with the same words".into();
                    Delivery::Unknown(Problem { kind: ProblemKind::NoAnswer, http_status: None, code: None, said })
                }
                other => other.clone(),
            };
            decide_one(desk, turn, now, Input::Settled { effect: *effect, delivery }, answers, out)
        }
        Incoming::Direct(input) => {
            match input {
                Input::Started => {
                    let since = desk.watch.alive_at;
                    return back(desk, turn, now, input, since.map(|s| (s, Why::Closed)), answers, out);
                }
                Input::Woke { since } => return back(desk, turn, now, input, Some((*since, Why::Asleep)), answers, out),
                _ => {}
            }
            decide_one(desk, turn, now, input.clone(), answers, out)?;
            match input {
                Input::Tick => {
                    if !desk.aside_holds(&Duty::Replan) {
                        plan_again(desk, turn, now, out)?;
                    }
                    due_visits(desk, turn, now, out)
                }
                Input::Fire(Duty::Replan) => plan_again(desk, turn, now, out),
                Input::Fire(Duty::Visit(id)) => due_visit(desk, turn, now, *id, out),
                Input::Change { change: Change::Settings(_) | Change::Ordered(_), .. } => habits(desk, turn, now),
                _ => Ok(()),
            }
        }
        Incoming::Remind { visit } => {
            let Some(visit) = turn.visit(*visit)? else { return Ok(()) };
            let (mrn, day) = desk.reminder_day(&visit, now);
            let reminders_today = turn.reminders_on(&mrn, &day)?;
            decide_one(desk, turn, now, Input::Remind { visit: Box::new(visit), reminders_today }, answers, out)
        }
        Incoming::Again { quarantine } => again(desk, turn, now, *quarantine, None, answers, out),
        Incoming::AgainAs { quarantine, body } => again(desk, turn, now, *quarantine, Some(body.as_slice()), answers, out),
        Incoming::Exchanged { effect, exchanges } => turn.write(&Row::Exchanges { effect: *effect, exchanges: exchanges.clone() }),
        Incoming::Tidy => {
            let days = desk.settings.exchange_days;
            if days > 0.0 {
                turn.forget_exchanges(now - decide::hours(24.0 * days), FORGOTTEN_A_TURN)?;
            }
            Ok(())
        }
        Incoming::Gently(input) => decide_one(desk, turn, now, input.clone(), answers, out),
        Incoming::Broken => {
            answers.push(Answer {
                outcome: IntakeOutcome::Refused,
                reason: Some(BROKE.into()),
                refused: Some("The program broke on this. Nothing was changed; report it with the log.".into()),
                ..Answer::default()
            });
            Ok(())
        }
    }
}

#[allow(clippy::too_many_arguments)]
pub(crate) fn reading(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    source: Source,
    decoded: &Decoded,
    raw: RawRef,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let past = match decoded {
        Decoded::Reading(a) => match desk.find_patient(&a.patient) {
            Some(mrn) => turn.past(&mrn, a)?,
            None => Past::default(),
        },
        Decoded::Withdrawal(w) => match desk.find_patient(&w.patient) {
            Some(mrn) => turn.past_of_withdrawal(&mrn, w)?,
            None => Past::default(),
        },
        Decoded::Misread(_) => Past::default(),
    };
    decide_one(desk, turn, now, Input::Reading { source, decoded: decoded.clone(), past, raw }, answers, out)
}

fn reply(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    source: Source,
    text: &decide::outbox::InboundText,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let seen = turn.seen(&format!("sms:{}", text.sid))? && !decide::planted::on(decide::planted::Fault::WebhookTwice);
    let visits = turn.visits_ahead(&text.from, now)?;
    decide_one(desk, turn, now, Input::Reply { source, text: text.clone(), seen, visits }, answers, out)
}

/// Decides on one input, stores what it leaves, and takes what it found or freed.
pub(crate) fn decide_one(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    input: Input,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    #[cfg(test)]
    crate::trip::over(desk, now, &input);
    let outcome: Outcome = desk.take(now, input);
    for row in &outcome.rows {
        turn.write(row)?;
    }
    for entry in outcome.entries {
        let seq = turn.trail(&entry)?;
        out.lines.push((seq, entry));
    }
    out.touched.extend(outcome.touched);
    out.alarms.extend(outcome.alarms);
    answers.push(outcome.answer);
    let mut aside = Vec::new();
    for text in outcome.found_texts {
        // Looked up beside the webhook: one that came by webhook is not news.
        if !turn.seen(&format!("sms:{}", text.sid))? {
            reply(desk, turn, now, Source::TwilioPoll, &text, &mut aside, out)?;
        }
    }
    crate::observations::pulled(desk, turn, now, &outcome.found_observations, out)?;
    if let Some((location, resources)) = outcome.found_appointments {
        crate::appointments::pulled(desk, turn, now, &location, &resources, out)?;
    }
    if let Some((raw, seen)) = outcome.found_visitor {
        crate::appointments::whose(desk, turn, now, raw, seen, out)?;
    }
    // What was found is taken by now.
    for appointment in outcome.looked {
        if let Some(visit) = turn.visit_of(&appointment)? {
            decide_one(desk, turn, now, Input::Looked { visit: Box::new(visit) }, &mut aside, out)?;
        }
    }
    for id in outcome.again {
        again(desk, turn, now, id, None, &mut aside, out)?;
    }
    for end in outcome.text_ends {
        let Some(visit) = turn.visit_of(&end.appointment_id)? else { continue };
        let reminders_today = reminders_today(desk, turn, &visit, now)?;
        decide_one(desk, turn, now, Input::VisitText { visit: Box::new(visit), end, reminders_today }, &mut aside, out)?;
    }
    for whose in outcome.replan {
        let visits = match whose {
            Whose::Patient(mrn) => turn.visits_of_patient(&mrn, now)?,
            Whose::Phone(phone) => turn.visits_ahead(&phone, now)?,
        };
        for visit in visits {
            visit_again(desk, turn, now, visit, out)?;
        }
    }
    Ok(())
}

pub(crate) fn studio(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    answer: &decide::outbox::StudioAnswer,
    raw: RawRef,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let seen = match &answer.token {
        Some(token) => turn.seen(&format!("studio:{token}"))?,
        None => false,
    };
    let known = turn.visit_of(&answer.appointment_id)?.map(Box::new);
    let visits = match known.as_ref().and_then(|v| v.told.patient_phone.as_ref()) {
        Some(phone) => turn.visits_ahead(phone, now)?,
        None => Vec::new(),
    };
    decide_one(desk, turn, now, Input::Studio { answer: answer.clone(), known, visits, seen, raw }, answers, out)
}

#[allow(clippy::too_many_arguments)]
pub(crate) fn visit(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    source: Source,
    event: &decide::VisitEvent,
    raw: RawRef,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let known = turn.visit_of(&event.appointment_id)?.map(Box::new);
    decide_one(desk, turn, now, Input::Visit { source, event: Box::new(event.clone()), known, raw }, answers, out)
}
