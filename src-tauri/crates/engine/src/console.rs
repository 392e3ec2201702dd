//! The console: what the screens ask and see. One object, called by every host.

use crate::clock::Clock;
use crate::commands::{Exported, Trial};
use crate::health::Health;
use crate::people::Sessions;
use crate::safekeeping::Keeping;
use crate::sound::Sound;
use crate::spine::{Engine, Incoming};
use crate::switchboard::Switchboard;
use crate::views::Remembered;
use decide::desk::Answer;
use decide::At;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use wire::{Answers, Command, Person, PlayedScenario, UserError};

/// Hands inputs to the spine and waits until they are committed; none when the store takes no writes.
pub type Submit = Arc<dyn Fn(Vec<Incoming>) -> Option<Vec<Vec<Answer>>> + Send + Sync>;

/// The demo day, as its host plays it.
pub trait Demo: Send + Sync {
    /// Whether it plays now.
    fn playing(&self) -> bool;
    /// How many happenings are still to come.
    fn events_left(&self) -> u32;
    /// 1 = real time.
    fn speed(&self) -> f64;
    /// Starts, stops, speeds up; an error is a sentence for the person who asked.
    fn set(&self, playing: bool, speed: f64) -> Result<(), String>;
}

/// A host without a demo day.
pub struct NoDemo;

impl Demo for NoDemo {
    fn playing(&self) -> bool {
        false
    }
    fn events_left(&self) -> u32 {
        0
    }
    fn speed(&self) -> f64 {
        1.0
    }
    fn set(&self, playing: bool, _speed: f64) -> Result<(), String> {
        if playing {
            Err("There is no demo day in this workspace.".into())
        } else {
            Ok(())
        }
    }
}

/// What the host knows and the desk does not.
pub struct Facts {
    /// `sandbox` or `live`.
    pub profile: String,
    /// Who sits at a desk that starts signed in (the sandbox); none = people sign in.
    pub desk_person: Option<Person>,
    /// The data folder.
    pub folder: std::path::PathBuf,
    /// Where HL7 is taken over MLLP, `host:port`; none = nowhere.
    pub mllp: Option<String>,
    /// Where the database key is kept, in words.
    pub key_home: String,
    /// Version of the time zone data.
    pub zone_data: String,
    /// The engine's own trouble now, each a sentence.
    pub banners: Arc<RwLock<Vec<String>>>,
}

/// What a console is made of.
pub struct ConsoleParts {
    pub engine: Arc<Mutex<Engine>>,
    pub reader: ledger::Reader,
    /// The built-in vendors, when they are the ones spoken to.
    pub sandbox: Option<Arc<sandbox::Sandbox>>,
    pub health: Arc<Health>,
    pub clock: Arc<dyn Clock>,
    pub submit: Submit,
    /// Which vendors are spoken to now.
    pub switchboard: Arc<Switchboard>,
    pub facts: Facts,
    pub demo: Arc<dyn Demo>,
    /// Plays a scenario file's text on a clock of its own.
    pub play: Box<dyn Fn(&str) -> PlayedScenario + Send + Sync>,
    pub sound: Arc<Sound>,
    pub keeping: Arc<Keeping>,
}

/// Answers every command of the wire.
pub struct Console {
    pub(crate) engine: Arc<Mutex<Engine>>,
    pub(crate) reader: Mutex<ledger::Reader>,
    pub(crate) sandbox: Option<Arc<sandbox::Sandbox>>,
    pub(crate) health: Arc<Health>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) submit: Submit,
    pub(crate) switchboard: Arc<Switchboard>,
    pub(crate) facts: Facts,
    pub(crate) demo: Arc<dyn Demo>,
    pub(crate) play: Box<dyn Fn(&str) -> PlayedScenario + Send + Sync>,
    pub(crate) sound: Arc<Sound>,
    pub(crate) remembered: Mutex<Remembered>,
    pub(crate) sessions: Sessions,
    pub(crate) exported: Mutex<Vec<Arc<Exported>>>,
    pub(crate) trials: Mutex<Vec<Arc<Trial>>>,
    pub(crate) keeping: Arc<Keeping>,
}

/// A lock that a panic elsewhere does not take away.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Console {
    /// Puts a console together.
    pub fn new(parts: ConsoleParts) -> Console {
        Console {
            engine: parts.engine,
            reader: Mutex::new(parts.reader),
            sandbox: parts.sandbox,
            health: parts.health,
            clock: parts.clock,
            submit: parts.submit,
            switchboard: parts.switchboard,
            facts: parts.facts,
            demo: parts.demo,
            play: parts.play,
            sound: parts.sound,
            remembered: Mutex::default(),
            sessions: Sessions::default(),
            exported: Mutex::default(),
            trials: Mutex::default(),
            keeping: parts.keeping,
        }
    }

    /// Calls a command for a session: the one way in for every screen. Blocking: call it off the async threads.
    pub fn call_for(&self, session: &str, command: Command, args: serde_json::Value) -> Result<serde_json::Value, UserError> {
        let language = args.get("language").and_then(|l| serde::Deserialize::deserialize(l).ok()).unwrap_or_default();
        let who = self.whoever(session, command, language)?;
        self.answer(&who, command, args)
    }

    /// Calls a command as that person: for the console's own parts. Blocking: call it off the async threads.
    pub fn call(&self, who: &Person, command: Command, args: serde_json::Value) -> Result<serde_json::Value, UserError> {
        self.answer(who, command, args)
    }

    pub(crate) fn now(&self) -> At {
        self.clock.now()
    }
}
