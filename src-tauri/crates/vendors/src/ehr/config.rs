//! Settings of the EHR connection.

use serde::Deserialize;

/// Where requests go.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Takes the JSON requests.
    pub endpoint: Option<String>,
    /// `host:port` of the interface engine.
    pub mllp: Option<String>,
    /// MSH-5 and MSH-6 of what is sent there.
    pub application: String,
    pub facility: String,
}
