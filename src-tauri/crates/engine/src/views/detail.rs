//! The side panel of one row: the patient, the trend, the conversation, the timeline, what was owed.

use super::messages::conversation;
use super::row::{self, Matter, Targets};
use super::words::{page_reason_words, pick};
use super::{guidance, timeline, value, worklist, Opened};
use crate::commands::store_error;
use crate::console::{lock, Console};
use crate::spine::Incoming;
use decide::input::{Act as Deed, Input, RowId};
use decide::outbox::{Act, Effect, EffectState};
use decide::trail::{IntakeOutcome, Line};
use decide::wallclock::zone_of;
use decide::{hours, minutes, At, Episode, Mrn, Note, Patient, PatientStatus, Severity, Vital, WriteState};
use ledger::{Filed, LedgerError, Page, TrailFilter};
use wire::{ChartWriteView, EpisodeDetail, Language, NoteView, PageView, Person, TimelineLine, TrendMark, TrendPoint, UserError};

/// The trend of the panel reaches back so far.
const TREND_DAYS: i64 = 30;
const TREND_POINTS: usize = 300;
/// Texts before the row was opened that still belong to the conversation.
const CONVERSATION_HOURS: f64 = 72.0;
/// Opening the same row again within this time is the same look.
const SAME_LOOK_MINUTES: f64 = 10.0;
/// A body is shown up to so many characters.
pub(crate) const BODY_SHOWN: usize = 8_000;

/// The row of that id, or an error that says it is not there.
pub(crate) fn row_id(text: &str) -> Result<RowId, UserError> {
    RowId::read(text).ok_or_else(|| UserError::not_found("That row"))
}

/// What the panel needs from the desk, copied under its lock.
struct Copied {
    matter: Matter,
    seq: u64,
    targets: Targets,
    patient: Option<Patient>,
    case: Case,
    waiting: Vec<Effect>,
    others: Vec<String>,
    body: Option<(u64, String)>,
    judgement: Option<wire::JudgementView>,
}

/// The patient's side of the panel.
struct Case {
    zone: String,
    zone_assumed: bool,
    local_time: String,
    opted_out: bool,
    status: PatientStatus,
    draft: String,
}

impl Console {
    /// The panel of a row; opening a patient is an audit line.
    pub(crate) fn detail(&self, who: &Person, id: RowId) -> Result<EpisodeDetail, UserError> {
        let (now, l) = (self.now(), who.language);
        let mut copied = self.copy(id, now)?;
        if let Some(p) = &copied.patient {
            self.saw(who, Opened::Row(id), p.mrn.clone(), now);
        }
        let seq = copied.seq;
        let waiting = std::mem::take(&mut copied.waiting);
        let shown_row = self.one_row(id, copied.matter.clone(), seq, copied.targets, l).map_err(store_error)?;
        let mut detail = EpisodeDetail {
            row: shown_row,
            now,
            phone: copied.patient.as_ref().and_then(|p| p.phone.as_ref()).map(|p| p.expose().into()),
            language: copied.patient.as_ref().map_or("en", |p| if p.language == decide::Language::Es { "es" } else { "en" }).into(),
            time_zone: copied.case.zone,
            zone_assumed: copied.case.zone_assumed,
            local_time: copied.case.local_time,
            opted_out: copied.case.opted_out,
            status: status_name(copied.case.status).into(),
            trend: Vec::new(),
            marks: Vec::new(),
            conversation: Vec::new(),
            timeline: Vec::new(),
            pages: Vec::new(),
            writes: Vec::new(),
            notes: Vec::new(),
            guidance: String::new(),
            draft_text: copied.case.draft,
            others: copied.others,
            shadow: matches!(&copied.matter, Matter::Episode { e, .. } if !e.live),
            judgement: copied.judgement,
        };
        let reader = lock(&self.reader);
        let fill = |detail: &mut EpisodeDetail| -> Result<(), LedgerError> {
            match &copied.matter {
                Matter::Episode { e, .. } => {
                    let effects = reader.effects_of(e.id)?;
                    detail.timeline = reader.timeline(e.id)?.iter().map(|f| timeline::line(f, l)).collect();
                    detail.pages = e.pages.iter().map(|p| page(p, &effects, l)).collect();
                    detail.writes = writes(e, &effects, l);
                    detail.notes = e.notes.iter().map(note).collect();
                    detail.guidance = guidance::of_episode(e, l);
                    self.of_patient(&reader, detail, (&e.mrn, e.vital, e.opened_at), &waiting, now, l)?;
                    detail.marks.extend(e.pages.iter().map(|p| mark(p.owed_at, "page", page_reason_words(p.reason, l))));
                    detail.marks.extend(e.notes.iter().map(|n| mark(n.at, "note", &n.text)));
                }
                Matter::Task { t, .. } => {
                    detail.guidance = guidance::of_task(&t.reason, l);
                    if let Some(mrn) = &t.mrn {
                        let filter = TrailFilter { mrn: Some(mrn.clone()), from: Some(t.since - minutes(1.0)), ..TrailFilter::default() };
                        let mut lines = reader.trail(&filter, Page::first(100))?;
                        lines.reverse();
                        detail.timeline = lines.iter().filter(|f| belongs(f, t.vital)).map(|f| timeline::line(f, l)).collect();
                        self.of_patient(&reader, detail, (mrn, t.vital.unwrap_or(Vital::Symptoms), t.since), &waiting, now, l)?;
                    }
                    if let Some((raw, source)) = &copied.body {
                        if let Some(kept) = reader.raw(*raw)? {
                            detail.timeline.insert(0, received(kept.at, source, &kept.body, l));
                        }
                    }
                }
            }
            detail.marks.sort_by_key(|m| m.at);
            Ok(())
        };
        fill(&mut detail).map_err(store_error)?;
        Ok(detail)
    }

