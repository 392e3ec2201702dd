//! Toasts: severity, vital and case id, never more, because a lock screen shows them to anyone.
//! A click only opens the console. The desktop may have nothing that shows toasts: they are
//! never the only alarm.

use crate::words::{Phrase, Words};
use notify_rust::{Hint, Notification, Timeout, Urgency};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc};
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use wire::{Notice, NoticeKind};

/// In a flood, abnormals beyond this many in one window are told together.
const SINGLE_TOASTS_PER_WINDOW: u32 = 3;
const WINDOW: Duration = Duration::from_secs(10);
/// A toast that waits for its click holds a thread; beyond this many they are only shown.
const WAITING_TOASTS_MAX: usize = 16;

/// How loudly a desktop shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Critical,
    Normal,
    Low,
}

/// What a toast says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub weight: Weight,
    pub summary: String,
    pub body: String,
}

impl Toast {
    /// The toast of an alarm. The notice's own sentence is left out on purpose: this file alone
    /// decides what leaves the console's window.
    pub fn of(notice: &NoticeKind, words: Words) -> Option<Toast> {
        let NoticeKind::Alarm { severity, case_id, vital, .. } = notice else {
            return None;
        };
        let weight = match severity.as_str() {
            "critical" => Weight::Critical,
            "abnormal" => Weight::Normal,
            _ => Weight::Low,
        };
        let severity = words.severity(severity);
        let summary = match vital.as_deref().and_then(|v| words.vital(v)) {
            Some(vital) => format!("{severity}: {vital}"),
            None => severity.to_string(),
        };
        let open = words.say(Phrase::OpenToSee);
        let body = match case_id.as_str() {
            "" => open.to_string(),
            case_id => format!("{}. {open}", words.case(case_id)),
        };
        Some(Toast { weight, summary, body })
    }

    /// One toast for the rest of a flood.
    pub fn more(count: u32, words: Words) -> Toast {
        Toast { weight: Weight::Normal, summary: words.more_alarms(count), body: words.say(Phrase::OpenToSee).into() }
    }

    /// Said the first time the window is closed.
    pub fn still_watching(words: Words) -> Toast {
        Toast { weight: Weight::Low, summary: words.say(Phrase::StillWatching).into(), body: words.say(Phrase::StillWatchingBody).into() }
    }
}

/// Turns alarms into toasts until the engine has gone: a critical at once and always, the others
/// singly while they are few and together when they are many.
pub async fn announce<P: Future<Output = ()>>(
    mut notices: broadcast::Receiver<Notice>,
    words: Words,
    pause: impl Fn(Duration) -> P,
    mut show: impl FnMut(Toast),
) {
    let mut window = pin!(pause(WINDOW));
    let (mut shown, mut held) = (0, 0);
    loop {
        tokio::select! {
            biased;
            heard = notices.recv() => match heard {
                Ok(notice) => match Toast::of(&notice.notice, words) {
                    Some(toast) if toast.weight == Weight::Critical || shown < SINGLE_TOASTS_PER_WINDOW => {
                        shown += 1;
                        show(toast);
                    }
                    Some(_) => held += 1,
                    None => {}
                },
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            },
            () = &mut window => {
                if held > 0 {
                    show(Toast::more(held, words));
                }
                (shown, held) = (0, 0);
                window.set(pause(WINDOW));
            }
        }
    }
    if held > 0 {
        show(Toast::more(held, words));
    }
}

/// The desktop's own notifications, on a thread of their own: D-Bus calls block.
#[derive(Clone)]
pub struct Toasts(mpsc::Sender<Toast>);

impl Toasts {
    /// `open` is run when a toast is clicked.
    pub fn start(words: Words, open: impl Fn() + Send + Sync + 'static) -> std::io::Result<Toasts> {
        let (tell, told) = mpsc::channel::<Toast>();
        let open: Arc<dyn Fn() + Send + Sync> = Arc::new(open);
        std::thread::Builder::new().name("toasts".into()).spawn(move || {
            let waiting = Arc::new(AtomicUsize::new(0));
            let mut said_absent = false;
            for toast in told {
                if let Err(cause) = show(&toast, words, &open, &waiting) {
                    if !said_absent {
                        tracing::warn!(%cause, "this desktop shows no toasts; sound, tray and window still alarm");
                        said_absent = true;
                    }
                }
            }
        })?;
        Ok(Toasts(tell))
    }

