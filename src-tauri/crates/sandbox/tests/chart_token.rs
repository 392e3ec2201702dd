//! Tokens of the built-in chart.

mod common;

use chrono::TimeDelta;
use common::*;
use decide::outbox::Vendor;
use jsonwebtoken::{encode, Algorithm, EncodingKey, Header};
use sandbox::SandboxConfig;
use serde_json::{json, Value};
use vendors::Response;

#[test]
fn the_smart_configuration_and_metadata_are_open_to_all() {
    let ward = Ward::default();
    let smart = json(&ward.ask(Vendor::Cerner, "GET", &format!("{}/.well-known/smart-configuration", ward.fhir_base()), &[], ""));
    assert_eq!(smart["token_endpoint_auth_signing_alg_values_supported"], json!(["RS384", "ES384"]));
    let metadata = json(&ward.ask(Vendor::Cerner, "GET", &format!("{}/metadata", ward.fhir_base()), &[], ""));
    let kinds: Vec<&str> = metadata["rest"][0]["resource"].as_array().unwrap().iter().map(|r| r["type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"Observation") && !kinds.contains(&"Subscription") && !kinds.contains(&"Flag"));
}

#[test]
fn another_tenant_is_forbidden_not_missing() {
    let answer = Ward::default().ask(Vendor::Cerner, "GET", "/r4/00000000-0000-0000-0000-000000000000/metadata", &[], "");
    assert_eq!((answer.status, said(&answer).as_str()), (403, "Tenant not valid or accessible"));
}

#[test]
fn a_token_lasts_570_seconds_and_has_the_scopes_that_were_granted() {
    let ward = Ward::default();
    let answer = json(&ward.token_with("system/Observation.read system/MedicationRequest.write"));
    assert_eq!(
        (&answer["expires_in"], &answer["token_type"], &answer["scope"]),
        (&json!(570), &json!("Bearer"), &json!("system/Observation.read"))
    );
}

#[test]
fn wildcards_other_levels_and_unknown_scopes_are_refused() {
    let ward = Ward::default();
    for scope in ["system/*.read", "system/Observation.read user/Patient.read", "system/Flag.read", ""] {
        let answer = ward.token_with(scope);
        assert_eq!((answer.status, json(&answer)["error"].as_str()), (400, Some("invalid_scope")), "{scope}");
    }
}

#[test]
fn a_wrong_secret_is_an_invalid_client() {
    let ward = Ward::default();
    let auth = basic(&ward.sandbox.config().cerner.client_id, "wrong");
    let body = form(&[("grant_type", "client_credentials"), ("scope", "system/Observation.read")]);
    let answer = ward.ask(
        Vendor::Cerner,
        "POST",
        &ward.token_path(),
        &[("Authorization", &auth), ("Content-Type", "application/x-www-form-urlencoded")],
        &body,
    );
    assert_eq!((answer.status, json(&answer)["error"].as_str()), (401, Some("invalid_client")));
}

#[test]
fn a_missing_expired_or_short_bearer_is_challenged() {
    let ward = Ward::default();
    let path = format!("{}/Patient?identifier=1022228", ward.fhir_base());
    let ask = |bearer: Option<&str>| {
        let headers: Vec<(&str, &str)> = bearer.iter().map(|b| ("Authorization", *b)).collect();
        let answer = ward.ask(Vendor::Cerner, "GET", &path, &headers, "");
        (answer.status, answer.header("www-authenticate").unwrap_or("").to_string())
    };
    assert_eq!(ask(None), (401, "Bearer realm=\"fhir\"".into()));
    let bearer = ward.bearer();
    assert_eq!(ask(Some(&bearer)).0, 200);
    ward.pass(TimeDelta::seconds(570));
    assert_eq!(ask(Some(&bearer)), (401, "Bearer realm=\"fhir\", error=\"invalid_token\"".into()));
    let other = format!("Bearer {}", json(&ward.token_with("system/Observation.read"))["access_token"].as_str().unwrap());
    assert_eq!(ask(Some(&other)), (403, "Bearer realm=\"fhir\", error=\"insufficient_scope\"".into()));
}

/// A ward whose chart knows one public key, and that key.
fn signing_ward() -> (Ward, EncodingKey) {
    let (jwk, pkcs8) = p384_key("key-1");
    let mut config = SandboxConfig::default();
    config.cerner.jwks = Some(json!({"keys": [jwk]}));
    (Ward::with(config), EncodingKey::from_ec_der(&pkcs8))
}

fn claims(ward: &Ward, id: &str) -> Value {
    let client = &ward.sandbox.config().cerner.client_id;
    json!({"iss": client, "sub": client, "aud": format!("http://cerner.sandbox{}", ward.token_path()), "exp": ward.now().timestamp() + 300, "jti": id})
}

fn present(ward: &Ward, key: &EncodingKey, kid: &str, claims: &Value) -> Response {
    let mut header = Header::new(Algorithm::ES384);
    header.kid = Some(kid.into());
    let assertion = encode(&header, claims, key).unwrap();
    let body = form(&[
        ("grant_type", "client_credentials"),
        ("scope", "system/Observation.read"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ]);
    ward.ask(Vendor::Cerner, "POST", &ward.token_path(), &[("Content-Type", "application/x-www-form-urlencoded")], &body)
}

#[test]
fn a_signed_assertion_is_taken_once() {
    let (ward, key) = signing_ward();
    let claims = claims(&ward, "one-time-1");
    assert_eq!(present(&ward, &key, "key-1", &claims).status, 200);
    assert_eq!(json(&present(&ward, &key, "key-1", &claims))["error"], "invalid_client");
}

#[test]
fn an_assertion_that_says_anything_wrong_is_refused() {
    let (ward, key) = signing_ward();
    let now = ward.now().timestamp();
    let table = [
        ("iss", json!("somebody")),
        ("sub", json!("somebody")),
        ("aud", json!("https://elsewhere.example/token")),
        ("exp", json!(now + 301)),
        ("exp", json!(now)),
        ("jti", json!("")),
    ];
    for (claim, value) in table {
        let mut wrong = claims(&ward, "fresh");
        wrong[claim] = value;
        assert_eq!(present(&ward, &key, "key-1", &wrong).status, 401, "{wrong}");
    }
    assert_eq!(present(&ward, &key, "key-2", &claims(&ward, "fresh")).status, 401);
    let (_, stranger) = signing_ward();
    assert_eq!(present(&ward, &stranger, "key-1", &claims(&ward, "fresh")).status, 401);
    assert_eq!(present(&ward, &key, "key-1", &claims(&ward, "fresh")).status, 200);
}
