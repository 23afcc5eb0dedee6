//! The checks on the payment provider.

use payments::provider::stripe::settings::KeyMode;
use payments::provider::stripe::{KeyCheck, StripeGateway, StripeSettings};
use payments::settings::Provider;
use service::Mode;

use super::report::Report;
use crate::settings::MarketplaceSettings;

pub(super) async fn payment_provider(report: &mut Report, settings: &MarketplaceSettings) {
    let what = "payment provider";
    let payments: payments::Settings = settings.services.get();
    match (&payments.provider, settings.process.mode) {
        (Provider::Test, Mode::Development) => report.ok(what, "test: built in, moves no money"),
        (Provider::Test, Mode::Production) => {
            let todo = "set PAYMENT_PROVIDER=stripe where tickets are sold for money";
            report.unknown(what, format!("test: built in, moves no money -> {todo}"));
        }
        (Provider::Stripe(stripe), mode) => {
            report.ok(what, format!("Stripe at {}", stripe.url));
            key(report, stripe).await;
            whose_money(report, stripe, mode);
            webhook(report, &payments);
        }
    }
}

async fn key(report: &mut Report, stripe: &StripeSettings) {
    let what = "Stripe's key";
    let checking = match StripeGateway::of(stripe) {
        Ok(gateway) => gateway.check_key().await,
        Err(unavailable) => Err(unavailable),
    };
    match report.value(what, checking, "check STRIPE_URL, and the way to it") {
        Some(KeyCheck::Accepted) => report.ok(what, "is accepted, and may read payments"),
        Some(KeyCheck::NotAccepted) => {
            let todo = "set STRIPE_SECRET_KEY to one that the dashboard shows under API keys";
            report.fail(what, "is not accepted", todo);
        }
        Some(KeyCheck::MayNotRead) => {
            let todo = "let the restricted key write payment intents and refunds";
            report.fail(what, "may not read payments", todo);
        }
        None => {}
    }
}

fn whose_money(report: &mut Report, stripe: &StripeSettings, mode: Mode) {
    let what = "Stripe's mode";
    match (stripe.mode(), mode) {
        (KeyMode::Live, Mode::Production) => report.ok(what, "live: real money"),
        (KeyMode::Test, Mode::Development) => report.ok(what, "test: no real money"),
        (KeyMode::Test, Mode::Production) => {
            report.unknown(what, "test in mode production: no real money is taken");
        }
        (KeyMode::Live, Mode::Development) => {
            report.unknown(what, "live in mode development: real money is taken");
        }
    }
}

/// Events can be checked; whether Stripe sends them here only shows when it does.
fn webhook(report: &mut Report, payments: &payments::Settings) {
    let what = "Stripe's events";
    match payments.webhook_secrets.count() {
        0 => {
            let todo = "set STRIPE_WEBHOOK_SECRETS to the signing secret of the endpoint …/api/payments/webhook";
            report.fail(what, "every one is refused: no signing secret", todo);
        }
        secrets => report.ok(what, format!("are checked with {secrets} signing secret(s)")),
    }
}
