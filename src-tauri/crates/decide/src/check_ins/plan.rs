//! Planning a check-in, and its words.

use crate::clinic::{CheckInPlan, Panel};
use crate::scripts::{self, pieces, PieceKind, Script, LONGEST_SCRIPT};
use crate::{Language, Patient, Settings};

/// Why a check-in cannot be planned so: the field and a sentence.
pub fn check(plan: &CheckInPlan) -> Result<(), (&'static str, String)> {
    if plan.name.trim().is_empty() {
        return Err(("name", "Give the check-in a name.".into()));
    }
    for (field, script) in [("script", Some(&plan.script)), ("script_es", plan.script_es.as_ref())] {
        let Some(script) = script else { continue };
        if script.trim().is_empty() {
            return Err((field, "Write what the patients are to read.".into()));
        }
        if script.chars().count() > LONGEST_SCRIPT {
            return Err((field, format!("A text has at most {LONGEST_SCRIPT} characters, not {}.", script.chars().count())));
        }
        let known = Script::CheckIn.variables();
        if pieces(script)
            .iter()
            .any(|p| !matches!(p.kind, PieceKind::Words(_)) && !matches!(p.kind, PieceKind::Name(n) if known.contains(&n)))
        {
            return Err((field, "Only {first_name} and {clinic} are filled in.".into()));
        }
    }
    if plan.local_time.0 >= 2400 {
        return Err(("local_time", "A time of day, 0000 to 2359.".into()));
    }
    match &plan.panel {
        Panel::Chosen { mrns } if mrns.is_empty() => Err(("panel", "Choose at least one patient.".into())),
        _ => Ok(()),
    }
}

/// The text as that patient reads it.
pub fn words(plan: &CheckInPlan, patient: &Patient, settings: &Settings) -> String {
    let script = match (patient.language, &plan.script_es) {
        (Language::Es, Some(es)) => es,
        _ => &plan.script,
    };
    scripts::check_in(settings, script, patient.first_name.expose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hhmm;

    fn plan(script: &str) -> CheckInPlan {
        CheckInPlan {
            name: "Week 2".into(),
            script: script.into(),
            script_es: Some("Hola {first_name}".into()),
            panel: Panel::All,
            day: "2026-03-05".parse().unwrap(),
            local_time: Hhmm(900),
            repeat: Default::default(),
        }
    }

    #[test]
    fn a_script_that_names_what_is_not_known_is_refused() {
        assert_eq!(check(&plan("Hi {first_name}, how are you?")), Ok(()));
        assert_eq!(check(&plan("Hi {nickname}")).unwrap_err().0, "script");
        assert_eq!(check(&plan("  ")).unwrap_err().0, "script");
    }

    proptest::proptest! {
        #[test]
        fn any_script_is_refused_by_field_or_leaves_no_gap(script in "(\\{first_name\\}|\\{clinic\\}|[{}a-z é\n\"]){0,20}") {
            let plan = plan(&script);
            match check(&plan) {
                Ok(()) => {
                    let said = words(&plan, &Patient { first_name: "Ann".into(), ..Patient::new("1".into()) }, &Settings::default());
                    proptest::prop_assert!(!said.contains(['{', '}']), "{said}");
                }
                Err((field, why)) => proptest::prop_assert!(field == "script" && !why.is_empty()),
            }
        }
    }

    #[test]
    fn each_patient_reads_their_language() {
        let mut leo = Patient { first_name: "Leo".into(), ..Patient::new("1".into()) };
        let p = plan("{first_name}, {clinic} asks how you are.");
        assert_eq!(words(&p, &leo, &Settings::default()), "Leo, Pacific Primary Care asks how you are.");
        leo.language = Language::Es;
        assert_eq!(words(&p, &leo, &Settings::default()), "Hola Leo");
    }
}