    /// Trend and conversation.
    fn of_patient(
        &self,
        reader: &ledger::Reader,
        detail: &mut EpisodeDetail,
        (mrn, vital, opened): (&Mrn, Vital, At),
        waiting: &[Effect],
        now: At,
        l: Language,
    ) -> Result<(), LedgerError> {
        if vital != Vital::Symptoms {
            let readings = reader.trend(mrn, vital, now - chrono::TimeDelta::days(TREND_DAYS), TREND_POINTS)?;
            detail.trend = readings.iter().filter_map(value::trend_point).collect::<Vec<TrendPoint>>();
        }
        let lines = reader.conversation(mrn, opened - hours(CONVERSATION_HOURS))?;
        detail.conversation = conversation(&lines, waiting.iter(), l);
        for m in detail.conversation.iter().filter(|m| m.at >= opened) {
            let kind = if m.from_patient { "reply" } else { "text" };
            let label = if m.from_patient { m.body.clone() } else { m.purpose.replace('_', " ") };
            detail.marks.push(mark(m.at, kind, &label));
        }
        Ok(())
    }

    fn copy(&self, id: RowId, now: At) -> Result<Copied, UserError> {
        let engine = lock(&self.engine);
        let desk = &engine.desk;
        let matter = match row::matter(desk, id, now) {
            Some(matter) => matter,
            // An episode that the desk has let go is still in the ledger.
            None => self.forgotten(desk, id, now)?,
        };
        let (mrn, vital, quarantine) = match &matter {
            Matter::Episode { e, .. } => (Some(e.mrn.clone()), Some(e.vital), None),
            Matter::Task { t, .. } => (t.mrn.clone(), t.vital, t.quarantine),
        };
        let patient = mrn.as_ref().and_then(|m| desk.patients.get(m)).cloned();
        let of_patient = |m: &Mrn| Some(m) == mrn.as_ref();
        let mut others: Vec<String> = desk
            .episodes
            .values()
            .filter(|e| e.is_open() && of_patient(&e.mrn))
            .map(|e| RowId::Episode(e.id))
            .map(|r| r.to_string())
            .collect();
        others.extend(
            desk.tasks
                .values()
                .filter(|t| t.closed.is_none() && t.mrn.as_ref().is_some_and(of_patient))
                .map(|t| RowId::Task(t.id).to_string()),
        );
        others.retain(|o| *o != id.to_string());
        let waiting = desk
            .effects
            .values()
            .filter(|f| matches!(f.act, Act::Text(_)) && f.outstanding() && f.about.mrn.as_ref().is_some_and(of_patient));
        let waiting = waiting.cloned().collect();
        let body = quarantine.and_then(|q| desk.quarantine.get(&q)).map(|q| (q.raw, q.source.name().to_string()));
        let judgement = match id {
            RowId::Episode(n) => desk.shadow.of(n).map(super::shadow::judgement),
            RowId::Task(_) => None,
        };
        Ok(Copied {
            judgement,
            case: case_of(desk, patient.as_ref(), vital, &matter, now),
            seq: worklist::seq_of(&engine, id),
            targets: Targets::of(desk),
            matter,
            patient,
            waiting,
            others,
            body,
        })
    }

