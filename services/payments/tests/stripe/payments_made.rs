//! Payments from their opening to their end.

use contract::amount_rules::AmountRules;
use contract::{Currency, Money};
use payments::domain::Standing;
use payments::gateway::Opened;
use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::Outcome;

use crate::bank::Bank;

fn declined(reason: &str) -> Standing {
    Standing::Declined { reason: reason.to_owned() }
}

#[tokio::test]
async fn a_payment_is_opened_confirmed_and_captured() {
    let bank = Bank::open();
    let paying = bank.opened().await;
    assert_eq!(paying.inquire().await.unwrap(), Standing::Unconfirmed);
    assert_eq!(paying.ledger(), []);
    assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), Standing::Held);
    assert_eq!(paying.inquire().await.unwrap(), Standing::Held);
    assert_eq!(paying.capture().await.unwrap(), Standing::Captured);
    assert_eq!(paying.inquire().await.unwrap(), Standing::Captured);
    assert_eq!(paying.ledger(), [(Authorized, 2_050), (Captured, 2_050)]);
    let payment = bank.simulator.with(|provider, _| {
        provider.intent(&paying.reference).unwrap().metadata().get("payment_id").cloned()
    });
    assert_eq!(payment, Some(paying.payment_id.to_string()), "Stripe's page names our payment");
}

#[tokio::test]
async fn a_card_may_be_a_token_of_the_browsers() {
    let bank = Bank::open();
    let paying = bank.opened().await;
    assert_eq!(paying.confirm("tok_visa").await.unwrap(), Standing::Held);
    let paying = bank.opened().await;
    assert_eq!(paying.confirm("tok_chargeDeclined").await.unwrap(), declined("card_declined"));
    let bank = Bank::with_a_way_back();
    let paying = bank.opened().await;
    assert_eq!(paying.confirm("tok_visa").await.unwrap(), Standing::Held);
}

#[tokio::test]
async fn a_payment_is_given_up_wherever_it_stands() {
    let bank = Bank::open();
    let opened = bank.opened().await;
    assert_eq!(opened.void().await.unwrap(), Standing::Released);
    assert_eq!(opened.ledger(), []);
    let held = bank.held().await;
    assert_eq!(held.void().await.unwrap(), Standing::Released);
    assert_eq!(held.ledger(), [(Authorized, 2_050), (Released, 2_050)]);
    let challenged = bank.opened().await;
    challenged.confirm("pm_card_authenticationRequired").await.unwrap();
    assert_eq!(challenged.void().await.unwrap(), Standing::Released);
    let refused = bank.opened().await;
    refused.confirm("pm_card_chargeDeclined").await.unwrap();
    assert_eq!(refused.void().await.unwrap(), Standing::Released);
    assert_eq!(refused.inquire().await.unwrap(), Standing::Released);
}

#[tokio::test]
async fn a_declined_card_is_told_as_far_as_its_owner_can_do_something_about_it() {
    let bank = Bank::open();
    for (card, reason) in [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
        ("pm_card_chargeDeclinedLostCard", "card_declined"),
        ("pm_card_chargeDeclinedStolenCard", "card_declined"),
        ("pm_card_chargeDeclinedFraudulent", "card_declined"),
    ] {
        let paying = bank.opened().await;
        assert_eq!(paying.confirm(card).await.unwrap(), declined(reason), "{card}");
        assert_eq!(paying.inquire().await.unwrap(), declined(reason), "{card}, asked later");
        assert_eq!(paying.confirm(card).await.unwrap(), declined(reason), "{card}, repeated");
        assert_eq!(paying.ledger(), []);
    }
}

#[tokio::test]
async fn what_is_no_card_declines_the_payment() {
    let bank = Bank::open();
    for token in ["tok_of_nobody", "pm_of_nobody", "anything"] {
        let paying = bank.opened().await;
        assert_eq!(paying.confirm(token).await.unwrap(), declined("resource_missing"), "{token}");
    }
}

#[tokio::test]
async fn a_challenge_is_handed_on_and_its_end_is_found_by_asking() {
    for (outcome, end) in
        [(Outcome::Succeeded, Standing::Held), (Outcome::Failed, declined("authentication_failed"))]
    {
        let bank = Bank::with_a_way_back();
        let paying = bank.opened().await;
        let standing = paying.confirm("pm_card_authenticationRequired").await.unwrap();
        let Standing::Challenged(challenge) = &standing else { panic!("{standing:?}") };
        assert!(challenge.client_secret.starts_with(&paying.reference));
        let page = format!("{}_simulator/challenges/{}", bank.simulator.url(), paying.reference);
        assert_eq!(challenge.url.as_deref(), Some(page.as_str()));
        let returns_to = bank
            .simulator
            .with(|provider, _| provider.challenge_return_url(&paying.reference).unwrap());
        let expected = format!("https://shop.example/paid/{}?from=bank", paying.payment_id);
        assert_eq!(returns_to, Some(expected));
        assert_eq!(paying.inquire().await.unwrap(), standing);
        bank.simulator.with(|provider, now| {
            provider.finish_challenge(&paying.reference, outcome, now).unwrap();
        });
        assert_eq!(paying.inquire().await.unwrap(), end);
    }
}

