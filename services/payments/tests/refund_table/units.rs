//! Units return to sale only for their price, over all refunds together, or with the payer's
//! consent.

use payments::domain::refund::{Destination, RefundRequest, State};
use payments::domain::{AccountId, Consent, Holder, OrderCopy, Payment, Purpose, Refund, Refusal};
use testing::samples::{id, usd};

use super::fixtures::{
    ADMIN, account, agreed, all, ask, by_card, captured, claimed, decided, ended, failed, missing,
    paid, payment, rich, sent_back, shares, to_credit, units,
};
use crate::samples::{BUYER, FIRST, NOW, SECOND, authorized, moved, order};

/// A requester, an amount, and units.
type Asked<'a> = (u8, Option<i64>, &'a [(u8, u32)]);

#[test]
fn a_seller_returns_units_for_their_price_over_all_refunds_together() {
    let unit: &[Asked] = &[(FIRST, Some(1_200), &[(21, 1)])];
    let money: &[Asked] = &[(FIRST, Some(1_199), &[])];
    let first: &[Asked] = &[(FIRST, None, &[])];
    // Earlier refunds, a request, and the amount that it lacks.
    let table: [(&str, &[Asked], Asked, i64); 18] = [
        ("one unit", &[], (FIRST, Some(1_200), &[(21, 1)]), 0),
        ("one unit, a cent less", &[], (FIRST, Some(1_199), &[(21, 1)]), 1),
        ("one unit for a cent", &[], (FIRST, Some(1), &[(21, 1)]), 1_199),
        ("two units", &[], (FIRST, Some(2_400), &[(21, 2)]), 0),
        ("two units, a cent less", &[], (FIRST, Some(2_399), &[(21, 2)]), 1),
        ("two units for a cent", &[], (FIRST, Some(1), &[(21, 2)]), 2_399),
        ("two tickets", &[], (FIRST, Some(3_100), &[(21, 2), (23, 1)]), 0),
        ("two tickets, a cent less", &[], (FIRST, Some(3_099), &[(21, 2), (23, 1)]), 1),
        ("two tickets for a cent", &[], (FIRST, Some(1), &[(21, 2), (23, 1)]), 3_099),
        ("all that is left covers all", &[], (FIRST, None, &[(21, 2)]), 0),
        ("a second unit", unit, (FIRST, Some(1), &[(21, 1)]), 1_199),
        ("another ticket", unit, (FIRST, Some(1), &[(23, 1)]), 699),
        ("another ticket for its price", unit, (FIRST, Some(700), &[(23, 1)]), 0),
        ("a unit that was refunded before", money, (FIRST, Some(1), &[(21, 1)]), 0),
        (
            "a second unit after that",
            &[money[0], (FIRST, Some(1), &[(21, 1)])],
            (FIRST, Some(1_199), &[(21, 1)]),
            1,
        ),
        ("one seller's money for another's units", first, (SECOND, Some(1), &[(22, 1)]), 999),
        ("the other seller's money", first, (SECOND, None, &[(22, 1)]), 0),
        // 12.01 of the 15.88 come from the first seller's share; 12.00 of that are for the unit.
        (
            "after an administrator's units",
            &[(ADMIN, Some(1_588), &[(21, 1)])],
            (FIRST, Some(1), &[(21, 1)]),
            1_198,
        ),
    ];
    for (name, earlier, (by, amount, returns), lacks) in table {
        let mut payment = by_card();
        for (number, (by, amount, returns)) in (1..).zip(earlier) {
            (payment, _) = claimed(&payment, number, ask(*by, *amount, returns));
        }
        let result = decided(&ask(by, amount, returns), &payment);
        let is_as_expected = if lacks == 0 { result.is_ok() } else { result == missing(lacks) };
        assert!(is_as_expected, "{name}: {result:?}");
    }
}

#[test]
fn an_administrator_returns_units_at_any_price() {
    let refund = decided(&ask(ADMIN, Some(1), &[(21, 2), (22, 1)]), &by_card()).unwrap();
    let waived: Vec<_> = refund.waived.iter().map(|claim| (claim.seller, claim.amount)).collect();
    // One cent is divided as 1 and 0.
    assert_eq!(waived, [(id(FIRST), usd(2_399)), (id(SECOND), usd(1_000))]);
}

