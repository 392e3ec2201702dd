//! Lists the window's commands: a command that is not listed here is open to every window.

fn main() {
    let attributes = tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(&["call"]));
    tauri_build::try_build(attributes).expect("tauri.conf.json and capabilities are readable");
}
