//! Payments from their creation to their end.

use contract::amount_rules::AmountRules;
use contract::{Currency, Money};
use payments::domain::ProviderStatus;
use payments::provider::gateway::OpenResult;
use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::{Action, Outcome};

use super::provider::StripeProvider;

fn declined(reason: &str) -> ProviderStatus {
    ProviderStatus::Declined { reason: reason.to_owned() }
}

#[tokio::test]
async fn a_payment_is_created_confirmed_and_captured() {
    let provider = StripeProvider::open();
    let paying = provider.opened().await;
    assert_eq!(paying.inquire().await.unwrap(), ProviderStatus::Unconfirmed);
    assert_eq!(paying.ledger(), []);
    assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), ProviderStatus::Held);
    assert_eq!(paying.inquire().await.unwrap(), ProviderStatus::Held);
    assert_eq!(paying.capture().await.unwrap(), ProviderStatus::Captured);
    assert_eq!(paying.inquire().await.unwrap(), ProviderStatus::Captured);
    assert_eq!(paying.ledger(), [(Authorized, 2_050), (Captured, 2_050)]);
    let payment = provider.simulator.with(|provider, _| {
        provider.intents.get(&paying.reference).unwrap().metadata.get("payment_id").cloned()
    });
    assert_eq!(payment, Some(paying.payment_id.to_string()), "Stripe's page names our payment");
}

#[tokio::test]
async fn a_card_can_be_a_token_of_the_browser() {
    for (name, provider) in [
        ("without a return address", StripeProvider::open()),
        ("with a return address", StripeProvider::with_return_url()),
    ] {
        let paying = provider.opened().await;
        assert_eq!(paying.confirm("tok_visa").await.unwrap(), ProviderStatus::Held, "{name}");
    }
}

#[tokio::test]
async fn a_payment_can_be_voided_in_every_state() {
    let provider = StripeProvider::open();
    let opened = provider.opened().await;
    assert_eq!(opened.void().await.unwrap(), ProviderStatus::Released);
    assert_eq!(opened.ledger(), []);
    let held = provider.held().await;
    assert_eq!(held.void().await.unwrap(), ProviderStatus::Released);
    assert_eq!(held.ledger(), [(Authorized, 2_050), (Released, 2_050)]);
    let challenged = provider.opened().await;
    challenged.confirm("pm_card_authenticationRequired").await.unwrap();
    assert_eq!(challenged.void().await.unwrap(), ProviderStatus::Released);
    let refused = provider.opened().await;
    refused.confirm("pm_card_chargeDeclined").await.unwrap();
    assert_eq!(refused.void().await.unwrap(), ProviderStatus::Released);
    assert_eq!(refused.inquire().await.unwrap(), ProviderStatus::Released);
}

