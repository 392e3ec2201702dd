//! Judging what shadow mode held back, rehearsing a shadow day, and the way out of shadow and back.

use super::refusal::{field, refused};
use super::work::UNDO_SECONDS;
use crate::console::{lock, Console};
use crate::scenario::rehearse;
use crate::spine::Incoming;
use crate::views::shadow::{episode_id, rehearsed_id, Rehearsal};
use crate::views::{label, pick, say};
use decide::input::{Change, Input};
use decide::outbox::Vendor;
use decide::shadow::{How, Judgement, Need, Opinion, ShadowChange, Side};
use decide::{Episode, Mrn, Vital};
use wire::*;

const LONGEST_SCENARIO: usize = 1 << 20;

fn opinion(text: &str, l: Language) -> Result<Opinion, UserError> {
    match text {
        "agree" => Ok(Opinion::Agree),
        "disagree" => Ok(Opinion::Disagree),
        "not_needed" => Ok(Opinion::NotNeeded),
        _ => Err(field("opinion", l, "Agree, disagree or not needed.", "De acuerdo, en desacuerdo o no hacía falta.")),
    }
}

/// The desk's refusals in the reader's language.
fn spanish(why: &str) -> &str {
    match why {
        "This alert really went out: only what shadow mode held back is judged." => {
            "Esta alerta salió de verdad: solo se valora lo que retuvo el modo sombra."
        }
        "Say what should have happened." => "Diga qué debería haber pasado.",
        "That time has not come yet." => "Esa hora aún no ha llegado.",
        "That patient is not enrolled here." => "Ese paciente no está inscrito aquí.",
        "That missed alert is not there any more." => "Esa alerta ya no está.",
        "Choose what it is about." => "Elija de qué se trata.",
        "Choose what goes back to shadow." => "Elija qué vuelve al modo sombra.",
        "Not all of it is in shadow." => "No todo está en modo sombra.",
        "The console sees this by itself." => "Esto lo ve la propia consola.",
        "This vital is not in shadow." => "Este signo vital no está en modo sombra.",
        "Shadow mode began after that: the console was not watching yet." => "El modo sombra empezó después: la consola aún no vigilaba.",
        "That day has not come yet." => "Ese día aún no ha llegado.",
        "You gave the other signature: somebody else must answer for this one."
        | "You have given the other signature: this one is somebody else's."
        | "You waived the other signature: this one is somebody else's." => {
            "Usted ya respondió por la otra firma: esta es de otra persona."
        }
        "The other signature is waived already: at least one must be given." => {
            "La otra firma ya está dispensada: al menos una debe darse."
        }
        other => other,
    }
}

impl Console {
    fn change_shadow(&self, who: &Person, change: ShadowChange) -> Result<decide::desk::Answer, UserError> {
        let l = who.language;
        let input = Input::Change { who: who.name.clone(), change: Change::Shadow(change) };
        let answer = self.take(vec![Incoming::Direct(input)], l)?;
        let Some(why) = &answer.refused else { return Ok(answer) };
        let why = match l {
            Language::En => why.clone(),
            Language::Es => spanish(why).to_string(),
        };
        Err(match &answer.field {
            Some(at) => UserError::invalid(at, why, pick(l, "Correct it and send it again.", "Corríjalo y envíelo de nuevo.")),
            None => refused(&why, l),
        })
    }

    /// An episode, from memory or from the file.
    fn any_episode(&self, id: u64) -> Result<Episode, UserError> {
        if let Some(e) = lock(&self.engine).desk.episodes.get(&id) {
            return Ok(e.clone());
        }
        let found = lock(&self.reader).episode(id).map_err(super::store_error)?;
        found.ok_or_else(|| UserError::not_found("That alert"))
    }

    pub(crate) fn do_judge(&self, who: &Person, args: &JudgeArgs) -> Result<Done, UserError> {
        let l = who.language;
        let opinion = opinion(&args.opinion, l)?;
        if let Some(id) = rehearsed_id(&args.id) {
            return self.judge_rehearsed(who, id, opinion, args);
        }
        let id = episode_id(&args.id).ok_or_else(|| UserError::not_found("That alert"))?;
        let episode = Box::new(self.any_episode(id)?);
        let change = ShadowChange::Judge { episode, opinion, why: args.why.clone(), acted_at: args.acted_at, undo_seconds: UNDO_SECONDS };
        let answer = self.change_shadow(who, change)?;
        Ok(Done { said: judged(opinion, l).into(), undo: undo(&answer) })
    }

