//! How every vendor is connected: what is set and since when. No secret is known here.

use super::frame::label;
use crate::console::{lock, Console};
use decide::connections::{Connection, Kept};
use decide::outbox::Vendor;
use decide::At;
use vendors::fields::{self, Field, Kind};
use wire::{FieldView, HooksKeyView, Person, SetUpView, VendorSetUp};

/// So much of an identifier is shown.
const TAIL: usize = 4;

fn days(now: At, kept: &Kept) -> u32 {
    u32::try_from((now - kept.at).num_days()).unwrap_or(0)
}

impl Console {
    /// The forms of Connections, and how each field stands.
    pub(crate) fn set_up_view(&self, who: &Person) -> SetUpView {
        let (now, l) = (self.now(), who.language);
        let (rows, review_days, overdue) = {
            let engine = lock(&self.engine);
            (engine.desk.connections.clone(), engine.desk.settings.credential_review_days, engine.desk.overdue_credentials(now))
        };
        let why_not = self.why_no_change(l);
        let vendors = Vendor::ALL
            .into_iter()
            .map(|vendor| {
                let row = rows.get(&vendor).cloned().unwrap_or_else(|| Connection::new(vendor));
                let late = |name: &str| overdue.iter().any(|o| o.vendor == vendor && o.secret == name);
                VendorSetUp {
                    vendor: vendor.name().into(),
                    label: label(vendor).into(),
                    from: self.switchboard.from(vendor, &rows).name().into(),
                    fields: fields::fields(vendor).iter().map(|f| field_view(f, &row, now, late(f.name))).collect(),
                    oldest_days: row.secrets.values().map(|k| days(now, k)).max(),
                    overdue: overdue.iter().any(|o| o.vendor == vendor),
                    tests: Vec::new(),
                    scopes: Vec::new(),
                }
            })
            .collect();
        SetUpView {
            now,
            may_change: why_not.is_none() && who.role == "administrator",
            why_not: why_not.map(String::from),
            home: self.switchboard.home().unwrap_or_default(),
            review_days,
            vendors,
            hooks_key: HooksKeyView { former_until: None, former_used_at: None, made_at: None },
        }
    }
}

fn field_view(field: &Field, row: &Connection, now: At, overdue: bool) -> FieldView {
    let value = row.parts.get(field.name);
    let kept = row.secrets.get(field.name);
    let is_sid = matches!(field.kind, Kind::Sid(_));
    let tail = |text: &String| text.chars().skip(text.chars().count().saturating_sub(TAIL)).collect();
    FieldView {
        name: field.name.into(),
        kind: field.kind.name().into(),
        needed: field.needed,
        otherwise: field.otherwise.map(String::from),
        value: value.filter(|_| !is_sid).cloned(),
        set: value.is_some() || kept.is_some(),
        ends_in: value.filter(|_| is_sid).map(tail),
        set_at: kept.map(|k| k.at),
        set_by: kept.map(|k| k.by.clone()),
        days: kept.map(|k| days(now, k)),
        overdue,
    }
}
