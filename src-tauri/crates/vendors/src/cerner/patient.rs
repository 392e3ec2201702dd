//! Which patient of the chart is meant. Wrong is worse than none: anything but exactly one stops.

use super::reply::{id_in, refusal, Bundle, Doing};
use super::{request, Chart};
use crate::exchange::{problem, Stop};
use decide::outbox::{ProblemKind, SeenPatient};
use decide::{At, Mrn};
use serde_json::Value as Json;

/// A merged record may point to one that was merged, too.
const MERGES: usize = 5;

fn nobody(said: &str) -> Stop {
    Stop::Reject(problem(ProblemKind::NoPatient, None, None, said))
}

/// The patient to write to.
pub async fn resolve(chart: &Chart<'_>, mrn: &Mrn, fhir_id: Option<&str>) -> Result<String, Stop> {
    let found = match fhir_id {
        Some(id) => {
            let record = read(chart, id).await?.ok_or_else(|| nobody("the chart has no patient with the id that is kept here"))?;
            // An id kept here that belongs to somebody else would put a note into the wrong chart.
            let numbers: Vec<&str> = identifiers(&record).filter_map(|i| i["value"].as_str()).collect();
            if !numbers.is_empty() && !numbers.contains(&mrn.expose()) {
                return Err(nobody("the chart's patient with the id that is kept here has another MRN"));
            }
            follow(chart, record).await?
        }
        None => by_mrn(chart, mrn).await?.ok_or_else(|| nobody("the chart has no active patient with that MRN"))?,
    };
    found["id"].as_str().map(str::to_string).ok_or_else(|| nobody("the chart's patient has no id"))
}

/// A patient as the chart shows them; none if there is none, an error if there are several.
pub async fn find(chart: &Chart<'_>, mrn: Option<&Mrn>, fhir_id: Option<&str>) -> Result<Option<SeenPatient>, Stop> {
    let record = match (fhir_id, mrn) {
        (Some(id), _) => match read(chart, id).await? {
            Some(record) => Some(follow(chart, record).await?),
            None => None,
        },
        (None, Some(mrn)) => by_mrn(chart, mrn).await?,
        (None, None) => return Err(nobody("neither an MRN nor an id was given")),
    };
    Ok(record.map(|r| seen(&r, chart.config.mrn_system.as_deref(), chart.now)))
}

async fn read(chart: &Chart<'_>, id: &str) -> Result<Option<Json>, Stop> {
    let answer = chart.ask("Patient", "r", request::read(chart.config, "Patient", id)).await?;
    match answer.status {
        200 => Ok(Some(super::json(&answer)?)),
        404 | 410 => Ok(None),
        _ => Err(refusal(&answer, Doing::Reading)),
    }
}

/// The surviving record of a merge.
async fn follow(chart: &Chart<'_>, mut record: Json) -> Result<Json, Stop> {
    for _ in 0..MERGES {
        if record["active"] != Json::Bool(false) {
            return Ok(record);
        }
        let link = record["link"].as_array().and_then(|l| l.iter().find(|l| l["type"] == "replaced-by"));
        let Some(id) = link.and_then(|l| l["other"]["reference"].as_str()).and_then(|r| id_in(r, "Patient")) else {
            return Err(nobody("the chart's patient is inactive"));
        };
        record = read(chart, &id).await?.ok_or_else(|| nobody("the record that the patient was merged into is not there"))?;
    }
    Err(nobody("the patient's merged records go in a circle"))
}

