//! What a person fills in to connect a vendor: each field, what fits in it, and the settings it becomes.

use crate::cerner::Coding;
use crate::secret::Secret;
use crate::VendorConfig;
use decide::outbox::Vendor;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// https, or http on this computer.
    Address,
    /// Free text of one line.
    Text,
    /// An identifier with that beginning and 32 hex digits; shown by its last four.
    Sid(&'static str),
    /// E.164.
    Phone,
    Email,
    /// `system|code`, or a bare LOINC code.
    Code,
    /// `host:port`.
    Peer,
    /// RS384 or ES384.
    Algorithm,
    /// A secret of printable characters without spaces.
    Secret,
    /// 32 letters and digits.
    RoutingKey,
    /// An RSA or P-384 private key.
    Pem,
    /// A webhook's address: the address itself is the secret.
    SecretAddress,
}

impl Kind {
    /// Whether what stands in it may never be shown again.
    pub fn is_secret(self) -> bool {
        matches!(self, Kind::Secret | Kind::RoutingKey | Kind::Pem | Kind::SecretAddress)
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Address => "address",
            Kind::Text => "text",
            Kind::Sid(_) => "sid",
            Kind::Phone => "phone",
            Kind::Email => "email",
            Kind::Code => "code",
            Kind::Peer => "peer",
            Kind::Algorithm => "algorithm",
            Kind::Secret | Kind::RoutingKey | Kind::SecretAddress => "secret",
            Kind::Pem => "pem",
        }
    }
}

/// One field of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// Nothing works without it.
    pub needed: bool,
    /// What stands there when it is left empty.
    pub otherwise: Option<&'static str>,
    /// The secret that this one replaces goes there and is accepted until it is removed.
    pub former: Option<&'static str>,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, needed: false, otherwise: None, former: None }
}

const fn needed(name: &'static str, kind: Kind) -> Field {
    Field { needed: true, ..field(name, kind) }
}

/// The fields of a vendor, in the order one fills them in.
pub fn fields(vendor: Vendor) -> &'static [Field] {
    const CERNER: &[Field] = &[
        needed("base", Kind::Address),
        needed("client_id", Kind::Text),
        field("client_secret", Kind::Secret),
        field("private_key_pem", Kind::Pem),
        field("key_id", Kind::Text),
        field("alg", Kind::Algorithm),
        field("performer", Kind::Text),
        field("mrn_system", Kind::Text),
        field("note_type", Kind::Code),
        field("opt_out_type", Kind::Code),
        field("flowsheet", Kind::Code),
    ];
    const TWILIO: &[Field] = &[
        Field { otherwise: Some("https://api.twilio.com"), ..field("base", Kind::Address) },
        needed("account_sid", Kind::Sid("AC")),
        Field { former: Some("former_auth_token"), ..needed("auth_token", Kind::Secret) },
        field("former_auth_token", Kind::Secret),
        field("from", Kind::Phone),
        field("messaging_service_sid", Kind::Sid("MG")),
        field("api_key_sid", Kind::Sid("SK")),
        field("api_key_secret", Kind::Secret),
    ];
    const PAGERDUTY: &[Field] = &[
        Field { otherwise: Some("https://api.pagerduty.com"), ..field("base", Kind::Address) },
        field("events_base", Kind::Address),
        needed("routing_key", Kind::RoutingKey),
        field("second_routing_key", Kind::RoutingKey),
        field("api_key", Kind::Secret),
        Field { former: Some("former_webhook_secret"), ..field("webhook_secret", Kind::Secret) },
        field("former_webhook_secret", Kind::Secret),
        field("escalation_policy", Kind::Text),
        field("from_email", Kind::Email),
    ];
    const SLACK: &[Field] = &[needed("webhook_url", Kind::SecretAddress)];
    const EHR: &[Field] =
        &[field("endpoint", Kind::Address), field("mllp", Kind::Peer), field("application", Kind::Text), field("facility", Kind::Text)];
    match vendor {
        Vendor::Cerner => CERNER,
        Vendor::Twilio => TWILIO,
        Vendor::PagerDuty => PAGERDUTY,
        Vendor::Slack => SLACK,
        Vendor::Ehr => EHR,
    }
}

/// A field of a vendor by its name.
pub fn named(vendor: Vendor, name: &str) -> Option<&'static Field> {
    fields(vendor).iter().find(|f| f.name == name)
}

/// What cannot be used: the field and why, for a person. The words never repeat what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    pub field: &'static str,
    pub why: Why,
}

