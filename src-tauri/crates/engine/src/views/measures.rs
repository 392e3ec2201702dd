//! The measures of a span, computed from the trail by a reader of its own: the spine is never kept waiting.

use super::row::brief_of;
use crate::commands::{field, store_error};
use crate::console::{lock, Console};
use decide::measures::{measure, Gathered, Response, KINDS};
use decide::wallclock::clinic_zone;
use wire::{BusiestView, FailureCount, LoadDay, MeasuresArgs, MeasuresView, Person, ResponseView, UserError};

const LONGEST_DAYS: i64 = 92;

impl Console {
    pub(crate) fn measures_view(&self, who: &Person, args: &MeasuresArgs) -> Result<MeasuresView, UserError> {
        let (now, l) = (self.now(), who.language);
        let (from, to) = (args.from, args.to.min(now));
        if from >= args.to {
            return Err(field("from", l, "The time begins before it ends.", "El tiempo empieza antes de terminar."));
        }
        if args.to - from > chrono::TimeDelta::days(LONGEST_DAYS) {
            return Err(field("from", l, "At most 92 days.", "Como máximo 92 días."));
        }
        let (settings, standing, reader) = {
            let engine = lock(&self.engine);
            let standing = engine.desk.episodes.values().filter(|e| e.is_open()).count() as u64;
            (engine.desk.settings.clone(), standing, engine.reader().map_err(store_error)?)
        };
        let zone = clinic_zone(&settings);
        let day = |at| zone.wall(at).date();
        let mut gathered = Gathered::default();
        reader.lines_of(&KINDS, from, to, |entry| gathered.take(&entry, day(entry.at))).map_err(store_error)?;
        let m = measure(gathered, from, to, settings.ack_limit_minutes, day);
        let engine = lock(&self.engine);
        Ok(MeasuresView {
            now,
            from,
            to,
            ack_target_minutes: settings.ack_target_minutes,
            ack_limit_minutes: settings.ack_limit_minutes,
            critical: response(&m.critical),
            abnormal: response(&m.abnormal),
            alarms: m.alarms,
            by_day: m.by_day.iter().map(|(d, x)| LoadDay { day: d.to_string(), alarms: x.alarms, staff: x.staff }).collect(),
            flood_share: m.flood_share,
            floods: m.floods,
            peak: m.peak,
            chattering: m.chattering,
            busiest: m
                .busiest
                .iter()
                .map(|b| BusiestView {
                    patient: brief_of(&engine.desk, &b.mrn),
                    vital: b.vital.name().into(),
                    alarms: b.alarms,
                    in_an_hour: b.in_an_hour,
                })
                .collect(),
            stale: m.stale,
            standing,
            failures: m.failures.iter().map(|(what, count)| FailureCount { what: (*what).into(), count: *count }).collect(),
        })
    }
}

fn response(r: &Response) -> ResponseView {
    ResponseView { alerts: r.alerts, untaken: r.untaken, median: r.median, p90: r.p90, over_limit: r.over_limit }
}
