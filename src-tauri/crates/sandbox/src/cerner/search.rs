//! What searches share: dates, counts, pages with opaque links (contracts 1.4, 1.5).

use super::outcome::Refusal;
use super::{fhir, Cerner, Stored};
use crate::exchange::{hex, value, Answer, Ask};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use decide::At;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

type Pairs = [(String, String)];

/// Pages not asked for yet, by their opaque tokens.
#[derive(Default)]
pub(super) struct Pages {
    rest: BTreeMap<String, (String, Vec<String>, usize)>,
    counted: u64,
}

impl Pages {
    /// The first page of what was found.
    pub fn first(
        &mut self,
        ask: &Ask,
        tenant: &str,
        kind: &str,
        mut found: Vec<String>,
        count: usize,
        shown: impl Fn(&str) -> Option<Value>,
    ) -> Answer {
        let rest = found.split_off(found.len().min(count));
        let base = format!("{}/r4/{tenant}/{kind}", ask.origin);
        let mut links = vec![json!({"relation": "self", "url": format!("{base}?{}", ask.query)})];
        if !rest.is_empty() {
            self.counted += 1;
            let token = hex(&Sha256::digest(format!("page {}", self.counted))[..20]);
            links.push(json!({"relation": "next", "url": format!("{base}?-pageContext={token}&-pageDirection=NEXT")}));
            self.rest.insert(token, (kind.to_string(), rest, count));
        }
        let entries: Vec<Value> = found
            .iter()
            .filter_map(|id| Some(json!({"fullUrl": format!("{base}/{id}"), "resource": shown(id)?, "search": {"mode": "match"}})))
            .collect();
        let mut bundle = json!({"resourceType": "Bundle", "id": "search", "type": "searchset", "link": links});
        if !entries.is_empty() {
            bundle["entry"] = json!(entries);
        }
        fhir(200, &bundle)
    }

    /// The page that a `next` link names; none if the request names none.
    pub fn next(&mut self, ask: &Ask, tenant: &str, kind: &str, shown: impl Fn(&str) -> Option<Value>) -> Option<Result<Answer, Refusal>> {
        let query = ask.query_pairs();
        let token = value(&query, "-pageContext")?;
        Some(match self.rest.get(token).filter(|(of, ..)| of == kind).cloned() {
            Some((_, found, count)) => Ok(self.first(ask, tenant, kind, found, count, shown)),
            None => Err(Refusal::issue(400, "invalid", "the page context is not valid", "-pageContext")),
        })
    }
}

impl Cerner {
    /// `GET Observation?`.
    pub(super) fn search_observations(&mut self, ask: &Ask) -> Result<Answer, Refusal> {
        let tenant = self.config.tenant.clone();
        if let Some(page) = self.pages.next(ask, &tenant, "Observation", |id| Some(self.observations.get(id)?.shown(id))) {
            return page;
        }
        let query = ask.query_pairs();
        let count = count(&query, 50, 200)?;
        let patient = whose(&query)?;
        let dates = bounds(&query, "date")?;
        let updated = bounds(&query, "_lastUpdated")?;
        if dates.is_some() && updated.is_some() {
            return Err(Refusal::issue(400, "invalid", "date and _lastUpdated may not be used together", "date"));
        }
        let codes = listed(&query, "code");
        let categories = listed(&query, "category");
        // Vital signs are not found by the tenant's own codes.
        let proprietary = codes.as_ref().is_some_and(|c| c.iter().any(|c| c.contains("/codeSet/72")));
        let vitals = categories.as_ref().is_some_and(|c| c.iter().any(|c| c.ends_with("vital-signs")));
        let mut found: Vec<(&String, &Stored)> = self
            .observations
            .iter()
            .filter(|_| !(proprietary && vitals))
            .filter(|(id, s)| is_of(&patient, id, &s.resource))
            .filter(|(_, s)| {
                within(effective(&s.resource), &dates) && within(Some((s.updated, s.updated + TimeDelta::milliseconds(1))), &updated)
            })
            .filter(|(_, s)| codes.as_ref().is_none_or(|c| coded(&s.resource["code"], c)))
            .filter(|(_, s)| {
                categories.as_ref().is_none_or(|c| s.resource["category"].as_array().is_some_and(|all| all.iter().any(|one| coded(one, c))))
            })
            .collect();
        match updated {
            Some(_) => found.sort_by_key(|(_, s)| std::cmp::Reverse((s.updated, s.n))),
            None => found.sort_by_key(|(_, s)| std::cmp::Reverse((effective(&s.resource).map(|(start, _)| start), s.n))),
        }
        let found = found.into_iter().map(|(id, _)| id.clone()).collect();
        Ok(self.pages.first(ask, &tenant, "Observation", found, count, |id| Some(self.observations.get(id)?.shown(id))))
    }

