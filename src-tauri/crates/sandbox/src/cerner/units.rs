//! The codes this tenant files, and the units they come in (contracts 2).

/// How a code is charted.
pub(super) struct Charted {
    pub kind: Kind,
    /// UCUM codes.
    pub units: &'static [&'static str],
    /// Codes of components, with their units.
    pub components: &'static [(&'static str, &'static [&'static str])],
    /// The panel itself has no value.
    pub panel: bool,
}

/// The category a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Vital,
    Laboratory,
    /// The tenant's own: either.
    Any,
}

const PRESSURES: &[(&str, &[&str])] = &[("8480-6", &["mm[Hg]"]), ("8462-4", &["mm[Hg]"])];
const OXYGEN: &[(&str, &[&str])] = &[("3151-8", &["L/min"]), ("3150-0", &["%"])];

/// The tenant's flowsheet entry: minutes.
pub(super) const FLOWSHEET: Charted = Charted { kind: Kind::Any, units: &["min"], components: &[], panel: false };

/// How a LOINC code is charted; none if this tenant does not file it.
pub(super) fn loinc(code: &str) -> Option<Charted> {
    let vital = |units, components, panel| Charted { kind: Kind::Vital, units, components, panel };
    let laboratory = |units| Charted { kind: Kind::Laboratory, units, components: &[], panel: false };
    Some(match code {
        "85354-9" | "55284-4" => vital(&[], PRESSURES, true),
        "8867-4" => vital(&["/min", "{beats}/min"], &[], false),
        "2708-6" | "59408-5" => vital(&["%"], OXYGEN, false),
        "29463-7" | "3141-9" => vital(&["kg", "g", "[lb_av]"], &[], false),
        "2339-0" | "2345-7" | "41653-7" | "99504-3" | "41604-0" => laboratory(&["mg/dL"]),
        "15074-8" | "14743-9" | "14749-6" => laboratory(&["mmol/L"]),
        _ => return None,
    })
}