#[test]
fn fully_refunded_units_return_to_sale_without_a_further_amount() {
    let (payment, _) = claimed(&by_card(), 1, all(FIRST));
    let refund = decided(&ask(FIRST, None, &[(21, 2), (23, 1)]), &payment).unwrap();
    assert_eq!(refund.amount, usd(0));
    assert_eq!(refund.state, State::Succeeded { at: NOW, reference: None });
    assert!(refund.booked_at_request().legs().is_empty(), "no money moves");
    assert_eq!(decided(&all(FIRST), &payment), Err(Refusal::AmountExceeds { left: usd(0) }));
}

#[test]
fn free_units_are_returned_with_the_payers_consent_or_by_an_administrator() {
    let mut order = order();
    for item in order.order.items.iter_mut().filter(|item| item.ticket_id == id(23)) {
        item.unit_price = usd(0);
    }
    order.order.total = usd(3_400);
    let payment = Payment { amount: usd(3_400), ..by_card() };
    let decide = |request: RefundRequest, payment: &Payment, order: &OrderCopy| {
        request.decide(payment, Some(order), &rich(), NOW)
    };
    let agree = |payment: &Payment, returns, order: &OrderCopy| {
        payment.agree(Consent { credit: false, returns: units(returns) }, Some(order)).unwrap()
    };
    let free = || ask(FIRST, Some(1), &[(23, 1)]);
    // The price of other units does not count.
    for request in [free(), ask(FIRST, Some(1_200), &[(21, 1), (23, 1)])] {
        assert_eq!(decide(request, &payment, &order), Err(Refusal::FreeUnitsNotAgreed));
    }
    assert!(decide(ask(ADMIN, Some(1), &[(23, 1)]), &payment, &order).is_ok());
    let other = agree(&payment, &[(21, 2)], &order);
    assert_eq!(decide(free(), &other, &order), Err(Refusal::FreeUnitsNotAgreed));
    let payment = agree(&payment, &[(23, 1)], &order);
    assert!(decide(free(), &payment, &order).is_ok());
    let with_paid = ask(FIRST, Some(1), &[(21, 1), (23, 1)]);
    assert_eq!(decide(with_paid, &payment, &order), missing(1_199));
    // The same without a remainder.
    for item in order.order.items.iter_mut().filter(|item| item.seller == id(FIRST)) {
        item.unit_price = usd(0);
    }
    order.order.total = usd(1_000);
    let payment = Payment { amount: usd(1_000), ..payment };
    let payment = agree(&payment, &[(21, 2), (23, 1)], &order);
    let freely = decide(ask(FIRST, None, &[(21, 2), (23, 1)]), &payment, &order).unwrap();
    assert_eq!((freely.amount, freely.shares.len()), (usd(0), 0));
}

#[test]
fn a_failed_refund_releases_units_and_money_together() {
    let (payment, refund) = claimed(&by_card(), 1, ask(FIRST, Some(2_400), &[(21, 2)]));
    let (payment, refund) = ended(&payment, &refund, failed());
    assert!(matches!(refund.state, State::Failed { .. }));
    assert_eq!(decided(&ask(FIRST, Some(1), &[(21, 2)]), &payment), missing(2_399));
    assert!(decided(&ask(FIRST, Some(2_400), &[(21, 2)]), &payment).is_ok());
    // The waiver of an administrator is restored too.
    let (payment, refund) = claimed(&payment, 2, ask(ADMIN, Some(1), &[(21, 2)]));
    let (payment, _) = ended(&payment, &refund, failed());
    assert_eq!(decided(&ask(FIRST, Some(1), &[(21, 2)]), &payment), missing(2_399));
}

