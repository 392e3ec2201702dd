//! Settings of the Slack connection.

use crate::secret::Secret;
use serde::Deserialize;

/// An incoming webhook; its URL is the credential.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    pub webhook_url: Secret,
}
