//! The one command of the window: every command of the console goes through it.

use crate::opening::Desk;
use serde_json::Value;
use tauri::State;
use wire::UserError;

/// Calls a command of the list in `wire` by name, for the session that the screen holds.
#[tauri::command]
pub async fn call(desk: State<'_, Desk>, name: String, args: Value, session: Option<String>) -> Result<Value, UserError> {
    desk.call(session.unwrap_or_default(), name, args).await
}
