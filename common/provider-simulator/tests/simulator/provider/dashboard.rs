//! Actions of an operator and of a bank, without a request of the client: events, ledger, lists.

use crate::prelude::*;
use provider_simulator::EntryKind::{
    self, Authorized, Captured, Refunded, Reinstated, Released, Withdrawn,
};

#[test]
fn a_partial_capture_in_the_dashboard_releases_the_rest() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    merchant.take_events();
    merchant.act(Action::Capture(Some(500)), &id);
    assert_eq!(merchant.status(&id), IntentStatus::Succeeded);
    let entries = merchant.provider.ledger.of(&id);
    let entries: Vec<_> = entries.map(|it| (it.kind, it.amount, it.is_foreign)).collect();
    let rest = AMOUNT - 500;
    let expected = [(Authorized, AMOUNT, false), (Captured, 500, true), (Released, rest, true)];
    assert_eq!(entries, expected);
    assert_eq!(merchant.take_events(), [EventType::ChargeCaptured, EventType::IntentSucceeded]);
    assert_eq!(merchant.get(&Request::retrieve_intent(&id))["amount_received"], 500);
    merchant.cannot(Action::Capture(None), &id);
}

#[test]
fn an_operator_cancels_an_authorisation_and_refunds_a_capture() {
    let mut merchant = Merchant::new();
    let held = merchant.pay("pm_card_visa");
    merchant.act(Action::Cancel, &held);
    assert_eq!(merchant.status(&held), IntentStatus::Canceled);
    merchant.cannot(Action::Cancel, &held);
    let sold = merchant.sell("pm_card_visa");
    merchant.take_events();
    let first = merchant.act(Action::Refund(Some(300)), &sold);
    assert!(merchant.provider.refunds[&first].metadata.is_empty());
    assert_eq!(merchant.take_events(), [EventType::RefundCreated, EventType::ChargeRefunded]);
    merchant.cannot(Action::Refund(Some(AMOUNT)), &sold);
    merchant.act(Action::Refund(None), &sold);
    assert_eq!(merchant.totals(&sold).kept, 0);
    let refunded = json!({ "code": "charge_already_refunded" });
    merchant.fail(&create_refund(&sold), 400, &refunded);
}

#[test]
fn a_dispute_withdraws_money_and_blocks_refunds_until_it_is_won() {
    for (outcome, status, kept) in [
        (Outcome::Succeeded, DisputeStatus::Won, AMOUNT - 1),
        (Outcome::Failed, DisputeStatus::Lost, AMOUNT - 700),
    ] {
        let mut merchant = Merchant::new();
        let id = merchant.sell("pm_card_visa");
        merchant.take_events();
        let dispute = merchant.act(Action::OpenDispute(Some(700)), &id);
        let opened = [EventType::DisputeCreated, EventType::DisputeFundsWithdrawn];
        assert_eq!(merchant.take_events(), opened);
        assert_eq!(merchant.totals(&id).kept, AMOUNT - 700);
        let disputed = json!({ "code": "charge_disputed" });
        merchant.fail(&create_refund(&id), 400, &disputed);
        merchant.cannot(Action::OpenDispute(Some(AMOUNT)), &id);
        merchant.act(Action::CloseDispute(outcome), &dispute);
        merchant.cannot(Action::CloseDispute(outcome), &dispute);
        let mut kinds = vec![Authorized, Captured, Withdrawn];
        let mut events = vec![EventType::DisputeClosed];
        if outcome == Outcome::Succeeded {
            kinds.push(Reinstated);
            events.push(EventType::DisputeFundsReinstated);
            merchant.get(&create_refund(&id).with("amount", 1));
            kinds.push(Refunded);
        }
        let found: Vec<EntryKind> = merchant.provider.ledger.of(&id).map(|it| it.kind).collect();
        assert_eq!(found, kinds, "{outcome:?}");
        assert_eq!(merchant.take_events()[..events.len()], events, "{outcome:?}");
        assert_eq!(merchant.provider.disputes[0].status, status, "{outcome:?}");
        assert_eq!(merchant.totals(&id).kept, kept, "{outcome:?}");
    }
}

#[test]
fn disputes_and_balance_transactions_are_listed_with_their_source() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_visa");
    merchant.pay("pm_card_visa");
    let refund = merchant.act(Action::Refund(Some(1)), &id);
    let dispute = merchant.act(Action::OpenDispute(Some(2)), &id);
    let disputes = merchant.get(&list("disputes").with("payment_intent", &id));
    assert_eq!(text(&disputes["data"][0], "id"), dispute);
    assert_eq!(disputes["data"][0]["amount"], 2);
    let movements = list("balance_transactions");
    let expanded = merchant.get(&movements.clone().with("expand[0]", "data.source"));
    let found = expanded["data"].as_array().unwrap().iter().map(|one| {
        assert_eq!(one["source"]["payment_intent"], id.as_str());
        (one["amount"].as_i64().unwrap(), text(&one["source"], "object"))
    });
    let expected = [(-2, "dispute"), (-1, "refund"), (AMOUNT, "charge")];
    let expected = expected.map(|(amount, object)| (amount, object.to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert_eq!(text(&merchant.get(&movements)["data"][1], "source"), refund);
}
