//! The door's own commands: in, out, lock, unlock, one's own password and second factor.

use super::secrets;
use super::sessions::{ends_at, Session, Standing};
use super::trouble::{at_field, Trouble};
use super::{comes_first, nobody};
use crate::commands::not_stored;
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::pick;
use decide::input::{Input, StaffChange};
use decide::staff::{login_trouble, password_trouble, Role, Staff};
use decide::{minutes, Severity};
use wire::*;

/// The sealed code's own place among the staff: nobody signs in by that name.
pub(super) const EMERGENCY: &str = "emergency";
const LONGEST_NAME: usize = 80;
const SHORTEST_REASON: usize = 10;

impl Console {
    /// Who speaks, for a session's word; what stands in the way otherwise. In the sandbox the desk's own person does.
    pub(crate) fn whoever(&self, session: &str, command: Command, l: Language) -> Result<Person, UserError> {
        if command.access() == Access::Open {
            return Ok(nobody(session));
        }
        let now = self.now();
        let staff = {
            let engine = lock(&self.engine);
            let staff = self.sessions.look(session, now, &engine.desk.settings);
            staff.map(|(s, standing)| (engine.desk.staff.get(&s.staff).cloned(), s, standing))
        };
        let Some((Some(staff), open, standing)) = staff else {
            return self.facts.desk_person.clone().ok_or_else(|| Trouble::SignIn.said(l));
        };
        if standing == Standing::Locked {
            return Err(Trouble::Locked.said(l));
        }
        if !staff.active {
            return Err(Trouble::Ended.said(l));
        }
        if self.first_thing(&staff, &open).is_some() && !comes_first(command) {
            return Err(Trouble::FirstThing.said(l));
        }
        if matches!(command.access(), Access::Work | Access::Administer) || command == Command::present {
            self.sessions.seen(session, now);
        }
        let emergency = open.emergency_until.is_some();
        Ok(Person {
            name: open.name.clone(),
            role: if emergency { Role::Clinician } else { staff.role }.name().into(),
            language: Language::En,
            session: session.into(),
        })
    }

