//! The page: plain, printable, without anything from elsewhere and without a script that runs.

use super::{escaped, within_a_page, Evidence, Sent};
use crate::views::{capital, pick, say, timeline_line, vital_words};
use decide::outbox::Act;
use decide::At;
use ledger::Filed;
use std::io::{self, Write};
use wire::Language;

const STYLE: &str = "
:root { color-scheme: light; }
body { font: 14px/1.5 system-ui, sans-serif; color: #14181b; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 22px; margin: 0 0 .25rem; } h2 { font-size: 16px; margin: 2rem 0 .5rem; border-bottom: 1px solid #c6ccd1; padding-bottom: .25rem; }
p { margin: .4rem 0; } .quiet { color: #454e56; }
table { border-collapse: collapse; width: 100%; font-size: 12px; } thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #e0e4e7; }
tr { break-inside: avoid; } th { font-weight: 620; } td.n { font-variant-numeric: tabular-nums; white-space: nowrap; }
pre, code { font: 11px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: .5rem 0; } dt { color: #454e56; } dd { margin: 0; }
.broken { border: 2px solid #cf1322; padding: .5rem 1rem; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 11px; } h2 { break-after: avoid; } @page { margin: 16mm; } }
";

/// A page being written: everything that is put in is escaped here.
struct Sheet<'a> {
    out: &'a mut dyn Write,
    l: Language,
}

impl Sheet<'_> {
    fn heading(&mut self, en: &'static str, es: &'static str) -> io::Result<()> {
        writeln!(self.out, "<h2>{}</h2>", escaped(pick(self.l, en, es)))
    }

    fn words(&mut self, class: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "<p class=\"{class}\">{}</p>", escaped(text))
    }

    fn table(&mut self, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
        write!(self.out, "<table><thead><tr>")?;
        for head in heads {
            write!(self.out, "<th scope=\"col\">{}</th>", escaped(head))?;
        }
        writeln!(self.out, "</tr></thead><tbody>")?;
        for row in rows {
            write!(self.out, "<tr>")?;
            for cell in row {
                // Long machine text is set apart; the rest is for reading.
                let code = cell.starts_with('{') || cell.starts_with('[');
                let (open, close) = if code { ("<pre>", "</pre>") } else { ("", "") };
                write!(self.out, "<td>{open}{}{close}</td>", escaped(&cell))?;
            }
            writeln!(self.out, "</tr>")?;
        }
        writeln!(self.out, "</tbody></table>")
    }
}

fn iso(at: At) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Writes it.
pub fn write(e: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let l = e.language;
    let tongue = if l == Language::Es { "es" } else { "en" };
    let title = say!(l, "Evidence of case {0}, episode {1}", "Evidencia del caso {0}, episodio {1}", e.case_id, e.episode.id);
    writeln!(out, "<!doctype html>\n<html lang=\"{tongue}\"><head><meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\"><title>{}</title><style>{STYLE}</style></head><body>", escaped(&title))?;
    writeln!(out, "<h1>{}</h1>", escaped(&title))?;
    let mut sheet = Sheet { out, l };
    head(e, &mut sheet)?;
    known(e, &mut sheet)?;
    decided(e, &mut sheet)?;
    sent(e, &mut sheet)?;
    seen(e, &mut sheet)?;
    chain(e, &mut sheet)?;
    let json = serde_json::to_string(e).map_err(io::Error::other)?;
    writeln!(sheet.out, "<script type=\"application/json\" id=\"evidence\">{}</script>", within_a_page(&json))?;
    writeln!(sheet.out, "</body></html>")
}

fn head(e: &Evidence, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let l = sheet.l;
    let (p, ep) = (&e.patient, &e.episode);
    let mut facts: Vec<(&str, String)> = vec![
        (pick(l, "Patient", "Paciente"), p.listed_name()),
        ("MRN", p.mrn.expose().into()),
        (pick(l, "Born", "Nacimiento"), p.birth_date.clone().unwrap_or_default()),
        (pick(l, "Vital", "Medida"), capital(vital_words(ep.vital, l))),
        (pick(l, "Value acted on", "Valor que motivó la acción"), value(e)),
        (pick(l, "Worst severity", "Gravedad máxima"), ep.worst.name().into()),
        (pick(l, "Opened", "Abierto"), iso(ep.opened_at)),
    ];
    match &ep.closed {
        Some(c) => facts.push((pick(l, "Closed", "Cerrado"), format!("{}, {}, {}", iso(c.at), c.by, c.disposition.replace('_', " ")))),
        None => facts.push((pick(l, "Closed", "Cerrado"), pick(l, "still open", "sigue abierto").into())),
    }
    if !ep.live {
        let shadow = pick(l, "shadow: judged and logged, nothing left", "sombra: evaluado y anotado, nada salió");
        facts.push((pick(l, "Mode", "Modo"), shadow.into()));
    }
    facts.push((pick(l, "Taken from the console", "Tomado de la consola"), format!("{}, {}", iso(e.made_at), e.made_by)));
    write!(sheet.out, "<dl>")?;
    for (name, value) in facts.iter().filter(|(_, v)| !v.is_empty()) {
        write!(sheet.out, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value))?;
    }
    writeln!(sheet.out, "</dl>")?;
    let words = pick(
        l,
        "All times are UTC. This file holds a patient's data.",
        "Todas las horas son UTC. Este archivo contiene datos de un paciente.",
    );
    sheet.words("quiet", words)
}