/// Why a field does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It must be filled in.
    Empty,
    /// One of this and the named other must be filled in.
    Either(&'static str),
    /// The named other needs it.
    With(&'static str),
    TooLong,
    NotHttps,
    NotAddress,
    /// That beginning, then 32 hex digits.
    NotSid(&'static str),
    NotPhone,
    NotEmail,
    NotCode,
    NotPeer,
    NotAlgorithm,
    NotRoutingKey,
    /// Spaces or line breaks inside a secret.
    NotOneWord,
    NotPem,
    NotOneLine,
}

/// Longer than any of these is.
const LONGEST: usize = 2_000;
/// A 16,384-bit RSA key in PEM has some 12,900 characters.
const LONGEST_PEM: usize = 16_000;

/// Whether a text fits a field.
pub fn check(field: &'static Field, text: &str) -> Result<(), Unfit> {
    let no = |why| Err(Unfit { field: field.name, why });
    let fits = |fits: bool, why| if fits { Ok(()) } else { no(why) };
    if text.len() > if field.kind == Kind::Pem { LONGEST_PEM } else { LONGEST } {
        return no(Why::TooLong);
    }
    if field.kind != Kind::Pem && text.chars().any(char::is_control) {
        return no(Why::NotOneLine);
    }
    match field.kind {
        Kind::Address | Kind::SecretAddress => address(text).or_else(no),
        Kind::Text => Ok(()),
        Kind::Sid(start) => {
            let rest = text.strip_prefix(start).unwrap_or_default();
            fits(rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()), Why::NotSid(start))
        }
        Kind::Phone => fits(decide::followup::change::e164(text), Why::NotPhone),
        Kind::Email => {
            let sound = text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.') && !host.contains('@'));
            fits(sound && !text.contains(' '), Why::NotEmail)
        }
        Kind::Code => fits(serde_json::from_value::<Coding>(json!(text)).is_ok_and(|c| !c.code.is_empty()), Why::NotCode),
        Kind::Peer => {
            let sound = text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|p| p > 0));
            fits(sound && !text.contains(['/', ' ']), Why::NotPeer)
        }
        Kind::Algorithm => fits(matches!(text, "RS384" | "ES384"), Why::NotAlgorithm),
        Kind::Secret => fits(!text.chars().any(char::is_whitespace), Why::NotOneWord),
        Kind::RoutingKey => fits(text.len() == 32 && text.bytes().all(|b| b.is_ascii_alphanumeric()), Why::NotRoutingKey),
        Kind::Pem => fits(crate::cerner::auth::can_sign(&Secret::new(text)), Why::NotPem),
    }
}

/// https with a host; plain http only to this computer itself.
fn address(text: &str) -> Result<(), Why> {
    let uri: http::Uri = text.parse().map_err(|_| Why::NotAddress)?;
    let host = uri.host().map(|h| h.trim_matches(['[', ']'])).filter(|h| !h.is_empty()).ok_or(Why::NotAddress)?;
    if uri.authority().is_some_and(|a| a.as_str().contains('@')) {
        return Err(Why::NotAddress);
    }
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if here => Ok(()),
        Some("http") => Err(Why::NotHttps),
        _ => Err(Why::NotAddress),
    }
}

/// Whether what is filled in is enough to speak to the vendor. `parts` and the names of `secrets` as they will be.
pub fn whole<'a>(vendor: Vendor, parts: &BTreeMap<String, String>, secrets: impl Iterator<Item = &'a String>) -> Result<(), Unfit> {
    let secrets: Vec<&str> = secrets.map(String::as_str).collect();
    let has = |name: &str| parts.contains_key(name) || secrets.contains(&name);
    let no = |field, why| Err(Unfit { field, why });
    if let Some(missing) = fields(vendor).iter().find(|f| f.needed && !has(f.name)) {
        return no(missing.name, Why::Empty);
    }
    let (either, with): (&[[&'static str; 2]], &[[&'static str; 2]]) = match vendor {
        Vendor::Cerner => (&[["client_secret", "private_key_pem"]], &[]),
        Vendor::Twilio => (&[["from", "messaging_service_sid"]], &[["api_key_sid", "api_key_secret"], ["api_key_secret", "api_key_sid"]]),
        Vendor::PagerDuty => (&[], &[["api_key", "escalation_policy"]]),
        Vendor::Slack => (&[], &[]),
        Vendor::Ehr => (&[["endpoint", "mllp"]], &[]),
    };
    if let Some([one, other]) = either.iter().find(|[one, other]| !has(one) && !has(other)) {
        return no(one, Why::Either(other));
    }
    match with.iter().find(|[one, other]| has(one) && !has(other)) {
        Some([one, other]) => no(other, Why::With(one)),
        None => Ok(()),
    }
}

/// The settings as the connector reads them.
pub fn assemble(vendor: Vendor, parts: &BTreeMap<String, String>, secrets: &BTreeMap<String, Secret>) -> Value {
    let mut set_up = Map::new();
    let mut codes = Map::new();
    for (name, text) in parts {
        match named(vendor, name).map(|f| f.kind) {
            Some(Kind::Code) => drop(codes.insert(name.clone(), json!(text))),
            Some(_) => drop(set_up.insert(name.clone(), json!(text))),
            None => {}
        }
    }
    for (name, secret) in secrets {
        set_up.insert(name.clone(), json!(secret.expose()));
    }
    if !codes.is_empty() {
        set_up.insert("codes".into(), Value::Object(codes));
    }
    Value::Object(set_up)
}

