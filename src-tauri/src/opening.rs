//! The engine may take a while to open (a locked keyring waits for its owner) or fail to. The
//! window is there from the first moment: calls wait for the engine, or say why it is not there.

use crate::console::Console;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::watch;
use wire::UserError;

#[derive(Clone)]
enum State {
    Opening,
    Open(Arc<dyn Console>),
    Failed(UserError),
}

/// The side that starts the engine.
pub struct Door(watch::Sender<State>);

/// The side that calls it.
#[derive(Clone)]
pub struct Desk(watch::Receiver<State>);

/// A desk whose engine is still to be opened.
pub fn closed_door() -> (Door, Desk) {
    let (tell, ask) = watch::channel(State::Opening);
    (Door(tell), Desk(ask))
}

impl Door {
    /// The engine runs.
    pub fn open(&self, console: Arc<dyn Console>) {
        self.0.send_replace(State::Open(console));
    }

    /// The engine could not start; every call will say why.
    pub fn fail(&self, why: UserError) {
        self.0.send_replace(State::Failed(why));
    }
}

impl Desk {
    /// The engine, once it is open.
    pub async fn console(&self) -> Result<Arc<dyn Console>, UserError> {
        let mut state = self.0.clone();
        let settled = state.wait_for(|s| !matches!(s, State::Opening)).await;
        match settled.as_deref() {
            Ok(State::Open(console)) => Ok(console.clone()),
            Ok(State::Failed(why)) => Err(why.clone()),
            Ok(State::Opening) | Err(_) => Err(gone()),
        }
    }

    /// The engine, if it is open now.
    pub fn console_now(&self) -> Option<Arc<dyn Console>> {
        match &*self.0.borrow() {
            State::Open(console) => Some(console.clone()),
            State::Opening | State::Failed(_) => None,
        }
    }

    /// Answers a command, off the async threads.
    pub async fn call(&self, session: String, name: String, args: Value) -> Result<Value, UserError> {
        let console = self.console().await?;
        tokio::task::spawn_blocking(move || console.call(&session, &name, args)).await.unwrap_or_else(|_| Err(gone()))
    }

    /// Answers a command for the tray, off the async threads.
    pub async fn call_as_desk(&self, name: &'static str, args: Value) -> Result<Value, UserError> {
        let console = self.console().await?;
        tokio::task::spawn_blocking(move || console.call_as_desk(name, args)).await.unwrap_or_else(|_| Err(gone()))
    }
}

/// The engine could not start: said in words a person can act on, the cause after a colon.
pub fn could_not_start(cause: &str) -> UserError {
    UserError {
        code: "store".into(),
        title: "Careloop could not open its records".into(),
        what_happened: format!("The engine did not start: {cause}"),
        what_to_do: "Nothing is watched on this desk until it runs. Use the escalation list on paper, then quit and open Careloop again."
            .into(),
        retryable: false,
        field: None,
    }
}

fn gone() -> UserError {
    could_not_start("it stopped without saying why")
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use engine::Pattern;
    use serde_json::json;
    use std::time::Duration;
    use tokio::sync::broadcast;
    use wire::Notice;

    /// An engine of the tests: answers every command with what it was asked.
    pub struct Echo {
        pub notices: broadcast::Sender<Notice>,
        pub sounds: watch::Sender<Option<Pattern>>,
    }

    impl Echo {
        pub fn new() -> Self {
            Echo { notices: broadcast::channel(16).0, sounds: watch::channel(None).0 }
        }
    }

    impl Console for Echo {
        fn call_as_desk(&self, name: &str, args: Value) -> Result<Value, UserError> {
            self.call("", name, args)
        }
        fn call(&self, _: &str, name: &str, args: Value) -> Result<Value, UserError> {
            let command = wire::Command::named(name).ok_or_else(|| crate::console::unknown_command(name))?;
            Ok(json!({ "asked": command.name(), "with": args }))
        }
        fn notices(&self) -> broadcast::Receiver<Notice> {
            self.notices.subscribe()
        }
        fn sounds(&self) -> watch::Receiver<Option<Pattern>> {
            self.sounds.subscribe()
        }
        fn sound_device(&self, _: bool) {}
        fn stop(&self) {}
    }

    #[tokio::test]
    async fn a_call_made_while_the_engine_opens_is_answered_once_it_is_open() {
        let (door, desk) = closed_door();
        let early = tokio::spawn({
            let desk = desk.clone();
            async move { desk.call(String::new(), "frame".into(), json!({})).await }
        });
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(!early.is_finished());
        door.open(Arc::new(Echo::new()));
        assert_eq!(early.await.unwrap().unwrap(), json!({ "asked": "frame", "with": {} }));
    }

    #[tokio::test]
    async fn an_engine_that_could_not_start_says_why_to_every_call() {
        let (door, desk) = closed_door();
        door.fail(could_not_start("the key is not in the keyring"));
        for _ in 0..2 {
            let said = desk.call(String::new(), "frame".into(), json!({})).await.unwrap_err();
            assert!(said.what_happened.contains("the key is not in the keyring"), "{said:?}");
        }
    }

    #[tokio::test]
    async fn a_name_outside_the_command_list_is_refused() {
        let (door, desk) = closed_door();
        door.open(Arc::new(Echo::new()));
        assert_eq!(desk.call(String::new(), "drop_everything".into(), json!({})).await.unwrap_err().code, "unknown_command");
    }
}
