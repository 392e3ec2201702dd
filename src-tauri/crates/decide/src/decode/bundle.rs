//! A body: one Observation, or a Bundle whose entries are inputs of their own.

use super::node::{Node, Top};
use super::observation::{misread, resource};
use super::subject::People;
use super::{Body, Entry, Refusal, MOST_ENTRIES};
use crate::input::Decoded;
use crate::Unusable;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};

const SEND: &str = "Send one FHIR Observation or Bundle as JSON.";

/// Decodes a body.
pub(super) fn body(bytes: &[u8]) -> Result<Body, Refusal> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| Refusal::unreadable(Some(format!("byte {}", e.valid_up_to())), format!("The body is not UTF-8. {SEND}")))?;
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = json.trim_start();
    if start.is_empty() {
        return Err(Refusal::unreadable(None, format!("The body is empty. {SEND}")));
    }
    if start.starts_with('<') {
        return Err(Refusal::unreadable(None, format!("The body is HTML or XML, not JSON. {SEND}")));
    }
    if !start.starts_with('{') {
        return Err(match serde_json::from_str::<serde::de::IgnoredAny>(json) {
            Ok(_) => Refusal::invalid("not_an_object", "resourceType", format!("The body is JSON but not an object. {SEND}")),
            Err(e) => broken(&e),
        });
    }
    let top: Top = serde_json::from_str(json).map_err(|e| broken(&e))?;
    match top.text("resourceType").as_deref() {
        Some("Observation") => {
            let node: Node = serde_json::from_str(json).map_err(|e| broken(&e))?;
            let span = place(text, start.trim_end());
            Ok(Body { bundle: false, entries: vec![Entry { at: 0, span, decoded: unbroken(&node, &People::default()) }] })
        }
        Some("Bundle") => Ok(Body { bundle: true, entries: entries(text, &top)? }),
        Some(_) => Err(Refusal::invalid(
            "not_an_observation",
            "resourceType",
            format!("The resource is neither an Observation nor a Bundle. {SEND}"),
        )),
        None => Err(Refusal::invalid("no_resource_type", "resourceType", format!("The resourceType is missing or given twice. {SEND}"))),
    }
}

/// One that the decoder panics on is set aside by itself; the others of its Bundle are read.
fn unbroken(node: &Node, people: &People) -> Decoded {
    catch_unwind(AssertUnwindSafe(|| resource(node, people))).unwrap_or_else(|_| {
        let detail = "The program broke on it. It is kept as it came; report it with the log.";
        Decoded::Misread(misread(&Node::Null, Unusable::EngineFault, "Observation", detail))
    })
}

/// Names the place where the JSON breaks; the parser's words carry nothing of the body.
fn broken(e: &serde_json::Error) -> Refusal {
    let what = e.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    Refusal::unreadable(
        Some(format!("line {} column {}", e.line(), e.column())),
        format!("The JSON breaks at line {} column {}: {what}. {SEND}", e.line(), e.column()),
    )
}

/// Where a slice of the text stands in it.
fn place(whole: &str, part: &str) -> Range<usize> {
    let from = part.as_ptr() as usize - whole.as_ptr() as usize;
    from..from + part.len()
}

/// An entry before it is decoded.
struct Opened<'a> {
    at: usize,
    span: Range<usize>,
    full_url: Option<Cow<'a, str>>,
    found: Result<Node<'a>, (Unusable, &'static str, &'static str)>,
}

fn entries(text: &str, bundle: &Top) -> Result<Vec<Entry>, Refusal> {
    let Some(list) = bundle.get("entry") else {
        // A search without hits carries no entries, and that is all right.
        if bundle.text("type").as_deref() == Some("searchset") && bundle.get("total").is_some_and(|t| t.get() == "0") {
            return Ok(Vec::new());
        }
        return Err(Refusal::invalid("no_entries", "Bundle.entry", "The Bundle has no entry list. Send its Observations in Bundle.entry."));
    };
    let list: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|_| Refusal::invalid("no_entries", "Bundle.entry", "Bundle.entry is not a list. Send the Observations as a list."))?;
    if list.len() > MOST_ENTRIES {
        return Err(Refusal::invalid(
            "too_many_entries",
            "Bundle.entry",
            format!("The Bundle has {} entries; at most {MOST_ENTRIES} are taken at once. Send them in several Bundles.", list.len()),
        ));
    }
    let opened: Vec<Opened> = list.iter().enumerate().filter_map(|(at, raw)| open(text, at, raw)).collect();
    let mut people = People::default();
    for entry in &opened {
        if let Ok(node) = &entry.found {
            if node.get("resourceType").text() == Some("Patient") {
                people.add(entry.full_url.as_deref(), node);
            }
        }
    }
    let decode = |entry: Opened| Entry {
        at: entry.at,
        span: entry.span,
        decoded: match entry.found {
            Ok(node) => unbroken(&node, &people),
            Err((reason, field, detail)) => Decoded::Misread(misread(&Node::Null, reason, field, detail)),
        },
    };
    Ok(opened.into_iter().map(decode).collect())
}

/// Opens an entry; none if it is the search's own report, which is no input.
fn open<'a>(text: &str, at: usize, raw: &'a RawValue) -> Option<Opened<'a>> {
    const NONE: (Unusable, &str, &str) =
        (Unusable::NotAnObservation, "Bundle.entry.resource", "The entry carries no resource. Send an Observation in it.");
    let whole = place(text, raw.get());
    let Ok(entry) = serde_json::from_str::<Top>(raw.get()) else {
        return Some(Opened {
            at,
            span: whole,
            full_url: None,
            found: Err((Unusable::Unreadable, "Bundle.entry", "The entry is not an object. Send an object with a resource in it.")),
        });
    };
    let Some(resource) = entry.get("resource") else {
        return Some(Opened { at, span: whole, full_url: None, found: Err(NONE) });
    };
    let mode = entry.get("search").and_then(|s| serde_json::from_str::<Node>(s.get()).ok());
    let found = match serde_json::from_str::<Node>(resource.get()) {
        Ok(node @ Node::Object(_)) => {
            let report = mode.is_some_and(|m| m.get("mode").text() == Some("outcome"))
                && node.get("resourceType").text() == Some("OperationOutcome");
            if report {
                return None;
            }
            Ok(node)
        }
        Ok(_) => Err(NONE),
        Err(_) => Err((
            Unusable::Unreadable,
            "Bundle.entry.resource",
            "The resource of this entry cannot be read: it is nested too deeply, or a text or number in it is malformed.",
        )),
    };
    Some(Opened { at, span: place(text, resource.get()), full_url: entry.text("fullUrl"), found })
}
