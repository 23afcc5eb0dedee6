//! Units return to sale only for their price, over all refunds together, whatever their ends.

use payments::domain::refund::{RefundRequest, Requester, State};
use payments::domain::{
    AccountId, Consent, OrderCopy, Payment, Refund, Refusal, Side, Transaction,
};

use testing::samples::{id, usd};

use super::fixtures::{
    ADMIN, account, all_units, by_card, decided, ended, failed, paid, request, rich, sent_back,
    shares, units,
};
use crate::samples::{BUYER, FIRST, NOW, SECOND, order};

fn first(amount: Option<i64>, returns: &[(u8, u32)]) -> RefundRequest {
    asking(Requester::Seller(id(FIRST)), amount, returns)
}

fn asking(by: Requester, amount: Option<i64>, returns: &[(u8, u32)]) -> RefundRequest {
    RefundRequest { returns: all_units(returns), ..request(by, amount) }
}

fn missing(minor_units: i64) -> Result<Refund, Refusal> {
    Err(Refusal::UnitsNotRefunded { missing: usd(minor_units) })
}

/// The payment with one more pending refund, and the refund.
fn claimed(payment: &Payment, number: u8, request: RefundRequest) -> (Payment, Refund) {
    let request = RefundRequest { id: id(number), ..request };
    let refund = decided(&request, payment).unwrap();
    (payment.claim(&refund).unwrap(), refund)
}

#[test]
fn a_seller_returns_units_for_their_full_price_only() {
    let payment = by_card();
    for (returns, price) in
        [(vec![(21, 1)], 1_200), (vec![(21, 2)], 2_400), (vec![(21, 2), (23, 1)], 3_100)]
    {
        assert!(decided(&first(Some(price), &returns), &payment).is_ok(), "{returns:?}");
        assert_eq!(decided(&first(Some(price - 1), &returns), &payment), missing(1));
        assert_eq!(decided(&first(Some(1), &returns), &payment), missing(price - 1));
    }
    assert!(decided(&first(None, &[(21, 2)]), &payment).is_ok(), "all that is left covers all");
}

#[test]
fn an_administrator_returns_units_at_any_price() {
    let all = Requester::Admin(id(ADMIN));
    let refund = decided(&asking(all, Some(1), &[(21, 2), (22, 1)]), &by_card()).unwrap();
    let waived: Vec<_> = refund.waived.iter().map(|claim| (claim.seller, claim.amount)).collect();
    // One cent is divided as 1 and 0.
    assert_eq!(waived, [(id(FIRST), usd(2_399)), (id(SECOND), usd(1_000))]);
}

#[test]
fn refunds_together_pay_for_the_units_they_return() {
    let (payment, _) = claimed(&by_card(), 1, first(Some(1_200), &[(21, 1)]));
    assert_eq!(decided(&first(Some(1), &[(21, 1)]), &payment), missing(1_199));
    assert_eq!(decided(&first(Some(1), &[(23, 1)]), &payment), missing(699));
    assert!(decided(&first(Some(700), &[(23, 1)]), &payment).is_ok());
    // A refund without units pays for units returned later.
    let (payment, _) = claimed(&by_card(), 1, first(Some(1_199), &[]));
    assert!(decided(&first(Some(1), &[(21, 1)]), &payment).is_ok());
    let (payment, _) = claimed(&payment, 2, first(Some(1), &[(21, 1)]));
    assert_eq!(decided(&first(Some(1_199), &[(21, 1)]), &payment), missing(1));
}

#[test]
fn one_sellers_money_does_not_pay_for_anothers_units() {
    let second = Requester::Seller(id(SECOND));
    let (payment, _) = claimed(&by_card(), 1, first(None, &[]));
    assert_eq!(decided(&asking(second, Some(1), &[(22, 1)]), &payment), missing(999));
    assert!(decided(&asking(second, None, &[(22, 1)]), &payment).is_ok());
}