fn value(e: &Evidence) -> String {
    let shown = e.episode.acted.as_ref().unwrap_or(&e.episode.latest);
    if e.episode.vital == decide::Vital::Symptoms {
        String::new()
    } else {
        format!("{} {}", shown.value.text(), e.episode.vital.unit())
    }
}

fn known(e: &Evidence, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let l = sheet.l;
    sheet.heading("What was known", "Lo que se sabía")?;
    let heads = [
        pick(l, "Measured", "Medido"),
        pick(l, "Received", "Recibido"),
        pick(l, "Value", "Valor"),
        pick(l, "As given", "Como llegó"),
        pick(l, "From", "De"),
        pick(l, "Judged", "Evaluado"),
        pick(l, "Against", "Frente a"),
    ];
    let rows = e.readings.iter().map(|r| {
        let mine = if r.episode == Some(e.episode.id) { " *" } else { "" };
        vec![
            format!("{}{mine}", iso(r.arrival.measured.instant())),
            iso(r.arrived),
            format!("{} {}", r.arrival.value.text(), r.arrival.vital.unit()),
            r.arrival.given.clone(),
            r.source.name().into(),
            format!("{}, {}", r.verdict.severity.name(), r.verdict.rule.name().replace('_', " ")),
            decide::narrate::against(&r.verdict).unwrap_or_default(),
        ]
    });
    sheet.table(&heads, rows)?;
    sheet.words("quiet", pick(l, "* belongs to this episode.", "* pertenece a este episodio."))?;
    let heads = [
        pick(l, "Limit", "Límite"),
        pick(l, "From", "De"),
        pick(l, "To", "A"),
        pick(l, "By", "Por"),
        pick(l, "Why", "Por qué"),
        pick(l, "At", "Cuándo"),
    ];
    let general = || pick(l, "default", "general").to_string();
    let rows = e.limit_changes.iter().map(|c| {
        vec![
            c.limit.replace('_', " "),
            c.old.clone().unwrap_or_else(general),
            c.new.clone().unwrap_or_else(general),
            c.by.clone(),
            c.why.clone().unwrap_or_default(),
            iso(c.at),
        ]
    });
    if e.limit_changes.is_empty() {
        return sheet.words(
            "quiet",
            pick(l, "This patient's limits were never changed here.", "Los límites de este paciente nunca se cambiaron aquí."),
        );
    }
    sheet.table(&heads, rows)
}

/// The lines of the episode itself in words; what was only read about the patient is told under "seen".
fn decided(e: &Evidence, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let l = sheet.l;
    sheet.heading("What was decided, and why", "Lo que se decidió, y por qué")?;
    let heads =
        [pick(l, "Line", "Línea"), pick(l, "At", "Cuándo"), pick(l, "What", "Qué"), pick(l, "Why", "Por qué"), pick(l, "By", "Por")];
    let rules = pick(l, "the console's rules", "las reglas de la consola");
    let rows = e.lines.iter().filter(|line| line.episode == Some(e.episode.id)).filter_map(|line| {
        let told = told(line, l)?;
        Some(vec![line.seq.to_string(), iso(told.at), told.title, told.reason.unwrap_or_default(), told.by.unwrap_or_else(|| rules.into())])
    });
    sheet.table(&heads, rows)
}

fn told(line: &ledger::Link, l: Language) -> Option<wire::TimelineLine> {
    let entry = decide::trail::Entry {
        at: At::from_timestamp_millis(line.at_ms)?,
        episode: line.episode,
        by: line.by.clone(),
        line: serde_json::from_str(&line.body).ok()?,
    };
    Some(timeline_line(&Filed { seq: line.seq, entry }, l))
}

