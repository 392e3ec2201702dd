//! Changing settings: each asks for its own role, reason and order (`decide::rights`).

use super::refusal::{field, forbidden, needs_clinician};
use crate::backtest::Proposed;
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::{capital, pick, say};
use decide::followup::change::with_settings;
use decide::input::{Change, Input, SettingsOrder};
use decide::rights::{self, Right, Unmet};
use decide::staff::Role;
use wire::{ChangeSettingsArgs, Done, Language, Person, SettingRight, SettingRightsView, UserError};

/// What an order lacks, as the person reads it.
fn unmet(why: Unmet, role: &str, l: Language) -> UserError {
    let at =
        |name: &str, said: String| UserError::invalid(name, said, pick(l, "Correct it and save again.", "Corríjalo y guarde de nuevo."));
    match why {
        Unmet::Nothing => at("settings", pick(l, "Nothing was changed.", "No se cambió nada.").into()),
        Unmet::Unknown(name) => {
            let said = say!(l, "There is no setting of the name \"{name}\".", "No hay ningún ajuste llamado «{name}».");
            at(&name, said)
        }
        Unmet::Gated(name) => at(
            &name,
            pick(
                l,
                "Shadow and live change at the go-live gate of the Shadow report.",
                "Sombra y real se cambian en la puerta del informe de sombra.",
            )
            .into(),
        ),
        Unmet::Role(name, right) => {
            let refused = if right == Right::Clinical { needs_clinician(l) } else { forbidden(role, l) };
            UserError { field: Some(name), ..refused }
        }
        Unmet::Why(_) => field("why", l, "Say why: the reason stays on the trail.", "Diga por qué: el motivo queda en el registro."),
        Unmet::OrderedBy(name) => {
            let said = say!(
                l,
                "Name the clinician who ordered it: \"{name}\" is a clinical rule.",
                "Nombre al médico que lo ordenó: «{name}» es una regla clínica."
            );
            at("ordered_by", said)
        }
        Unmet::NotAClinician(by) => {
            let said = say!(
                l,
                "{by} is not another person who signs in here as a clinician.",
                "{by} no es otra persona que entra aquí como profesional médico."
            );
            at("ordered_by", said)
        }
    }
}

impl Console {
    pub(crate) fn setting_rights_view(&self) -> SettingRightsView {
        let rights = rights::all().map(|(name, right)| SettingRight {
            name: name.into(),
            right: right.name().into(),
            needs_why: right.needs_why(),
            needs_order: right.needs_order(),
            roles: Role::ALL.into_iter().filter(|r| right.role_may(*r)).map(|r| r.name().into()).collect(),
        });
        let rights = rights.collect();
        let clinicians = lock(&self.engine).desk.clinicians().into_iter().map(String::from).collect();
        SettingRightsView { rights, clinicians }
    }

    /// Changes settings as a person may: all of them or none.
    pub(crate) fn order_settings(&self, who: &Person, order: SettingsOrder) -> Result<(), UserError> {
        let l = who.language;
        let role = Role::named(&who.role).ok_or_else(|| forbidden(&who.role, l))?;
        lock(&self.engine).desk.may_order(role, &who.name, &order).map_err(|why| unmet(why, &who.role, l))?;
        let now = lock(&self.engine).desk.settings.clone();
        let (proposed, refused) = with_settings(&now, &order.settings);
        if refused.is_empty() {
            self.reason_for(&Proposed::Settings(Box::new(proposed)), &order.why, l)?;
        }
        let change = Change::Ordered(order);
        let answer = self.take(vec![Incoming::Direct(Input::Change { who: who.name.clone(), change })], l)?;
        let Some(why) = answer.refused else { return Ok(()) };
        let name = answer.field.unwrap_or_else(|| "settings".into());
        let said = say!(l, "{0}: {why}", "{0}: no se puede usar así ({why})", capital(&name));
        Err(UserError::invalid(&name, said, pick(l, "Correct it and save again.", "Corríjalo y guarde de nuevo.")))
    }

