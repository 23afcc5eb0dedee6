//! Actions of an operator and of a bank, without a request of the client: events, ledger, lists.

use provider_simulator::EntryKind::{
    self, Authorized, Captured, Refunded, Reinstated, Released, Withdrawn,
};
use provider_simulator::Method;
use provider_simulator::{DisputeStatus, EventType, IntentStatus, Outcome, Request};

use crate::shop::{AMOUNT, Shop, text};

fn entries(shop: &Shop, intent: &str) -> Vec<(EntryKind, i64, bool)> {
    let entries = shop.provider.ledger().of(intent);
    entries.map(|entry| (entry.kind, entry.amount, entry.is_foreign)).collect()
}

#[test]
fn an_operator_captures_a_part_and_the_rest_is_released() {
    let mut shop = Shop::new();
    let id = shop.pay("pm_card_visa");
    shop.take_events();
    shop.provider.capture_in_dashboard(&id, Some(500), shop.now).unwrap();
    assert_eq!(shop.status(&id), IntentStatus::Succeeded);
    let rest = AMOUNT - 500;
    let expected = [(Authorized, AMOUNT, false), (Captured, 500, true), (Released, rest, true)];
    assert_eq!(entries(&shop, &id), expected);
    assert_eq!(shop.take_events(), [EventType::ChargeCaptured, EventType::IntentSucceeded]);
    let shown = shop.get(&Request::retrieve_intent(&id));
    assert_eq!(shown["amount_received"], 500);
    assert!(shop.provider.capture_in_dashboard(&id, None, shop.now).is_err(), "once");
}

#[test]
fn an_operator_cancels_what_is_held_and_refunds_what_is_taken() {
    let mut shop = Shop::new();
    let held = shop.pay("pm_card_visa");
    shop.provider.cancel_in_dashboard(&held, shop.now).unwrap();
    assert_eq!(shop.status(&held), IntentStatus::Canceled);
    assert!(shop.provider.cancel_in_dashboard(&held, shop.now).is_err());
    let sold = shop.sell("pm_card_visa");
    shop.take_events();
    let first = shop.provider.refund_in_dashboard(&sold, Some(300), shop.now).unwrap();
    assert!(shop.provider.refund(&first).unwrap().metadata().is_empty());
    assert_eq!(shop.take_events(), [EventType::RefundCreated, EventType::ChargeRefunded]);
    assert!(shop.provider.refund_in_dashboard(&sold, Some(AMOUNT), shop.now).is_err());
    shop.provider.refund_in_dashboard(&sold, None, shop.now).unwrap();
    assert_eq!(shop.provider.ledger().totals_of(&sold).kept, 0);
    let (_, error) = shop.fail(&Request::create_refund(&sold));
    assert_eq!(error["code"], "charge_already_refunded");
}

#[test]
fn a_dispute_withdraws_money_and_blocks_refunds_until_it_is_won() {
    for (outcome, status, kept) in [
        (Outcome::Succeeded, DisputeStatus::Won, AMOUNT),
        (Outcome::Failed, DisputeStatus::Lost, AMOUNT - 700),
    ] {
        let mut shop = Shop::new();
        let id = shop.sell("pm_card_visa");
        shop.take_events();
        let dispute = shop.provider.open_dispute(&id, Some(700), shop.now).unwrap();
        let opened = [EventType::DisputeCreated, EventType::DisputeFundsWithdrawn];
        assert_eq!(shop.take_events(), opened);
        assert_eq!(shop.provider.ledger().totals_of(&id).kept, AMOUNT - 700);
        let (_, error) = shop.fail(&Request::create_refund(&id));
        assert_eq!(error["code"], "charge_disputed");
        assert!(shop.provider.open_dispute(&id, Some(AMOUNT), shop.now).is_err());
        shop.provider.close_dispute(&dispute, outcome, shop.now).unwrap();
        assert!(shop.provider.close_dispute(&dispute, outcome, shop.now).is_err(), "once");
        let mut kinds = vec![Authorized, Captured, Withdrawn];
        let mut events = vec![EventType::DisputeClosed];
        if outcome == Outcome::Succeeded {
            kinds.push(Reinstated);
            events.push(EventType::DisputeFundsReinstated);
            shop.get(&Request::create_refund(&id).with("amount", "1"));
            kinds.push(Refunded);
        }
        let found: Vec<EntryKind> = entries(&shop, &id).iter().map(|entry| entry.0).collect();
        assert_eq!(found, kinds);
        assert_eq!(shop.take_events()[..events.len()], events);
        assert_eq!(shop.provider.disputes()[0].status(), status);
        let given_back = i64::from(outcome == Outcome::Succeeded);
        assert_eq!(shop.provider.ledger().totals_of(&id).kept, kept - given_back);
    }
}

#[test]
fn disputes_and_movements_are_listed_with_what_moved_them() {
    let mut shop = Shop::new();
    let id = shop.sell("pm_card_visa");
    shop.pay("pm_card_visa");
    let refund = shop.provider.refund_in_dashboard(&id, Some(1), shop.now).unwrap();
    let dispute = shop.provider.open_dispute(&id, Some(2), shop.now).unwrap();
    let list = |path: &str| Request::new(Method::Get, path).with("limit", "100");
    let disputes = shop.get(&list("/v1/disputes").with("payment_intent", &id));
    assert_eq!(text(&disputes["data"][0], "id"), dispute);
    assert_eq!(disputes["data"][0]["amount"], 2);
    let movements = list("/v1/balance_transactions");
    let expanded = shop.get(&movements.clone().with("expand[0]", "data.source"));
    let found: Vec<(i64, String)> = expanded["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            assert_eq!(one["source"]["payment_intent"], id.as_str());
            (one["amount"].as_i64().unwrap(), text(&one["source"], "object"))
        })
        .collect();
    let expected = [(-2, "dispute"), (-1, "refund"), (AMOUNT, "charge")];
    assert_eq!(found, expected.map(|(amount, object)| (amount, object.to_owned())));
    let plain = shop.get(&movements);
    assert_eq!(text(&plain["data"][1], "source"), refund);
}