#[tokio::test]
async fn without_a_way_back_a_challenge_is_left_to_the_browsers_script() {
    let bank = Bank::open();
    let paying = bank.opened().await;
    let standing = paying.confirm("pm_card_authenticationRequired").await.unwrap();
    let Standing::Challenged(challenge) = &standing else { panic!("{standing:?}") };
    assert_eq!(challenge.url, None);
}

#[tokio::test]
async fn what_a_bank_thinks_about_has_no_standing_and_cannot_be_given_up_yet() {
    for (outcome, end) in
        [(Outcome::Succeeded, Standing::Held), (Outcome::Failed, declined("card_declined"))]
    {
        let bank = Bank::open();
        let paying = bank.opened().await;
        let asked = paying.confirm("pm_card_simulator_processing").await.unwrap_err().chain();
        assert!(asked.contains("a bank still thinks"), "{asked}");
        assert!(paying.inquire().await.is_err());
        assert!(paying.void().await.is_err(), "an end is not made up");
        bank.simulator.with(|provider, now| {
            provider.finish_processing(&paying.reference, outcome, now).unwrap();
        });
        assert_eq!(paying.inquire().await.unwrap(), end);
        // The "no" to the first attempt is not kept.
        assert_eq!(paying.void().await.unwrap(), Standing::Released);
    }
}

#[tokio::test]
async fn doing_it_twice_does_it_once() {
    let bank = Bank::open();
    let paying = bank.captured().await;
    assert_eq!(paying.capture().await.unwrap(), Standing::Captured);
    assert_eq!(paying.void().await.unwrap(), Standing::Captured, "it is too late for that");
    let Opened::Known { reference } = paying.try_open().await.unwrap() else { panic!("refused") };
    assert_eq!(reference, paying.reference);
    assert_eq!(bank.intents(), 1);
    assert_eq!(paying.ledger(), [(Authorized, 2_050), (Captured, 2_050)]);
    let voided = bank.held().await;
    assert_eq!(voided.void().await.unwrap(), Standing::Released);
    assert_eq!(voided.void().await.unwrap(), Standing::Released);
    assert_eq!(voided.capture().await.unwrap(), Standing::Released, "it is too late for that");
}

#[tokio::test]
async fn amounts_are_counted_as_stripe_counts_them_and_what_it_does_not_take_is_refused() {
    let bank = Bank::open();
    let money = |minor_units, code: &str| Money::new(minor_units, code.parse().unwrap());
    for (amount, counted) in [
        (money(50, "usd"), 50),
        (money(500, "jpy"), 500),
        (money(1_500, "isk"), 150_000),
        (money(1_230, "kwd"), 1_230),
    ] {
        let paying = bank.payment(amount).opened().await;
        assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), Standing::Held, "{amount:?}");
        assert_eq!(paying.capture().await.unwrap(), Standing::Captured, "{amount:?}");
        assert_eq!(paying.ledger(), [(Authorized, counted), (Captured, counted)]);
    }
    for (amount, word) in [
        (money(49, "usd"), "amount_too_small"),
        (money(100_000_000, "usd"), "amount_too_large"),
        (money(1_234, "kwd"), "amount_not_rounded"),
    ] {
        let refused = bank.payment(amount).try_open().await.unwrap();
        assert_eq!(refused, Opened::Refused { reason: word.to_owned() }, "{amount:?}");
    }
    assert_eq!(Currency::USD, money(0, "usd").currency);
}

#[tokio::test]
async fn the_rules_for_amounts_are_those_that_the_provider_applies() {
    let codes = "aed ars aud bgn bhd brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr ils inr isk jod jpy kes krw kwd mad mxn \
                 myr ngn nok nzd omr pen php pln qar ron sar sek sgd thb tnd try twd uah usd uyu vnd zar";
    for code in codes.split_whitespace() {
        let bank = Bank::open();
        let boundaries = [1, 30, 50, 100, 200, 250, 300, 400, 1_000, 1_500, 17_500];
        let greatest = [999_999, 99_999_990, 99_999_999, 999_999_999];
        for boundary in boundaries.into_iter().chain(greatest) {
            for minor_units in [boundary - 1, boundary, boundary + 1] {
                let amount = Money::new(minor_units, code.parse().unwrap());
                if minor_units == 0 {
                    continue;
                }
                let is_taken = AmountRules::Stripe.check_charge(amount).is_ok();
                let opened = bank.payment(amount).try_open().await.unwrap();
                assert_eq!(
                    matches!(opened, Opened::Known { .. }),
                    is_taken,
                    "{amount}: {opened:?}"
                );
            }
        }
    }
}
