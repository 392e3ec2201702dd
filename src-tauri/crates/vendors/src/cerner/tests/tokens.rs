use super::super::auth::assertion;
use super::super::scope;
use super::*;
use crate::{deliver, form, Connections, Secret, VendorConfig};
use decide::outbox::*;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

fn look() -> Effect {
    effect(Act::Look(Look::Patient { mrn: None, fhir_id: Some("p1".into()) }))
}

fn patient() -> Result<Response, Fault> {
    says(200, ann("p1"))
}

#[tokio::test]
async fn a_token_is_asked_for_once_where_the_chart_says_with_the_least_scopes() {
    let line = Scripted::new(signed_in().into_iter().chain([patient(), patient()]));
    let c = connections();
    deliver(&c, &line, &look(), at(NOW)).await;
    deliver(&c, &line, &look(), at(NOW)).await;
    assert_eq!(
        line.asked(),
        [
            "GET http://chart.test/r4/t/.well-known/smart-configuration",
            "POST http://chart.test/token",
            "GET http://chart.test/r4/t/Patient/p1",
            "GET http://chart.test/r4/t/Patient/p1"
        ]
    );
    let asked = &line.requests()[1];
    assert_eq!(
        String::from_utf8_lossy(&asked.body),
        "grant_type=client_credentials&scope=system%2FObservation.read%20system%2FObservation.write%20system%2FPatient.read%20system%2FDocumentReference.read%20system%2FDocumentReference.write"
    );
    assert_eq!(asked.sent_header("authorization"), Some("Basic bWU6Y2hhcnQtc2VjcmV0"));
    assert_eq!(line.requests()[2].sent_header("authorization"), Some("Bearer t1"));
    assert_eq!(line.requests()[2].sent_header("accept"), Some("application/fhir+json"));
}

#[tokio::test]
async fn a_token_is_renewed_after_four_fifths_of_its_life() {
    let line = Scripted::new(signed_in().into_iter().chain([
        patient(),
        patient(),
        token("t2", scope::asked(false, Default::default())),
        patient(),
    ]));
    let c = connections();
    for (when, bearer) in
        [("2026-03-05T19:30:00Z", "Bearer t1"), ("2026-03-05T19:37:35Z", "Bearer t1"), ("2026-03-05T19:37:36Z", "Bearer t2")]
    {
        deliver(&c, &line, &look(), at(when)).await;
        assert_eq!(line.requests().last().unwrap().sent_header("authorization"), Some(bearer), "{when}");
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let refused = || Ok(response(401, &[("www-authenticate", "Bearer error=\"invalid_token\"")], ""));
    let line = Scripted::new(signed_in().into_iter().chain([refused(), token("t2", scope::asked(false, Default::default())), patient()]));
    let c = connections();
    assert!(matches!(deliver(&c, &line, &look(), at(NOW)).await, Delivery::Found(_)));
    let line = Scripted::new([refused(), token("t3", scope::asked(false, Default::default())), refused()]);
    let delivery = deliver(&c, &line, &look(), at(NOW)).await;
    assert!(matches!(delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Credentials, .. }, .. }), "{delivery:?}");
}

#[tokio::test]
async fn a_grant_to_change_patients_is_refused_and_nothing_is_sent() {
    for excess in ["system/Patient.write", "system/MedicationRequest.crus"] {
        let line = Scripted::new([discovery(), token("t1", format!("{} {excess}", scope::asked(false, Default::default())))]);
        let Delivery::RetryLater { problem, .. } = deliver(&connections(), &line, &look(), at(NOW)).await else {
            panic!("must wait for an operator")
        };
        assert_eq!(problem.kind, ProblemKind::Config);
        assert!(problem.said.contains(".write"), "{}", problem.said);
    }
}

#[tokio::test]
async fn what_was_not_granted_is_named_before_it_is_needed() {
    let line = Scripted::new([discovery(), token("t1", "system/Observation.read".into())]);
    let Delivery::RetryLater { problem, .. } = deliver(&connections(), &line, &look(), at(NOW)).await else {
        panic!("must wait for an operator")
    };
    assert!(problem.said.contains("Patient"), "{}", problem.said);
}

#[tokio::test]
async fn a_server_that_knows_only_the_new_spelling_is_asked_in_it() {
    let line = Scripted::new([
        says(200, json!({ "token_endpoint": "http://chart.test/token", "capabilities": ["permission-v2"] })),
        token("t1", scope::asked(true, Default::default())),
        patient(),
    ]);
    assert!(matches!(deliver(&connections(), &line, &look(), at(NOW)).await, Delivery::Found(_)));
    let pairs = form::read(&line.requests()[1].body).unwrap();
    assert_eq!(form::first(&pairs, "scope"), Some("system/Observation.crus system/Patient.rs system/DocumentReference.crus"));
}