    fn judge_rehearsed(&self, who: &Person, id: u64, opinion: Opinion, args: &JudgeArgs) -> Result<Done, UserError> {
        let l = who.language;
        if opinion == Opinion::Disagree && args.why.trim().is_empty() {
            return Err(field("why", l, "Say what should have happened.", "Diga qué debería haber pasado."));
        }
        let at = self.now();
        {
            let mut remembered = lock(&self.remembered);
            let gone = || UserError::not_found("That alert");
            let r = remembered.rehearsal.as_mut().ok_or_else(gone)?;
            let e = r.day.episodes.iter().find(|e| e.id == id).ok_or_else(gone)?;
            let j = Judgement {
                id,
                episode: Some(id),
                mrn: e.mrn.clone(),
                vital: e.vital,
                opinion,
                why: args.why.trim().into(),
                did: String::new(),
                acted_at: args.acted_at,
                by: who.name.clone(),
                at,
                explained: None,
                taken_back: false,
            };
            r.judgements.retain(|known| known.id != id);
            r.judgements.push(j);
        }
        self.keep_seen(who, "rehearsal_judged", None)?;
        Ok(Done { said: judged(opinion, l).into(), undo: None })
    }

    pub(crate) fn do_missed_alert(&self, who: &Person, args: &MissedArgs) -> Result<Done, UserError> {
        let l = who.language;
        let vital = Vital::named(&args.vital).ok_or_else(|| field("vital", l, "Choose what was measured.", "Elija qué se midió."))?;
        let change =
            ShadowChange::Missed { mrn: Mrn::from(args.mrn.trim()), vital, at: args.at, did: args.did.clone(), undo_seconds: UNDO_SECONDS };
        let answer = self.change_shadow(who, change)?;
        let said = pick(l, "Recorded as missed by the console.", "Anotada como no dada por la consola.");
        Ok(Done { said: said.into(), undo: undo(&answer) })
    }

    pub(crate) fn do_explain_missed(&self, who: &Person, args: ExplainArgs) -> Result<Done, UserError> {
        self.change_shadow(who, ShadowChange::Explain { id: args.id, why: args.why })?;
        Ok(done(pick(who.language, "Explained.", "Explicada.")))
    }

    pub(crate) fn do_rehearse(&self, who: &Person, args: &RehearseArgs) -> Result<Done, UserError> {
        let l = who.language;
        if args.text.trim().is_empty() || args.text.len() > LONGEST_SCENARIO {
            let (en, es) =
                ("A scenario file has something in it and at most 1 MB.", "Un escenario no está vacío y ocupa como máximo 1 MB.");
            return Err(field("text", l, en, es));
        }
        let day = rehearse(&args.text).map_err(|why| {
            UserError::invalid("text", why, pick(l, "Correct the file and play it again.", "Corrija el archivo y vuelva a intentarlo."))
        })?;
        let name = day.name.clone();
        let alerts = day.episodes.len();
        self.keep_seen(who, "rehearsed", None)?;
        lock(&self.remembered).rehearsal = Some(Rehearsal { day, judgements: Vec::new() });
        Ok(done(&say!(
            l,
            "Played: {name}. {alerts} alerts to judge; they count for no gate.",
            "Ensayado: {name}. {alerts} alertas por valorar; no cuentan para la puesta en marcha."
        )))
    }

    pub(crate) fn do_gate_note(&self, who: &Person, args: GateNoteArgs) -> Result<Done, UserError> {
        let l = who.language;
        let need = Need::named(&args.need).ok_or_else(|| field("need", l, "There is no such need.", "No existe ese requisito."))?;
        let how = match args.how.as_str() {
            "proof" => How::Proof,
            "override" => How::Override,
            _ => return Err(field("how", l, "Proof or override.", "Prueba o dispensa.")),
        };
        let workflows = args.workflows.into_iter().collect();
        self.change_shadow(who, ShadowChange::Note { need, workflows, how, why: args.why })?;
        Ok(done(match how {
            How::Proof => pick(l, "The proof is on the trail.", "La prueba queda en el registro."),
            How::Override => {
                pick(l, "Waived, with your name and reason on the trail.", "Dispensado, con su nombre y motivo en el registro.")
            }
        }))
    }