fn sent(e: &Evidence, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let l = sheet.l;
    sheet.heading("What was sent, and what came back", "Lo que se envió, y lo que volvió")?;
    let messages: Vec<&Sent> = e.sent.iter().filter(|s| !matches!(s.effect.act, Act::Look(_))).collect();
    if messages.is_empty() {
        return sheet.words("quiet", pick(l, "Nothing.", "Nada."));
    }
    let heads = [
        pick(l, "Owed", "Debido"),
        pick(l, "To", "A"),
        pick(l, "What", "Qué"),
        pick(l, "State", "Estado"),
        pick(l, "Said and answered", "Dicho y respondido"),
    ];
    let rows = messages.into_iter().map(|s| {
        let exchanges: Vec<String> = s
            .exchanges
            .iter()
            .map(|x| {
                let status = x.status.map_or_else(|| pick(l, "no answer", "sin respuesta").to_string(), |s| s.to_string());
                format!("{} {}\n{}\n→ {status}\n{}", iso(x.at), x.line, x.request, x.response)
            })
            .collect();
        vec![iso(s.effect.owed_at), s.effect.vendor.name().into(), json(&s.effect.act), json(&s.effect.state), exchanges.join("\n\n")]
    });
    sheet.table(&heads, rows)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn seen(e: &Evidence, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let l = sheet.l;
    sheet.heading("Who saw it, and what else came about this patient", "Quién lo vio, y qué más llegó de este paciente")?;
    let heads =
        [pick(l, "Line", "Línea"), pick(l, "At", "Cuándo"), pick(l, "What", "Qué"), pick(l, "Why", "Por qué"), pick(l, "By", "Por")];
    let rows = e.lines.iter().filter(|line| line.episode != Some(e.episode.id)).filter_map(|line| {
        let told = told(line, l)?;
        Some(vec![line.seq.to_string(), iso(told.at), told.title, told.reason.unwrap_or_default(), told.by.unwrap_or_default()])
    });
    sheet.table(&heads, rows)
}

fn chain(e: &Evidence, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let l = sheet.l;
    sheet.heading("The chain", "La cadena")?;
    if !e.chain.do_not_fit.is_empty() {
        let lines = e.chain.do_not_fit.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let words = say!(l, "These lines are not what was written: {lines}.", "Estas líneas no son lo que se escribió: {lines}.");
        sheet.words("broken", &words)?;
    }
    let (all, fit, head) = (e.lines.len(), e.chain.worked_out, &e.chain.head);
    let words = say!(
        l,
        "{fit} of {all} lines were worked out again from what they say and the hash before them. The whole trail had {0} lines then; the hash of the last was {1}.",
        "{fit} de {all} líneas se recalcularon a partir de lo que dicen y del hash anterior. El registro tenía entonces {0} líneas; el hash de la última era {1}.",
        head.lines,
        head.head
    );
    sheet.words("", &words)?;
    if let Some(kept) = &e.chain.kept_outside {
        let words = say!(
            l,
            "The newest head kept outside the database: line {0}, {1}, kept {2}.",
            "La cabeza más reciente guardada fuera de la base: línea {0}, {1}, guardada {2}.",
            kept.anchor.lines,
            kept.anchor.head,
            iso(kept.at)
        );
        sheet.words("", &words)?;
    }
    let how = pick(
        l,
        "How to check: each hash is SHA-256 over the hash before it (32 bytes), line number, milliseconds since 1970 and episode number (each 8 bytes, little-endian; no episode = 0), then kind, MRN, person and text, each as its length in 8 bytes and its bytes (nothing = the largest length). `careloop audit evidence FILE` does it; the same numbers and hashes are in the console's own trail.",
        "Cómo comprobarlo: cada hash es SHA-256 del hash anterior (32 bytes), número de línea, milisegundos desde 1970 y número de episodio (8 bytes cada uno, little-endian; sin episodio = 0), y luego tipo, MRN, persona y texto, cada uno como su longitud en 8 bytes y sus bytes (nada = la mayor longitud). `careloop audit evidence FILE` lo hace; los mismos números y hashes están en el registro de la consola.",
    );
    sheet.words("quiet", how)?;
    let heads = [
        pick(l, "Line", "Línea"),
        pick(l, "Text as it was hashed", "Texto tal como entró en el hash"),
        pick(l, "Hash before, hash", "Hash anterior, hash"),
    ];
    let gone = pick(l, "not in the file any more", "ya no está en el archivo");
    let rows = e
        .lines
        .iter()
        .map(|line| vec![line.seq.to_string(), line.body.clone(), format!("{}\n{}", line.before.as_deref().unwrap_or(gone), line.hash)]);
    sheet.table(&heads, rows)
}