    /// What a person must do before anything else.
    fn first_thing(&self, staff: &Staff, open: &Session) -> Option<&'static str> {
        if open.emergency_until.is_some() {
            None
        } else if staff.must_change {
            Some("must_password")
        } else if staff.role == Role::Administrator && staff.totp.is_none() && self.facts.profile == "live" {
            Some("must_second_factor")
        } else {
            None
        }
    }

    /// Stores what happened at the door; a refusal is a sentence.
    pub(super) fn at_the_door(&self, who: &str, change: StaffChange, l: Language) -> Result<(), UserError> {
        let incoming = Incoming::Direct(Input::Staff { who: who.into(), change });
        let answers = (self.submit)(vec![incoming]).ok_or_else(|| not_stored(l))?;
        match answers.into_iter().flatten().find_map(|a| a.refused) {
            Some(why) => Err(Trouble::Refused(why).said(l)),
            None => Ok(()),
        }
    }

    pub(super) fn staff(&self, f: impl Fn(&Staff) -> bool) -> Option<Staff> {
        lock(&self.engine).desk.staff.values().find(|s| f(s)).cloned()
    }

    pub(crate) fn door_view(&self, who: &Person) -> DoorView {
        let now = self.now();
        let engine = lock(&self.engine);
        let desk = &engine.desk;
        let anybody = desk.staff.values().any(|s| s.login != EMERGENCY);
        let found = self.sessions.look(&who.session, now, &desk.settings);
        let found = found.and_then(|(s, standing)| desk.staff.get(&s.staff).map(|staff| (staff.clone(), s, standing)));
        let without_password = found.is_none() && self.facts.desk_person.is_some();
        let state = match &found {
            _ if without_password => "open",
            Some((_, _, Standing::Locked)) => "locked",
            Some((staff, open, Standing::In)) => self.first_thing(staff, open).unwrap_or("open"),
            None if !anybody => "first_run",
            None => "signed_out",
        };
        let person = match &found {
            Some((staff, open, _)) => Some(Person { name: open.name.clone(), role: staff.role.name().into(), ..nobody("") }),
            None => self.facts.desk_person.clone(),
        };
        let alarms = if matches!(state, "locked" | "signed_out") { self.passing_by(desk) } else { Vec::new() };
        DoorView {
            now,
            profile: self.facts.profile.clone(),
            state: state.into(),
            who: person,
            without_password,
            until: found.as_ref().map(|(_, open, _)| ends_at(open, &desk.settings)),
            emergency: desk.staff_named(EMERGENCY).is_some(),
            alarms,
        }
    }

    /// What alarms, worst first: severity, vital, age and case id only.
    fn passing_by(&self, desk: &decide::desk::Desk) -> Vec<DoorAlarm> {
        let alarm = |severity: Severity, vital: Option<decide::Vital>, since, mrn: Option<&decide::Mrn>| {
            let case = mrn.map(|m| desk.case_id(m)).unwrap_or_default();
            (severity, DoorAlarm { severity: severity.name().into(), vital: vital.map(|v| v.name().into()), since, case })
        };
        let episodes = desk.episodes.values().filter(|e| e.is_open() && e.unacknowledged && e.shelf.is_none());
        let tasks =
            desk.tasks.values().filter(|t| t.closed.is_none() && t.acknowledged.is_none() && (t.overdue || t.severity > Severity::Routine));
        let mut alarms: Vec<(Severity, DoorAlarm)> = episodes
            .map(|e| alarm(e.worst, Some(e.vital), e.opened_at, Some(&e.mrn)))
            .chain(tasks.map(|t| alarm(t.severity.max(Severity::Abnormal), t.vital, t.since, t.mrn.as_ref())))
            .collect();
        alarms.sort_by(|(a, x), (b, y)| b.cmp(a).then(x.since.cmp(&y.since)));
        alarms.into_iter().map(|(_, a)| a).take(12).collect()
    }

    pub(crate) fn do_first_administrator(&self, who: &Person, args: &FirstArgs) -> Result<Entered, UserError> {
        let l = who.language;
        if self.staff(|s| s.login != EMERGENCY).is_some() || self.facts.desk_person.is_some() {
            return Err(Trouble::NotFirstStart.said(l));
        }
        let staff = self.new_staff(&args.login, &args.name, Role::Administrator, &args.password, false, l)?;
        let login = staff.login.clone();
        self.at_the_door(
            &login,
            StaffChange { staff: Some(Box::new(staff)), what: "first_administrator", login: login.clone(), detail: None, alarm: None },
            l,
        )?;
        let staff = self.staff(|s| s.login == login).ok_or_else(|| UserError::not_found("This person"))?;
        self.enter(&staff, staff.name.clone(), None, "signed_in", None, l)
    }

    /// A person to be stored, checked field by field.
    pub(super) fn new_staff(
        &self,
        login: &str,
        name: &str,
        role: Role,
        password: &str,
        must_change: bool,
        l: Language,
    ) -> Result<Staff, UserError> {
        let login = login.trim().to_lowercase();
        if login == EMERGENCY {
            return Err(at_field("login", "That name is kept for the emergency sign-in.", l));
        }
        if let Some(why) = login_trouble(&login) {
            return Err(at_field("login", why, l));
        }
        let name = check_name(name, l)?;
        if let Some(why) = password_trouble(password, &login) {
            return Err(at_field("password", why, l));
        }
        let password = secrets::hash(password).map_err(|e| broke(&e, l))?;
        Ok(Staff {
            id: 0,
            login,
            name,
            role,
            password,
            must_change,
            totp: None,
            totp_step: 0,
            recovery: Vec::new(),
            active: true,
            added_at: self.now(),
            last_seen: None,
            failures: 0,
            failed_at: None,
        })
    }

    /// Opens a session for somebody who has shown who they are.
    fn enter(
        &self,
        staff: &Staff,
        name: String,
        emergency_until: Option<decide::At>,
        what: &'static str,
        detail: Option<String>,
        l: Language,
    ) -> Result<Entered, UserError> {
        let now = self.now();
        let alarm = emergency_until.map(|_| format!("Emergency sign-in by {name}"));
        let stored = Staff { failures: 0, failed_at: None, last_seen: Some(now), ..staff.clone() };
        self.at_the_door(&name, StaffChange { staff: Some(Box::new(stored)), what, login: staff.login.clone(), detail, alarm }, l)?;
        let word = crate::workspace::random(40).map_err(|e| broke(&e, l))?;
        let session =
            Session { staff: staff.id, name: name.clone(), since: now, seen: now, locked: false, emergency_until, pending_totp: None };
        self.sessions.open(word.clone(), session);
        Ok(Entered { session: word, who: Person { name, role: staff.role.name().into(), ..nobody("") } })
    }

    /// One more wrong try; the door slows down.
    fn refuse(&self, staff: Option<Staff>, login: &str, why: &str, l: Language) -> UserError {
        let stored = staff.map(|s| Box::new(Staff { failures: s.failures + 1, failed_at: Some(self.now()), ..s }));
        // What was typed may be a password in the wrong field: only names that exist are written down.
        let login = stored.as_ref().map_or_else(|| "unknown name".to_string(), |_| login.to_string());
        let change = StaffChange { staff: stored, what: "sign_in_failed", login: login.clone(), detail: Some(why.into()), alarm: None };
        match self.at_the_door(&login, change, l) {
            Ok(()) => wrong(l),
            Err(e) => e,
        }
    }

    pub(crate) fn do_sign_in(&self, who: &Person, args: &SignInArgs) -> Result<Entered, UserError> {
        let l = who.language;
        let (now, login) = (self.now(), args.login.trim().to_lowercase());
        let Some(staff) = self.staff(|s| s.login == login && s.login != EMERGENCY) else {
            secrets::waste_the_same_time(&args.password);
            return Err(self.refuse(None, &login, "no such name", l));
        };
        if let Some(at) = staff.retry_at(now) {
            return Err(Trouble::Wait((at - now).num_seconds() + 1).said(l));
        }
        if !secrets::fits(&args.password, &staff.password) || !staff.active {
            return Err(self.refuse(Some(staff), &login, "wrong password", l));
        }
        let staff = match self.second_step(staff, &args.code) {
            Ok(staff) => staff,
            Err(_) if args.code.trim().is_empty() => return Err(Trouble::SecondFactor.said(l)),
            Err(staff) => return Err(self.refuse(Some(staff), &login, "wrong second factor", l)),
        };
        self.enter(&staff, staff.name.clone(), None, "signed_in", None, l)
    }

    /// The second factor or a recovery code, used up; the person back as they were when it does not fit.
    fn second_step(&self, mut staff: Staff, code: &str) -> Result<Staff, Staff> {
        let Some(secret) = staff.totp.clone() else { return Ok(staff) };
        let seconds = u64::try_from(self.now().timestamp()).unwrap_or_default();
        if let Some(step) = secrets::totp_step(&secret, &staff.login, code, seconds, staff.totp_step) {
            staff.totp_step = step;
            return Ok(staff);
        }
        let code = secrets::plain(code);
        if code.len() < 12 {
            return Err(staff);
        }
        match staff.recovery.iter().position(|hashed| secrets::fits(&code, hashed)) {
            Some(at) => {
                staff.recovery.remove(at);
                Ok(staff)
            }
            None => Err(staff),
        }
    }

    pub(crate) fn do_break_glass(&self, who: &Person, args: &BreakGlassArgs) -> Result<Entered, UserError> {
        let (now, l) = (self.now(), who.language);
        let name = check_name(&args.name, l)?;
        let reason = args.reason.trim();
        if reason.chars().count() < SHORTEST_REASON {
            return Err(at_field("reason", "Say in a few words why nobody else can sign in; the administrators read it.", l));
        }
        let Some(sealed) = self.staff(|s| s.login == EMERGENCY) else {
            return Err(Trouble::NoEmergencyCode.said(l));
        };
        if let Some(at) = sealed.retry_at(now) {
            return Err(Trouble::Wait((at - now).num_seconds() + 1).said(l));
        }
        if !secrets::fits(&secrets::plain(&args.code), &sealed.password) {
            return Err(self.refuse(Some(sealed), EMERGENCY, "wrong sealed code", l));
        }
        let until = now + minutes(lock(&self.engine).desk.settings.break_glass_minutes);
        self.enter(&sealed, format!("{name} (emergency)"), Some(until), "break_glass", Some(reason.to_string()), l)
    }

    pub(crate) fn do_sign_out(&self, who: &Person) -> Result<Nothing, UserError> {
        if let Some(session) = self.sessions.end(&who.session) {
            self.noted(&session, "signed_out", who.language)?;
        }
        Ok(Nothing {})
    }

    fn noted(&self, session: &Session, what: &'static str, l: Language) -> Result<(), UserError> {
        let login = self.staff(|s| s.id == session.staff).map(|s| s.login).unwrap_or_default();
        self.at_the_door(&session.name, StaffChange { staff: None, what, login, detail: None, alarm: None }, l)
    }

    pub(crate) fn do_lock(&self, who: &Person) -> Result<Nothing, UserError> {
        let settings = lock(&self.engine).desk.settings.clone();
        if let Some((session, Standing::In)) = self.sessions.look(&who.session, self.now(), &settings) {
            self.sessions.change(&who.session, |s| s.locked = true);
            self.noted(&session, "locked", who.language)?;
        }
        Ok(Nothing {})
    }

    pub(crate) fn do_unlock(&self, who: &Person, password: &str) -> Result<Nothing, UserError> {
        let (now, l) = (self.now(), who.language);
        let settings = lock(&self.engine).desk.settings.clone();
        let Some((session, _)) = self.sessions.look(&who.session, now, &settings) else {
            return Err(Trouble::SignIn.said(l));
        };
        let Some(staff) = self.staff(|s| s.id == session.staff && s.active) else { return Err(wrong(l)) };
        if let Some(at) = staff.retry_at(now) {
            return Err(Trouble::Wait((at - now).num_seconds() + 1).said(l));
        }
        let right = match session.emergency_until {
            Some(_) => secrets::fits(&secrets::plain(password), &staff.password),
            None => secrets::fits(password, &staff.password),
        };
        if !right {
            let login = staff.login.clone();
            return Err(self.refuse(Some(staff), &login, "wrong password at the lock", l));
        }
        self.sessions.change(&who.session, |s| {
            s.locked = false;
            s.seen = now;
        });
        self.noted(&session, "unlocked", l)?;
        Ok(Nothing {})
    }

    /// The person of a session, for what they do to themselves.
    fn myself(&self, who: &Person) -> Result<(Staff, Session), UserError> {
        let settings = lock(&self.engine).desk.settings.clone();
        let session = self.sessions.look(&who.session, self.now(), &settings).map(|(s, _)| s).filter(|s| s.emergency_until.is_none());
        let session = session.ok_or_else(|| Trouble::NoOwnSignIn.said(who.language))?;
        let staff = self.staff(|s| s.id == session.staff).ok_or_else(|| UserError::not_found("This person"))?;
        Ok((staff, session))
    }

    pub(crate) fn do_my_password(&self, who: &Person, args: &MyPasswordArgs) -> Result<Done, UserError> {
        let ((staff, session), l) = (self.myself(who)?, who.language);
        if !secrets::fits(&args.old, &staff.password) {
            let login = staff.login.clone();
            let mut error = self.refuse(Some(staff), &login, "wrong password at its change", l);
            error.field = Some("old".into());
            return Err(error);
        }
        if let Some(why) = password_trouble(&args.new, &staff.login) {
            return Err(at_field("new", why, l));
        }
        if args.new == args.old {
            return Err(at_field("new", "That is the password you have.", l));
        }
        let login = staff.login.clone();
        let staff = Staff {
            password: secrets::hash(&args.new).map_err(|e| broke(&e, l))?,
            must_change: false,
            failures: 0,
            failed_at: None,
            ..staff
        };
        self.sessions.end_all_of(staff.id, &who.session);
        self.at_the_door(
            &session.name,
            StaffChange { staff: Some(Box::new(staff)), what: "password_changed", login, detail: None, alarm: None },
            l,
        )?;
        Ok(Done { said: pick(who.language, "Your password is changed.", "Su contraseña ha cambiado.").into(), undo: None })
    }

    pub(crate) fn do_second_factor(&self, who: &Person) -> Result<SecondFactor, UserError> {
        let ((staff, _), l) = (self.myself(who)?, who.language);
        let secret = secrets::new_totp().map_err(|e| broke(&e, l))?;
        let link = secrets::totp_link(&secret, &staff.login);
        self.sessions.change(&who.session, |s| s.pending_totp = Some(secret.clone()));
        Ok(SecondFactor { secret: secrets::in_groups(&secret), picture: secrets::picture(&link), link })
    }

    pub(crate) fn do_confirm_second_factor(&self, who: &Person, args: &CodeArgs) -> Result<RecoveryCodes, UserError> {
        let (staff, session) = self.myself(who)?;
        let l = who.language;
        let secret = session.pending_totp.clone().ok_or_else(|| at_field("code", "No new second factor is being set up.", l))?;
        let seconds = u64::try_from(self.now().timestamp()).unwrap_or_default();
        let Some(step) = secrets::totp_step(&secret, &staff.login, &args.code, seconds, 0) else {
            return Err(at_field("code", "These six digits do not fit: wait for the next ones, and check this computer's clock.", l));
        };
        let (codes, recovery) = secrets::recovery().map_err(|e| broke(&e, l))?;
        let login = staff.login.clone();
        let staff = Staff { totp: Some(secret), totp_step: step, recovery, ..staff };
        self.at_the_door(
            &session.name,
            StaffChange { staff: Some(Box::new(staff)), what: "second_factor_set", login, detail: None, alarm: None },
            l,
        )?;
        self.sessions.change(&who.session, |s| s.pending_totp = None);
        Ok(RecoveryCodes { codes })
    }
}

pub(super) fn check_name(name: &str, l: Language) -> Result<String, UserError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(at_field("name", "A name as it shall stand on the trail is needed: \"R. Example, RN\".", l));
    }
    Ok(name.to_string())
}

pub(super) fn broke(why: &str, l: Language) -> UserError {
    tracing::error!(%why, "the door broke");
    Trouble::Broke.said(l)
}

fn wrong(l: Language) -> UserError {
    UserError { field: Some("password".into()), ..Trouble::Wrong.said(l) }
}
