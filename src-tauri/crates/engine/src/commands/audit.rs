//! The trail as an auditor reads it: searched, verified, written out. Each of these is a line of the trail itself.

use super::refusal::{field, store_error};
use crate::admin::verify_trail;
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::timeline_line;
use crate::workspace;
use decide::input::{Act, Input};
use decide::Mrn;
use ledger::{Export, Page, TrailFilter};
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use wire::*;

/// Lines of one page.
const PAGE: u32 = 100;
/// Exports that are remembered.
const REMEMBERED: usize = 20;

/// An export under way or over.
pub struct Exported {
    view: Mutex<ExportView>,
    bytes: AtomicU64,
}

impl Console {
    /// Puts on the trail that somebody read or took something.
    pub(crate) fn keep_seen(&self, who: &Person, what: &str, mrn: Option<Mrn>) -> Result<(), UserError> {
        let act = Act::Saw { what: what.into(), mrn };
        let answer = self.take(vec![Incoming::Direct(Input::Act { who: who.name.clone(), act, undo_seconds: 0.0 })], who.language);
        answer.map(|_| ())
    }

    pub(crate) fn audit_page(&self, who: &Person, args: &AuditArgs) -> Result<AuditPage, UserError> {
        let some = |text: &str| Some(text.trim().to_string()).filter(|t| !t.is_empty());
        let mrn = some(&args.mrn).map(|m| Mrn::from(m.as_str()));
        if args.before.is_none() {
            self.keep_seen(who, "audit_searched", mrn.clone())?;
        }
        let filter = TrailFilter { kinds: args.kinds.clone(), mrn, episode: None, by: some(&args.by), from: args.from, to: args.to };
        let found = lock(&self.reader).trail(&filter, Page { before: args.before, limit: PAGE }).map_err(store_error)?;
        let next = (found.len() == PAGE as usize).then(|| found.last().map(|l| l.seq)).flatten();
        let lines = found
            .iter()
            .map(|filed| AuditLine {
                line: timeline_line(filed, who.language),
                mrn: ledger::about(&filed.entry.line).map(|m| m.expose().to_string()),
            })
            .collect();
        Ok(AuditPage { lines, next })
    }

    pub(crate) fn do_audit_verify(&self, who: &Person) -> Result<TrailVerdict, UserError> {
        self.keep_seen(who, "audit_verified", None)?;
        // A connection of its own: a long walk holds up no screen.
        let reader = lock(&self.engine).reader().map_err(store_error)?;
        let found = verify_trail(&reader, self.keeping.copies(), &self.facts.folder, None).map_err(|why| {
            tracing::error!(%why, "the trail could not be walked");
            super::refusal::trail_unread(who.language)
        })?;
        Ok(TrailVerdict {
            lines: found.lines,
            head: found.head,
            archived: found.archived,
            archive_missing_from: found.archive_missing_from,
            anchored_lines: found.anchored_lines,
            broken_at: found.broken_at,
            why: found.why,
        })
    }

    pub(crate) fn do_export(&self, who: &Person, args: &ExportArgs) -> Result<Nothing, UserError> {
        let l = who.language;
        let what = Export::named(&args.what).ok_or_else(|| field("what", l, "There is no such export.", "No existe esa exportación."))?;
        self.keep_seen(who, &format!("export_{}", args.what), None)?;
        let at = self.now();
        let folder = workspace::exports(&self.facts.folder);
        let path = folder.join(format!("{}-{}.csv", args.what, at.format("%Y%m%d-%H%M%S")));
        let reader = lock(&self.engine).reader().map_err(store_error)?;
        let exported = self.remember_export(&args.what, at, who, &path);
        let (from, to) = (args.from, args.to);
        std::thread::spawn(move || {
            let written = write_out(&reader, what, from, to, &path, &exported.bytes);
            let mut view = lock(&exported.view);
            match written {
                Ok(()) => view.state = "done".into(),
                Err(why) => {
                    // Never a file that looks complete.
                    let _ = std::fs::remove_file(&path);
                    (view.state, view.why) = ("failed".into(), Some(why));
                }
            }
        });
        Ok(Nothing {})
    }

    /// Puts an export that begins before the others.
    fn remember_export(&self, what: &str, at: decide::At, who: &Person, path: &std::path::Path) -> Arc<Exported> {
        let view = ExportView {
            what: what.into(),
            at,
            by: who.name.clone(),
            bytes: 0,
            state: "writing".into(),
            path: path.display().to_string(),
            why: None,
        };
        let exported = Arc::new(Exported { view: Mutex::new(view), bytes: AtomicU64::new(0) });
        let mut all = lock(&self.exported);
        all.insert(0, exported.clone());
        all.truncate(REMEMBERED);
        exported
    }

    /// Writes a short export while its asker waits.
    pub(crate) fn write_export(
        &self,
        what: &str,
        who: &Person,
        path: &std::path::Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<ExportView, UserError> {
        let exported = self.remember_export(what, self.now(), who, path);
        let written = workspace::create_own(path).and_then(|file| {
            let mut out = Counted { out: BufWriter::with_capacity(1 << 16, file), bytes: &exported.bytes };
            write(&mut out)?;
            out.flush()
        });
        let mut view = lock(&exported.view);
        match written {
            Ok(()) => view.state = "done".into(),
            Err(why) => {
                // Never a file that looks complete.
                let _ = std::fs::remove_file(path);
                (view.state, view.why) = ("failed".into(), Some(why.to_string()));
                return Err(super::not_stored(who.language));
            }
        }
        Ok(ExportView { bytes: exported.bytes.load(Ordering::Relaxed), ..view.clone() })
    }

    pub(crate) fn exports_view(&self) -> ExportsView {
        let all = lock(&self.exported);
        let exports = all.iter().map(|e| ExportView { bytes: e.bytes.load(Ordering::Relaxed), ..lock(&e.view).clone() }).collect();
        ExportsView { exports }
    }
}

/// Streams into a file that is its owner's alone.
fn write_out(
    reader: &ledger::Reader,
    what: Export,
    from: Option<decide::At>,
    to: Option<decide::At>,
    path: &std::path::Path,
    bytes: &AtomicU64,
) -> Result<(), String> {
    let file = workspace::create_own(path).map_err(|e| e.to_string())?;
    let mut out = Counted { out: BufWriter::with_capacity(1 << 16, file), bytes };
    reader.export(what, from, to, &mut out).map_err(|e| e.to_string())?;
    out.flush().map_err(|e| e.to_string())
}

struct Counted<'a, W: Write> {
    out: W,
    bytes: &'a AtomicU64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let written = self.out.write(piece)?;
        self.bytes.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