#[test]
fn an_administrators_refund_with_units_pays_for_no_more_units() {
    let all = Requester::Admin(id(ADMIN));
    let (payment, _) = claimed(&by_card(), 1, asking(all, Some(1_588), &[(21, 1)]));
    // 12.01 of the 15.88 come from the first seller's share, and 12.00 of that are for the unit.
    assert_eq!(decided(&first(Some(1), &[(21, 1)]), &payment), missing(1_198));
}

#[test]
fn fully_refunded_units_return_to_sale_without_a_further_amount() {
    let (payment, _) = claimed(&by_card(), 1, first(None, &[]));
    let refund = decided(&first(None, &[(21, 2), (23, 1)]), &payment).unwrap();
    assert_eq!(refund.amount, usd(0));
    assert_eq!(refund.state, State::Succeeded { at: NOW, reference: None });
    assert!(refund.booked_at_request().legs().is_empty(), "no money moves");
    assert_eq!(decided(&first(None, &[]), &payment), Err(Refusal::AmountExceeds { left: usd(0) }));
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
    // The price of other units does not count.
    for request in [first(Some(1), &[(23, 1)]), first(Some(1_200), &[(21, 1), (23, 1)])] {
        assert_eq!(decide(request, &payment, &order), Err(Refusal::FreeUnitsNotAgreed));
    }
    let by_admin = asking(Requester::Admin(id(ADMIN)), Some(1), &[(23, 1)]);
    assert!(decide(by_admin, &payment, &order).is_ok());
    let consent = |returns| Consent { credit: false, returns };
    let other = payment.agree(consent(vec![units(21, 2)]), Some(&order)).unwrap();
    let refused = decide(first(Some(1), &[(23, 1)]), &other, &order);
    assert_eq!(refused, Err(Refusal::FreeUnitsNotAgreed));
    let payment = payment.agree(consent(vec![units(23, 1)]), Some(&order)).unwrap();
    assert!(decide(first(Some(1), &[(23, 1)]), &payment, &order).is_ok());
    let with_paid = first(Some(1), &[(21, 1), (23, 1)]);
    assert_eq!(decide(with_paid, &payment, &order), missing(1_199));
    // The same without a remainder.
    for item in order.order.items.iter_mut().filter(|item| item.seller == id(FIRST)) {
        item.unit_price = usd(0);
    }
    order.order.total = usd(1_000);
    let payment = Payment { amount: usd(1_000), ..payment };
    let agreed = consent(vec![units(21, 2), units(23, 1)]);
    let payment = payment.agree(agreed, Some(&order)).unwrap();
    let freely = decide(first(None, &[(21, 2), (23, 1)]), &payment, &order).unwrap();
    assert_eq!((freely.amount, freely.shares.len()), (usd(0), 0));
}

#[test]
fn a_failed_refund_releases_units_and_money_together() {
    let (payment, refund) = claimed(&by_card(), 1, first(Some(2_400), &[(21, 2)]));
    let (payment, refund) = ended(&payment, &refund, failed());
    assert!(matches!(refund.state, State::Failed { .. }));
    assert_eq!(decided(&first(Some(1), &[(21, 2)]), &payment), missing(2_399));
    assert!(decided(&first(Some(2_400), &[(21, 2)]), &payment).is_ok());
    // The waiver of an administrator is restored too.
    let all = Requester::Admin(id(ADMIN));
    let (payment, refund) = claimed(&payment, 2, asking(all, Some(1), &[(21, 2)]));
    let (payment, _) = ended(&payment, &refund, failed());
    assert_eq!(decided(&first(Some(1), &[(21, 2)]), &payment), missing(2_399));
}

