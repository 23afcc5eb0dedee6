//! The program on Stripe: its banner, the output of the doctor, and secrets that no output
//! contains.

use std::path::Path;
use std::process::Command;

use provider_simulator::http::{Deliveries, Simulator, Webhook};
use provider_simulator::{EntryKind, Totals};
use sources::Clock;

use crate::running::{Marketplace, program, run, tour};

/// Secrets that no output may contain.
pub(crate) const SECRETS: [&str; 3] = ["sk_test_HideThis", "whsec_HideThis", "whsec_HideThisToo"];

pub(crate) fn provider() -> Simulator {
    Simulator::start_local(Clock::System, None, Deliveries::Background).unwrap()
}

/// The program on the simulated provider.
pub(crate) fn on_stripe(dir: &Path, simulator: &Simulator, arguments: &[&str]) -> Command {
    let [key, new, old] = SECRETS;
    let mut command = program(dir, arguments);
    command
        .env("PAYMENT_PROVIDER", "stripe")
        .env("STRIPE_SECRET_KEY", key)
        .env("STRIPE_URL", simulator.url())
        .env("STRIPE_WEBHOOK_SECRETS", format!("{new},{old}"))
        .env("STRIPE_RETURN_URL", "http://localhost/{id}");
    command
}

pub(crate) fn set_webhook(simulator: &Simulator, marketplace: &Marketplace) {
    let url = format!("{}/api/payments/webhook", marketplace.base());
    simulator.set_webhook(Webhook { url, secrets: vec![SECRETS[1].to_owned()] });
}

fn totals(simulator: &Simulator) -> Totals {
    simulator.with(|provider, _| provider.ledger.totals.get("usd").copied().unwrap())
}

#[tokio::test]
async fn the_program_names_its_provider_and_prints_no_secret() {
    let (dir, simulator) = (tempfile::tempdir().unwrap(), provider());
    let mut command = on_stripe(dir.path(), &simulator, &["--port", "0", "--log", "trace"]);
    command.stderr(std::fs::File::create(dir.path().join("log")).unwrap());
    let marketplace = Marketplace::start_by(&mut command);
    let stripe = format!("Stripe at {}", simulator.url().trim_end_matches('/'));
    for line in [
        format!("payment provider  {stripe} (test key; moves no real money)"),
        "webhook           POST /api/payments/webhook, 2 signing secrets".to_owned(),
    ] {
        assert!(marketplace.banner.contains(&line), "{}", marketplace.banner);
    }
    set_webhook(&simulator, &marketplace);
    marketplace.sold(1, "pm_card_visa").await;
    assert_eq!(totals(&simulator).kept, 500);
    let metrics = marketplace.metrics().await;
    let measured = "provider_request_seconds_count{operation=\"capture\",outcome=\"done\"} 1";
    assert!(metrics.contains(measured), "{metrics}");
    let logged = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(logged.contains("TRACE") || logged.contains("DEBUG"), "it logs everything");
    for secret in SECRETS {
        assert!(!logged.contains(secret) && !marketplace.banner.contains(secret), "{logged}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_verifies_the_key_with_stripe() {
    let (dir, simulator) = (tempfile::tempdir().unwrap(), provider());
    drop(Marketplace::start(dir.path(), &[]));
    let doctor = || on_stripe(dir.path(), &simulator, &["doctor"]);
    let (code, output, errors) = run(&mut doctor());
    assert_eq!((code, errors.as_str()), (0, ""), "{output}");
    assert!(output.contains("Stripe's key") && output.contains("is accepted"), "{output}");
    assert!(output.contains("are checked with 2 signing secret(s)"), "{output}");
    let (code, output, _) = run(doctor().env("STRIPE_SECRET_KEY", "sk_revoked_HideThis"));
    assert!(code == 1 && output.contains("is not accepted -> set STRIPE_SECRET_KEY"), "{output}");
    let (code, output, _) = run(doctor().env_remove("STRIPE_WEBHOOK_SECRETS"));
    assert!(code == 1 && output.contains("-> set STRIPE_WEBHOOK_SECRETS"), "{output}");
    let (code, output, _) = run(doctor().env("STRIPE_URL", "http://127.0.0.1:1"));
    assert!(code == 1 && output.contains("-> check STRIPE_URL"), "{output}");
    let (code, _, errors) = run(doctor().env_remove("STRIPE_SECRET_KEY"));
    assert!(code == 2 && errors.contains("STRIPE_SECRET_KEY: is missing"), "{errors}");
    assert!(!output.contains("HideThis") && !errors.contains("HideThis"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_of_stripe_works_as_printed() {
    let (dir, simulator) = (tempfile::tempdir().unwrap(), provider());
    let mut command = on_stripe(dir.path(), &simulator, &["--port", "0"]);
    let marketplace = Marketplace::start_by(&mut command);
    set_webhook(&simulator, &marketplace);
    let (answers, output) = tour("docs/payments-stripe.md", "stripe", marketplace.base()).await;
    assert_eq!(answers[2]["status"], "requires_action", "{output}");
    assert_eq!(answers[3]["status"], "complete", "{output}");
    let entries = answers[4]["entries"].as_array().unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["authorized", "captured"], "{output}");
    let entries = simulator.with(|provider, _| provider.ledger.entries.clone());
    assert_eq!(entries.last().map(|entry| entry.kind), Some(EntryKind::Captured));
}
