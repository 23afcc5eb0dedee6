//! Secrets: no log, error or `Debug` output contains an API key, a card's token or a client secret.

use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;
use payments::domain::ProviderStatus;
use provider_simulator::FaultKind::{DelayResponse, KeepError, LoseResponse};
use provider_simulator::Operation::{ConfirmIntent, CreateIntent, RetrieveIntent};
use service::telemetry::{Colours, LogFormat, log_filter, subscriber};

use super::provider::{KEY, StripeProvider, provider_and_settings};

/// Collects log output.
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
async fn logs_errors_and_debug_output_contain_no_secret() {
    let paper = Paper::default();
    let writer = {
        let paper = paper.clone();
        move || paper.clone()
    };
    // All log levels, including those of the client, which is silent by default.
    let levels = log_filter("trace,stripe=trace").unwrap();
    let logging = subscriber(levels, LogFormat::Text, Colours::None, writer);
    let logging = tracing::subscriber::set_default(logging);
    let mut texts: Vec<String> = Vec::new();
    let provider =
        StripeProvider::set(|settings| settings.timeout = std::time::Duration::from_millis(500));
    let paying = provider.opened().await;
    let status = paying.confirm("pm_card_authenticationRequired").await.unwrap();
    let ProviderStatus::Challenged(challenge) = &status else { panic!("no challenge") };
    let client_secret = challenge.client_secret.clone();
    texts.push(format!("{status:?}"));
    for token in ["tok_of_nobody_HideThisToken", "pm_of_nobody_HideThisToken"] {
        let refused = provider.opened().await.confirm(token).await;
        texts.push(format!("{refused:?}"));
    }
    provider.opened().await.confirm("pm_card_chargeDeclined").await.unwrap();
    for fault in [LoseResponse, KeepError { status: 500 }, DelayResponse { ms: 3_600_000 }] {
        provider.plan(fault, RetrieveIntent);
        let error = paying.inquire().await.unwrap_err();
        texts.push(format!("{error:?} {}", error.chain()));
    }
    provider.plan(LoseResponse, CreateIntent);
    let another = provider.payment(paying.amount);
    let error = another.try_open().await.unwrap_err();
    texts.push(format!("{error:?} {}", error.chain()));
    provider.plan(KeepError { status: 500 }, ConfirmIntent);
    let error = paying.confirm("pm_HideThisToken").await.unwrap_err();
    texts.push(format!("{error:?} {}", error.chain()));
    let revoked = StripeProvider::set(|settings| {
        settings.secret_key = "sk_revoked_HideThisKey".into();
    });
    let error = revoked.payment(paying.amount).try_open().await.unwrap_err();
    texts.push(format!("{error:?} {} {:?}", error.chain(), revoked.gateway));
    texts.push(format!("{:?}", provider_and_settings().1));
    drop(logging);
    let texts = texts.join("\n");
    let logged = String::from_utf8(paper.0.lock().clone()).unwrap();
    assert!(logged.contains("stripe::hyper::client"), "no output of the client: {logged}");
    for (text, name) in [(&texts, "errors"), (&logged, "logs")] {
        for secret in [KEY, &client_secret, "HideThisKey", "HideThisToken"] {
            assert!(!text.contains(secret), "{name} show {secret}: {text}");
        }
    }
}

#[test]
fn stripes_client_logs_only_if_it_is_enabled() {
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
