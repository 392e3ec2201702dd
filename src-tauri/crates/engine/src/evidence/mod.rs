//! The evidence of one episode: everything that was known, decided, sent and seen, as one file that stands by itself.
//!
//! The page prints well and carries the same as JSON. Every line of the trail is there with the hash before it and its
//! own, so that each can be worked out again and found in the console's own chain.

mod page;

use crate::anchors;
use crate::workspace;
use decide::outbox::Effect;
use decide::rows::{Exchange, LimitChange};
use decide::{hours, At, Bounds, Episode, Patient, Reading, Vital};
use ledger::{Anchor, LedgerError, Link, Reader};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;
use wire::Language;

/// Readings from so long before the episode belong to what was known.
const KNOWN_DAYS: f64 = 30.0;
/// The newest so many of them.
const MOST_READINGS: usize = 500;
/// Lines about the patient from so long before and after belong to it: who looked, what came.
const AROUND_HOURS: f64 = 24.0;

/// Who took the file, and when.
pub struct Made {
    pub at: At,
    pub by: String,
    pub language: Language,
}

/// The whole of it.
#[derive(Serialize)]
pub struct Evidence {
    /// The form of this file.
    pub careloop_evidence: u32,
    pub made_at: At,
    pub made_by: String,
    pub case_id: String,
    pub patient: Patient,
    /// The limits in force when the file was made; those of each moment are in its verdict lines.
    pub limits_now: Bounds,
    pub limit_changes: Vec<LimitChange>,
    pub episode: Episode,
    /// Of this vital, from 30 days before the episode on, oldest first.
    pub readings: Vec<Reading>,
    pub sent: Vec<Sent>,
    pub lines: Vec<Link>,
    pub chain: Chain,
    #[serde(skip)]
    language: Language,
}

/// Something that was owed because of the episode, with what was said to the vendor and answered.
#[derive(Serialize)]
pub struct Sent {
    pub effect: Effect,
    pub exchanges: Vec<Exchange>,
}

/// Where the chain stood when the file was made.
#[derive(Serialize)]
pub struct Chain {
    /// Head of the trail.
    pub head: Anchor,
    /// The newest head kept outside the database, with its instant.
    pub kept_outside: Option<anchors::Kept>,
    /// Lines of this file whose hash was worked out again and fits.
    pub worked_out: usize,
    /// Lines whose hash does not fit, by number: none, or the trail was touched.
    pub do_not_fit: Vec<u64>,
}

/// Puts it together from the stored rows.
pub fn gather(
    reader: &Reader,
    folder: &Path,
    episode: Episode,
    patient: Patient,
    case_id: String,
    limits_now: Bounds,
    made: Made,
) -> Result<Evidence, LedgerError> {
    let from = episode.opened_at - hours(AROUND_HOURS);
    let to = episode.closed.as_ref().map_or(made.at, |c| c.at) + hours(AROUND_HOURS);
    let readings = if episode.vital == Vital::Symptoms {
        Vec::new()
    } else {
        let since = episode.opened_at - hours(KNOWN_DAYS * 24.0);
        let all = reader.trend(&episode.mrn, episode.vital, since, MOST_READINGS)?;
        all.into_iter().filter(|r| r.arrived <= to).collect()
    };
    let sent = reader
        .effects_of(episode.id)?
        .into_iter()
        .map(|effect| Ok(Sent { exchanges: reader.exchanges(effect.id)?, effect }))
        .collect::<Result<Vec<_>, LedgerError>>()?;
    // Up to now and not only up to the end: whoever opened it since is seen too.
    let lines = reader.links(episode.id, &episode.mrn, from, to.max(made.at + hours(0.01)))?;
    let fits = |l: &&Link| l.worked_out().is_none_or(|hash| hash == l.hash);
    let chain = Chain {
        head: reader.anchor()?,
        kept_outside: anchors::last(&workspace::anchors(folder)).ok().flatten(),
        worked_out: lines.iter().filter(|l| l.worked_out().as_deref() == Some(&l.hash)).count(),
        do_not_fit: lines.iter().filter(|l| !fits(l)).map(|l| l.seq).collect(),
    };
    Ok(Evidence {
        careloop_evidence: 1,
        made_at: made.at,
        made_by: made.by,
        case_id,
        limit_changes: reader.limit_history(&episode.mrn)?,
        patient,
        limits_now,
        episode,
        readings,
        sent,
        lines,
        chain,
        language: made.language,
    })
}

impl Evidence {
    /// Writes the page, with the JSON inside.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        page::write(self, out)
    }
}

/// Text as a page shows it: nothing in it is markup.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // A sign that turns the direction of what follows hides as well as shows.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push('\u{fffd}'),
            c if c.is_control() && !matches!(c, '\n' | '\t') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// JSON that can stand inside a page: no `<` in it, so that nothing ends the script it stands in.
pub(crate) fn within_a_page(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Whether a file of evidence stands by itself: every line's hash is worked out again. For `careloop audit evidence`.
pub fn lines_of(page: &str) -> Result<Vec<Link>, String> {
    const OPENS: &str = "<script type=\"application/json\" id=\"evidence\">";
    let start = page.find(OPENS).ok_or("this is no evidence file of Careloop: its data is not there")? + OPENS.len();
    let end = page[start..].find("</script>").ok_or("the file is cut off")? + start;
    let all: serde_json::Value = serde_json::from_str(page[start..end].trim()).map_err(|e| format!("its data cannot be read: {e}"))?;
    serde_json::from_value(all["lines"].clone()).map_err(|e| format!("its lines cannot be read: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escaped("<b onx='1'>\"&\u{202e}\u{7}"), "&lt;b onx=&#39;1&#39;&gt;&quot;&amp;\u{fffd}\u{fffd}");
        let json = serde_json::to_string("</script><!--\u{2028}").unwrap();
        let safe = within_a_page(&json);
        assert!(!safe.contains('<'));
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), "</script><!--\u{2028}");
    }
}