#[test]
fn a_refund_that_fails_after_its_units_returned_becomes_credit() {
    let (payment, money) = claimed(&by_card(), 1, first(Some(2_399), &[]));
    let (payment, back) = claimed(&payment, 2, first(Some(1), &[(21, 2)]));
    let (payment, _) = paid(&payment, &back);
    let (payment, money) = ended(&payment, &money, failed());
    assert_eq!(money.given(), usd(2_399));
    let result = payment.public_state().unwrap();
    assert_eq!(result.refunded, Some(usd(2_400)));
    assert_eq!(result.refunds.len(), 2);
    let booked = money.booked_when_not_given();
    let legs: Vec<_> = booked.iter().flat_map(Transaction::legs).collect();
    let leg = |account, side| legs.iter().find(|leg| (leg.account, leg.side) == (account, side));
    assert_eq!(leg(AccountId::Refunds, Side::Debit).unwrap().amount, usd(2_399));
    assert_eq!(leg(AccountId::User(id(BUYER)), Side::Credit).unwrap().amount, usd(2_399));
    assert_eq!(legs.len(), 2, "the seller has nothing of it again");
}

#[test]
fn a_returned_refund_with_units_on_sale_becomes_credit() {
    let (payment, refund) = claimed(&by_card(), 1, first(Some(2_500), &[(21, 2)]));
    let (payment, refund) = paid(&payment, &refund);
    let (payment, refund) = ended(&payment, &refund, sent_back());
    assert!(matches!(&refund.state, State::Credited { paid_at: Some(_), .. }));
    assert_eq!(refund.given(), usd(2_400), "as far as it was for the units");
    assert_eq!(payment.public_state().unwrap().refunded, Some(usd(2_400)));
    let booked = refund.booked_when_not_given();
    let [back, credited] = &booked[..] else { panic!("{booked:?}") };
    assert_ne!(back.cause().transaction(), credited.cause().transaction());
    let amounts = |booked: &Transaction| -> Vec<_> {
        booked.legs().iter().map(|leg| (leg.account, leg.side, leg.amount.minor_units)).collect()
    };
    let (provider, seller) = (AccountId::Provider, AccountId::User(id(FIRST)));
    assert_eq!(amounts(back), [(provider, Side::Debit, 100), (seller, Side::Credit, 100)]);
    let payer = AccountId::User(id(BUYER));
    assert_eq!(amounts(credited), [(provider, Side::Debit, 2_400), (payer, Side::Credit, 2_400)]);
    // The price of the units remains claimed, and 1.00 of the share is available again.
    assert_eq!(decided(&first(None, &[]), &payment).unwrap().amount, usd(700));
}

#[test]
fn a_returned_refund_goes_to_the_sellers_if_other_refunds_cover_the_units() {
    let (payment, refund) = claimed(&by_card(), 1, first(Some(1_200), &[(21, 1)]));
    let (payment, refund) = paid(&payment, &refund);
    let (payment, _) = claimed(&payment, 2, first(Some(1_000), &[]));
    let (payment, refund) = ended(&payment, &refund, sent_back());
    assert_eq!(refund.given(), usd(200), "10.00 of 12.00 are refunded otherwise");
    let (payment, plain) = claimed(&payment, 3, first(Some(500), &[]));
    let (payment, plain) = paid(&payment, &plain);
    let (_, plain) = ended(&payment, &plain, sent_back());
    assert!(matches!(plain.state, State::Failed { .. }), "it was for no units");
}

#[test]
fn a_returned_refund_repays_the_house_first() {
    let all = Requester::Admin(id(ADMIN));
    let poor = [account(FIRST, 1_000), account(SECOND, 1_000)];
    let request = asking(all, None, &[(21, 1)]);
    let refund = request.decide(&by_card(), Some(&order()), &poor, NOW).unwrap();
    assert_eq!(shares(&refund), [(id(FIRST), 1_000, 2_100), (id(SECOND), 1_000, 0)]);
    let payment = by_card().claim(&refund).unwrap();
    let (payment, refund) = paid(&payment, &refund);
    let (_, refund) = ended(&payment, &refund, sent_back());
    let kept = Refund { shares: refund.given_shares().to_vec(), ..refund.clone() };
    assert_eq!(shares(&kept), [(id(FIRST), 1_000, 200)]);
}
