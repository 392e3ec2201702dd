//! Planning a check-in and ending one.

use super::refusal::{field, refused};
use crate::console::Console;
use crate::spine::Incoming;
use crate::views::pick;
use decide::input::{Change, CheckInChange, Input};
use decide::{CheckInPlan, Hhmm, Language as Reads, Panel, Repeat};
use wire::{CheckInArgs, Done, Language, Person, PlanCheckInArgs, UserError};

fn plan(args: &PlanCheckInArgs, l: Language) -> Result<CheckInPlan, UserError> {
    let time = || field("local_time", l, "A time of day, 00:00 to 23:59.", "Una hora del día, de 00:00 a 23:59.");
    Ok(CheckInPlan {
        name: args.name.trim().into(),
        script: args.script.trim().into(),
        script_es: args.script_es.as_ref().map(|s| s.trim().to_string()).filter(|s| !s.is_empty()),
        panel: match args.panel.as_str() {
            "all" => Panel::All,
            "en" => Panel::Language { language: Reads::En },
            "es" => Panel::Language { language: Reads::Es },
            "chosen" => Panel::Chosen { mrns: args.mrns.iter().map(|m| m.clone().into()).collect() },
            _ => return Err(field("panel", l, "Choose who gets it.", "Elija quién lo recibe.")),
        },
        day: args.day.parse().map_err(|_| field("day", l, "Choose a day.", "Elija un día."))?,
        local_time: serde_json::from_value::<Hhmm>(args.local_time.clone().into()).map_err(|_| time())?,
        repeat: match args.repeat.as_str() {
            "once" => Repeat::Once,
            "daily" => Repeat::Daily,
            "weekly" => Repeat::Weekly,
            _ => return Err(field("repeat", l, "Once, daily or weekly.", "Una vez, cada día o cada semana.")),
        },
    })
}

impl Console {
    fn change_check_in(&self, who: &Person, change: CheckInChange) -> Result<(), UserError> {
        let input = Input::Change { who: who.name.clone(), change: Change::CheckIn(change) };
        let answer = self.take(vec![Incoming::Direct(input)], who.language)?;
        match (answer.refused, answer.field) {
            (None, _) => Ok(()),
            (Some(why), Some(at)) => {
                Err(UserError::invalid(&at, why, pick(who.language, "Correct it and send it again.", "Corríjalo y envíelo de nuevo.")))
            }
            (Some(why), None) => Err(refused(&why, who.language)),
        }
    }

    pub(crate) fn do_plan_check_in(&self, who: &Person, args: &PlanCheckInArgs) -> Result<Done, UserError> {
        let plan = plan(args, who.language)?;
        self.change_check_in(who, CheckInChange::Plan(Box::new(plan)))?;
        let said = pick(
            who.language,
            "Planned. Each patient gets it at their own local time.",
            "Programado. Cada paciente lo recibe a su hora local.",
        );
        Ok(Done { said: said.into(), undo: None })
    }

    pub(crate) fn do_end_check_in(&self, who: &Person, args: &CheckInArgs) -> Result<Done, UserError> {
        self.change_check_in(who, CheckInChange::End { id: args.id })?;
        let said = pick(who.language, "Ended. What had not left is not sent.", "Terminado. Lo que no había salido no se envía.");
        Ok(Done { said: said.into(), undo: None })
    }
}