    /// `GET DocumentReference?`.
    pub(super) fn search_documents(&mut self, ask: &Ask) -> Result<Answer, Refusal> {
        let tenant = self.config.tenant.clone();
        if let Some(page) = self.pages.next(ask, &tenant, "DocumentReference", |id| Some(self.documents.get(id)?.shown(id))) {
            return page;
        }
        let query = ask.query_pairs();
        let count = count(&query, 10, 100)?;
        let patient = whose(&query)?;
        let dates = bounds(&query, "date")?;
        let periods = bounds(&query, "period")?;
        let updated = bounds(&query, "_lastUpdated")?;
        if [dates.is_some(), periods.is_some(), updated.is_some()].into_iter().filter(|given| *given).count() > 1 {
            return Err(Refusal::issue(400, "invalid", "date, period and _lastUpdated may not be used together", "date"));
        }
        let types = listed(&query, "type");
        let categories = listed(&query, "category");
        let mut found: Vec<(&String, &Stored)> = self
            .documents
            .iter()
            .filter(|(id, s)| is_of(&patient, id, &s.resource))
            .filter(|(_, s)| within(s.resource["date"].as_str().and_then(range), &dates))
            .filter(|(_, s)| within(s.resource.pointer("/context/period/end").and_then(Value::as_str).and_then(range), &periods))
            .filter(|(_, s)| within(Some((s.updated, s.updated + TimeDelta::milliseconds(1))), &updated))
            .filter(|(_, s)| types.as_ref().is_none_or(|t| coded(&s.resource["type"], t)))
            .filter(|(_, s)| {
                categories.as_ref().is_none_or(|c| s.resource["category"].as_array().is_some_and(|all| all.iter().any(|one| coded(one, c))))
            })
            .collect();
        found.sort_by_key(|(_, s)| std::cmp::Reverse((s.updated, s.n)));
        let found = found.into_iter().map(|(id, _)| id.clone()).collect();
        Ok(self.pages.first(ask, &tenant, "DocumentReference", found, count, |id| Some(self.documents.get(id)?.shown(id))))
    }
}

/// Whose resources, or which.
enum Whose {
    Patient(String),
    Ids(Vec<String>),
}

fn whose(query: &Pairs) -> Result<Whose, Refusal> {
    let given = |name| value(query, name).filter(|v| !v.is_empty());
    let patient = given("patient").or(given("subject"));
    match (given("_id"), patient) {
        (Some(ids), None) if query.iter().all(|(n, _)| matches!(n.as_str(), "_id" | "_count")) => {
            Ok(Whose::Ids(ids.split(',').map(str::to_string).collect()))
        }
        (Some(_), _) => Err(Refusal::issue(400, "invalid", "_id may not be used with other parameters", "_id")),
        (None, Some(patient)) => Ok(Whose::Patient(patient.strip_prefix("Patient/").unwrap_or(patient).to_string())),
        // No search over the whole population.
        (None, None) => Err(Refusal::Text { status: 400, text: "no supported search parameters provided" }),
    }
}

fn is_of(whose: &Whose, id: &str, resource: &Value) -> bool {
    match whose {
        Whose::Ids(ids) => ids.iter().any(|i| i == id),
        Whose::Patient(patient) => resource
            .pointer("/subject/reference")
            .and_then(Value::as_str)
            .and_then(|r| r.rsplit_once('/'))
            .is_some_and(|(_, of)| of == patient),
    }
}

/// `_count`, capped.
pub(super) fn count(query: &Pairs, default: usize, max: usize) -> Result<usize, Refusal> {
    match value(query, "_count").map(str::parse::<usize>) {
        None => Ok(default),
        Some(Ok(n)) if n > 0 => Ok(n.min(max)),
        Some(_) => Err(Refusal::issue(400, "invalid", "_count must be a positive number", "_count")),
    }
}

