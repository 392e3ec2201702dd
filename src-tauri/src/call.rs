//! The one command of the window: every command of the console goes through it.

use crate::opening::Desk;
use serde_json::Value;
use tauri::State;
use wire::UserError;

/// Calls a command of the list in `wire` by name.
#[tauri::command]
pub async fn call(desk: State<'_, Desk>, name: String, args: Value) -> Result<Value, UserError> {
    desk.call(name, args).await
}
