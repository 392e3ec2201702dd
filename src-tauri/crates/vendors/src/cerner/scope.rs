//! SMART scopes, v1 (`.read`) and v2 (`.rs`) spelling: https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html

use std::collections::{BTreeMap, BTreeSet};

/// What is asked for: no more than the console needs.
const NEEDED: [(&str, &str, &str); 3] =
    [("Observation", "read write", "crus"), ("Patient", "read", "rs"), ("DocumentReference", "read write", "crus")];
/// What no grant may let us change.
const FORBIDDEN: [&str; 2] = ["Patient", "MedicationRequest"];

/// What a token is for. Appointments have tokens of their own, asked for when they are first used: a client that is not
/// registered for them can still chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Purpose {
    /// Readings, notes, patients.
    #[default]
    Chart,
    ReadAppointments,
    ChangeAppointments,
}

impl Purpose {
    /// What a request about that resource is for, by the letters of the scope it needs.
    pub fn of(resource: &str, letters: &str) -> Self {
        match resource {
            "Appointment" if letters.contains(['c', 'u', 'd']) => Self::ChangeAppointments,
            "Appointment" => Self::ReadAppointments,
            _ => Self::Chart,
        }
    }
}

/// The scope parameter of a token request.
pub fn asked(v2: bool, purpose: Purpose) -> String {
    let appointments = match (purpose, v2) {
        (Purpose::Chart, _) => "",
        (Purpose::ReadAppointments, false) => "system/Appointment.read",
        (Purpose::ChangeAppointments, false) => "system/Appointment.read system/Appointment.write",
        (Purpose::ReadAppointments, true) => "system/Appointment.rs",
        (Purpose::ChangeAppointments, true) => "system/Appointment.rus",
    };
    if !appointments.is_empty() {
        return appointments.to_string();
    }
    let mut words = Vec::new();
    for (resource, v1, letters) in NEEDED {
        if v2 {
            words.push(format!("system/{resource}.{letters}"));
        } else {
            words.extend(v1.split(' ').map(|verb| format!("system/{resource}.{verb}")));
        }
    }
    words.join(" ")
}

/// Scopes that were granted, in letters: create read update delete search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Granted(Vec<(String, BTreeSet<char>)>);

impl Granted {
    /// Reads the `scope` of a token reply, either spelling.
    pub fn read(scope: &str) -> Self {
        let mut granted = Vec::new();
        for word in scope.split_whitespace() {
            let Some((_, rest)) = word.split_once('/') else { continue };
            let rest = rest.split('?').next().unwrap_or(rest);
            let Some((resource, verbs)) = rest.rsplit_once('.') else { continue };
            let verbs = verbs.to_ascii_lowercase();
            let letters = match verbs.as_str() {
                "read" => "rs",
                "write" => "cud",
                "*" => "cruds",
                letters => letters,
            };
            granted.push((resource.to_string(), letters.chars().collect()));
        }
        Self(granted)
    }

    /// Whether all those letters are granted for the resource.
    pub fn covers(&self, resource: &str, letters: &str) -> bool {
        let held: BTreeSet<char> = self.0.iter().filter(|(r, _)| r == resource || r == "*").flat_map(|(_, l)| l.iter().copied()).collect();
        letters.chars().all(|l| held.contains(&l))
    }

    /// A grant that goes further than it may, by name.
    pub fn excess(&self) -> Option<String> {
        FORBIDDEN.into_iter().find(|r| ["c", "u", "d"].into_iter().any(|l| self.covers(r, l))).map(|r| format!("{r}.write"))
    }

    /// What was asked for and not granted, by name.
    pub fn lacks(&self) -> Vec<String> {
        let needed = NEEDED.into_iter().flat_map(|(r, v1, _)| v1.split(' ').map(move |verb| (r, verb)));
        needed
            .filter(|(r, verb)| !self.covers(r, if *verb == "read" { "rs" } else { "cu" }))
            .map(|(r, verb)| format!("{r}.{verb}"))
            .collect()
    }
}

/// How a permission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Granted,
    Missing,
    /// Nothing uses it now.
    NotAsked,
    /// It must not be granted.
    TooMuch,
}

impl Standing {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Granted => "granted",
            Standing::Missing => "missing",
            Standing::NotAsked => "not_asked",
            Standing::TooMuch => "too_much",
        }
    }
}

