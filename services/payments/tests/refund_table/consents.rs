//! The consent of a payer, and its use by refunds.

use payments::domain::refund::{Destination, Method, RefundRequest, Requester};
use payments::domain::{Consent, Holder, Payment, Purpose, Refusal};

use testing::samples::{id, usd};

use super::fixtures::{
    ADMIN, admin, all_units, by_card, captured, decided, ended, failed, payment, request, seller,
    units,
};
use crate::samples::{FIRST, SECOND, authorized, order};

fn agreed(payment: &Payment, credit: bool, returns: &[(u8, u32)]) -> Result<Payment, Refusal> {
    payment.agree(Consent { credit, returns: all_units(returns) }, Some(&order()))
}

fn first(amount: i64, returns: &[(u8, u32)]) -> RefundRequest {
    let returns = all_units(returns);
    RefundRequest { returns, ..request(Requester::Seller(id(FIRST)), Some(amount)) }
}

#[test]
fn only_the_payer_or_an_administrator_chooses_credit_for_a_payment_by_card() {
    let to_credit = |request| RefundRequest { to: Some(Method::Credit), ..request };
    let payment = by_card();
    assert_eq!(decided(&to_credit(seller(FIRST)), &payment), Err(Refusal::PayerMustAgree));
    assert_eq!(decided(&to_credit(admin(None)), &payment).unwrap().to, Destination::Credit);
    let payment = agreed(&payment, true, &[]).unwrap();
    let refund = decided(&to_credit(first(100, &[])), &payment).unwrap();
    assert_eq!(refund.to, Destination::Credit);
    let payment = payment.claim(&refund).unwrap();
    let again = decided(&to_credit(first(100, &[])), &payment);
    assert_eq!(again, Err(Refusal::PayerMustAgree), "a consent is used up");
    // A payment by credit is refunded to credit only.
    assert!(decided(&to_credit(seller(SECOND)), &captured(Holder::Ledger)).is_ok());
}

#[test]
fn an_administrators_refund_to_credit_and_a_refund_to_the_card_use_no_consent_to_credit() {
    let payment = agreed(&by_card(), true, &[]).unwrap();
    let to_credit = RefundRequest { to: Some(Method::Credit), ..admin(Some(1)) };
    for request in [to_credit, first(1, &[])] {
        let refund = decided(&request, &payment).unwrap();
        let after = payment.claim(&refund).unwrap();
        assert!(after.refunds().unwrap().consent.credit);
    }
}

#[test]
fn a_seller_returns_units_below_their_price_only_with_consent() {
    let payment = agreed(&by_card(), false, &[(21, 1)]).unwrap();
    let missing = |minor_units| Err(Refusal::UnitsNotRefunded { missing: usd(minor_units) });
    assert_eq!(decided(&first(1, &[(21, 2)]), &payment), missing(2_399));
    assert_eq!(decided(&first(1, &[(23, 1)]), &payment), missing(699));
    assert!(decided(&first(1_200, &[(21, 2)]), &payment).is_ok(), "one for nothing, one paid");
    let refund = decided(&first(1, &[(21, 1)]), &payment).unwrap();
    assert_eq!(refund.waived.first().unwrap().amount, usd(1_199));
    let payment = payment.claim(&refund).unwrap();
    assert!(payment.refunds().unwrap().consent.is_empty());
    assert_eq!(decided(&first(1, &[(21, 1)]), &payment), missing(1_199), "the consent is used up");
    // A refund that fails restores the units but not the consent.
    let (payment, _) = ended(&payment, &refund, failed());
    assert_eq!(decided(&first(1, &[(21, 1)]), &payment), missing(1_199));
}

#[test]
fn a_consent_is_replaced_by_the_next_one() {
    let payment = agreed(&by_card(), true, &[(21, 2)]).unwrap();
    assert_eq!(agreed(&payment, true, &[(21, 2)]), Ok(payment.clone()), "a repeat has no effect");
    let payment = agreed(&payment, false, &[(23, 1)]).unwrap();
    let consent = &payment.refunds().unwrap().consent;
    assert_eq!((consent.credit, consent.returns.as_slice()), (false, &[units(23, 1)][..]));
    let payment = agreed(&payment, false, &[]).unwrap();
    assert!(payment.refunds().unwrap().consent.is_empty());
}

#[test]
fn a_consent_covers_remaining_units_of_a_captured_order_only() {
    assert_eq!(agreed(&by_card(), false, &[(24, 1)]), Err(Refusal::NotInOrder));
    assert_eq!(agreed(&by_card(), false, &[(21, 3)]), Err(Refusal::RefundExceeds));
    let refund = decided(&first(1_200, &[(21, 1)]), &by_card()).unwrap();
    let claimed = by_card().claim(&refund).unwrap();
    assert_eq!(agreed(&claimed, false, &[(21, 2)]), Err(Refusal::RefundExceeds));
    assert!(agreed(&claimed, false, &[(21, 1)]).is_ok());
    let uncaptured = payment(authorized(Holder::Ledger));
    assert_eq!(agreed(&uncaptured, true, &[]), Err(Refusal::NotCaptured));
    let top_up = Payment { purpose: Purpose::TopUp, ..by_card() };
    let consent = Consent { credit: true, returns: Vec::new() };
    assert_eq!(top_up.agree(consent, None), Err(Refusal::NotToCredit));
    let consent = Consent { credit: false, returns: vec![units(21, 1)] };
    assert_eq!(top_up.agree(consent, None), Err(Refusal::NotInOrder));
}

#[test]
fn an_administrators_refund_uses_up_the_units_of_a_consent() {
    let payment = agreed(&by_card(), false, &[(21, 2)]).unwrap();
    let request = RefundRequest { returns: vec![units(21, 1)], ..admin(Some(1)) };
    assert_eq!(request.by, Requester::Admin(id(ADMIN)));
    let payment = payment.claim(&decided(&request, &payment).unwrap()).unwrap();
    assert_eq!(payment.refunds().unwrap().consent.returns, [units(21, 1)]);
}
