//! The tray: the worst state at a glance, and a way back to the window.
//!
//! Some desktops hide trays (GNOME does), so nothing is reachable only from here: starting
//! Careloop again opens the window too.

use crate::opening::Desk;
use crate::window;
use crate::words::{Phrase, Words};
use serde_json::json;
use std::time::Duration;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};
use tokio::sync::broadcast::error::RecvError;
use wire::{FrameView, NoticeKind};

/// Changes come in bursts; the tray follows at this pace.
const SETTLE: Duration = Duration::from_millis(500);

/// The worst thing that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worst {
    Quiet,
    Abnormal,
    Critical,
}

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    pub worst: Worst,
    pub line: String,
    pub muted: bool,
}

impl Face {
    /// Counts only: a tray is read by whoever passes.
    pub fn of(frame: &FrameView, words: Words) -> Face {
        let (critical, abnormal) = (frame.counts.critical, frame.counts.abnormal);
        let worst = match (critical, abnormal) {
            (0, 0) => Worst::Quiet,
            (0, _) => Worst::Abnormal,
            _ => Worst::Critical,
        };
        let line = match worst {
            Worst::Quiet => words.say(Phrase::AllQuiet).to_string(),
            Worst::Abnormal | Worst::Critical => words.counts(critical, abnormal),
        };
        Face { worst, line, muted: frame.sound.muted_until.is_some_and(|until| until > frame.now) }
    }
}

/// The tray and the menu lines that change.
pub struct Tray {
    icon: TrayIcon,
    line: MenuItem<Wry>,
    mute: MenuItem<Wry>,
}

impl Tray {
    /// Puts the tray up.
    pub fn raise(app: &AppHandle, desk: &Desk, words: Words) -> tauri::Result<Tray> {
        let line = MenuItem::with_id(app, "line", words.say(Phrase::Opening), false, None::<&str>)?;
        let open = MenuItem::with_id(app, "open", words.say(Phrase::Open), true, None::<&str>)?;
        let mute = MenuItem::with_id(app, "mute", words.say(Phrase::Mute), true, None::<&str>)?;
        let quit = MenuItem::with_id(app, "quit", words.say(Phrase::Quit), true, None::<&str>)?;
        let rule = PredefinedMenuItem::separator(app)?;
        let menu = Menu::with_items(app, &[&line, &open, &mute, &rule, &quit])?;
        let desk = desk.clone();
        let icon = TrayIconBuilder::with_id("careloop")
            .icon(picture(Worst::Quiet))
            .tooltip("Careloop")
            .menu(&menu)
            .on_menu_event(move |app, event| match event.id().as_ref() {
                "open" => window::open(app),
                "mute" => toggle_mute(desk.clone()),
                "quit" => app.exit(0),
                _ => {}
            })
            .build(app)?;
        Ok(Tray { icon, line, mute })
    }

    /// Shows a face. Call it on the main thread.
    pub fn wear(&self, face: &Face, words: Words) -> tauri::Result<()> {
        self.icon.set_icon(Some(picture(face.worst)))?;
        self.icon.set_tooltip(Some(format!("Careloop: {}", face.line)))?;
        self.line.set_text(&face.line)?;
        self.mute.set_text(words.say(if face.muted { Phrase::Unmute } else { Phrase::Mute }))
    }
}

fn picture(worst: Worst) -> Image<'static> {
    match worst {
        Worst::Quiet => tauri::include_image!("../icons/tray-quiet.png"),
        Worst::Abnormal => tauri::include_image!("../icons/tray-abnormal.png"),
        Worst::Critical => tauri::include_image!("../icons/tray-critical.png"),
    }
}

/// Reads the frame through the command that the screen uses.
async fn frame(desk: &Desk) -> Option<FrameView> {
    let reply = desk.call_as_desk("frame", json!({})).await.ok()?;
    serde_json::from_value(reply).ok()
}

fn toggle_mute(desk: Desk) {
    tauri::async_runtime::spawn(async move {
        let muted = frame(&desk).await.is_some_and(|f| Face::of(&f, Words::English).muted);
        let minutes = if muted { 0.0 } else { 10.0 };
        if let Err(refused) = desk.call_as_desk("mute", json!({ "minutes": minutes })).await {
            tracing::warn!(code = refused.code, "the tray could not change the mute");
        }
    });
}

/// Tells `wear` each new face until the engine has gone.
pub async fn follow(desk: Desk, words: Words, mut wear: impl FnMut(Face)) {
    let Ok(console) = desk.console().await else {
        return;
    };
    let mut notices = console.notices();
    drop(console);
    let mut worn = None;
    loop {
        if let Some(frame) = frame(&desk).await {
            let face = Face::of(&frame, words);
            if worn.as_ref() != Some(&face) {
                wear(face.clone());
                worn = Some(face);
            }
        }
        loop {
            match notices.recv().await {
                Ok(notice) => match notice.notice {
                    NoticeKind::Frame | NoticeKind::Rows { .. } | NoticeKind::Alarm { .. } => break,
                    NoticeKind::Connections | NoticeKind::Simulator | NoticeKind::Visits | NoticeKind::Patients => {}
                },
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return,
            }
        }
        tokio::time::sleep(SETTLE).await;
        // What came meanwhile is in the next frame.
        notices = notices.resubscribe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(critical: u32, abnormal: u32) -> FrameView {
        serde_json::from_value(json!({
            "now": "2026-03-05T19:00:00Z", "seq": 1, "profile": "sandbox", "mode": "live",
            "who": { "name": "Ana R.", "role": "nurse", "language": "en" },
            "counts": { "critical": critical, "abnormal": abnormal, "info": 4, "unacknowledged": 1, "shelved": 0 },
            "vendors": [],
            "on_call": { "state": "known", "names": ["Dr. Kim"], "checked_at": null },
            "freshest_reading_at": null, "patients_watched": 42,
            "sound": { "sounding": null, "muted_until": "2026-03-05T19:10:00Z", "available": true },
            "demo": false, "quarantined": 0, "downtimes": [], "stuck": [], "banners": []
        }))
        .unwrap()
    }

    #[test]
    fn one_critical_among_abnormals_makes_the_tray_critical() {
        let face = Face::of(&frame(1, 5), Words::English);
        assert_eq!((face.worst, face.line.as_str()), (Worst::Critical, "1 critical, 5 abnormal"));
    }

    #[test]
    fn with_nothing_open_the_tray_is_quiet() {
        let face = Face::of(&frame(0, 0), Words::Spanish);
        assert_eq!((face.worst, face.line.as_str()), (Worst::Quiet, "Todo en calma"));
    }

    #[test]
    fn a_mute_that_has_run_out_is_no_mute() {
        let mut later = frame(0, 1);
        assert!(Face::of(&later, Words::English).muted);
        later.sound.muted_until = Some(later.now);
        assert!(!Face::of(&later, Words::English).muted);
    }
}