    pub(crate) fn do_baa(&self, who: &Person, args: &BaaArgs) -> Result<Done, UserError> {
        let l = who.language;
        let vendor =
            Vendor::named(&args.vendor).ok_or_else(|| field("vendor", l, "There is no such vendor.", "No existe ese proveedor."))?;
        let typed = args.signed_on.as_deref().map(str::trim).filter(|d| !d.is_empty());
        let signed_on = typed
            .map(|d| d.parse().map_err(|_| field("signed_on", l, "Write the day as 2026-03-05.", "Escriba el día como 2026-03-05.")))
            .transpose()?;
        self.change_shadow(who, ShadowChange::Baa { vendor, signed_on })?;
        let name = label(vendor);
        Ok(done(&say!(l, "Kept for {name}.", "Guardado para {name}.")))
    }

    /// Who signs, told apart by the staff's own number: two people, not two names.
    fn signer(&self, who: &Person) -> Result<String, UserError> {
        let l = who.language;
        let staff = {
            let engine = lock(&self.engine);
            self.sessions.look(&who.session, self.now(), &engine.desk.settings)
        };
        match staff {
            Some((open, _)) if open.emergency_until.is_some() => {
                Err(field("side", l, "An emergency sign-in signs nothing.", "Un acceso de emergencia no firma nada."))
            }
            Some((open, _)) => Ok(open.staff.to_string()),
            // The sandbox's own person, and the owner of the data folder, have no session.
            None => Ok(who.name.clone()),
        }
    }

    pub(crate) fn do_sign_off(&self, who: &Person, args: SignOffArgs) -> Result<Done, UserError> {
        let l = who.language;
        let side = side_of(&who.role)
            .ok_or_else(|| field("side", l, "An administrator or a clinician signs.", "Firma administración o un médico."))?;
        let staff = self.signer(who)?;
        self.change_shadow(who, ShadowChange::Sign { side, workflows: args.workflows.into_iter().collect(), staff })?;
        Ok(done(match side {
            Side::NurseLead => pick(l, "Signed as nurse lead.", "Firmado como jefatura de enfermería."),
            Side::MedicalDirector => pick(l, "Signed as medical director.", "Firmado como dirección médica."),
        }))
    }

    pub(crate) fn do_go_live(&self, who: &Person, args: GoLiveArgs) -> Result<Done, UserError> {
        let evidence = Box::new(self.evidence()?);
        self.change_shadow(who, ShadowChange::GoLive { workflows: args.workflows.into_iter().collect(), evidence })?;
        Ok(done(pick(
            who.language,
            "Live. From now on texts, pages and chart writes leave this desk.",
            "En marcha. Desde ahora salen mensajes, llamadas y escrituras.",
        )))
    }

    pub(crate) fn do_back_to_shadow(&self, who: &Person, args: BackToShadowArgs) -> Result<Done, UserError> {
        self.change_shadow(who, ShadowChange::GoBack { workflows: args.workflows.into_iter().collect(), why: args.why })?;
        Ok(done(pick(
            who.language,
            "Back in shadow. What was open finishes live; nothing new leaves.",
            "De nuevo en sombra. Lo abierto termina en marcha; nada nuevo sale.",
        )))
    }
}

/// The side that a role signs for (behaviour.md 1.8: nurse lead and medical director).
pub(crate) fn side_of(role: &str) -> Option<Side> {
    match role {
        "administrator" => Some(Side::NurseLead),
        "clinician" => Some(Side::MedicalDirector),
        _ => None,
    }
}

fn judged(o: Opinion, l: Language) -> &'static str {
    match o {
        Opinion::Agree => pick(l, "Judged: you would have done the same.", "Valorado: usted habría hecho lo mismo."),
        Opinion::Disagree => pick(l, "Judged: you disagree.", "Valorado: usted no está de acuerdo."),
        _ => pick(l, "Judged: not needed.", "Valorado: no hacía falta."),
    }
}

fn undo(answer: &decide::desk::Answer) -> Option<Undo> {
    answer.undo.map(|(token, until)| Undo { token: token.to_string(), until })
}

fn done(said: &str) -> Done {
    Done { said: said.into(), undo: None }
}