/// A vendor's set-up among others.
pub fn read(vendor: Vendor, set_up: Value) -> Result<VendorConfig, String> {
    VendorConfig::read(json!({ vendor.name(): set_up }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AC: &str = "AC0123456789abcdef0123456789abcdef";

    fn why(vendor: Vendor, name: &str, text: &str) -> Option<Why> {
        check(named(vendor, name).unwrap(), text).err().map(|u| u.why)
    }

    #[test]
    fn nonsense_is_refused_by_the_field_it_stands_in() {
        use Vendor::*;
        for (vendor, name, good, bad, because) in [
            (Twilio, "account_sid", AC, "AC123", Why::NotSid("AC")),
            (Twilio, "account_sid", AC, "SK0123456789abcdef0123456789abcdef", Why::NotSid("AC")),
            (Twilio, "auth_token", "SECRET-token", "two words", Why::NotOneWord),
            (Twilio, "from", "+12025550100", "202-555-0100", Why::NotPhone),
            (PagerDuty, "routing_key", "R03E5A8C71D94B2F60A1C8E7D5B39F42", "R03E5A", Why::NotRoutingKey),
            (PagerDuty, "from_email", "console@clinic.example", "console", Why::NotEmail),
            (PagerDuty, "base", "https://api.eu.pagerduty.com", "api.pagerduty.com", Why::NotAddress),
            (Cerner, "base", "https://fhir-ehr.cerner.com/r4/tenant", "http://fhir-ehr.cerner.com/r4/tenant", Why::NotHttps),
            (Cerner, "note_type", "34109-9", "note", Why::NotCode),
            (Cerner, "alg", "ES384", "HS256", Why::NotAlgorithm),
            (Cerner, "private_key_pem", include_str!("../tests/data/es384.private.pem"), "-----BEGIN PRIVATE KEY-----", Why::NotPem),
            (Slack, "webhook_url", "https://hooks.slack.com/services/T/B/X", "ftp://hooks.slack.com/x", Why::NotAddress),
            (Slack, "webhook_url", "https://hooks.slack.com/services/T/B/X", "https://me:word@hooks.slack.com/x", Why::NotAddress),
            (Ehr, "mllp", "ehr.clinic.example:2575", "ehr.clinic.example", Why::NotPeer),
        ] {
            assert_eq!(why(vendor, name, good), None, "{name}");
            assert_eq!(why(vendor, name, bad), Some(because), "{name}");
        }
    }

    #[test]
    fn plain_http_reaches_this_computer_only() {
        for here in ["http://127.0.0.1:9001", "http://localhost:9001/r4/t", "http://[::1]:9001"] {
            assert_eq!(why(Vendor::Cerner, "base", here), None, "{here}");
        }
        assert_eq!(why(Vendor::Cerner, "base", "http://127.0.0.1.example.org/"), Some(Why::NotHttps));
    }

    fn lacks(vendor: Vendor, parts: &[&str], secrets: &[&str]) -> Option<(&'static str, Why)> {
        let parts = parts.iter().map(|p| (p.to_string(), "x".to_string())).collect();
        let secrets: Vec<String> = secrets.iter().map(|s| s.to_string()).collect();
        whole(vendor, &parts, secrets.iter()).err().map(|u| (u.field, u.why))
    }

    #[test]
    fn what_a_connection_cannot_do_without_is_named() {
        use Vendor::*;
        assert_eq!(lacks(Twilio, &["account_sid", "from"], &[]), Some(("auth_token", Why::Empty)));
        assert_eq!(lacks(Twilio, &["account_sid"], &["auth_token"]), Some(("from", Why::Either("messaging_service_sid"))));
        assert_eq!(
            lacks(Twilio, &["account_sid", "from", "api_key_sid"], &["auth_token"]),
            Some(("api_key_secret", Why::With("api_key_sid")))
        );
        assert_eq!(lacks(Cerner, &["base", "client_id"], &[]), Some(("client_secret", Why::Either("private_key_pem"))));
        assert_eq!(lacks(PagerDuty, &[], &["routing_key", "api_key"]), Some(("escalation_policy", Why::With("api_key"))));
        assert_eq!(lacks(Ehr, &["application"], &[]), Some(("endpoint", Why::Either("mllp"))));
        assert_eq!(lacks(Slack, &[], &["webhook_url"]), None);
    }

    #[test]
    fn what_is_filled_in_becomes_the_connectors_settings() {
        let parts = [("base", "https://chart.example/r4/t"), ("client_id", "c"), ("flowsheet", "http://codes.example|77")];
        let parts = parts.map(|(n, v)| (n.to_string(), v.to_string())).into();
        let secrets = [("client_secret".to_string(), Secret::new("SECRET-1"))].into();
        let read = read(Vendor::Cerner, assemble(Vendor::Cerner, &parts, &secrets)).unwrap().cerner.unwrap();
        assert_eq!((read.client_id.as_str(), read.client_secret.as_ref().map(Secret::expose)), ("c", Some("SECRET-1")));
        assert_eq!(read.codes.flowsheet.map(|c| (c.system, c.code)), Some(("http://codes.example".into(), "77".into())));
    }
}
