//! One visit whole: the plan, the conversation, the requests to the EHR, what happened.

use super::messages::conversation;
use super::visit_words::{self, any_why, moment};
use super::visits::{patient_of, row, task, under_way, which_name, Waiting};
use super::words::{pick, say};
use super::{timeline, Opened};
use crate::commands::store_error;
use crate::console::{lock, Console};
use decide::desk::Desk;
use decide::outbox::{Act, Effect};
use decide::trail::{Entry, Line};
use decide::visits::{PlannedState, VisitPlan};
use decide::{hours, At, Visit, VisitEventType, VisitRequest};
use ledger::{Filed, LedgerError, Page, Reader, TrailFilter};
use wire::{Language, Person, PlannedText, UserError, VisitDetail, VisitRequestView, VisitRow};

/// So many lines of the patient are looked through for those of the visit.
const LINES: u32 = 600;
/// Texts shortly before the visit was first heard of belong to the conversation too.
const BEFORE_HOURS: f64 = 1.0;

/// What the trail tells of a visit.
pub(super) struct Told {
    /// Lines about the visit, oldest first, with the patient's words between them.
    pub history: Vec<Filed>,
    /// Texts and replies of the patient since the visit was heard of.
    pub talk: Vec<Filed>,
}

fn about(line: &Line) -> Option<&str> {
    match line {
        Line::Intake { appointment_id, .. } | Line::Sms { appointment_id, .. } | Line::Attention { appointment_id, .. } => {
            appointment_id.as_deref()
        }
        Line::Appointment { appointment_id, .. } | Line::EhrRequest { appointment_id, .. } => Some(appointment_id),
        _ => None,
    }
}

/// Reads what the trail has of a visit.
pub(super) fn told(reader: &Reader, v: &Visit) -> Result<Told, LedgerError> {
    let kinds = ["intake", "appointment", "sms", "ehr_request", "attention", "reply"].map(String::from).to_vec();
    let filter = TrailFilter { kinds, mrn: Some(v.told.patient_id.clone()), ..TrailFilter::default() };
    let mut lines = reader.trail(&filter, Page::first(LINES))?;
    lines.reverse();
    let own = |f: &Filed| about(&f.entry.line) == Some(v.told.appointment_id.as_str());
    let first = lines.iter().position(own).unwrap_or(lines.len());
    let history: Vec<Filed> = lines.split_off(first).into_iter().filter(|f| own(f) || matches!(f.entry.line, Line::Reply { .. })).collect();
    let since = history.first().map_or(v.newest_at, |f| f.entry.at);
    let talk = reader.conversation(&v.told.patient_id, since - hours(BEFORE_HOURS))?;
    Ok(Told { history, talk })
}

/// Requests to the EHR from the trail, the last one as its effect has it now.
pub(super) fn requests(history: &[Filed], under: Option<&Effect>) -> Vec<VisitRequestView> {
    let mut all: Vec<VisitRequestView> = Vec::new();
    for Entry { at, line, .. } in history.iter().map(|f| &f.entry) {
        match line {
            Line::EhrRequest { event_type, status, via, .. } if matches!(status.as_str(), "queued" | "would_send") => {
                all.push(VisitRequestView {
                    event_type: event_type.clone(),
                    at: *at,
                    via: via.clone(),
                    state: status.clone(),
                    attempts: 0,
                    next_try_at: None,
                    problem: None,
                    sent_at: None,
                    answered_at: None,
                });
            }
            Line::EhrRequest { event_type, status, .. } => {
                // Requests leave in the order they were asked for.
                if let Some(r) = all.iter_mut().find(|r| r.event_type == *event_type && r.sent_at.is_none()) {
                    r.state = status.clone();
                    match status.as_str() {
                        "sent" => r.sent_at = Some(*at),
                        _ => r.attempts += 1,
                    }
                }
            }
            Line::Appointment { event: Some(event), .. } => {
                let answers = match event {
                    VisitEventType::Confirmed => "CONFIRM",
                    VisitEventType::Canceled => "CANCEL",
                    _ => continue,
                };
                for r in all.iter_mut().filter(|r| r.event_type == answers && r.sent_at.is_some() && r.answered_at.is_none()) {
                    (r.answered_at, r.state) = (Some(*at), "answered".into());
                }
            }
            _ => {}
        }
    }
    if let Some((f, Act::EhrRequest(request))) = under.map(|f| (f, &f.act)) {
        if let Some(r) = all.iter_mut().rev().find(|r| r.event_type == request.event_type && r.sent_at.is_none()) {
            r.state = under_way(f).into();
            r.attempts = f.attempts;
            r.next_try_at = (f.attempts > 0).then_some(f.next_try);
            r.problem = f.problem.as_ref().map(|p| p.said.clone());
        }
    }
    all
}

