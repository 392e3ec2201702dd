//! Phones as EHRs write them, to E.164.

use super::message::{Message, Part};
use super::site::SiteMap;
use phonenumber::country::Id;
use phonenumber::Mode;

/// A number as E.164; none if no such number can exist.
pub fn normalise(text: &str, default_country: &str) -> Option<String> {
    read(text, default_country).or_else(|| read(without_comment(text)?, default_country))
}

fn read(text: &str, default_country: &str) -> Option<String> {
    if text.len() > 64 {
        return None;
    }
    let country: Option<Id> = default_country.parse().ok();
    let number = phonenumber::parse(country, text).ok()?;
    // New area codes are younger than any list: in North America the shape is enough.
    let shaped = number.code().value() == 1 && north_american(&number.national().value().to_string());
    (number.is_valid() || shaped).then(|| number.format().mode(Mode::E164).to_string())
}

fn north_american(national: &str) -> bool {
    let b = national.as_bytes();
    b.len() == 10 && b[0] >= b'2' && b[3] >= b'2'
}

/// `(260)555-1234X12CAny text`, the old TN form, up to its beeper or comment.
fn without_comment(text: &str) -> Option<&str> {
    let at = text.find(|c: char| c.is_alphabetic() && !matches!(c, 'x' | 'X'))?;
    text[at..].starts_with(['B', 'C']).then(|| &text[..at])
}

/// The number of an XTN: written out, or in its parts.
fn number(xtn: Part<'_>, default_country: &str) -> Option<Result<String, ()>> {
    let text = |n: usize| xtn.component(n).text();
    let joined = || {
        let local = text(7)?;
        let country = text(5).map(|c| format!("+{} ", c.trim_start_matches('+'))).unwrap_or_default();
        Some(format!("{country}{}{local}", text(6).unwrap_or_default()))
    };
    let mut written = [text(1), text(12), joined()].into_iter().flatten().peekable();
    written.peek()?;
    Some(written.find_map(|t| normalise(&t, default_country)).ok_or(()))
}

/// Equipment that rings or reads a text.
fn rings(xtn: &Part<'_>) -> bool {
    let equipment = xtn.component(3).text().unwrap_or_default().to_ascii_uppercase();
    let mail = xtn.component(2).text().is_some_and(|u| u.eq_ignore_ascii_case("NET"));
    !mail && !matches!(equipment.as_str(), "FX" | "BP" | "MD" | "INTERNET" | "X.400" | "TDD" | "TTY")
}

/// The patient's phone from PID-13 and PID-40 with the place that counted, or why there is none.
pub(crate) fn of_patient(m: &Message, map: &SiteMap) -> (Option<String>, &'static str, Option<String>) {
    let home = m.field("PID", 13);
    if home.is_deleted() {
        return (None, "PID-13", Some("The EHR deleted the phone (PID-13).".into()));
    }
    let all: Vec<(&'static str, Part<'_>)> = [("PID-13", home), ("PID-40", m.field("PID", 40))]
        .into_iter()
        .flat_map(|(place, field)| field.repeats().into_iter().map(move |x| (place, x)))
        .filter(|(_, x)| rings(x))
        .collect();
    let is = |x: &Part<'_>, n: usize, word: &str| x.component(n).text().is_some_and(|t| t.eq_ignore_ascii_case(word));
    let rank = |x: &Part<'_>| match () {
        _ if is(x, 3, "CP") => 0,
        _ if is(x, 2, "PRS") => 1,
        _ => 2,
    };
    let mut tried: Vec<(usize, &'static str, Result<String, ()>)> =
        all.iter().filter_map(|(place, x)| Some((rank(x), *place, number(*x, map.country())?))).collect();
    tried.sort_by_key(|(rank, ..)| *rank);
    let Some((best, place, _)) = tried.first().cloned() else { return (None, "PID-13", None) };
    // Only among equals: another kind of number is not what the EHR meant to be texted.
    match tried.into_iter().take_while(|(rank, ..)| *rank == best).find_map(|(_, at, n)| Some((n.ok()?, at))) {
        Some((number, at)) => (Some(number), at, None),
        None => (None, place, Some(format!("The phone in {place} is not a number that can be called in {}.", map.country()))),
    }
}

/// A phone to call back on and where it stands: the message's own, else the location's, else the site's.
pub(crate) fn of_callback(m: &Message, map: &SiteMap, location: &[String]) -> Option<(String, String)> {
    let own = map.callback_phones.iter().find_map(|place| {
        let found = place.parts(m).into_iter().filter(rings).find_map(|x| number(x, map.country())?.ok())?;
        Some((found, place.to_string()))
    });
    own.or_else(|| {
        let place = if location.iter().any(|l| map.location_phones.contains_key(l)) { "location_phones" } else { "callback_phone" };
        Some((map.callback_at(location)?, place.into()))
    })
}
