//! What vendors post to the console's hooks.

use decide::outbox::Vendor;
use decide::At;

/// One webhook, signed as its vendor signs. Prints where it goes, never what it says.
#[derive(Clone, PartialEq, Eq)]
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

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Callback({} to {})", self.id, self.hook)
    }
}
