//! Staff: who may sign in at this desk, in which role, and how often a wrong password may be tried.
//!
//! Hashes are made and checked in the engine; here is only what follows from them (design.md "Safety and privacy").

use crate::desk::Desk;
use crate::input::StaffChange;
use crate::rows::Row;
use crate::trail::Line;
use crate::{minutes, seconds, At};
use serde::{Deserialize, Serialize};

/// Wrong tries in a row before the door makes one wait.
const FREE_TRIES: u32 = 4;
/// The first wait; it doubles with each further wrong try.
const FIRST_WAIT_SECONDS: f64 = 30.0;
/// The longest wait.
const LONGEST_WAIT_MINUTES: f64 = 15.0;
/// Shortest password (NIST SP 800-63B asks for 8 with a second factor and 15 without; one rule for all).
pub const SHORTEST_PASSWORD: usize = 12;

/// What a person may do; the table is `role_may` in the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Nurse,
    Clinician,
    Administrator,
    Auditor,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 4] = [Role::Nurse, Role::Clinician, Role::Administrator, Role::Auditor];

    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Role::Nurse => "nurse",
            Role::Clinician => "clinician",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// A person who may sign in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    pub id: u64,
    /// What is typed at the door: lower case letters, digits, `.`, `-`, `_`.
    pub login: String,
    /// As written on the trail, "Sam Rivers, RN".
    pub name: String,
    pub role: Role,
    /// argon2id, in PHC form.
    pub password: String,
    /// Set by somebody else: to be changed at the next sign-in.
    pub must_change: bool,
    /// The second factor's secret in base32; none = not set up.
    pub totp: Option<String>,
    /// The last step of the second factor that was used: a code is good once.
    pub totp_step: u64,
    /// argon2id of the recovery codes still unused.
    pub recovery: Vec<String>,
    pub active: bool,
    pub added_at: At,
    pub last_seen: Option<At>,
    /// Wrong tries in a row, and the last of them.
    pub failures: u32,
    pub failed_at: Option<At>,
}

impl std::fmt::Debug for Staff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Staff({} {})", self.id, self.login)
    }
}

impl Staff {
    /// Not before this instant may a password be tried again; none = now.
    pub fn retry_at(&self, now: At) -> Option<At> {
        retry_at(self.failures, self.failed_at).filter(|at| *at > now)
    }
}

/// When the next try is allowed after so many wrong ones in a row.
pub fn retry_at(failures: u32, failed_at: Option<At>) -> Option<At> {
    let over = failures.checked_sub(FREE_TRIES + 1)?;
    let wait = seconds(FIRST_WAIT_SECONDS * f64::from(2u32.pow(over.min(16)))).min(minutes(LONGEST_WAIT_MINUTES));
    failed_at.map(|at| at + wait)
}

/// Why a login cannot be used.
pub fn login_trouble(login: &str) -> Option<&'static str> {
    let sound = (2..=40).contains(&login.len())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
    (!sound).then_some("A sign-in name has 2 to 40 lower case letters, digits, dots, hyphens or underscores.")
}

/// Why a password cannot be used.
pub fn password_trouble(password: &str, login: &str) -> Option<&'static str> {
    let length = password.chars().count();
    let first = password.chars().next();
    if length < SHORTEST_PASSWORD {
        Some("A password has at least 12 characters; a few words in a row are easy to remember.")
    } else if length > 200 {
        Some("A password has at most 200 characters.")
    } else if password.chars().all(|c| Some(c) == first) {
        Some("A password of one repeated character is guessed at once.")
    } else if !login.is_empty() && password.to_lowercase().contains(login) {
        Some("A password must not contain the sign-in name.")
    } else {
        None
    }
}

impl Desk {
    /// A person of the staff by what is typed at the door.
    pub fn staff_named(&self, login: &str) -> Option<&Staff> {
        let login = login.trim().to_lowercase();
        self.staff.values().find(|s| s.login == login)
    }

    /// Stores a person of the staff, and what happened at the door. The last active administrator stays one.
    pub(crate) fn take_staff(&mut self, now: At, who: &str, change: StaffChange) {
        if let Some(mut staff) = change.staff {
            let taken = self.staff.values().any(|s| s.login == staff.login && s.id != staff.id);
            if taken {
                self.out.answer.refused = Some("Somebody else signs in with that name already.".into());
                return;
            }
            let others = self.staff.values().any(|s| s.id != staff.id && s.active && s.role == Role::Administrator);
            let was = self.staff.get(&staff.id).is_some_and(|s| s.active && s.role == Role::Administrator);
            if was && !others && !(staff.active && staff.role == Role::Administrator) {
                self.out.answer.refused = Some("This is the last administrator: make another one first.".into());
                return;
            }
            if staff.id == 0 {
                staff.id = self.new_id();
            }
            self.out.rows.push(Row::Staff(staff.clone()));
            self.staff.insert(staff.id, *staff);
        }
        self.say(now, None, Some(who), Line::Access { what: change.what.into(), login: change.login, detail: change.detail });
        if let Some(alarm) = change.alarm {
            self.out.alarms.push(crate::desk::Alarm {
                severity: crate::Severity::Abnormal,
                case_id: String::new(),
                vital: None,
                text: alarm,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> At {
        At::from_timestamp(1_772_000_000 + s, 0).unwrap()
    }

    #[test]
    fn four_wrong_tries_are_free_then_each_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let waits: Vec<Option<i64>> = (0..12).map(|n| retry_at(n, Some(at(0))).map(|t| (t - at(0)).num_seconds())).collect();
        assert_eq!(waits[..6], [None, None, None, None, None, Some(30)]);
        assert_eq!(waits[6..], [Some(60), Some(120), Some(240), Some(480), Some(900), Some(900)]);
    }

    #[test]
    fn a_password_is_long_and_not_the_name() {
        assert!(password_trouble("short", "sam").is_some());
        assert!(password_trouble("aaaaaaaaaaaaaaaa", "sam").is_some());
        assert!(password_trouble("i am Sam of ward 7", "sam").is_some());
        assert!(password_trouble("lantern river copper", "sam").is_none());
    }

    #[test]
    fn a_sign_in_name_is_plain() {
        assert!(["sam", "s.rivers", "rn_2-b"].iter().all(|l| login_trouble(l).is_none()));
        assert!(["", "a", "Sam", "sam rivers", "sám", "x".repeat(41).as_str()].iter().all(|l| login_trouble(l).is_some()));
    }
}
