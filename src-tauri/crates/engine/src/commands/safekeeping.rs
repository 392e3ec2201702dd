//! Copies of the records and the recovery key, as an administrator asks for them.

use super::refusal::{field, store_error, too_late};
use crate::console::{lock, Console};
use crate::safekeeping::recovery::Code;
use crate::safekeeping::{copy, restore, Asked};
use crate::spine::Incoming;
use crate::views::pick;
use crate::workspace;
use decide::input::{Change, Input, Safekeeping};
use decide::wallclock::clinic_zone;
use std::path::Path;
use wire::*;

impl Console {
    pub(crate) fn safekeeping_view(&self) -> Result<SafekeepingView, UserError> {
        let now = self.now();
        let (state, settings) = {
            let engine = lock(&self.engine);
            (engine.desk.watch.backups.clone(), engine.desk.settings.clone())
        };
        let (head, start) = {
            let reader = lock(&self.reader);
            (reader.anchor().map_err(store_error)?, reader.trail_start().map_err(store_error)?)
        };
        let zone = clinic_zone(&settings);
        let today = zone.wall(now).date();
        let next = zone.first_at(today, settings.backup_at);
        let tomorrow = zone.first_at(today.succ_opt().unwrap_or(today), settings.backup_at);
        let copies = copy::list(Path::new(&settings.backup_folder), self.keeping.workspace());
        let listed = |m: copy::Manifest| CopyView {
            file: m.file,
            at: m.made_at,
            bytes: m.bytes,
            lines: m.lines,
            patients: m.patients,
            readings: m.readings,
            recovery: m.recovery.map(|r| r.name),
        };
        Ok(SafekeepingView {
            next_at: (!settings.backup_folder.is_empty()).then_some(if next > now { next } else { tomorrow }),
            trouble: state.trouble(&settings, now),
            last: state.last.map(|l| CopyMade { at: l.at, file: l.file, bytes: l.bytes, took_ms: l.took_ms }),
            failed_at: state.failed.as_ref().map(|f| f.at),
            failed_why: state.failed.map(|f| f.why),
            tested: state.tested.map(|t| CopyTested { at: t.at, file: t.file, why_not: t.why_not }),
            recovery: state.recovery.map(|r| RecoveryMade { name: r.name, at: r.made_at, by: r.by }),
            copies: copies.into_iter().map(listed).collect(),
            job: self.keeping.job().map(|job| KeepingJob {
                what: job.what.into(),
                by: job.by.clone(),
                since: job.since,
                bytes: job.bytes(),
                of: job.of,
                patients: job.holds.map(|h| h.patients),
                readings: job.holds.map(|h| h.readings),
                episodes: job.holds.map(|h| h.episodes),
                lines: job.holds.map(|h| h.trail_lines),
                stage: job.stage,
                file: job.file,
                why: job.why,
            }),
            key_home: self.facts.key_home.clone(),
            bytes: self.keeping.copies().bytes(),
            lines: head.lines,
            archived: start.lines,
            archives: copy::archive_files(&workspace::archives(&self.facts.folder)).len() as u32,
            folder: settings.backup_folder,
        })
    }

    pub(crate) fn do_copy_now(&self, who: &Person) -> Result<Nothing, UserError> {
        let l = who.language;
        if lock(&self.engine).desk.settings.backup_folder.is_empty() {
            let (en, es) = ("Say first where copies go: the setting backup_folder.", "Diga antes adónde van las copias: backup_folder.");
            return Err(field("backup_folder", l, en, es));
        }
        self.ask_keeping(Asked::Copy { by: who.name.clone() }, l)
    }

    pub(crate) fn do_copy_test(&self, who: &Person, file: &str) -> Result<Nothing, UserError> {
        let folder = lock(&self.engine).desk.settings.backup_folder.clone();
        // Only what is listed: a name is no path.
        if !copy::list(Path::new(&folder), self.keeping.workspace()).iter().any(|m| m.file == file) {
            return Err(UserError::not_found("This copy"));
        }
        self.ask_keeping(Asked::Test { by: who.name.clone(), file: file.into() }, who.language)
    }

    fn ask_keeping(&self, asked: Asked, l: Language) -> Result<Nothing, UserError> {
        if self.keeping.ask(asked) {
            return Ok(Nothing {});
        }
        Err(too_late(
            pick(l, "A copy or a test is under way; wait until it is done.", "Ya hay una copia o prueba en curso; espere a que termine."),
            l,
        ))
    }

    pub(crate) fn do_recovery_key(&self, who: &Person) -> Result<RecoveryKey, UserError> {
        let broke = |why: String| {
            tracing::error!(%why, "no recovery key could be made");
            super::not_stored(who.language)
        };
        let code = Code::random().map_err(broke)?;
        let (name, sealed) = (code.name(), code.seal(self.keeping.copies().key()).map_err(broke)?);
        let event = Safekeeping::Recovery { name: name.clone(), sealed };
        // Kept before it is shown: a code that opens nothing is never printed.
        self.take(vec![Incoming::Direct(Input::Change { who: who.name.clone(), change: Change::Safekeeping(event) })], who.language)?;
        let kept = lock(&self.engine).desk.watch.backups.recovery.clone();
        if let Some(kept) = kept {
            restore::keep_recovery(&self.facts.folder, &kept).map_err(|e| broke(e.to_string()))?;
        }
        let groups = code.groups().iter().map(|g| g.to_string()).collect();
        Ok(RecoveryKey { name, groups, made_at: self.now(), workspace: self.keeping.workspace().into() })
    }
}
