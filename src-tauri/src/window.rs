//! The one window. Closing it hides it: the engine, the tray and the sound go on.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// The window's label, named in `capabilities/console.json`.
pub const LABEL: &str = "main";

/// Makes the window.
pub fn make(app: &AppHandle, title: &str) -> tauri::Result<WebviewWindow> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title(title)
        .inner_size(1280.0, 800.0)
        .min_inner_size(960.0, 600.0)
        // Only the bundled screens: a link in a message must not carry the console away.
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .build()
}

/// Shows the window, from wherever it is.
pub fn open(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(cause) = shown {
        tracing::warn!(%cause, "the window could not be shown");
    }
}
