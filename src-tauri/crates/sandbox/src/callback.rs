//! What vendors post to the console's hooks.

use decide::outbox::Vendor;
use decide::At;

/// One webhook, signed as its vendor signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// For [`crate::Sandbox::answered`].
    pub id: u64,
    pub vendor: Vendor,
    pub due: At,
    /// Path under the console's hooks: `twilio/inbound`, `twilio/status` or `pagerduty`.
    pub hook: String,
    /// The public URL that was signed.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}
