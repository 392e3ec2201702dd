//! What anonymous clients may read: the SMART configuration and the capability statement.

use super::Cerner;
use crate::exchange::{Answer, Ask};
use serde_json::{json, Value};

impl Cerner {
    /// `.well-known/smart-configuration`.
    pub(super) fn smart_configuration(&self, ask: &Ask) -> Answer {
        let authorization = format!("{}/tenants/{}", ask.origin, self.config.tenant);
        let mut scopes = self.config.scopes.clone();
        scopes.extend(["launch", "openid", "fhirUser", "offline_access"].map(String::from));
        let body = json!({
            "issuer": format!("{authorization}/oidc/idsps/{}/", self.config.tenant),
            "jwks_uri": format!("{}/jwk", ask.origin),
            "authorization_endpoint": format!("{authorization}/protocols/oauth2/profiles/smart-v1/personas/provider/authorize"),
            "token_endpoint": self.token_endpoint(ask),
            "introspection_endpoint": format!("{}/tokeninfo", ask.origin),
            "revocation_endpoint": format!("{authorization}/protocols/oauth2/profiles/smart-v1/token/revoke"),
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "scopes_supported": scopes,
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["client-confidential-symmetric", "client-confidential-asymmetric", "permission-v1", "permission-v2"],
        });
        Answer::json(200, &body)
    }

    /// The token endpoint of this tenant: with the host in it, as the live document has it.
    pub(super) fn token_endpoint(&self, ask: &Ask) -> String {
        let host = ask.origin.split_once("://").map_or("", |(_, a)| a).replace(':', "-");
        format!("{}/tenants/{}/hosts/{host}/protocols/oauth2/profiles/smart-v1/token", ask.origin, self.config.tenant)
    }

    /// `metadata`.
    pub(super) fn metadata(&self, ask: &Ask) -> Answer {
        let resource = |kind: &str, interactions: &[&str], params: &[&str]| -> Value {
            json!({
                "type": kind, "versioning": "versioned", "updateCreate": false,
                "interaction": interactions.iter().map(|c| json!({"code": c})).collect::<Vec<_>>(),
                "searchParam": params.iter().map(|n| json!({"name": n, "type": if matches!(*n, "date" | "_lastUpdated" | "period") { "date" } else { "token" }})).collect::<Vec<_>>(),
            })
        };
        let body = json!({
            "resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
            "software": {"name": "Careloop built-in chart"},
            "implementation": {"description": "FHIR R4", "url": format!("{}/r4/{}", ask.origin, self.config.tenant)},
            "rest": [{
                "mode": "server",
                "security": {"extension": [{"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": [{"url": "token", "valueUri": self.token_endpoint(ask)}]}]},
                "resource": [
                    resource("Patient", &["read", "search-type"], &["_id", "identifier", "_count"]),
                    resource("Observation", &["read", "search-type", "create", "update"], &["_id", "patient", "subject", "category", "code", "date", "_lastUpdated", "_count"]),
                    resource("DocumentReference", &["read", "search-type", "create", "update"], &["_id", "patient", "period", "_count", "type", "category", "date", "_lastUpdated"]),
                    resource("Appointment", &["read", "search-type", "patch"], &["_id", "_count", "date", "patient", "practitioner", "location", "status"]),
                    resource("Practitioner", &["read"], &["_id"]),
                ],
            }],
        });
        super::fhir(200, &body)
    }
}
