//! Cerner / Oracle Health Millennium FHIR R4. It calls nothing back: no subscriptions exist.

pub mod appointment;
pub mod auth;
mod config;
mod patient;
pub mod reply;
pub mod request;
pub mod resource;
pub mod scope;
#[cfg(test)]
mod tests;
mod write;

pub use auth::Tokens;
pub use config::{Codes, Coding, Config};
pub use write::write;

use crate::exchange::{problem, Line, Stop};
use crate::form::origin;
use crate::transport::{Request, Response};
use auth::Token;
use chrono::TimeDelta;
use decide::outbox::{Delivery, Finding, Look, ProblemKind};
use decide::At;
use reply::Bundle;
use scope::Purpose;
use serde_json::value::RawValue;
use serde_json::Value as Json;
use std::collections::HashMap;

/// Clocks differ and `_lastUpdated` trails: pulls overlap by this.
const OVERLAP_SECONDS: i64 = 120;
const PAGES: usize = 100;

/// Codes that are pulled. Without the list every laboratory result and social history would come, too.
const PULLED: [&str; 17] = [
    "85354-9", "55284-4", "8480-6", "8462-4", "2339-0", "2345-7", "41653-7", "99504-3", "41604-0", "15074-8", "14743-9", "14749-6",
    "29463-7", "3141-9", "2708-6", "59408-5", "8867-4",
];

/// One attempt's way to the chart.
pub struct Chart<'a> {
    pub config: &'a Config,
    tokens: &'a Tokens,
    line: Line<'a>,
    pub now: At,
}

impl<'a> Chart<'a> {
    /// With the tokens in hand.
    pub fn new(config: &'a Config, tokens: &'a Tokens, line: Line<'a>, now: At) -> Self {
        Self { config, tokens, line, now }
    }

    /// A read or search; `letters` of the scope it needs.
    async fn ask(&self, kind: &str, letters: &str, request: Request) -> Result<Response, Stop> {
        let token = self.token(kind, letters).await?;
        let answer = self.line.ask(carrying(request.clone(), &token)).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let token = self.another(kind, letters, &token).await?;
        self.line.ask(carrying(request, &token)).await
    }

    /// A write; a 401 was certainly not performed.
    async fn perform(&self, kind: &str, letters: &str, request: Request) -> Result<Response, Stop> {
        let token = self.token(kind, letters).await?;
        let answer = self.line.perform(carrying(request.clone(), &token)).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let token = self.another(kind, letters, &token).await?;
        self.line.perform(carrying(request, &token)).await
    }

    async fn token(&self, kind: &str, letters: &str) -> Result<Token, Stop> {
        let token = self.tokens.token(self.config, &self.line, self.now, Purpose::of(kind, letters)).await?;
        if token.granted.covers(kind, letters) {
            return Ok(token);
        }
        // A new grant may hold more: the next attempt asks again.
        self.tokens.forget(&token).await;
        Err(Stop::Retry(
            problem(ProblemKind::Config, None, None, format!("the chart did not grant what this needs: {kind} ({letters})")),
            None,
        ))
    }

    async fn another(&self, kind: &str, letters: &str, refused: &Token) -> Result<Token, Stop> {
        self.tokens.forget(refused).await;
        self.token(kind, letters).await
    }

    /// All pages of a search; of an id that comes twice the highest version.
    async fn pages(&self, kind: &str, request: Request) -> Result<Vec<Box<RawValue>>, Stop> {
        let mut newest: HashMap<String, (Version, Box<RawValue>)> = HashMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut request = request;
        for _ in 0..PAGES {
            let bundle = Bundle::read(&self.ask(kind, "s", request).await?)?;
            let next = bundle.next().map(str::to_string);
            for resource in bundle.resources(kind) {
                let meta: Json = serde_json::from_str(resource.get()).unwrap_or_default();
                let id = meta["id"].as_str().unwrap_or_default().to_string();
                let version = Version::of(&meta);
                match newest.get(&id) {
                    Some((known, _)) if *known >= version => continue,
                    Some(_) => {}
                    None => order.push(id.clone()),
                }
                newest.insert(id, (version, resource));
            }
            let Some(next) = next else {
                return Ok(order.iter().filter_map(|id| newest.remove(id)).map(|(_, r)| r).collect());
            };
            // The link is followed as it is, but the token goes nowhere else.
            if origin(&next) != origin(self.config.base()) {
                return Err(Stop::Retry(
                    problem(ProblemKind::Config, None, None, "the chart's next page is at another address: check cerner.base"),
                    None,
                ));
            }
            request = request::page(&next);
        }
        Err(Stop::Retry(problem(ProblemKind::Invalid, None, None, "the chart's search does not end"), None))
    }
}

#[derive(PartialEq, PartialOrd)]
struct Version(u64, String);

impl Version {
    fn of(resource: &Json) -> Self {
        let meta = &resource["meta"];
        Self(
            meta["versionId"].as_str().and_then(|v| v.parse().ok()).unwrap_or(0),
            meta["lastUpdated"].as_str().unwrap_or_default().to_string(),
        )
    }
}

fn carrying(request: Request, token: &Token) -> Request {
    request.header("authorization", format!("Bearer {}", token.bearer.expose()))
}

fn json(answer: &Response) -> Result<Json, Stop> {
    serde_json::from_slice(&answer.body).map_err(|_| {
        Stop::Retry(problem(ProblemKind::NoAnswer, Some(answer.status), None, "the chart answered with something unreadable"), None)
    })
}

/// A patient, the observations of one, or the appointments at a place.
pub async fn look(chart: &Chart<'_>, look: &Look) -> Result<Delivery, Stop> {
    match look {
        Look::Patient { mrn, fhir_id } | Look::Visitor { mrn, fhir_id, .. } => {
            let patient = patient::find(chart, mrn.as_ref(), fhir_id.as_deref()).await?;
            Ok(Delivery::Found(Finding::Patient { patient }))
        }
        Look::Observations { fhir_id, since } => {
            let request = request::observations_since(
                chart.config,
                fhir_id,
                &resource::loincs(&PULLED),
                *since - TimeDelta::seconds(OVERLAP_SECONDS),
            );
            let mut found = chart.pages("Observation", request).await?;
            // In the order they were measured, so that a sweep after an outage reads like the day it was.
            found.sort_by_cached_key(|r| {
                serde_json::from_str::<Json>(r.get()).unwrap_or_default()["effectiveDateTime"].as_str().map(str::to_string)
            });
            Ok(Delivery::Found(Finding::Observations { resources: found.iter().map(|r| r.get().to_string()).collect() }))
        }
        Look::Appointments { location, from, until } => {
            let found = chart.pages("Appointment", request::appointments(chart.config, location, *from, *until)).await?;
            Ok(Delivery::Found(Finding::Appointments { resources: found.iter().map(|r| r.get().to_string()).collect() }))
        }
        _ => Err(Stop::Reject(problem(ProblemKind::Config, None, None, "that question is not for the chart"))),
    }
}
