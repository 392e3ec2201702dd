//! How every vendor is connected: what is set and since when. No secret is known here.

use super::frame::label;
use super::pick;
use crate::console::{lock, Console};
use decide::connections::{Connection, Kept};
use decide::outbox::Vendor;
use decide::At;
use vendors::fields::{self, Field, Kind};
use vendors::trial::Trial;
use wire::{CoverageView, FieldView, HoleView, HooksKeyView, Language, Person, ScopeView, SetUpView, TestLine, TestView, VendorSetUp};

/// So much of an identifier is shown.
const TAIL: usize = 4;

/// The schedule ahead, once it was read.
fn coverage(known: &decide::watch::Coverage) -> Option<CoverageView> {
    let holes = known.holes.iter().map(|h| HoleView { from: h.from, to: h.to }).collect();
    Some(CoverageView { checked_at: known.checked_at?, failed: known.failed, until: known.until, holes })
}

fn days(now: At, kept: &Kept) -> u32 {
    u32::try_from((now - kept.at).num_days()).unwrap_or(0)
}

impl Console {
    /// The forms of Connections, and how each field stands.
    pub(crate) fn set_up_view(&self, who: &Person) -> SetUpView {
        let (now, l) = (self.now(), who.language);
        let (rows, review_days, overdue, appointments, coverage) = {
            let desk = &lock(&self.engine).desk;
            let s = &desk.settings;
            let appointments = s.ehr_request_via == "fhir" || !s.appointment_locations.is_empty();
            (
                desk.connections.clone(),
                s.credential_review_days,
                desk.overdue_credentials(now),
                appointments,
                coverage(&desk.watch.coverage),
            )
        };
        let why_not = self.why_no_change(l);
        let vendors = Vendor::ALL
            .into_iter()
            .map(|vendor| {
                let row = rows.get(&vendor).cloned().unwrap_or_else(|| Connection::new(vendor));
                let late = |name: &str| overdue.iter().any(|o| o.vendor == vendor && o.secret == name);
                VendorSetUp {
                    vendor: vendor.name().into(),
                    label: label(vendor).into(),
                    from: self.switchboard.from(vendor, &rows).name().into(),
                    fields: fields::fields(vendor).iter().map(|f| field_view(f, &row, now, late(f.name))).collect(),
                    oldest_days: row.secrets.values().map(|k| days(now, k)).max(),
                    overdue: overdue.iter().any(|o| o.vendor == vendor),
                    tests: self.tests(vendor, &row, l),
                    coverage: coverage.clone().filter(|_| vendor == Vendor::PagerDuty),
                    scopes: if vendor == Vendor::Cerner { self.scopes(appointments) } else { Vec::new() },
                }
            })
            .collect();
        SetUpView {
            now,
            may_change: why_not.is_none() && who.role == "administrator",
            why_not: why_not.map(String::from),
            home: self.switchboard.home().unwrap_or_default(),
            review_days,
            vendors,
            hooks_key: HooksKeyView {
                former_until: self.switchboard.former_until(),
                former_used_at: self.health.former_key_used(),
                made_at: self.switchboard.key_made_at(),
            },
        }
    }

    fn scopes(&self, appointments: bool) -> Vec<ScopeView> {
        let all = self.switchboard.scopes(appointments).into_iter();
        all.map(|(name, state)| ScopeView { name, state: state.into() }).collect()
    }

