//! What `careloop import`, `export` and `audit verify` ask of the running console, over the same listener and token.

use crate::hl7_file;
use crate::http::{blocking, said};
use crate::import;
use crate::live::Live;
use crate::safekeeping::copy::archive_files;
use crate::safekeeping::seal::{self, Archived};
use crate::spine::{Engine, Incoming};
use crate::{anchors, workspace};
use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::Router;
use decide::input::{Act, Change, Input};
use decide::At;
use ledger::{Export, Reader};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use wire::UserError;

/// On whose account the command line acts.
pub const COMMAND_LINE: &str = "command line";

/// The console's side.
pub struct Office {
    pub live: Arc<Live>,
    pub engine: Arc<Mutex<Engine>>,
    pub reader: Mutex<Reader>,
    pub folder: PathBuf,
}

/// Its routes.
pub fn router<S: Clone + Send + Sync + 'static>(office: Office) -> Router<S> {
    Router::new()
        .route("/api/import/thresholds", post(import_thresholds))
        .route("/api/import/hl7", post(import_hl7))
        .route("/api/export/{what}", get(export))
        .route("/api/audit/verify", get(verify))
        .with_state(Arc::new(office))
}

/// Whether the trail is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailReport {
    pub lines: u64,
    pub head: String,
    /// Lines sealed in archives, which the rest goes on from.
    #[serde(default)]
    pub archived: u64,
    /// The first line that is in no archive that was found; none = all of them were walked.
    #[serde(default)]
    pub archive_missing_from: Option<u64>,
    /// Lines that the newest head outside the database stands for.
    pub anchored_lines: Option<u64>,
    pub broken_at: Option<u64>,
    pub why: Option<String>,
}