    fn forgotten(&self, desk: &decide::desk::Desk, id: RowId, now: At) -> Result<Matter, UserError> {
        let RowId::Episode(n) = id else { return Err(UserError::not_found("That row")) };
        let e = lock(&self.reader).episode(n).map_err(store_error)?.ok_or_else(|| UserError::not_found("That row"))?;
        Ok(Matter::Episode {
            facts: Box::new(row::facts(desk, &e.mrn, now)),
            judged: desk.shadow.of(n).map(|j| j.opinion),
            e: Box::new(e),
            retry_at: None,
        })
    }

    /// An audit line: this person opened this patient; once in ten minutes.
    pub(super) fn saw(&self, who: &Person, what: Opened, mrn: Mrn, now: At) {
        let key = (who.name.clone(), what);
        {
            let mut remembered = lock(&self.remembered);
            remembered.opened.retain(|_, at| now - *at < minutes(SAME_LOOK_MINUTES));
            if remembered.opened.contains_key(&key) {
                return;
            }
        }
        let act = Deed::Saw { what: "opened".into(), mrn: Some(mrn) };
        let input = Input::Act { who: who.name.clone(), act, undo_seconds: 0.0 };
        // The panel is shown all the same: a nurse must not be kept from a patient. The next look tries again.
        if (self.submit)(vec![Incoming::Direct(input)]).is_some() {
            lock(&self.remembered).opened.insert(key, now);
        }
    }
}

/// Whether a line about a task's patient tells something about the task: no routine reading, no look, no other vital.
fn belongs(f: &Filed, of: Option<Vital>) -> bool {
    let same = |v: &Option<Vital>| of.is_none() || v.is_none() || *v == of;
    match &f.entry.line {
        Line::Intake { outcome, .. } => matches!(outcome, IntakeOutcome::Refused | IntakeOutcome::Quarantined),
        Line::Verdict { severity, vital, rule, .. } => (*severity > Severity::Routine || rule == "implausible") && same(&Some(*vital)),
        Line::Act { what, vital, .. } => !matches!(what.as_str(), "opened" | "patient" | "limit") && same(vital),
        Line::Attention { vital, .. } => same(vital),
        Line::Episode { vital, .. } | Line::Page { vital, .. } | Line::Incident { vital, .. } => same(&Some(*vital)),
        _ => true,
    }
}

pub(super) fn status_name(s: PatientStatus) -> &'static str {
    match s {
        PatientStatus::Active => "active",
        PatientStatus::Paused => "paused",
        PatientStatus::Admitted => "admitted",
        PatientStatus::Ended => "ended",
        PatientStatus::Deceased => "deceased",
    }
}

fn case_of(desk: &decide::desk::Desk, patient: Option<&Patient>, vital: Option<Vital>, matter: &Matter, now: At) -> Case {
    let Some(p) = patient else {
        return Case {
            zone: String::new(),
            zone_assumed: false,
            local_time: String::new(),
            opted_out: false,
            status: PatientStatus::Active,
            draft: String::new(),
        };
    };
    let zone = zone_of(p, &desk.settings);
    let value = match matter {
        Matter::Episode { e, .. } if e.vital != Vital::Symptoms => Some(format!("{} {}", e.latest.value.text(), e.vital.unit())),
        _ => None,
    };
    Case {
        zone: zone.name.clone(),
        zone_assumed: zone.assumed,
        local_time: zone.clock(now),
        opted_out: p.phone.as_ref().is_some_and(|n| desk.opted_out.contains(n)),
        status: p.status,
        draft: draft(p, &desk.settings.customer_name, vital.zip(value)),
    }
}

