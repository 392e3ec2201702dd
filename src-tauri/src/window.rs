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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_window_may_call_the_engine_and_hear_its_notices_and_nothing_else() {
        let console = read(include_str!("../capabilities/console.json"));
        let granted: Vec<&str> = console["permissions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(granted, ["allow-call", "core:event:allow-listen", "core:event:allow-unlisten"]);
        assert_eq!(console["windows"][0], super::LABEL);
    }

    #[test]
    fn the_window_loads_and_runs_only_what_is_bundled() {
        let config = read(include_str!("../tauri.conf.json"));
        assert_eq!(config["app"]["withGlobalTauri"], false);
        assert_eq!(config["app"]["security"]["freezePrototype"], true);
        for (directive, sources) in config["app"]["security"]["csp"].as_object().unwrap() {
            let sources = sources.as_str().unwrap();
            assert!(!sources.contains("unsafe") && !sources.contains("https:") && !sources.contains('*'), "{directive}: {sources}");
        }
    }
}