    /// Each test of a vendor: how far it is, or how it came out.
    fn tests(&self, vendor: Vendor, row: &Connection, l: Language) -> Vec<TestView> {
        Trial::names(vendor)
            .iter()
            .map(|test| {
                let kept = row.tests.get(*test);
                let running = self.switchboard.trials.running(vendor, test);
                let ended = kept.and_then(|k| k.ended.as_ref()).filter(|_| running.is_none());
                let state = match (&running, kept, ended) {
                    (Some(_), _, _) => "running",
                    (None, None, _) => "never",
                    (None, Some(_), None) => "unknown",
                    (None, Some(_), Some(end)) => end.verdict.as_str(),
                };
                let steps = running.iter().flatten().map(|(what, said)| line(what, "running", said));
                let points = ended.iter().flat_map(|e| &e.lines).map(|(what, verdict, said)| line(what, verdict, said));
                TestView {
                    test: (*test).into(),
                    asks: match *test {
                        "patient" => Some("mrn".into()),
                        "text" => Some("phone".into()),
                        _ => None,
                    },
                    state: state.into(),
                    at: ended.map(|e| e.at).or(kept.map(|k| k.began)),
                    by: kept.map(|k| k.by.clone()),
                    took_ms: ended.map(|e| e.took_ms as f64),
                    lines: steps.chain(points).collect(),
                    what_to_do: matches!(state, "bad" | "unknown").then(|| what_to_do(vendor, test, l).into()),
                }
            })
            .collect()
    }
}

fn line(what: &str, verdict: &str, said: &str) -> TestLine {
    TestLine { what: what.into(), verdict: verdict.into(), said: super::capital(said) }
}

/// What to do when a test failed.
fn what_to_do(vendor: Vendor, test: &str, l: Language) -> &'static str {
    let (en, es) = match (vendor, test) {
        (Vendor::Cerner, "patient") => (
            "Check the MRN and the system of the MRNs; then the permissions at the chart.",
            "Revise el MRN y el sistema de los MRN; después los permisos en la historia clínica.",
        ),
        (Vendor::Cerner, _) => (
            "Compare the client and its permissions with the chart's console, mend what is marked, then test again.",
            "Compare el cliente y sus permisos con la consola de la historia clínica, corrija lo marcado y pruebe de nuevo.",
        ),
        (Vendor::Twilio, "text") => (
            "Look for this message in Twilio's log: its error code says what to mend. Then test again.",
            "Busque este mensaje en el registro de Twilio: su código de error dice qué corregir. Después pruebe de nuevo.",
        ),
        (Vendor::Twilio, _) => (
            "Copy the SID and the token from Twilio's console again, then test again.",
            "Copie de nuevo el SID y el token de la consola de Twilio y pruebe de nuevo.",
        ),
        (Vendor::PagerDuty, "incident") => (
            "Look in PagerDuty whether the test incident is there and resolve it by hand; check the routing key and the service.",
            "Mire en PagerDuty si está el incidente de prueba y resuélvalo a mano; revise la clave y el servicio.",
        ),
        (Vendor::PagerDuty, _) => (
            "Check the REST key and the escalation policy in PagerDuty, then test again.",
            "Revise la clave REST y la política de escalado en PagerDuty y pruebe de nuevo.",
        ),
        (Vendor::Slack, _) => (
            "Make a new incoming webhook for the channel in Slack and enter its address here.",
            "Cree en Slack un webhook entrante para el canal e indique aquí su dirección.",
        ),
        (Vendor::Ehr, _) => (
            "Ask the interface team whether that address is open to this computer, then test again.",
            "Pregunte al equipo de interfaces si esa dirección está abierta para este equipo y pruebe de nuevo.",
        ),
    };
    pick(l, en, es)
}

fn field_view(field: &Field, row: &Connection, now: At, overdue: bool) -> FieldView {
    let value = row.parts.get(field.name);
    let kept = row.secrets.get(field.name);
    let is_sid = matches!(field.kind, Kind::Sid(_));
    let tail = |text: &String| text.chars().skip(text.chars().count().saturating_sub(TAIL)).collect();
    FieldView {
        name: field.name.into(),
        kind: field.kind.name().into(),
        needed: field.needed,
        otherwise: field.otherwise.map(String::from),
        value: value.filter(|_| !is_sid).cloned(),
        set: value.is_some() || kept.is_some(),
        ends_in: value.filter(|_| is_sid).map(tail),
        set_at: kept.map(|k| k.at),
        set_by: kept.map(|k| k.by.clone()),
        days: kept.map(|k| days(now, k)),
        overdue,
    }
}
