//! A nurse says what she would have done; each of it is a line on the trail and can be taken back for some seconds.

use super::{Explained, Judgement, Opinion, ShadowChange, TakeBack};
use crate::desk::Desk;
use crate::input::RowId;
use crate::rows::Row;
use crate::trail::Line;
use crate::{minutes, seconds, At, Episode, Mrn, Vital};

const LONGEST: usize = 500;

impl Desk {
    pub(crate) fn change_shadow(&mut self, now: At, who: &str, change: ShadowChange) {
        match change {
            ShadowChange::Judge { episode, opinion, why, acted_at, undo_seconds } => {
                self.judge(now, who, &episode, (opinion, why.trim(), acted_at), undo_seconds);
            }
            ShadowChange::Missed { mrn, vital, at, did, undo_seconds } => {
                self.missed(now, who, (&mrn, vital), at, did.trim(), undo_seconds);
            }
            ShadowChange::Explain { id, why } => self.explain(now, who, id, why.trim()),
            ShadowChange::Arm => {
                self.shadow.gate.armed = true;
                self.keep_gate();
            }
            ShadowChange::Note { need, workflows, how, why } => self.gate_note(now, who, need, workflows, how, why.trim()),
            ShadowChange::Baa { vendor, signed_on } => self.baa(now, who, vendor, signed_on),
            ShadowChange::Sign { side, workflows, staff } => self.sign(now, who, side, workflows, staff),
            ShadowChange::GoLive { workflows, evidence } => self.go_live(now, who, workflows, &evidence),
            ShadowChange::GoBack { workflows, why } => self.go_back(now, who, workflows, why.trim()),
        }
    }

    pub(super) fn no(&mut self, field: &str, why: impl Into<String>) {
        self.out.answer.field = Some(field.into());
        self.out.answer.refused = Some(why.into());
    }

    fn judge(&mut self, now: At, who: &str, e: &Episode, said: (Opinion, &str, Option<At>), undo_seconds: f64) {
        let (opinion, why, acted_at) = said;
        if e.live {
            return self.no("id", "This alert really went out: only what shadow mode held back is judged.");
        }
        if opinion == Opinion::Missed {
            return self.no("opinion", "Agree, disagree or not needed.");
        }
        if opinion == Opinion::Disagree && why.is_empty() {
            return self.no("why", "Say what should have happened.");
        }
        if why.chars().count() > LONGEST {
            return self.no("why", format!("At most {LONGEST} characters."));
        }
        if acted_at.is_some_and(|at| at > now) {
            return self.no("acted_at", "That time has not come yet.");
        }
        let before = self.shadow.of(e.id).cloned();
        let id = before.as_ref().map_or_else(|| self.new_id(), |j| j.id);
        let j = Judgement {
            id,
            episode: Some(e.id),
            mrn: e.mrn.clone(),
            vital: e.vital,
            opinion,
            why: why.into(),
            did: String::new(),
            acted_at,
            by: who.into(),
            at: now,
            explained: None,
            taken_back: false,
        };
        let detail = if why.is_empty() { opinion.name().to_string() } else { format!("{}: {why}", opinion.name()) };
        self.judged_line(now, who, &j, "judged", Some(detail));
        self.keep_judgement(now, who, j, before, undo_seconds);
    }

    fn missed(&mut self, now: At, who: &str, whom: (&Mrn, Vital), at: At, did: &str, undo_seconds: f64) {
        let (mrn, vital) = whom;
        if !self.patients.contains_key(mrn) {
            return self.no("mrn", "That patient is not enrolled here.");
        }
        if did.is_empty() || did.chars().count() > LONGEST {
            return self.no("did", format!("Say what you did, in {LONGEST} characters at most."));
        }
        if at > now {
            return self.no("at", "That time has not come yet.");
        }
        // A time is typed to the minute.
        let Some(since) = self.shadow.gate.since.get(vital.name()).copied() else {
            return self.no("vital", "This vital is not in shadow.");
        };
        if at + minutes(1.0) <= since {
            return self.no("at", "Shadow mode began after that: the console was not watching yet.");
        }
        let at = at.max(since);
        let j = Judgement {
            id: self.new_id(),
            episode: None,
            mrn: mrn.clone(),
            vital,
            opinion: Opinion::Missed,
            why: String::new(),
            did: did.into(),
            acted_at: Some(at),
            by: who.into(),
            at: now,
            explained: None,
            taken_back: false,
        };
        self.judged_line(now, who, &j, "missed_alert", Some(did.into()));
        self.keep_judgement(now, who, j, None, undo_seconds);
    }

    fn explain(&mut self, now: At, who: &str, id: u64, why: &str) {
        let Some(mut j) = self.shadow.judgements.get(&id).filter(|j| j.opinion == Opinion::Missed).cloned() else {
            return self.no("id", "That missed alert is not there any more.");
        };
        if why.is_empty() || why.chars().count() > LONGEST {
            return self.no("why", format!("Say why it was missed, in {LONGEST} characters at most."));
        }
        j.explained = Some(Explained { why: why.into(), by: who.into(), at: now });
        self.judged_line(now, who, &j, "missed_explained", Some(why.into()));
        self.out.rows.push(Row::Judgement(Box::new(j.clone())));
        self.shadow.put(j);
    }

    fn judged_line(&mut self, now: At, who: &str, j: &Judgement, what: &str, detail: Option<String>) {
        self.say(now, j.episode, Some(who), Line::Act { what: what.into(), mrn: Some(j.mrn.clone()), vital: Some(j.vital), detail });
    }

    fn keep_judgement(&mut self, now: At, who: &str, j: Judgement, before: Option<Judgement>, undo_seconds: f64) {
        self.out.rows.push(Row::Judgement(Box::new(j.clone())));
        self.shows(j.episode);
        self.shadow.undo.retain(|_, u| u.until > now);
        if undo_seconds > 0.0 {
            let (token, until) = (self.new_id(), now + seconds(undo_seconds));
            self.shadow.undo.insert(token, TakeBack { until, who: who.into(), id: j.id, before });
            self.out.answer.undo = Some((token, until));
        }
        self.shadow.put(j);
    }

    /// The row of the Worklist is drawn anew.
    fn shows(&mut self, episode: Option<u64>) {
        if let Some(id) = episode.filter(|id| self.episodes.contains_key(id)) {
            self.out.touched.insert(RowId::Episode(id));
        }
    }

    /// Takes a judgement back, if that token is one of a judgement.
    pub(crate) fn undo_judgement(&mut self, now: At, who: &str, token: u64) -> bool {
        let Some(u) = self.shadow.undo.remove(&token) else { return false };
        let Some(j) = self.shadow.judgements.get(&u.id).cloned().filter(|_| u.until > now && u.who == who) else {
            self.out.answer.refused = Some("It is too late to undo that.".into());
            return true;
        };
        self.judged_line(now, who, &j, "undo", Some(j.opinion.name().into()));
        self.shows(j.episode);
        match u.before {
            Some(before) => {
                self.out.rows.push(Row::Judgement(Box::new(before.clone())));
                self.shadow.put(before);
            }
            None => {
                self.out.rows.push(Row::Judgement(Box::new(Judgement { taken_back: true, ..j })));
                self.shadow.remove(u.id);
            }
        }
        true
    }
}
