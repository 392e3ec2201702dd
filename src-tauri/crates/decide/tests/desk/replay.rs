//! The back-test against the desk itself: the same readings, the same limits, the same episodes.

use crate::store::Store;
use crate::ward::{happening, Ward};
use decide::backtest::{Backtest, Found, Lived, Plan};
use decide::desk::Desk;
use decide::{hours, At, Bounds, Settings, Vital};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn replay(store: &Store, desk: &Desk, from: At, to: At, proposed: Settings) -> Found {
    let mut test = Backtest::new(Plan {
        from,
        to,
        settings: desk.settings.clone(),
        patients: desk.patients.values().cloned().collect(),
        proposed_settings: proposed,
        proposed_patient: None,
        lived: store.episodes().filter_map(Lived::of).collect(),
        standing: Vec::new(),
    });
    for reading in &store.readings {
        test.take(reading.clone());
    }
    test.found()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_limits_in_force_raise_the_episodes_that_there_were(day in prop::collection::vec(happening(), 1..80)) {
        let mut ward = Ward::new();
        let from = ward.now() - hours(1.0);
        for h in &day {
            ward.live(h);
        }
        let found = replay(ward.store(), ward.desk(), from, ward.now(), ward.desk().settings.clone());
        let mut lived: Vec<String> = ward
            .store()
            .episodes()
            .filter(|e| e.vital != Vital::Symptoms)
            .map(|e| format!("{} {:?} {} {:?}", e.opened_at, e.vital, e.mrn.expose(), e.worst))
            .collect();
        let mut replayed: Vec<String> =
            found.alarms_before.iter().map(|a| format!("{} {:?} {} {:?}", a.opened_at, a.vital, a.mrn.expose(), a.worst)).collect();
        lived.sort();
        replayed.sort();
        prop_assert_eq!(lived, replayed);
    }

    #[test]
    fn unchanged_limits_change_nothing(day in prop::collection::vec(happening(), 1..80)) {
        let mut ward = Ward::new();
        let from = ward.now() - hours(1.0);
        for h in &day {
            ward.live(h);
        }
        let found = replay(ward.store(), ward.desk(), from, ward.now(), ward.desk().settings.clone());
        prop_assert_eq!(found.alarms_before, found.alarms_after);
        prop_assert!(found.worse.is_empty());
    }

    #[test]
    fn without_any_limit_nothing_but_stat_values_is_raised(day in prop::collection::vec(happening(), 1..80)) {
        let mut ward = Ward::new();
        let from = ward.now() - hours(1.0);
        for h in &day {
            ward.live(h);
        }
        let far = Some(Decimal::from(100_000));
        let none = Some(Decimal::from(-1));
        let mut open = ward.desk().settings.clone();
        open.stat_table.clear();
        open.default_limits = Bounds {
            systolic_high: far, systolic_low: none, diastolic_high: far, diastolic_low: none, glucose_high: far, glucose_low: none,
            weight_gain_24h_lb: far, weight_gain_7d_lb: far, spo2_floor: none, heart_rate_high: far, heart_rate_low: none,
        };
        let found = replay(ward.store(), ward.desk(), from, ward.now(), open);
        prop_assert_eq!(found.after.all(), 0);
        // Then every episode on which a person acted is missed, or was not raised by the limits in force either.
        prop_assert_eq!(found.missed().count() as u64 + found.raised_by_neither, found.acted_on);
    }
}
