//! Faults planted on purpose, to prove that made-up days catch them (`careloop scenario fuzz --planted NAME`).
//! No release has the feature `planted`; without it `on` is always false and nothing of them is compiled in.

/// One planted fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// An effect that is on its way may be taken for sending once more.
    LeaseDropped = 1,
    /// A write to the chart counts without being read back.
    ReadBackForgotten,
    /// A request leaves before its row says so.
    SentBeforeCommit,
    /// What was on its way when the power went is sent again without a look.
    UnknownLost,
    /// A webhook that comes twice counts twice.
    WebhookTwice,
    /// Quiet hours are never.
    QuietHoursIgnored,
    /// Any number of reminders a day.
    DailyLimitForgotten,
    /// The reply wait begins anew with the process.
    ReplyClockRestarted,
    /// STOP is heard and not heeded.
    StopSkipped,
    /// The note of a review is written twice.
    WrittenBackTwice,
}

/// All of them, by name.
pub const ALL: [(&str, Fault); 10] = [
    ("lease_dropped", Fault::LeaseDropped),
    ("read_back_forgotten", Fault::ReadBackForgotten),
    ("sent_before_commit", Fault::SentBeforeCommit),
    ("unknown_lost", Fault::UnknownLost),
    ("webhook_twice", Fault::WebhookTwice),
    ("quiet_hours_ignored", Fault::QuietHoursIgnored),
    ("daily_limit_forgotten", Fault::DailyLimitForgotten),
    ("reply_clock_restarted", Fault::ReplyClockRestarted),
    ("stop_skipped", Fault::StopSkipped),
    ("written_back_twice", Fault::WrittenBackTwice),
];

#[cfg(feature = "planted")]
static PLANTED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Plants a fault in this process, or none.
#[cfg(feature = "planted")]
pub fn plant(fault: Option<Fault>) {
    PLANTED.store(fault.map_or(0, |f| f as u8), std::sync::atomic::Ordering::SeqCst);
}

/// Whether this fault is planted.
#[cfg(feature = "planted")]
pub fn on(fault: Fault) -> bool {
    PLANTED.load(std::sync::atomic::Ordering::SeqCst) == fault as u8
}

/// Never, in a release.
#[cfg(not(feature = "planted"))]
pub const fn on(_: Fault) -> bool {
    false
}