    pub(crate) fn do_change_settings(&self, who: &Person, args: ChangeSettingsArgs) -> Result<Done, UserError> {
        let order = SettingsOrder {
            settings: args.settings,
            why: args.why.trim().into(),
            ordered_by: args.ordered_by.map(|by| by.trim().to_string()).filter(|by| !by.is_empty()),
        };
        self.order_settings(who, order)?;
        Ok(Done { said: pick(who.language, "Saved. It counts from now on.", "Guardado. Vale desde ahora.").into(), undo: None })
    }
}

#[cfg(test)]
mod tests {
    use crate::views::ward::*;
    use decide::AfterHours;
    use serde_json::{json, Value};
    use wire::{Command, Language, Person, UserError};

    fn change(ward: &Ward, role: &str, settings: Value, why: &str, ordered_by: Option<&str>) -> Result<Value, UserError> {
        let who = Person { name: "Ada Stone".into(), role: role.into(), language: Language::En, session: String::new() };
        ward.console.call(&who, Command::change_settings, json!({ "settings": settings, "why": why, "ordered_by": ordered_by }))
    }

    fn at_fault(result: Result<Value, UserError>) -> (String, Option<String>) {
        let error = result.unwrap_err();
        (error.code, error.field)
    }

    fn invalid(at: &str) -> (String, Option<String>) {
        ("invalid".into(), Some(at.into()))
    }

    #[test]
    fn an_administrator_changes_the_after_hours_policy_on_a_clinicians_order_and_the_trail_keeps_both() {
        let ward = Ward::new();
        let policy = json!({ "after_hours_policy": "escalate" });
        assert_eq!(at_fault(change(&ward, "administrator", policy.clone(), "winter rota", None)), invalid("ordered_by"));
        assert_eq!(at_fault(change(&ward, "administrator", policy.clone(), "winter rota", Some("ada stone"))), invalid("ordered_by"));
        assert_eq!(at_fault(change(&ward, "administrator", policy.clone(), " - ", Some("Dr. Kim"))), invalid("why"));
        assert_eq!(ward.engine.lock().unwrap().desk.settings.after_hours_policy, AfterHours::Hold);
        change(&ward, "administrator", policy, "winter rota", Some("Dr. Kim")).unwrap();
        assert_eq!(ward.engine.lock().unwrap().desk.settings.after_hours_policy, AfterHours::Escalate);
    }

    #[test]
    fn a_clinician_changes_words_and_not_tables() {
        let ward = Ward::new();
        change(&ward, "clinician", json!({ "danger_words": ["chest pain", "ahogo"] }), "heard it twice", None).unwrap();
        let refused = at_fault(change(&ward, "clinician", json!({ "reply_wait_minutes": 10 }), "too slow", None));
        assert_eq!(refused, ("forbidden".into(), Some("reply_wait_minutes".into())));
        assert_eq!(ward.engine.lock().unwrap().desk.settings.reply_wait_minutes, 15.0);
    }

    #[test]
    fn nobody_goes_live_by_typing_a_setting() {
        let ward = Ward::new();
        assert_eq!(at_fault(change(&ward, "administrator", json!({ "mode": "shadow" }), "pause", Some("Dr. Kim"))), invalid("mode"));
        assert_eq!(at_fault(change(&ward, "administrator", json!({ "moode": "shadow" }), "pause", None)), invalid("moode"));
    }

    #[test]
    fn one_wrong_setting_keeps_all_of_them_as_they_were() {
        let ward = Ward::new();
        let both = json!({ "customer_name": "Bay Clinic", "reply_wait_minutes": -1 });
        assert_eq!(at_fault(change(&ward, "administrator", both, "new name", None)), invalid("reply_wait_minutes"));
        assert_eq!(ward.engine.lock().unwrap().desk.settings.customer_name, "Pacific Primary Care");
    }
}