/// Walks the trail with its archives, and holds it against the newest head that was kept outside.
pub fn verify_trail(
    reader: &Reader,
    copies: &ledger::Copies,
    folder: &std::path::Path,
    archives: Option<&std::path::Path>,
) -> Result<TrailReport, String> {
    let path = workspace::anchors(folder);
    let kept = anchors::last(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let found = match &kept {
        Some(kept) => reader.verify_against(&kept.anchor),
        None => reader.verify(),
    };
    let found = found.map_err(|e| e.to_string())?;
    let mut report = TrailReport {
        lines: found.lines,
        head: found.head,
        archived: found.archived,
        archive_missing_from: None,
        anchored_lines: kept.map(|k| k.anchor.lines),
        broken_at: found.first_broken.as_ref().map(|b| b.seq),
        why: found.first_broken.map(|b| b.why),
    };
    if found.archived > 0 {
        let start = reader.trail_start().map_err(|e| e.to_string())?;
        let files = archive_files(archives.unwrap_or(&workspace::archives(folder)));
        match seal::walk(copies, &files, &start) {
            Archived::Whole => {}
            Archived::Missing { from } => report.archive_missing_from = Some(from),
            Archived::Broken { line, why } => (report.broken_at, report.why) = (Some(line), Some(why)),
        }
    }
    Ok(report)
}

fn store(what: impl std::fmt::Display) -> UserError {
    UserError {
        code: "store".into(),
        title: "The records could not be used".into(),
        what_happened: what.to_string(),
        what_to_do: "Try again; if it stays so, run `careloop doctor`.".into(),
        retryable: true,
        field: None,
    }
}

#[derive(Deserialize)]
struct Importing {
    #[serde(default)]
    dry_run: bool,
}

async fn import_thresholds(State(office): State<Arc<Office>>, Query(asked): Query<Importing>, body: Bytes) -> Response {
    let done = blocking(move || {
        let plan = {
            let engine = office.engine.lock().unwrap_or_else(PoisonError::into_inner);
            import::plan(&body, &import::Known::of(&engine.desk, wire::Language::En))
        };
        if !asked.dry_run && !plan.patients.is_empty() {
            office.live.submit(incoming(&plan)).ok_or_else(|| store("Nothing can be stored now; nothing was imported."))?;
        }
        Ok(plan.report)
    });
    match done.await.and_then(|done| done) {
        Ok(report) => axum::Json(report).into_response(),
        Err(error) => said(&error),
    }
}

/// Takes a part of a file of HL7 messages; each message is answered for.
async fn import_hl7(State(office): State<Arc<Office>>, Query(asked): Query<Importing>, body: Bytes) -> Response {
    let done = blocking(move || {
        let map = office.engine.lock().unwrap_or_else(PoisonError::into_inner).desk.site_map();
        let (incoming, mut lines): (Vec<_>, Vec<_>) = hl7_file::plan(&body, &map).into_iter().unzip();
        if !asked.dry_run && !incoming.is_empty() {
            let answers = office.live.submit(incoming).ok_or_else(|| store("Nothing can be stored now; import the file again."))?;
            lines.iter_mut().zip(&answers).for_each(|(line, answers)| hl7_file::settled(line, answers));
        }
        Ok(lines)
    });
    match done.await.and_then(|done| done) {
        Ok(lines) => axum::Json(lines).into_response(),
        Err(error) => said(&error),
    }
}

/// The good rows of a plan, as one turn.
pub fn incoming(plan: &import::Plan) -> Vec<Incoming> {
    let change = |p: &decide::Patient| Change::Patient(Box::new(p.clone()));
    plan.patients.iter().map(|p| Incoming::Direct(Input::Change { who: COMMAND_LINE.into(), change: change(p) })).collect()
}

/// An export is a line of the trail itself.
pub fn exported(what: Export) -> Incoming {
    let what = match what {
        Export::Audit => "export_audit",
        Export::Patients => "export_patients",
        Export::LimitHistory => "export_limit_history",
        Export::Episodes => "export_episodes",
        Export::Messages => "export_messages",
        Export::Minutes => "export_minutes",
        Export::Agreement => "export_agreement",
    };
    let act = Act::Saw { what: what.into(), mrn: None };
    Incoming::Direct(Input::Act { who: COMMAND_LINE.into(), act, undo_seconds: 0.0 })
}

#[derive(Deserialize)]
struct Span {
    #[serde(default)]
    from: Option<At>,
    #[serde(default)]
    to: Option<At>,
}

/// Streams a CSV as it is read: flat memory, however long the trail is.
async fn export(State(office): State<Arc<Office>>, UrlPath(what): UrlPath<String>, Query(span): Query<Span>) -> Response {
    let Some(what) = Export::named(&what) else {
        return said(&UserError::not_found("This export"));
    };
    if office.live.take_all(vec![exported(what)]).await.is_none() {
        return said(&store("The export could not be put on the trail, so nothing was exported."));
    }
    let reader = office.engine.lock().unwrap_or_else(PoisonError::into_inner).reader();
    let reader = match reader {
        Ok(reader) => reader,
        Err(e) => return said(&store(e)),
    };
    let (send, receive) = mpsc::channel::<io::Result<Bytes>>(8);
    tokio::task::spawn_blocking(move || {
        let mut out = Pipe { send, buffer: Vec::with_capacity(PIECE) };
        let done = reader.export(what, span.from, span.to, &mut out).map_err(|e| io::Error::other(e.to_string())).and_then(|_| out.flush());
        if let Err(e) = done {
            // The sender sees a response that breaks off, never one that looks complete.
            let _ = out.send.blocking_send(Err(e));
        }
    });
    let stream = futures_util::stream::unfold(receive, |mut receive| async move { receive.recv().await.map(|piece| (piece, receive)) });
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], Body::from_stream(stream)).into_response()
}

const PIECE: usize = 64 * 1024;

/// Pieces of a body, handed to the connection as they fill.
struct Pipe {
    send: mpsc::Sender<io::Result<Bytes>>,
    buffer: Vec<u8>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        self.send.blocking_send(Ok(piece.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[derive(Deserialize)]
struct Verifying {
    /// Where the archives are, if not in the data folder.
    #[serde(default)]
    archives: Option<PathBuf>,
}

async fn verify(State(office): State<Arc<Office>>, Query(asked): Query<Verifying>) -> Response {
    let done = blocking(move || {
        let copies = office.engine.lock().unwrap_or_else(PoisonError::into_inner).copies();
        let reader = office.reader.lock().unwrap_or_else(PoisonError::into_inner);
        verify_trail(&reader, &copies, &office.folder, asked.archives.as_deref()).map_err(store)
    });
    match done.await.and_then(|done| done) {
        Ok(report) => axum::Json(report).into_response(),
        Err(error) => said(&error),
    }
}
