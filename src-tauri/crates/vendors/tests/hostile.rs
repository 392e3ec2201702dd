//! Whatever bytes arrive, a connector answers with a meaning or a refusal and never falls over.

use proptest::prelude::*;
use vendors::pagerduty::{auth as pager_auth, callback as pager};
use vendors::twilio::auth::{sign_form, verify, Signed};
use vendors::twilio::callback as texts;
use vendors::{cerner, form, slack, twilio, Response, Secret};

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let words = r#"[{}\[\]":,a-z0-9&=%+ ]{0,80}"#;
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..80), words.prop_map(String::into_bytes)]
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused(body in bodies(), status in 100u16..600) {
        if let Ok(pairs) = form::read(&body) {
            let _ = (texts::inbound(&pairs), texts::status(&pairs));
        }
        let _ = pager::event(&body);
        let answer = Response { status, headers: vec![("location".into(), String::from_utf8_lossy(&body).into_owned())], body };
        let _ = (twilio::reply::sent(&answer), twilio::reply::listed(&answer), slack::reply::posted(&answer));
        let _ = vendors::pagerduty::reply::enqueued(&answer, "key");
        let _ = (cerner::reply::created(&answer, "Observation"), cerner::reply::Bundle::read(&answer));
    }

    #[test]
    fn any_pairs_survive_the_form_and_are_signed_whatever_their_order(
        mut pairs in proptest::collection::vec((".{1,12}", ".{0,24}"), 0..8),
        at in 0usize..8,
    ) {
        let body = form::write(&pairs);
        prop_assert_eq!(&form::read(body.as_bytes()).unwrap(), &pairs);
        let token = Secret::new("token");
        let url = "https://desk.example.org/hooks/KEY/twilio/inbound";
        let signature = sign_form(&token, url, &pairs);
        let turn = at.min(pairs.len());
        pairs.rotate_left(turn);
        prop_assert!(verify(&[token], url, Signed::Form(&pairs), &signature));
    }

    #[test]
    fn one_changed_byte_breaks_a_signature(body in proptest::collection::vec(any::<u8>(), 1..60), at in any::<prop::sample::Index>(), flip in 1u8..=255) {
        let secret = [Secret::new("secret")];
        let header = pager_auth::sign(&secret[0], &body);
        prop_assert!(pager_auth::verify(&secret, &body, &header));
        let mut changed = body.clone();
        changed[at.index(body.len())] ^= flip;
        prop_assert!(!pager_auth::verify(&secret, &changed, &header));
    }

    #[test]
    fn any_address_can_be_checked(url in ".{0,60}", signature in ".{0,30}") {
        let token = [Secret::new("token")];
        let forged = [Signed::Form(&[]), Signed::Json(b"[]")].map(|signed| verify(&token, &url, signed, &signature));
        prop_assert_eq!(forged, [false, false]);
    }
}
