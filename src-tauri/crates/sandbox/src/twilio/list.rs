//! Listing messages: by number and day, newest first, page by page.

use super::{error, Message, Twilio};
use crate::exchange::{encoded, value, Answer, Ask};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use decide::At;
use serde_json::json;

const PAGE_SIZE_DEFAULT: usize = 50;
const PAGE_SIZE_MAX: usize = 1000;

impl Twilio {
    /// `GET .../Messages.json`.
    pub(super) fn list(&self, ask: &Ask) -> Answer {
        let query = ask.query_pairs();
        let size = match value(&query, "PageSize").map(str::parse::<usize>) {
            None => PAGE_SIZE_DEFAULT,
            Some(Ok(n)) if n >= 1 => n.min(PAGE_SIZE_MAX),
            Some(_) => return error(400, 20422, "Invalid Parameter: PageSize must be between 1 and 1000."),
        };
        let mut kept: Vec<&Message> = self.messages.iter().collect();
        for (name, given) in query.iter().filter(|(_, v)| !v.is_empty()) {
            match name.as_str() {
                "To" => kept.retain(|m| m.to == *given),
                "From" => kept.retain(|m| m.from.as_deref() == Some(given)),
                "DateSent" | "DateSent>" | "DateSent<" => {
                    let Some((start, end)) = day_or_instant(given) else {
                        return error(400, 20422, "Invalid Parameter: DateSent must be YYYY-MM-DD.");
                    };
                    kept.retain(|m| {
                        let at = m.sent.unwrap_or(m.created);
                        match name.as_str() {
                            "DateSent" => at >= start && at < end,
                            "DateSent>" => at >= start,
                            _ => at < end,
                        }
                    });
                }
                _ => {}
            }
        }
        kept.reverse();
        // A page goes on after the message named by its token, so that newer messages do not shift it.
        let start = match value(&query, "PageToken") {
            None => 0,
            Some(token) => match kept.iter().position(|m| token.strip_prefix("PA") == Some(&m.sid)) {
                Some(at) => at + 1,
                None => return error(400, 20422, "Invalid Parameter: PageToken."),
            },
        };
        let page: usize = value(&query, "Page").and_then(|p| p.parse().ok()).unwrap_or(0);
        let shown = &kept[start.min(kept.len())..(start + size).min(kept.len())];
        let more = start + shown.len() < kept.len();
        let filters: Vec<String> = query
            .iter()
            .filter(|(n, _)| !matches!(n.as_str(), "Page" | "PageToken" | "PageSize"))
            .map(|(n, v)| format!("{}={}&", encoded(n), encoded(v)))
            .collect();
        let at_page = |n: usize| format!("{}?{}PageSize={size}&Page={n}", ask.path, filters.concat());
        let next = shown.last().filter(|_| more).map(|last| format!("{}&PageToken=PA{}", at_page(page + 1), last.sid));
        let body = json!({
            "end": (page * size + shown.len()).saturating_sub(1),
            "first_page_uri": at_page(0),
            "next_page_uri": next,
            "page": page,
            "page_size": size,
            "previous_page_uri": if page == 0 { None } else { Some(at_page(page - 1)) },
            "messages": shown.iter().map(|m| self.shown(m)).collect::<Vec<_>>(),
            "start": page * size,
            "uri": format!("{}?{}", ask.path, ask.query),
        });
        Answer::json(200, &body)
    }
}

/// A GMT day as its bounds, or an instant.
fn day_or_instant(text: &str) -> Option<(At, At)> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let start = day.and_time(NaiveTime::MIN).and_utc();
        return Some((start, start + TimeDelta::days(1)));
    }
    let at = chrono::DateTime::parse_from_rfc3339(text)
        .map(|t| t.to_utc())
        .or_else(|_| chrono::DateTime::parse_from_rfc2822(text).map(|t| t.to_utc()))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").map(|t| t.and_utc()))
        .ok()?;
    Some((at, at + TimeDelta::seconds(1)))
}
