//! Careloop's window: starts the engine and gives it a screen, a tray, toasts and a voice.
//! It decides nothing about patients; every command and every pattern comes from the engine.

mod alarm;
mod call;
mod console;
mod events;
mod live;
mod lock;
mod opening;
mod options;
mod pattern;
mod speaker;
mod toast;
mod tray;
mod window;
mod words;

use clap::Parser;
use console::Console;
use opening::{Desk, Door};
use options::Options;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use tauri::{AppHandle, Emitter, Manager, RunEvent, WindowEvent};
use words::Words;

fn main() {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    let context = tauri::generate_context!();
    let desk_name = options::desk_name(&context.config().identifier, options.data_dir.as_deref());
    let words = Words::of_session();
    let (door, desk) = opening::closed_door();
    let told_once = AtomicBool::new(false);

    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::Builder::new().dbus_id(desk_name).callback(|app, _, _| window::open(app)).build())
        .manage(desk)
        .invoke_handler(tauri::generate_handler![call::call])
        .setup(move |app| open_desk(app.handle(), options, door, words).map_err(Into::into))
        .on_window_event(move |window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                api.prevent_close();
                if let Err(cause) = window.hide() {
                    tracing::warn!(%cause, "the window could not be hidden");
                }
                if !told_once.swap(true, Ordering::Relaxed) {
                    if let Some(toasts) = window.try_state::<toast::Toasts>() {
                        toasts.show(toast::Toast::still_watching(words));
                    }
                }
            }
        })
        .build(context);
    let app = match app {
        Ok(app) => app,
        Err(cause) => {
            eprintln!("Careloop could not open its window: {cause}");
            std::process::exit(1);
        }
    };
    app.run(|app, event| match event {
        // No window is no reason to end; only the tray's Quit and the system's signals are.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        RunEvent::Exit => {
            if let Some(console) = app.state::<Desk>().console_now() {
                console.stop();
            }
        }
        _ => {}
    });
}

/// Lock, window, tray and toasts at once; the engine as soon as its key is there.
fn open_desk(app: &AppHandle, options: Options, door: Door, words: Words) -> anyhow::Result<()> {
    let data_dir = match &options.data_dir {
        Some(dir) => dir.clone(),
        // Where the headless console looks as well.
        None => app.path().data_dir()?.join("careloop"),
    };
    match lock::take(&data_dir) {
        Ok(held) => {
            app.manage(held);
        }
        Err(lock::Taken::ByAnother) => {
            eprintln!("Careloop is already open with the data folder: {}", data_dir.display());
            app.cleanup_before_exit();
            std::process::exit(3);
        }
        Err(lock::Taken::Unwritable(cause)) => {
            anyhow::bail!("the data folder cannot be used: {}: {cause}", data_dir.display())
        }
    }
    window::make(app, "Careloop")?;
    let toasts = toast::Toasts::start(words, {
        let app = app.clone();
        move || on_main(&app, window::open)
    })?;
    app.manage(toasts.clone());

    let desk = app.state::<Desk>().inner().clone();
    let tray = Arc::new(tray::Tray::raise(app, &desk, words)?);
    tauri::async_runtime::spawn(tray::follow(desk, words, {
        let app = app.clone();
        move |face| {
            let tray = tray.clone();
            on_main(&app, move |_| {
                if let Err(cause) = tray.wear(&face, words) {
                    tracing::warn!(%cause, "the tray could not be changed");
                }
            });
        }
    }));
    tauri::async_runtime::spawn(quit_on_signal(app.clone()));
    tauri::async_runtime::spawn(start_engine(app.clone(), live::start(options, data_dir), door, toasts, words));
    Ok(())
}

/// Starts the engine and ties its notices to the window and the toasts, its sounds to the speaker.
async fn start_engine(
    app: AppHandle,
    engine: impl Future<Output = anyhow::Result<Arc<dyn Console>>>,
    door: Door,
    toasts: toast::Toasts,
    words: Words,
) {
    let console = match engine.await {
        Ok(console) => console,
        Err(cause) => {
            tracing::error!(cause = format!("{cause:#}"), "the engine did not start");
            door.fail(opening::could_not_start(&format!("{cause:#}")));
            return;
        }
    };
    tauri::async_runtime::spawn(events::forward(console.notices(), {
        let app = app.clone();
        move |notice| {
            if let Err(cause) = app.emit_to(window::LABEL, events::NOTICE, &notice) {
                tracing::warn!(%cause, "a notice did not reach the window");
            }
        }
    }));
    tauri::async_runtime::spawn(toast::announce(console.notices(), words, tokio::time::sleep, move |toast| toasts.show(toast)));
    give_voice(console.clone());
    door.open(console);
}

/// The sound has a thread of its own: an output device belongs to one thread on some systems.
fn give_voice(console: Arc<dyn Console>) {
    let wanted = console.sounds();
    let spawned = std::thread::Builder::new().name("sound".into()).spawn(move || {
        let mut speaker = speaker::Loudspeaker::default();
        let present = speaker.present();
        speaker::Speaker::hush(&mut speaker);
        report_device(console.as_ref(), present);
        match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime.block_on(alarm::sound(wanted, &mut speaker, tokio::time::sleep, present, |now_present| {
                report_device(console.as_ref(), now_present);
            })),
            Err(cause) => tracing::error!(%cause, "the sound thread could not start"),
        }
    });
    if let Err(cause) = spawned {
        tracing::error!(%cause, "the sound thread could not start");
    }
}

fn report_device(console: &dyn Console, present: bool) {
    if !present {
        tracing::warn!("this computer has no sound device; alarms are shown but not heard");
    }
    console.sound_device(present);
}

/// A logout or `kill` stops the engine as cleanly as Quit does.
async fn quit_on_signal(app: AppHandle) {
    use tokio::signal::unix::{signal, SignalKind};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    app.exit(0);
}

fn on_main(app: &AppHandle, act: impl FnOnce(&AppHandle) + Send + 'static) {
    let inner = app.clone();
    // Fails only while the application is going down.
    let _ = app.run_on_main_thread(move || act(&inner));
}