async fn by_mrn(chart: &Chart<'_>, mrn: &Mrn) -> Result<Option<Json>, Stop> {
    let answer = chart.ask("Patient", "s", request::patients(chart.config, mrn.expose())).await?;
    if answer.status == 422 {
        // More than 1,000 hits.
        return Err(nobody("far too many patients of the chart fit that MRN: set cerner.mrn_system"));
    }
    let mut in_force: Vec<Json> = Vec::new();
    let mut ended: Vec<Json> = Vec::new();
    for resource in Bundle::read(&answer)?.resources("Patient") {
        let record: Json = serde_json::from_str(resource.get()).map_err(|_| nobody("the chart's patient cannot be read"))?;
        let holds = |now: Option<At>| {
            identifiers(&record).any(|i| i["value"].as_str() == Some(mrn.expose()) && now.is_none_or(|now| !over(i, now)))
        };
        let held = (holds(Some(chart.now)), holds(None));
        let record = if record["active"] == Json::Bool(false) { follow(chart, record).await? } else { record };
        match held {
            (true, _) => in_force.push(record),
            (false, true) => ended.push(record),
            // Millennium may leave out identifiers that it searched.
            (false, false) if identifiers(&record).next().is_none() => in_force.push(record),
            (false, false) => {}
        }
    }
    // A number that was given up counts only if nobody holds it now.
    let mut fits = if in_force.is_empty() { ended } else { in_force };
    fits.sort_by_key(|r| r["id"].as_str().map(str::to_string));
    fits.dedup_by_key(|r| r["id"].as_str().map(str::to_string));
    if fits.len() > 1 {
        return Err(nobody("several patients of the chart have that MRN: set cerner.mrn_system"));
    }
    Ok(fits.pop())
}

fn identifiers(record: &Json) -> impl Iterator<Item = &Json> {
    record["identifier"].as_array().into_iter().flatten()
}

/// Whether its period has ended.
fn over(part: &Json, now: At) -> bool {
    let Some(end) = part["period"]["end"].as_str() else { return false };
    match end.parse::<At>() {
        Ok(end) => end <= now,
        Err(_) => chrono::NaiveDate::parse_from_str(end, "%Y-%m-%d").is_ok_and(|d| d < now.date_naive()),
    }
}

fn seen(record: &Json, mrn_system: Option<&str>, now: At) -> SeenPatient {
    let text = |v: &Json| v.as_str().map(str::to_string);
    let typed = |i: &Json| i["type"]["coding"].as_array().is_some_and(|l| l.iter().any(|c| c["code"] == "MR"));
    let ours = |i: &Json| match mrn_system {
        Some(system) => i["system"] == system,
        None => typed(i),
    };
    let valid: Vec<&Json> = identifiers(record).filter(|i| !over(i, now) && i["value"].is_string()).collect();
    // Where nothing says which number is an MRN, all may be.
    let chosen: Vec<&Json> = if valid.iter().any(|i| ours(i)) { valid.into_iter().filter(|i| ours(i)).collect() } else { valid };
    let names = record["name"].as_array().map(Vec::as_slice).unwrap_or_default();
    let name = names.iter().find(|n| n["use"] == "official" && !over(n, now)).or(names.first()).unwrap_or(&Json::Null);
    let phones = record["telecom"].as_array().into_iter().flatten();
    let mobile = phones
        .filter(|t| t["system"] == "phone" && t["use"] == "mobile" && !over(t, now))
        .min_by_key(|t| t["rank"].as_u64().unwrap_or(u64::MAX));
    let languages = record["communication"].as_array().map(Vec::as_slice).unwrap_or_default();
    let language = languages.iter().find(|l| l["preferred"] == true).or(languages.first());
    let codes = language.and_then(|l| l["language"]["coding"].as_array()).into_iter().flatten();
    SeenPatient {
        fhir_id: text(&record["id"]).unwrap_or_default(),
        mrns: chosen.into_iter().filter_map(|i| i["value"].as_str()).map(Mrn::from).collect(),
        first_name: name["given"].as_array().into_iter().flatten().filter_map(Json::as_str).next().unwrap_or_default().to_string(),
        last_name: text(&name["family"]).unwrap_or_default(),
        birth_date: text(&record["birthDate"]),
        mobile: mobile.and_then(|t| text(&t["value"])),
        language: codes.filter(|c| c["system"] == "urn:ietf:bcp:47").find_map(|c| text(&c["code"])),
    }
}