#[tokio::test]
async fn decline_reasons_are_shown_if_the_payer_can_act_on_them() {
    let provider = StripeProvider::open();
    for (card, reason) in [
        ("tok_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
        ("pm_card_chargeDeclinedLostCard", "card_declined"),
        ("pm_card_chargeDeclinedStolenCard", "card_declined"),
        ("pm_card_chargeDeclinedFraudulent", "card_declined"),
    ] {
        let paying = provider.opened().await;
        assert_eq!(paying.confirm(card).await.unwrap(), declined(reason), "{card}");
        assert_eq!(paying.inquire().await.unwrap(), declined(reason), "{card}, queried later");
        assert_eq!(paying.confirm(card).await.unwrap(), declined(reason), "{card}, repeated");
        assert_eq!(paying.ledger(), []);
    }
}

#[tokio::test]
async fn an_unknown_card_declines_the_payment() {
    let provider = StripeProvider::open();
    for token in ["tok_of_nobody", "pm_of_nobody", "anything"] {
        let paying = provider.opened().await;
        assert_eq!(paying.confirm(token).await.unwrap(), declined("resource_missing"), "{token}");
    }
}

#[tokio::test]
async fn a_challenge_is_returned_and_its_end_is_found_by_an_inquiry() {
    for (outcome, end) in [
        (Outcome::Succeeded, ProviderStatus::Held),
        (Outcome::Failed, declined("authentication_failed")),
    ] {
        let provider = StripeProvider::with_return_url();
        let paying = provider.opened().await;
        let status = paying.confirm("pm_card_authenticationRequired").await.unwrap();
        let ProviderStatus::Challenged(challenge) = &status else { panic!("{status:?}") };
        assert!(challenge.client_secret.starts_with(&paying.reference));
        let page =
            format!("{}_simulator/challenges/{}", provider.simulator.url(), paying.reference);
        assert_eq!(challenge.url.as_deref(), Some(page.as_str()));
        let returns_to = provider
            .simulator
            .with(|provider, _| provider.challenge_return_url(&paying.reference).unwrap());
        let expected = format!("https://shop.example/paid/{}?from=provider", paying.payment_id);
        assert_eq!(returns_to, Some(expected));
        assert_eq!(paying.inquire().await.unwrap(), status);
        provider.act(Action::EndChallenge(outcome), &paying.reference);
        assert_eq!(paying.inquire().await.unwrap(), end);
    }
}

#[tokio::test]
async fn without_a_return_url_the_browsers_script_handles_a_challenge() {
    let provider = StripeProvider::open();
    let paying = provider.opened().await;
    let status = paying.confirm("pm_card_authenticationRequired").await.unwrap();
    let ProviderStatus::Challenged(challenge) = &status else { panic!("{status:?}") };
    assert_eq!(challenge.url, None);
}

#[tokio::test]
async fn a_processing_payment_has_no_status_and_cannot_be_voided() {
    for (outcome, end) in
        [(Outcome::Succeeded, ProviderStatus::Held), (Outcome::Failed, declined("card_declined"))]
    {
        let provider = StripeProvider::open();
        let paying = provider.opened().await;
        let error = paying.confirm("pm_card_simulator_processing").await.unwrap_err().chain();
        assert!(error.contains("the bank has not decided"), "{error}");
        assert!(paying.inquire().await.is_err());
        assert!(paying.void().await.is_err(), "an end is not invented");
        provider.act(Action::EndProcessing(outcome), &paying.reference);
        assert_eq!(paying.inquire().await.unwrap(), end);
        // The rejection of the first attempt is not stored.
        assert_eq!(paying.void().await.unwrap(), ProviderStatus::Released);
    }
}

#[tokio::test]
async fn every_call_is_idempotent() {
    let provider = StripeProvider::open();
    let paying = provider.captured().await;
    assert_eq!(paying.capture().await.unwrap(), ProviderStatus::Captured);
    assert_eq!(paying.void().await.unwrap(), ProviderStatus::Captured, "it is too late");
    let OpenResult::Opened { reference } = paying.try_open().await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(reference, paying.reference);
    assert_eq!(provider.intents(), 1);
    assert_eq!(paying.ledger(), [(Authorized, 2_050), (Captured, 2_050)]);
    let voided = provider.held().await;
    assert_eq!(voided.void().await.unwrap(), ProviderStatus::Released);
    assert_eq!(voided.void().await.unwrap(), ProviderStatus::Released);
    assert_eq!(voided.capture().await.unwrap(), ProviderStatus::Released, "it is too late");
}

#[tokio::test]
async fn amounts_are_in_stripes_units_and_unsupported_ones_are_rejected() {
    let provider = StripeProvider::open();
    let money = |minor_units, code: &str| Money::new(minor_units, code.parse().unwrap());
    for (amount, counted) in [
        (money(50, "usd"), 50),
        (money(500, "jpy"), 500),
        (money(1_500, "isk"), 150_000),
        (money(1_230, "kwd"), 1_230),
    ] {
        let paying = provider.payment(amount).opened().await;
        let confirmed = paying.confirm("pm_card_visa").await.unwrap();
        assert_eq!(confirmed, ProviderStatus::Held, "{amount:?}");
        assert_eq!(paying.capture().await.unwrap(), ProviderStatus::Captured, "{amount:?}");
        assert_eq!(paying.ledger(), [(Authorized, counted), (Captured, counted)]);
    }
    for (amount, word) in [
        (money(49, "usd"), "amount_too_small"),
        (money(100_000_000, "usd"), "amount_too_large"),
        (money(1_234, "kwd"), "amount_not_rounded"),
    ] {
        let refused = provider.payment(amount).try_open().await.unwrap();
        assert_eq!(refused, OpenResult::Rejected { reason: word.to_owned() }, "{amount:?}");
    }
    assert_eq!(Currency::USD, money(0, "usd").currency);
}

#[tokio::test]
async fn the_rules_for_amounts_are_those_that_the_provider_applies() {
    let codes = "aed ars aud bgn bhd brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr ils inr isk jod jpy kes krw kwd mad mxn \
                 myr ngn nok nzd omr pen php pln qar ron sar sek sgd thb tnd try twd uah usd uyu vnd zar";
    for code in codes.split_whitespace() {
        let provider = StripeProvider::open();
        let boundaries = [1, 30, 50, 100, 200, 250, 300, 400, 1_000, 1_500, 17_500];
        let greatest = [999_999, 99_999_990, 99_999_999, 999_999_999];
        for boundary in boundaries.into_iter().chain(greatest) {
            for minor_units in [boundary - 1, boundary, boundary + 1] {
                let amount = Money::new(minor_units, code.parse().unwrap());
                if minor_units == 0 {
                    continue;
                }
                let is_taken = AmountRules::Stripe.check_charge(amount).is_ok();
                let opened = provider.payment(amount).try_open().await.unwrap();
                let is_opened = matches!(opened, OpenResult::Opened { .. });
                assert_eq!(is_opened, is_taken, "{amount}: {opened:?}");
            }
        }
    }
}