#[test]
fn a_refund_that_fails_after_its_units_returned_becomes_credit() {
    let (payment, money) = claimed(&by_card(), 1, ask(FIRST, Some(2_399), &[]));
    let (payment, back) = claimed(&payment, 2, ask(FIRST, Some(1), &[(21, 2)]));
    let (payment, _) = paid(&payment, &back);
    let (payment, money) = ended(&payment, &money, failed());
    assert_eq!(money.given(), usd(2_399));
    let result = payment.public_state().unwrap();
    assert_eq!(result.refunded, Some(usd(2_400)));
    assert_eq!(result.refunds.len(), 2);
    // The seller has nothing of it again.
    let expected = [(AccountId::Refunds, -2_399), (AccountId::User(id(BUYER)), 2_399)];
    assert_eq!(moved(&money.booked_when_not_given()), expected);
}

#[test]
fn a_returned_refund_with_units_on_sale_becomes_credit() {
    let (payment, refund) = claimed(&by_card(), 1, ask(FIRST, Some(2_500), &[(21, 2)]));
    let (payment, refund) = paid(&payment, &refund);
    let (payment, refund) = ended(&payment, &refund, sent_back());
    assert!(matches!(&refund.state, State::Credited { paid_at: Some(_), .. }));
    assert_eq!(refund.given(), usd(2_400), "as far as it was for the units");
    assert_eq!(payment.public_state().unwrap().refunded, Some(usd(2_400)));
    let booked = refund.booked_when_not_given();
    let [back, credited] = &booked[..] else { panic!("{booked:?}") };
    assert_ne!(back.cause().transaction(), credited.cause().transaction());
    let provider = AccountId::Provider;
    let [seller, payer] = [FIRST, BUYER].map(|number| AccountId::User(id(number)));
    assert_eq!(moved([back]), [(provider, -100), (seller, 100)]);
    assert_eq!(moved([credited]), [(provider, -2_400), (payer, 2_400)]);
    // The price of the units remains claimed, and 1.00 of the share is available again.
    assert_eq!(decided(&all(FIRST), &payment).unwrap().amount, usd(700));
}

#[test]
fn a_returned_refund_goes_to_the_sellers_if_other_refunds_cover_the_units() {
    let (payment, refund) = claimed(&by_card(), 1, ask(FIRST, Some(1_200), &[(21, 1)]));
    let (payment, refund) = paid(&payment, &refund);
    let (payment, _) = claimed(&payment, 2, ask(FIRST, Some(1_000), &[]));
    let (payment, refund) = ended(&payment, &refund, sent_back());
    assert_eq!(refund.given(), usd(200), "10.00 of 12.00 are refunded otherwise");
    let (payment, plain) = claimed(&payment, 3, ask(FIRST, Some(500), &[]));
    let (payment, plain) = paid(&payment, &plain);
    let (_, plain) = ended(&payment, &plain, sent_back());
    assert!(matches!(plain.state, State::Failed { .. }), "it was for no units");
}

#[test]
fn a_returned_refund_repays_the_house_first() {
    let poor = [account(FIRST, 1_000), account(SECOND, 1_000)];
    let request = ask(ADMIN, None, &[(21, 1)]);
    let refund = request.decide(&by_card(), Some(&order()), &poor, NOW).unwrap();
    assert_eq!(shares(&refund), [(id(FIRST), 1_000, 2_100), (id(SECOND), 1_000, 0)]);
    let payment = by_card().claim(&refund).unwrap();
    let (payment, refund) = paid(&payment, &refund);
    let (_, refund) = ended(&payment, &refund, sent_back());
    let kept = Refund { shares: refund.given_shares().to_vec(), ..refund.clone() };
    assert_eq!(shares(&kept), [(id(FIRST), 1_000, 200)]);
}

#[test]
fn only_the_payer_or_an_administrator_chooses_credit_for_a_payment_by_card() {
    let payment = by_card();
    assert_eq!(decided(&to_credit(all(FIRST)), &payment), Err(Refusal::PayerMustAgree));
    assert_eq!(decided(&to_credit(all(ADMIN)), &payment).unwrap().to, Destination::Credit);
    let payment = agreed(&payment, true, &[]).unwrap();
    let part = to_credit(ask(FIRST, Some(100), &[]));
    let (payment, refund) = claimed(&payment, 7, part.clone());
    assert_eq!(refund.to, Destination::Credit);
    assert_eq!(decided(&part, &payment), Err(Refusal::PayerMustAgree), "a consent is used up");
    // A payment by credit is refunded to credit only.
    assert!(decided(&to_credit(all(SECOND)), &captured(Holder::Ledger)).is_ok());
}