fn listed(query: &Pairs, name: &str) -> Option<Vec<String>> {
    value(query, name).filter(|v| !v.is_empty()).map(|v| v.split(',').map(str::to_string).collect())
}

/// A coding of the concept is among the wanted `system|code`s or codes.
fn coded(concept: &Value, wanted: &[String]) -> bool {
    let Some(codings) = concept["coding"].as_array() else { return false };
    codings.iter().any(|c| {
        let (system, code) = (c["system"].as_str().unwrap_or(""), c["code"].as_str().unwrap_or(""));
        wanted.iter().any(|w| match w.rsplit_once('|') {
            Some((s, w)) => s == system && w == code,
            None => w == code,
        })
    })
}

/// One bound of a date search.
pub(super) struct Bound {
    prefix: String,
    start: At,
    end: At,
}

/// At most two bounds: two must be a lower and an upper one.
pub(super) fn bounds(query: &Pairs, name: &str) -> Result<Option<Vec<Bound>>, Refusal> {
    let mut found = Vec::new();
    for (_, text) in query.iter().filter(|(n, _)| n == name) {
        let cut = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (prefix, date) = text.split_at(cut);
        let Some((start, end)) = range(date) else {
            return Err(Refusal::issue(400, "invalid", "not a date, or an instant without a zone", name));
        };
        if !matches!(prefix, "" | "eq" | "ge" | "gt" | "le" | "lt") {
            return Err(Refusal::issue(400, "not-supported", "prefixes are eq, ge, gt, le, lt", name));
        }
        found.push(Bound { prefix: prefix.to_string(), start, end });
    }
    let lower = |b: &Bound| matches!(b.prefix.as_str(), "ge" | "gt");
    let upper = |b: &Bound| matches!(b.prefix.as_str(), "le" | "lt");
    match found.as_slice() {
        [] => Ok(None),
        [_] => Ok(Some(found)),
        [a, b] if (lower(a) && upper(b)) || (upper(a) && lower(b)) => Ok(Some(found)),
        _ => Err(Refusal::issue(400, "invalid", "two dates must be a lower and an upper bound", name)),
    }
}

/// The time lies within all bounds.
pub(super) fn within(time: Option<(At, At)>, bounds: &Option<Vec<Bound>>) -> bool {
    let Some(bounds) = bounds else { return true };
    let Some((start, end)) = time else { return false };
    bounds.iter().all(|b| match b.prefix.as_str() {
        "ge" => end > b.start,
        "gt" => end > b.end,
        "le" => start < b.end,
        "lt" => start < b.start,
        _ => start >= b.start && end <= b.end,
    })
}

/// A FHIR date or instant as the span it names.
pub(super) fn range(text: &str) -> Option<(At, At)> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let start = day.and_time(NaiveTime::MIN).and_utc();
        return Some((start, start + TimeDelta::days(1)));
    }
    let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    let width = if text.contains('.') { TimeDelta::milliseconds(1) } else { TimeDelta::seconds(1) };
    Some((at, at + width))
}

fn effective(resource: &Value) -> Option<(At, At)> {
    let text = |path: &str| resource.pointer(path).and_then(Value::as_str);
    if let Some(at) = text("/effectiveDateTime").or(text("/effectiveInstant")) {
        return range(at);
    }
    let start = text("/effectivePeriod/start").and_then(range)?;
    let end = text("/effectivePeriod/end").and_then(range).unwrap_or(start);
    Some((start.0, end.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(query: &str, time: &str) -> bool {
        let query: Vec<(String, String)> = query.split('&').map(|v| ("date".to_string(), v.to_string())).collect();
        within(range(time), &bounds(&query, "date").unwrap())
    }

    #[test]
    fn a_window_holds_its_lower_edge_and_not_its_upper_one() {
        assert!(held("ge2026-03-05T19:00:00Z&lt2026-03-05T20:00:00Z", "2026-03-05T19:00:00Z"));
        assert!(!held("ge2026-03-05T19:00:00Z&lt2026-03-05T20:00:00Z", "2026-03-05T20:00:00Z"));
        assert!(held("2026-03-05", "2026-03-05T23:59:59Z"));
    }
}