/// A text to start from, in the patient's language; it ends with what to do in an emergency.
fn draft(p: &Patient, clinic: &str, about: Option<(Vital, String)>) -> String {
    let l = if p.language == decide::Language::Es { Language::Es } else { Language::En };
    let hello = match p.first_name.expose() {
        "" => pick(l, "Hello", "Hola").to_string(),
        first => format!("{} {first}", pick(l, "Hello", "Hola")),
    };
    let what = about.map(|(v, value)| {
        let name = super::vital_words(v, l);
        super::say!(l, " We saw your {name} reading of {value}.", " Vimos su lectura de {name}: {value}.")
    });
    let what = what.unwrap_or_default();
    super::say!(
        l,
        "{hello}, this is {clinic}.{what} How are you feeling? Please answer here or call us. Emergency: call 911.",
        "{hello}, le escribe {clinic}.{what} ¿Cómo se siente? Responda aquí o llámenos. Emergencia: llame al 911."
    )
}

pub(super) fn mark(at: At, kind: &str, label: &str) -> TrendMark {
    TrendMark { at, kind: kind.into(), label: label.chars().take(80).collect() }
}

fn note(n: &Note) -> NoteView {
    NoteView { at: n.at, by: n.by.clone(), text: n.text.clone() }
}

fn page(p: &decide::PageStep, effects: &[Effect], l: Language) -> PageView {
    let state = effects.iter().find(|f| f.id == p.effect).map(|f| &f.state);
    let status = match state {
        Some(EffectState::WouldSend { .. }) => "would_send",
        Some(EffectState::Withdrawn { .. }) => "withdrawn",
        _ if p.resolved => "resolved",
        _ if p.acknowledged.is_some() => "acknowledged",
        _ if p.incident.is_some() => "proven",
        _ if p.sent_at.is_some() => "sent",
        _ if p.first_failed_at.is_some() => "failed",
        _ => "owed",
    };
    PageView {
        step: p.step,
        at: p.owed_at,
        urgency: p.urgency.word().into(),
        reason: page_reason_words(p.reason, l).into(),
        status: status.into(),
        by: p.acknowledged.as_ref().map(|h| h.by.clone()),
    }
}

/// The three writes of a close: those that were owed, and those that still wait for a person.
fn writes(e: &Episode, effects: &[Effect], l: Language) -> Vec<ChartWriteView> {
    let Some(w) = e.writes else { return Vec::new() };
    let mut views: Vec<ChartWriteView> = effects
        .iter()
        .filter_map(|f| {
            let Act::Chart(write) = &f.act else { return None };
            let (status, at) = match &f.state {
                EffectState::Done { at, .. } => ("done", Some(*at)),
                EffectState::Sending { since } => ("sending", Some(*since)),
                EffectState::Blocked => ("blocked", None),
                EffectState::Parked { at, .. } => ("parked", Some(*at)),
                EffectState::Failed { at } => ("failed", Some(*at)),
                EffectState::WouldSend { at } => ("would_send", Some(*at)),
                EffectState::Withdrawn { .. } => return None,
                EffectState::Owed | EffectState::Unknown { .. } => ("queued", Some(f.owed_at)),
            };
            let purpose = serde_json::to_value(write.purpose).ok()?.as_str()?.to_string();
            Some(ChartWriteView { purpose, status: status.into(), at, why: f.problem.as_ref().map(|p| p.said.clone()) })
        })
        .collect();
    let mut add = |purpose: &str, status: &str, why: &str| {
        if !views.iter().any(|v| v.purpose == purpose) {
            views.push(ChartWriteView { purpose: purpose.into(), status: status.into(), at: None, why: Some(why.into()) });
        }
    };
    if w.reviewed == WriteState::NotNeeded {
        add("reviewed", "done", pick(l, "the chart has the reading; the note says so", "la historia ya tiene la lectura; lo dice la nota"));
    }
    if w.note == WriteState::Missing {
        add("note", "blocked", pick(l, "waits for a note", "falta la nota"));
    }
    if w.flowsheet == WriteState::Missing {
        add("flowsheet", "blocked", pick(l, "waits for the minutes", "faltan los minutos"));
    }
    views
}

/// A quarantined body as the first line of its task.
fn received(at: At, source: &str, body: &[u8], l: Language) -> TimelineLine {
    let title = super::say!(l, "Received from {source}", "Recibido de {source}");
    let raw: String = String::from_utf8_lossy(body).chars().take(BODY_SHOWN).collect();
    TimelineLine { seq: 0, at, kind: "intake".into(), title, reason: None, by: None, raw }
}

/// The patient's phone as the patient sees it: what arrived, and what was written.
pub(crate) fn arrived(status: &str) -> bool {
    matches!(status, "sent" | "delivered" | "received")
}
