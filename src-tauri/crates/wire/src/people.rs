//! The door and the people who go through it.

use crate::{At, Person};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the door stands for the session that asks.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DoorView {
    pub now: At,
    /// `sandbox` or `live`.
    pub profile: String,
    /// `open`, `signed_out`, `locked`, `first_run` (nobody may sign in yet), `must_password`, `must_second_factor`.
    pub state: String,
    /// Who is signed in.
    pub who: Option<Person>,
    /// The sandbox starts signed in, and says so.
    pub without_password: bool,
    /// When this sign-in ends.
    pub until: Option<At>,
    /// Whether an emergency sign-in is possible.
    pub emergency: bool,
    /// What needs a person, as a passer-by may see it; empty unless signed out or locked.
    pub alarms: Vec<DoorAlarm>,
}

/// An alarm on a locked desk: no name, no MRN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DoorAlarm {
    /// `critical`, `abnormal`.
    pub severity: String,
    /// `bp` ...; none = a task.
    pub vital: Option<String>,
    pub since: At,
    /// The case id.
    pub case: String,
}

/// The first administrator of a live desk.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FirstArgs {
    pub login: String,
    pub name: String,
    pub password: String,
}

/// A sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignInArgs {
    pub login: String,
    pub password: String,
    /// The second factor's six digits, or a recovery code; empty if there is none.
    pub code: String,
}

/// An emergency sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BreakGlassArgs {
    pub name: String,
    pub reason: String,
    pub code: String,
}

/// Somebody is in. The host keeps `session` and sends it beside every call.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Entered {
    pub session: String,
    pub who: Person,
}

/// The password of who locked the desk.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UnlockArgs {
    pub password: String,
}

/// One's own password.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MyPasswordArgs {
    pub old: String,
    pub new: String,
}

/// A second factor about to be set up.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SecondFactor {
    /// In groups, to be typed.
    pub secret: String,
    /// `otpauth://...`.
    pub link: String,
    /// The same as a picture: rows of `#` and `.`.
    pub picture: Vec<String>,
}

/// Six digits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CodeArgs {
    pub code: String,
}

/// Codes for a lost second factor, each good once; shown once.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// Who may sign in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PeopleView {
    pub people: Vec<StaffView>,
    /// When the sealed code for emergencies was made; none = there is none.
    pub emergency_code_at: Option<At>,
    /// When it was used last.
    pub emergency_used_at: Option<At>,
}

/// A person who may sign in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StaffView {
    pub id: u64,
    pub login: String,
    pub name: String,
    pub role: String,
    pub active: bool,
    pub second_factor: bool,
    pub must_change: bool,
    pub recovery_left: u32,
    pub last_seen: Option<At>,
    /// Until when the door makes them wait.
    pub retry_at: Option<At>,
    /// Signed in now.
    pub here: bool,
}

/// A new person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NewPersonArgs {
    pub login: String,
    pub name: String,
    pub role: String,
    /// To be changed at the first sign-in.
    pub password: String,
}

/// A person's name, role, or whether they may come in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChangePersonArgs {
    pub id: u64,
    pub name: String,
    pub role: String,
    pub active: bool,
}

/// A password to be changed at the next sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ResetPersonArgs {
    pub id: u64,
    pub password: String,
    /// Take the second factor off too.
    pub second_factor: bool,
}

/// The sealed code, shown once.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EmergencyCode {
    pub code: String,
}