/// The plan as the panel draws it.
fn plan_view(v: &Visit, plan: &VisitPlan, l: Language) -> Vec<PlannedText> {
    let local = |t: At| moment(plan.zone.wall(t), l);
    let held = v.held.as_ref().map(|h| {
        let until = local(h.until);
        PlannedText {
            which: "event_text".into(),
            state: "held".into(),
            due: h.until,
            goes: Some(h.until),
            due_local: until.clone(),
            goes_local: Some(until.clone()),
            why: Some("quiet_hours".into()),
            sentence: say!(
                l,
                "The text about the change is held until {until}: quiet hours.",
                "El aviso del cambio espera hasta {until}: horas de silencio."
            ),
        }
    });
    let reminders = plan.reminders.iter().map(|p| PlannedText {
        which: which_name(p.which).into(),
        state: match p.state {
            PlannedState::Sent => "sent",
            PlannedState::Scheduled => "scheduled",
            PlannedState::Held => "held",
            PlannedState::Dropped => "dropped",
            PlannedState::WillNot => "will_not",
            PlannedState::Off => "off",
        }
        .into(),
        due: p.due,
        goes: p.goes,
        due_local: local(p.due),
        goes_local: p.goes.map(local),
        why: p.why.clone(),
        sentence: visit_words::planned(p, &plan.zone, l),
    });
    held.into_iter().chain(reminders).collect()
}

/// What is so and what happens next, in one sentence.
fn summary(v: &Visit, row: &VisitRow, plan: &VisitPlan, l: Language) -> String {
    let who = row.patient.name.clone();
    match v.request {
        VisitRequest::Cancel if v.live() => {
            return say!(
                l,
                "{who} asked to cancel. The visit stands until the EHR answers.",
                "{who} pidió cancelar. La cita sigue en pie hasta que el expediente responda."
            )
        }
        VisitRequest::Confirm if v.live() => {
            return say!(l, "{who} asked to confirm. The EHR has not answered.", "{who} pidió confirmar. El expediente no ha respondido.")
        }
        _ => {}
    }
    if let Some(over) = visit_words::over(v.state, l) {
        return over.into();
    }
    let confirmed = if v.confirmed { pick(l, "Confirmed. ", "Confirmada. ") } else { "" };
    if let Some(why) = plan.untextable {
        let why = any_why(why, l);
        return say!(
            l,
            "{confirmed}No text may go: {why}. Call if it matters.",
            "{confirmed}No puede salir ningún mensaje: {why}. Llame si importa."
        );
    }
    match &row.next {
        Some(next) => {
            let at = moment(plan.zone.wall(next.due), l);
            say!(l, "{confirmed}The next text goes {at}.", "{confirmed}El próximo mensaje sale {at}.")
        }
        None => say!(l, "{confirmed}No more texts before the visit.", "{confirmed}No saldrán más mensajes antes de la cita."),
    }
}

/// Texts of the patient that have not left yet.
pub(super) fn waiting_texts(desk: &Desk, v: &Visit) -> Vec<Effect> {
    let mine = |f: &&Effect| matches!(f.act, Act::Text(_)) && f.outstanding() && f.about.mrn.as_ref() == Some(&v.told.patient_id);
    desk.effects.values().filter(mine).cloned().collect()
}

impl Console {
    /// The panel of a visit; opening a patient is an audit line.
    pub(crate) fn visit_view(&self, who: &Person, appointment_id: &str) -> Result<VisitDetail, UserError> {
        let (now, l) = (self.now(), who.language);
        let found = lock(&self.reader).visit_of(appointment_id).map_err(store_error)?;
        let v = found.ok_or_else(|| no_visit(l))?;
        self.saw(who, Opened::Visit(v.id), v.told.patient_id.clone(), now);
        let (mrn, day) = lock(&self.engine).desk.reminder_day(&v, now);
        let (told, today) = {
            let reader = lock(&self.reader);
            (told(&reader, &v).map_err(store_error)?, reader.reminders_on(&mrn, &day).map_err(store_error)?)
        };
        let engine = lock(&self.engine);
        let desk = &engine.desk;
        let waiting = Waiting::of(desk);
        let plan = desk.visit_plan(&v, now, today);
        let shown = row(desk, &waiting, &v, &plan, l);
        let language = desk.patients.get(&v.told.patient_id).map(|p| p.language).unwrap_or_default();
        Ok(VisitDetail {
            now,
            summary: summary(&v, &shown, &plan, l),
            phone: v.told.patient_phone.as_ref().map(|p| p.expose().into()),
            callback_phone: v.told.provider_callback_phone.clone(),
            language: if language == decide::Language::Es { "es" } else { "en" }.into(),
            time_zone: plan.zone.name.clone(),
            zone_assumed: plan.zone.assumed,
            local_time: plan.zone.clock(now),
            plan: plan_view(&v, &plan, l),
            conversation: conversation(&told.talk, waiting_texts(desk, &v).iter(), l),
            requests: requests(&told.history, waiting.request(appointment_id)),
            history: told.history.iter().map(|f| timeline::line(f, l)).collect(),
            tasks: waiting.about(appointment_id).map(|t| task(desk, t, l)).collect(),
            row: VisitRow { patient: patient_of(desk, &v), ..shown },
        })
    }
}

/// A visit that is not there, and what that may mean.
pub(crate) fn no_visit(l: Language) -> UserError {
    let mut e = UserError::not_found("That visit");
    if l == Language::Es {
        e.title = "No se encontró".into();
        e.what_happened = "Esa cita no está aquí.".into();
        e.what_to_do = "Un mensaje que no se pudo usar no crea ninguna cita: vea su fila en la lista de trabajo.".into();
    } else {
        e.what_to_do = "A message that could not be used makes no visit: see its row on the Worklist.".into();
    }
    e
}
