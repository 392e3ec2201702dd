//! The staff room: administrators add people, change them, and seal the emergency code.

use super::door::{broke, check_name, EMERGENCY};
use super::secrets;
use super::trouble::at_field;
use crate::console::{lock, Console};
use crate::views::pick;
use decide::input::StaffChange;
use decide::staff::{password_trouble, Role, Staff};
use wire::*;

impl Console {
    pub(crate) fn people_view(&self) -> PeopleView {
        let now = self.now();
        let here = self.sessions.here();
        let engine = lock(&self.engine);
        let staff = &engine.desk.staff;
        let mut people: Vec<StaffView> = staff
            .values()
            .filter(|s| s.login != EMERGENCY)
            .map(|s| StaffView {
                id: s.id,
                login: s.login.clone(),
                name: s.name.clone(),
                role: s.role.name().into(),
                active: s.active,
                second_factor: s.totp.is_some(),
                must_change: s.must_change,
                recovery_left: s.recovery.len() as u32,
                last_seen: s.last_seen,
                retry_at: s.retry_at(now),
                here: here.contains(&s.id),
            })
            .collect();
        people.sort_by(|a, b| b.active.cmp(&a.active).then_with(|| a.name.to_lowercase().cmp(&b.name.to_lowercase())));
        let sealed = staff.values().find(|s| s.login == EMERGENCY);
        PeopleView { people, emergency_code_at: sealed.map(|s| s.added_at), emergency_used_at: sealed.and_then(|s| s.last_seen) }
    }

    pub(crate) fn do_add_person(&self, who: &Person, args: &NewPersonArgs) -> Result<Done, UserError> {
        let l = who.language;
        let role = role(&args.role, l)?;
        let staff = self.new_staff(&args.login, &args.name, role, &args.password, true, l)?;
        if self.staff(|s| s.login == staff.login).is_some() {
            return Err(at_field("login", "Somebody else signs in with that name already.", l));
        }
        let login = staff.login.clone();
        let change = StaffChange { staff: Some(Box::new(staff)), what: "added", login, detail: Some(role.name().into()), alarm: None };
        self.at_the_door(&who.name, change, who.language)?;
        Ok(done(pick(
            who.language,
            "Added. The password is to be changed at the first sign-in.",
            "Añadido. La contraseña se cambia en la primera entrada.",
        )))
    }

    fn somebody(&self, id: u64) -> Result<Staff, UserError> {
        self.staff(|s| s.id == id && s.login != EMERGENCY).ok_or_else(|| UserError::not_found("This person"))
    }

    pub(crate) fn do_change_person(&self, who: &Person, args: &ChangePersonArgs) -> Result<Done, UserError> {
        let was = self.somebody(args.id)?;
        let staff = Staff {
            name: check_name(&args.name, who.language)?,
            role: role(&args.role, who.language)?,
            active: args.active,
            ..was.clone()
        };
        let mut changes = Vec::new();
        if staff.name != was.name {
            changes.push(format!("name {} -> {}", was.name, staff.name));
        }
        if staff.role != was.role {
            changes.push(format!("role {} -> {}", was.role.name(), staff.role.name()));
        }
        if staff.active != was.active {
            changes.push(if staff.active { "let in again" } else { "let in no more" }.into());
        }
        if !changes.is_empty() {
            let (id, ends) = (staff.id, !staff.active || staff.role != was.role);
            let change = StaffChange {
                login: staff.login.clone(),
                staff: Some(Box::new(staff)),
                what: "changed",
                detail: Some(changes.join("; ")),
                alarm: None,
            };
            self.at_the_door(&who.name, change, who.language)?;
            if ends {
                self.sessions.end_all_of(id, &who.session);
            }
        }
        Ok(done(pick(who.language, "Changed.", "Cambiado.")))
    }

    pub(crate) fn do_reset_person(&self, who: &Person, args: &ResetPersonArgs) -> Result<Done, UserError> {
        let staff = self.somebody(args.id)?;
        if let Some(why) = password_trouble(&args.password, &staff.login) {
            return Err(at_field("password", why, who.language));
        }
        let mut staff = Staff {
            password: secrets::hash(&args.password).map_err(|e| broke(&e, who.language))?,
            must_change: true,
            failures: 0,
            failed_at: None,
            ..staff
        };
        if args.second_factor {
            (staff.totp, staff.totp_step, staff.recovery) = (None, 0, Vec::new());
        }
        let (id, detail) = (staff.id, args.second_factor.then(|| "second factor taken off".to_string()));
        self.at_the_door(
            &who.name,
            StaffChange { login: staff.login.clone(), staff: Some(Box::new(staff)), what: "password_reset", detail, alarm: None },
            who.language,
        )?;
        self.sessions.end_all_of(id, "");
        Ok(done(pick(
            who.language,
            "A new password is set; it is to be changed at the next sign-in.",
            "Nueva contraseña; se cambia en la próxima entrada.",
        )))
    }

    pub(crate) fn do_emergency_code(&self, who: &Person) -> Result<EmergencyCode, UserError> {
        let (code, password) = secrets::emergency().map_err(|e| broke(&e, who.language))?;
        let former = self.staff(|s| s.login == EMERGENCY);
        let staff = Staff {
            id: former.as_ref().map_or(0, |s| s.id),
            login: EMERGENCY.into(),
            name: "Emergency".into(),
            role: Role::Clinician,
            password,
            must_change: false,
            totp: None,
            totp_step: 0,
            recovery: Vec::new(),
            active: true,
            added_at: self.now(),
            last_seen: None,
            failures: 0,
            failed_at: None,
        };
        if let Some(former) = former {
            self.sessions.end_all_of(former.id, "");
        }
        self.at_the_door(
            &who.name,
            StaffChange { login: EMERGENCY.into(), staff: Some(Box::new(staff)), what: "emergency_code_made", detail: None, alarm: None },
            who.language,
        )?;
        Ok(EmergencyCode { code })
    }
}

fn role(name: &str, l: Language) -> Result<Role, UserError> {
    Role::named(name).ok_or_else(|| at_field("role", "A role is nurse, clinician, administrator or auditor.", l))
}

fn done(said: &str) -> Done {
    Done { said: said.into(), undo: None }
}
