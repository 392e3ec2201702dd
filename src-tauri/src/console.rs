//! What the window needs of an engine: a seam, so that the window is tested without one.

use engine::Pattern;
use serde_json::Value;
use tokio::sync::{broadcast, watch};
use wire::{Notice, UserError};

/// A running engine as the window sees it.
pub trait Console: Send + Sync + 'static {
    /// Answers a command by name for a session (empty = nobody signed in). Blocking.
    fn call(&self, session: &str, name: &str, args: Value) -> Result<Value, UserError>;

    /// Answers a command for a part of the window itself, the tray. Blocking.
    fn call_as_desk(&self, name: &str, args: Value) -> Result<Value, UserError>;

    /// Hints that something changed.
    fn notices(&self) -> broadcast::Receiver<Notice>;

    /// What should sound now.
    fn sounds(&self) -> watch::Receiver<Option<Pattern>>;

    /// Tells the engine whether this machine can sound, so that the screen can say so.
    fn sound_device(&self, present: bool);

    /// Commits what is in hand and stops. Blocking.
    fn stop(&self);
}

/// The refusal of a name that is not in the command list.
pub fn unknown_command(name: &str) -> UserError {
    UserError {
        code: "unknown_command".into(),
        title: "This console does not know that request".into(),
        what_happened: format!("The screen asked for: {name}"),
        what_to_do: "Quit Careloop and open it again, so that screen and engine are of one version.".into(),
        retryable: false,
        field: None,
    }
}