/// Each permission that matters and how it stands; empty = the chart was not asked yet.
pub fn standing(granted: &BTreeMap<Purpose, Granted>, appointments: bool) -> Vec<(String, Standing)> {
    let Some(chart) = granted.get(&Purpose::Chart) else { return Vec::new() };
    let lacks = chart.lacks();
    let needed = NEEDED.into_iter().flat_map(|(r, v1, _)| v1.split(' ').map(move |verb| format!("{r}.{verb}")));
    let mut all: Vec<(String, Standing)> = needed
        .map(|name| {
            let standing = if lacks.contains(&name) { Standing::Missing } else { Standing::Granted };
            (name, standing)
        })
        .collect();
    let visits = [Purpose::ReadAppointments, Purpose::ChangeAppointments].map(|p| granted.get(&p));
    for (name, letters) in [("Appointment.read", "rs"), ("Appointment.write", "u")] {
        let held = visits.iter().flatten().any(|g| g.covers("Appointment", letters));
        all.push((
            name.into(),
            if held {
                Standing::Granted
            } else if appointments {
                Standing::Missing
            } else {
                Standing::NotAsked
            },
        ));
    }
    for resource in FORBIDDEN {
        if granted.values().any(|g| ["c", "u", "d"].into_iter().any(|l| g.covers(resource, l))) {
            all.push((format!("{resource}.write"), Standing::TooMuch));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_mean_the_same() {
        for scope in [asked(false, Purpose::Chart), asked(true, Purpose::Chart)] {
            let granted = Granted::read(&scope);
            assert_eq!((granted.lacks(), granted.excess()), (vec![], None), "{scope}");
        }
        assert_eq!(asked(false, Purpose::Chart), "system/Observation.read system/Observation.write system/Patient.read system/DocumentReference.read system/DocumentReference.write");
    }

    #[test]
    fn appointments_are_asked_for_only_when_they_are_used() {
        let also = |v2, what| Granted::read(&asked(v2, what));
        for v2 in [false, true] {
            assert!(!also(v2, Purpose::Chart).covers("Appointment", "r"));
            let read = also(v2, Purpose::ReadAppointments);
            assert!(read.covers("Appointment", "rs") && !read.covers("Appointment", "u") && !read.covers("Patient", "r"));
            assert!(also(v2, Purpose::ChangeAppointments).covers("Appointment", "rsu"));
        }
    }

    #[test]
    fn a_grant_to_change_patients_or_prescriptions_is_seen_in_any_spelling() {
        for (scope, excess) in [
            ("system/Patient.write", Some("Patient.write")),
            ("system/Patient.crus", Some("Patient.write")),
            ("system/Patient.*", Some("Patient.write")),
            ("system/*.write", Some("Patient.write")),
            ("system/*.*", Some("Patient.write")),
            ("user/*.cruds", Some("Patient.write")),
            ("user/Patient.write", Some("Patient.write")),
            ("system/Patient.cruds?active=true", Some("Patient.write")),
            ("system/Patient.d", Some("Patient.write")),
            ("system/Patient.WRITE", Some("Patient.write")),
            ("patient/MedicationRequest.*", Some("MedicationRequest.write")),
            ("system/MedicationRequest.cud", Some("MedicationRequest.write")),
            ("system/MedicationRequest.read system/Patient.rs", None),
        ] {
            assert_eq!(Granted::read(scope).excess().as_deref(), excess, "{scope}");
        }
    }

    #[test]
    fn what_was_not_granted_is_named() {
        let granted = Granted::read("system/Observation.read system/Observation.write system/Patient.rs openid");
        assert_eq!(granted.lacks(), ["DocumentReference.read", "DocumentReference.write"]);
        assert!(granted.covers("Observation", "crus") && !granted.covers("DocumentReference", "s"));
    }

    #[test]
    fn each_permission_is_shown_as_it_stands() {
        let of = |scope: &str, appointments| {
            let granted = [(Purpose::Chart, Granted::read(scope))].into();
            standing(&granted, appointments).into_iter().map(|(name, s)| format!("{name} {}", s.name())).collect::<Vec<_>>()
        };
        assert!(standing(&BTreeMap::new(), true).is_empty(), "not asked yet");
        assert_eq!(
            of("system/Observation.crus system/Patient.rs system/DocumentReference.read", false),
            [
                "Observation.read granted",
                "Observation.write granted",
                "Patient.read granted",
                "DocumentReference.read granted",
                "DocumentReference.write missing",
                "Appointment.read not_asked",
                "Appointment.write not_asked"
            ]
        );
        assert_eq!(of("system/*.cruds", true)[7..], ["Patient.write too_much", "MedicationRequest.write too_much"]);
        assert_eq!(of("system/Patient.read", true)[5], "Appointment.read missing");
    }
}