#[tokio::test]
async fn refused_credentials_wait_for_an_operator_and_a_busy_token_server_for_its_own_word() {
    for (status, body, kind) in [
        (400, json!({ "error": "invalid_client" }), ProblemKind::Credentials),
        (401, json!({ "error": "invalid_client" }), ProblemKind::Credentials),
        (400, json!({ "error": "invalid_scope" }), ProblemKind::Config),
        (429, json!({}), ProblemKind::Throttled),
        (503, json!({}), ProblemKind::Down),
        (404, json!({}), ProblemKind::Config),
    ] {
        let line = Scripted::new([discovery(), Ok(response(status, &[("retry-after", "600")], &body.to_string()))]);
        let Delivery::RetryLater { problem, after_seconds } = deliver(&connections(), &line, &look(), at(NOW)).await else {
            panic!("{status} must be tried again")
        };
        assert_eq!((problem.kind, after_seconds), (kind, Some(600)), "{status}");
    }
}

#[tokio::test]
async fn a_secret_does_not_follow_discovery_out_of_https() {
    let mut c = connections();
    c.config.cerner.as_mut().unwrap().base = "https://chart.test/r4/t".into();
    let line = Scripted::new([discovery()]);
    let Delivery::RetryLater { problem, .. } = deliver(&c, &line, &look(), at(NOW)).await else { panic!("must not go on") };
    assert!(problem.said.contains("not https"));
}

const RSA: &str = include_str!("../../../tests/data/rs384.private.pem");
const EC: &str = include_str!("../../../tests/data/es384.private.pem");

fn with_key(pem: &str, alg: Option<&str>) -> Connections {
    let config =
        json!({ "cerner": { "base": "http://chart.test/r4/t", "client_id": "me", "private_key_pem": pem, "key_id": "k1", "alg": alg } });
    Connections::new(VendorConfig::read(config).unwrap(), None)
}

#[test]
fn an_assertion_verifies_against_the_registered_key_and_says_what_smart_wants() {
    let keys = [
        (RSA, Algorithm::RS384, DecodingKey::from_rsa_pem(include_bytes!("../../../tests/data/rs384.public.pem")).unwrap()),
        (EC, Algorithm::ES384, DecodingKey::from_ec_pem(include_bytes!("../../../tests/data/es384.public.pem")).unwrap()),
    ];
    for (pem, alg, public) in keys {
        let c = with_key(pem, None);
        let config = c.config.cerner.as_ref().unwrap();
        let now = at(NOW);
        let made = || assertion(config, config.private_key_pem.as_ref().unwrap(), "http://chart.test/token", now).unwrap();
        let mut rules = Validation::new(alg);
        rules.set_audience(&["http://chart.test/token"]);
        rules.set_issuer(&["me"]);
        rules.validate_exp = false;
        let read = |jwt: &str| jsonwebtoken::decode::<Value>(jwt, &public, &rules).unwrap();
        let (first, second) = (read(&made()), read(&made()));
        assert_eq!((first.header.alg, first.header.kid.as_deref(), first.header.typ.as_deref()), (alg, Some("k1"), Some("JWT")));
        assert_eq!((first.claims["iss"].as_str(), first.claims["sub"].as_str()), (Some("me"), Some("me")));
        let life = first.claims["exp"].as_i64().unwrap() - now.timestamp();
        assert!(life > 0 && life <= 300, "{life}");
        assert_ne!(first.claims["jti"], second.claims["jti"], "an assertion is used once");
    }
}

#[tokio::test]
async fn a_key_takes_the_place_of_the_secret() {
    let line = Scripted::new(signed_in().into_iter().chain([patient()]));
    deliver(&with_key(EC, Some("ES384")), &line, &look(), at(NOW)).await;
    let asked = &line.requests()[1];
    let pairs = form::read(&asked.body).unwrap();
    assert_eq!(asked.sent_header("authorization"), None);
    assert_eq!(form::first(&pairs, "client_assertion_type"), Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    assert_eq!(form::first(&pairs, "client_assertion").map(|a| a.split('.').count()), Some(3));
}

#[tokio::test]
async fn a_key_that_cannot_sign_is_named_as_a_setting() {
    let mut c = with_key("-----BEGIN PRIVATE KEY-----\nnope\n-----END PRIVATE KEY-----\n", None);
    let Delivery::Blocked(p) = deliver(&c, &Scripted::new([discovery()]), &look(), at(NOW)).await else { panic!("must be blocked") };
    assert!(p.said.contains("cerner.private_key_pem") && !p.said.contains("nope"), "{}", p.said);
    c = with_key(RSA, Some("HS256"));
    let Delivery::Blocked(p) = deliver(&c, &Scripted::new([discovery()]), &look(), at(NOW)).await else { panic!("must be blocked") };
    assert!(p.said.contains("RS384 or ES384"), "{}", p.said);
    c.config.cerner.as_mut().unwrap().private_key_pem = Some(Secret::new(""));
    let Delivery::Blocked(p) = deliver(&c, &Scripted::new([discovery()]), &look(), at(NOW)).await else { panic!("must be blocked") };
    assert!(p.said.contains("cerner.client_secret"), "{}", p.said);
}