    /// Shows a toast, soon.
    pub fn show(&self, toast: Toast) {
        // The thread ends only with the process.
        let _ = self.0.send(toast);
    }
}

fn show(
    toast: &Toast,
    words: Words,
    open: &Arc<dyn Fn() + Send + Sync>,
    waiting: &Arc<AtomicUsize>,
) -> Result<(), notify_rust::error::Error> {
    let mut notification = Notification::new();
    notification
        .appname("Careloop")
        .icon("careloop-console")
        .summary(&toast.summary)
        .body(&toast.body)
        .action("default", words.say(Phrase::Open))
        .hint(Hint::DesktopEntry("careloop-console".into()));
    match toast.weight {
        Weight::Critical => notification.urgency(Urgency::Critical).timeout(Timeout::Never),
        Weight::Normal => notification.urgency(Urgency::Normal).timeout(Timeout::Default),
        Weight::Low => notification.urgency(Urgency::Low).timeout(Timeout::Default),
    };
    let shown = notification.show()?;
    if waiting.load(Ordering::Relaxed) >= WAITING_TOASTS_MAX {
        return Ok(());
    }
    waiting.fetch_add(1, Ordering::Relaxed);
    let (open, left) = (open.clone(), waiting.clone());
    let watcher = std::thread::Builder::new().name("toast".into()).spawn(move || {
        shown.wait_for_action(|action| {
            if action == "default" {
                open();
            }
        });
        left.fetch_sub(1, Ordering::Relaxed);
    });
    if watcher.is_err() {
        waiting.fetch_sub(1, Ordering::Relaxed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(severity: &str, text: &str) -> NoticeKind {
        NoticeKind::Alarm { severity: severity.into(), case_id: "7F3A".into(), vital: Some("bp".into()), text: text.into() }
    }

    #[test]
    fn a_toast_says_severity_vital_and_case_and_nothing_else() {
        let toast = Toast::of(&alarm("critical", "Lee, Ann 195/96, born 1958-03-04"), Words::English).unwrap();
        assert_eq!(toast.summary, "Critical: blood pressure");
        assert_eq!(toast.body, "Case 7F3A. Open Careloop to see it.");
    }

    #[test]
    fn a_vital_that_is_no_known_code_is_not_repeated() {
        let odd = NoticeKind::Alarm {
            severity: "abnormal".into(),
            case_id: "7F3A".into(),
            vital: Some("Ann Lee's knee".into()),
            text: String::new(),
        };
        assert_eq!(Toast::of(&odd, Words::English).unwrap().summary, "Abnormal");
    }

    #[test]
    fn a_changed_row_is_no_reason_for_a_toast() {
        assert_eq!(Toast::of(&NoticeKind::Rows { ids: vec!["e1".into()] }, Words::English), None);
    }

    /// What a desk was shown when these alarms came at once, and then a quiet window passed.
    async fn shown_for(severities: &[&str]) -> Vec<String> {
        let (tell, told) = broadcast::channel(64);
        for (seq, severity) in (1..).zip(severities) {
            let notice = alarm(severity, "");
            tell.send(Notice { seq, notice }).unwrap();
        }
        let mut shown = Vec::new();
        let engine = std::cell::RefCell::new(Some(tell));
        // Windows pass only when nothing is left to hear; after the second the engine ends.
        let windows = std::cell::Cell::new(0);
        let pause = |_| async {
            windows.set(windows.get() + 1);
            if windows.get() > 2 {
                engine.take();
                std::future::pending().await
            }
        };
        announce(told, Words::English, pause, |toast| shown.push(toast.summary)).await;
        shown
    }

    #[tokio::test]
    async fn a_flood_of_abnormals_is_told_singly_at_first_and_then_together() {
        let shown = shown_for(&["abnormal"; 9]).await;
        let singly = ["Abnormal: blood pressure"; 3];
        assert_eq!(shown, [&singly[..], &["6 more alarms"]].concat());
    }

    #[tokio::test]
    async fn a_critical_in_a_flood_is_still_shown_by_itself() {
        let mut flood = vec!["abnormal"; 9];
        flood.push("critical");
        let shown = shown_for(&flood).await;
        assert_eq!(shown[3..], ["Critical: blood pressure", "6 more alarms"]);
    }
}
