//! Input from the payment provider: signatures and events.

use std::time::Duration;

use payments::provider::stripe::{BadSignature, WebhookSecrets, read_event};
use proptest::prelude::*;
use provider_simulator::signature;
use testing::platforms::START;

use crate::mutation::{bytes_like, cases, changed, text_like};

const SECRET: &str = "whsec_of_the_tests";
const EVENT: &str = r#"{"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object":
    {"object": "payment_intent", "id": "pi_1", "metadata": {"payment_id": "692000f2a1b2c3d4e5f60718"}}}}"#;

fn signed(body: &str) -> String {
    signature(&[SECRET.to_owned()], START, body)
}

fn check(header: &str, body: &[u8]) -> Result<(), BadSignature> {
    WebhookSecrets::parse(SECRET).unwrap().check(Some(header), body, START)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_other_body_has_the_signature(body in bytes_like(EVENT.as_bytes().to_vec())) {
        prop_assert_eq!(check(&signed(EVENT), &body).is_ok(), body == EVENT.as_bytes());
    }

    #[test]
    fn no_other_header_is_valid_for_the_body(header in text_like(&signed(EVENT))) {
        if check(&header, EVENT.as_bytes()).is_ok() {
            // A valid header still contains the time and the digits; other parts between commas are
            // ignored.
            let parts: Vec<String> = header.split(',').map(|part| part.trim().to_ascii_lowercase()).collect();
            prop_assert!(signed(EVENT).split(',').all(|part| parts.iter().any(|found| found == part)), "{}", header);
        }
    }

    #[test]
    fn a_valid_signature_requires_the_secret(body in changed(EVENT.as_bytes().to_vec()), other in "whsec_[a-z]{1,40}") {
        let text = String::from_utf8_lossy(&body);
        let header = signature(&[other], START, &text);
        prop_assert_eq!(check(&header, text.as_bytes()), Err(BadSignature::Forged));
        let secrets = WebhookSecrets::parse(SECRET).unwrap();
        let late = START.plus(Duration::from_secs(301));
        prop_assert_eq!(secrets.check(Some(&signed(&text)), text.as_bytes(), START), Ok(()));
        prop_assert_eq!(secrets.check(Some(&signed(&text)), text.as_bytes(), late), Err(BadSignature::Stale));
    }

    #[test]
    fn an_event_name_has_visible_letters_or_is_rejected(body in bytes_like(EVENT.as_bytes().to_vec())) {
        if let Ok(event) = read_event(&body, START) {
            prop_assert!((1..=255).contains(&event.id.len()) && event.id.bytes().all(|b| b.is_ascii_graphic()));
            let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
            prop_assert_eq!(json["id"].as_str(), Some(event.id.as_str()));
        }
    }

    #[test]
    fn only_signing_secrets_are_accepted(text in text_like("whsec_one,whsec_two")) {
        if let Ok(secrets) = WebhookSecrets::parse(&text) {
            prop_assert_eq!(secrets.count(), text.split(',').count());
            prop_assert!(text.split(',').all(|secret| secret.trim().starts_with("whsec_")));
            let shown = format!("{secrets:?}");
            prop_assert!(!shown.contains("one"), "{}", shown);
        }
    }
}