#[test]
fn an_administrators_refund_to_credit_and_a_refund_to_the_card_use_no_consent_to_credit() {
    let payment = agreed(&by_card(), true, &[]).unwrap();
    for request in [to_credit(ask(ADMIN, Some(1), &[])), ask(FIRST, Some(1), &[])] {
        let (after, _) = claimed(&payment, 7, request);
        assert!(after.refunds().unwrap().consent.credit);
    }
}

#[test]
fn a_seller_returns_units_below_their_price_only_with_consent() {
    let payment = agreed(&by_card(), false, &[(21, 1)]).unwrap();
    let one = ask(FIRST, Some(1), &[(21, 1)]);
    assert_eq!(decided(&ask(FIRST, Some(1), &[(21, 2)]), &payment), missing(2_399));
    assert_eq!(decided(&ask(FIRST, Some(1), &[(23, 1)]), &payment), missing(699));
    let both = decided(&ask(FIRST, Some(1_200), &[(21, 2)]), &payment);
    assert!(both.is_ok(), "one for nothing, one paid");
    let (payment, refund) = claimed(&payment, 7, one.clone());
    assert_eq!(refund.waived.first().unwrap().amount, usd(1_199));
    assert!(payment.refunds().unwrap().consent.is_empty());
    assert_eq!(decided(&one, &payment), missing(1_199), "the consent is used up");
    // A refund that fails restores the units but not the consent.
    let (payment, _) = ended(&payment, &refund, failed());
    assert_eq!(decided(&one, &payment), missing(1_199));
}

#[test]
fn a_consent_is_replaced_by_the_next_one() {
    let payment = agreed(&by_card(), true, &[(21, 2)]).unwrap();
    assert_eq!(agreed(&payment, true, &[(21, 2)]), Ok(payment.clone()), "a repeat has no effect");
    let payment = agreed(&payment, false, &[(23, 1)]).unwrap();
    let consent = &payment.refunds().unwrap().consent;
    assert_eq!((consent.credit, &consent.returns), (false, &units(&[(23, 1)])));
    let payment = agreed(&payment, false, &[]).unwrap();
    assert!(payment.refunds().unwrap().consent.is_empty());
}

#[test]
fn a_consent_covers_remaining_units_of_a_captured_order_only() {
    let (after_one, _) = claimed(&by_card(), 7, ask(FIRST, Some(1_200), &[(21, 1)]));
    let uncaptured = payment(authorized(Holder::Ledger));
    for (name, payment, credit, returns, refusal) in [
        ("another ticket", &by_card(), false, &[(24, 1)][..], Some(Refusal::NotInOrder)),
        ("more units", &by_card(), false, &[(21, 3)], Some(Refusal::RefundExceeds)),
        ("returned units", &after_one, false, &[(21, 2)], Some(Refusal::RefundExceeds)),
        ("the rest", &after_one, false, &[(21, 1)], None),
        ("an uncaptured payment", &uncaptured, true, &[], Some(Refusal::NotCaptured)),
    ] {
        assert_eq!(agreed(payment, credit, returns).err(), refusal, "{name}");
    }
    let top_up = Payment { purpose: Purpose::TopUp, ..by_card() };
    for (credit, returns, refusal) in
        [(true, &[][..], Refusal::NotToCredit), (false, &[(21, 1)], Refusal::NotInOrder)]
    {
        let consent = Consent { credit, returns: units(returns) };
        assert_eq!(top_up.agree(consent, None), Err(refusal), "a top-up");
    }
}

#[test]
fn an_administrators_refund_uses_up_the_units_of_a_consent() {
    let payment = agreed(&by_card(), false, &[(21, 2)]).unwrap();
    let (payment, _) = claimed(&payment, 7, ask(ADMIN, Some(1), &[(21, 1)]));
    assert_eq!(payment.refunds().unwrap().consent.returns, units(&[(21, 1)]));
}
