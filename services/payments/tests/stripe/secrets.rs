//! Secrets: neither logs nor errors nor `Debug` show a key, a card's token or a client secret, whatever goes wrong.

use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;
use payments::domain::Standing;
use provider_simulator::FaultKind::{DelayResponse, KeepError, LoseResponse};
use provider_simulator::Operation::{ConfirmIntent, CreateIntent, RetrieveIntent};
use service::telemetry::{Colours, LogFormat, log_filter, subscriber};

use crate::bank::{Bank, KEY, provider};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_secret_is_in_a_log_an_error_or_a_debug_text() {
    let paper = Paper::default();
    let writer = {
        let paper = paper.clone();
        move || paper.clone()
    };
    // Everything that can be logged, also what the client says, which is silent unless it is named.
    let levels = log_filter("trace,stripe=trace").unwrap();
    let logging = subscriber(levels, LogFormat::Text, Colours::None, writer);
    let logging = tracing::subscriber::set_default(logging);
    let mut said: Vec<String> = Vec::new();
    let bank = Bank::set(|settings| settings.timeout = std::time::Duration::from_millis(500));
    let paying = bank.opened().await;
    let standing = paying.confirm("pm_card_authenticationRequired").await.unwrap();
    let Standing::Challenged(challenge) = &standing else { panic!("no challenge") };
    let client_secret = challenge.client_secret.clone();
    said.push(format!("{standing:?}"));
    for token in ["tok_of_nobody_HideThisToken", "pm_of_nobody_HideThisToken"] {
        let refused = bank.opened().await.confirm(token).await;
        said.push(format!("{refused:?}"));
    }
    bank.opened().await.confirm("pm_card_chargeDeclined").await.unwrap();
    for fault in [LoseResponse, KeepError { status: 500 }, DelayResponse { ms: 3_600_000 }] {
        bank.plan(fault, RetrieveIntent);
        let error = paying.inquire().await.unwrap_err();
        said.push(format!("{error:?} {}", error.chain()));
    }
    bank.plan(LoseResponse, CreateIntent);
    let another = bank.payment(paying.amount);
    let error = another.try_open().await.unwrap_err();
    said.push(format!("{error:?} {}", error.chain()));
    bank.plan(KeepError { status: 500 }, ConfirmIntent);
    let error = paying.confirm("pm_HideThisToken").await.unwrap_err();
    said.push(format!("{error:?} {}", error.chain()));
    let revoked = Bank::set(|settings| {
        settings.secret_key = service::Secret::new("sk_revoked_HideThisKey");
    });
    let error = revoked.payment(paying.amount).try_open().await.unwrap_err();
    said.push(format!("{error:?} {} {:?}", error.chain(), revoked.gateway));
    said.push(format!("{:?}", provider().1));
    drop(logging);
    let said = said.join("\n");
    let logged = String::from_utf8(paper.0.lock().clone()).unwrap();
    assert!(logged.contains("stripe::hyper::client"), "the client was heard: {logged}");
    for (text, name) in [(&said, "errors"), (&logged, "logs")] {
        for secret in [KEY, &client_secret, "HideThisKey", "HideThisToken"] {
            assert!(!text.contains(secret), "{name} show {secret}: {text}");
        }
    }
}

#[test]
fn the_client_of_stripe_is_silent_unless_it_is_named() {
    for (levels, is_heard) in [
        ("warn", false),
        ("trace", false),
        ("info,payments=debug", false),
        ("info,stripe=warn", true),
        ("stripe=warn", true),
    ] {
        let paper = Paper::default();
        let writer = {
            let paper = paper.clone();
            move || paper.clone()
        };
        let levels_read = log_filter(levels).unwrap();
        let logging = subscriber(levels_read, LogFormat::Text, Colours::None, writer);
        tracing::subscriber::with_default(logging, || {
            tracing::warn!(target: "stripe::hyper::client", "request returned error status: 402");
        });
        assert_eq!(!paper.0.lock().is_empty(), is_heard, "{levels}");
    }
}
