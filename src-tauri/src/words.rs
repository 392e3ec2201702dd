//! The few words said outside the screens: tray, toasts, window title. English and Spanish.

/// The language of the desktop session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    English,
    Spanish,
}

/// Everything that is said in one fixed sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    Open,
    Mute,
    Unmute,
    Quit,
    AllQuiet,
    Opening,
    StillWatching,
    StillWatchingBody,
    OpenToSee,
}

impl Words {
    /// The session's language, as the desktop says it.
    pub fn of_session() -> Self {
        let said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
        Self::of_locale(said.as_deref().unwrap_or_default())
    }

    /// `es_MX.UTF-8` is Spanish; everything that is not Spanish is English.
    pub fn of_locale(locale: &str) -> Self {
        match locale.split(['_', '.', '-']).next() {
            Some("es") => Words::Spanish,
            _ => Words::English,
        }
    }

    /// A fixed sentence.
    pub fn say(self, phrase: Phrase) -> &'static str {
        let (english, spanish) = match phrase {
            Phrase::Open => ("Open Careloop", "Abrir Careloop"),
            Phrase::Mute => ("Mute for 10 minutes", "Silenciar 10 minutos"),
            Phrase::Unmute => ("Sound again", "Volver a sonar"),
            Phrase::Quit => ("Quit Careloop (watching stops)", "Salir de Careloop (deja de vigilar)"),
            Phrase::AllQuiet => ("All quiet", "Todo en calma"),
            Phrase::Opening => ("Opening ...", "Abriendo ..."),
            Phrase::StillWatching => ("Careloop keeps watching", "Careloop sigue vigilando"),
            Phrase::StillWatchingBody => (
                "The window is closed; alarms still sound. Open it again from the tray or by starting Careloop.",
                "La ventana está cerrada; las alarmas siguen sonando. Ábrala desde la bandeja o iniciando Careloop.",
            ),
            Phrase::OpenToSee => ("Open Careloop to see it.", "Abra Careloop para verlo."),
        };
        match self {
            Words::English => english,
            Words::Spanish => spanish,
        }
    }

    /// A severity as a person says it.
    pub fn severity(self, severity: &str) -> &'static str {
        match (self, severity) {
            (Words::English, "critical") => "Critical",
            (Words::English, "abnormal") => "Abnormal",
            (Words::English, "link_lost") => "Connection lost",
            (Words::English, _) => "Notice",
            (Words::Spanish, "critical") => "Crítico",
            (Words::Spanish, "abnormal") => "Anormal",
            (Words::Spanish, "link_lost") => "Conexión perdida",
            (Words::Spanish, _) => "Aviso",
        }
    }

    /// A vital as a person says it; a code that is not known is left out, not shown.
    pub fn vital(self, vital: &str) -> Option<&'static str> {
        Some(match (self, vital) {
            (Words::English, "bp") => "blood pressure",
            (Words::English, "glucose") => "glucose",
            (Words::English, "weight") => "weight",
            (Words::English, "spo2") => "oxygen saturation",
            (Words::English, "heart_rate") => "heart rate",
            (Words::Spanish, "bp") => "presión arterial",
            (Words::Spanish, "glucose") => "glucosa",
            (Words::Spanish, "weight") => "peso",
            (Words::Spanish, "spo2") => "saturación de oxígeno",
            (Words::Spanish, "heart_rate") => "frecuencia cardíaca",
            _ => return None,
        })
    }

    /// "Case 7F3A".
    pub fn case(self, case_id: &str) -> String {
        match self {
            Words::English => format!("Case {case_id}"),
            Words::Spanish => format!("Caso {case_id}"),
        }
    }

    /// "2 critical, 5 abnormal".
    pub fn counts(self, critical: u32, abnormal: u32) -> String {
        match self {
            Words::English => format!("{critical} critical, {abnormal} abnormal"),
            Words::Spanish => format!("{critical} críticos, {abnormal} anormales"),
        }
    }

    /// "7 more alarms".
    pub fn more_alarms(self, count: u32) -> String {
        match (self, count) {
            (Words::English, 1) => "1 more alarm".into(),
            (Words::English, n) => format!("{n} more alarms"),
            (Words::Spanish, 1) => "1 alarma más".into(),
            (Words::Spanish, n) => format!("{n} alarmas más"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spanish_session_of_any_country_is_spoken_to_in_spanish() {
        assert_eq!(["es_MX.UTF-8", "es", "es-US"].map(Words::of_locale), [Words::Spanish; 3]);
        assert_eq!(["en_US.UTF-8", "C", "", "est_EE"].map(Words::of_locale), [Words::English; 4]);
    }
}
