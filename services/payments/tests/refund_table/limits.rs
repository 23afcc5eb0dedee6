//! Limits on the number of refunds of a payment, and payments stored by earlier versions.

use payments::domain::refund::{RefundRequest, Requester};
use payments::domain::{
    ATTEMPTS_OF_SELLER_MAX, Payment, REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX, Refusal,
    State as Paid,
};
use serde_json::json;
use testing::samples::{id, usd};

use super::fixtures::{
    ADMIN, admin, by_card, decided, ended, failed, paid, request, sent_back, units,
};
use crate::samples::{FIRST, SECOND};

/// The payment after this many refunds of a cent.
fn after(mut payment: Payment, by: Requester, count: u32) -> Payment {
    for _ in 0..count {
        let refund = decided(&request(by, Some(1)), &payment).unwrap();
        (payment, _) = paid(&payment.claim(&refund).unwrap(), &refund);
    }
    payment
}

#[test]
fn one_sellers_refunds_block_no_other_party() {
    let [first, second] = [FIRST, SECOND].map(|number| Requester::Seller(id(number)));
    let all = Requester::Admin(id(ADMIN));
    let payment = after(by_card(), first, REFUNDS_OF_SELLER_MAX);
    let refused = Err(Refusal::TooManyRefunds { max: REFUNDS_OF_SELLER_MAX });
    assert_eq!(decided(&request(first, Some(1)), &payment), refused);
    let payment = after(payment, second, REFUNDS_OF_SELLER_MAX);
    let payment = after(payment, all, REFUNDS_OF_ADMINS_MAX);
    let refused = Err(Refusal::TooManyRefunds { max: REFUNDS_OF_ADMINS_MAX });
    assert_eq!(decided(&admin(Some(1)), &payment), refused);
    let other_admin = request(Requester::Admin(id(ADMIN + 1)), Some(1));
    assert_eq!(decided(&other_admin, &payment), refused, "the reserve is for all of them");
    for rest in [request(first, None), request(second, None), admin(None)] {
        let refund = decided(&rest, &payment).unwrap();
        assert!(payment.claim(&refund).is_ok(), "all that is left passes");
    }
}

#[test]
fn failed_and_returned_refunds_are_not_counted() {
    let by = Requester::Seller(id(FIRST));
    let mut payment = after(by_card(), by, REFUNDS_OF_SELLER_MAX - 1);
    for end in [failed(), sent_back()] {
        for _ in 0..REFUNDS_OF_SELLER_MAX {
            let refund = decided(&request(by, Some(1)), &payment).unwrap();
            payment = payment.claim(&refund).unwrap();
            if refund.state != end && end == sent_back() {
                (payment, _) = paid(&payment, &refund);
            }
            (payment, _) = ended(&payment, &refund, end.clone());
        }
    }
    assert!(decided(&request(by, Some(1)), &payment).is_ok());
}

#[test]
fn a_sellers_failing_refunds_are_limited() {
    let [first, second] = [FIRST, SECOND].map(|number| Requester::Seller(id(number)));
    let mut payment = by_card();
    for _ in 0..ATTEMPTS_OF_SELLER_MAX {
        // The full remainder passes the limit of refunds that have not failed, and fails again.
        let refund = decided(&request(first, None), &payment).unwrap();
        (payment, _) = ended(&payment.claim(&refund).unwrap(), &refund, failed());
    }
    let refused = Err(Refusal::TooManyAttempts { max: ATTEMPTS_OF_SELLER_MAX });
    for amount in [None, Some(1)] {
        assert_eq!(decided(&request(first, amount), &payment), refused);
    }
    for other in [request(second, None), admin(Some(1)), admin(None)] {
        assert!(decided(&other, &payment).is_ok(), "the bound is the seller's own");
    }
}

#[test]
fn a_sellers_returns_of_units_are_limited() {
    let by = Requester::Seller(id(FIRST));
    let payment = after(by_card(), by, REFUNDS_OF_SELLER_MAX);
    let rest = decided(&request(by, None), &payment).unwrap();
    let payment = payment.claim(&rest).unwrap();
    let one = RefundRequest { returns: vec![units(21, 1)], ..request(by, None) };
    let refused = Err(Refusal::TooManyRefunds { max: REFUNDS_OF_SELLER_MAX });
    assert_eq!(decided(&one, &payment), refused, "nothing is left, so nothing more is refunded");
}

#[test]
fn published_refunds_are_limited() {
    let by = Requester::Admin(id(ADMIN));
    let mut payment = after(by_card(), Requester::Seller(id(FIRST)), 5);
    for number in 0..=u8::MAX {
        let request = RefundRequest { id: id(number), ..request(by, Some(1)) };
        let refund = decided(&request, &payment).unwrap();
        (payment, _) = paid(&payment.claim(&refund).unwrap(), &refund);
        (payment, _) = ended(&payment, &refund, sent_back());
    }
    let result = payment.public_state().unwrap().refunds;
    assert_eq!(result.len(), 256);
    assert!(result.iter().any(|summary| summary.amount == usd(1)));
}

#[test]
fn a_payment_that_an_earlier_version_stored_can_be_refunded() {
    let money = |minor_units| json!({"minorUnits": minor_units, "currency": "usd"});
    let mut stored = serde_json::to_value(by_card()).unwrap();
    stored["state"]["refunds"] = json!({
        "requested": 100,
        "claimed": [{"seller": id::<contract::UserId>(FIRST), "amount": money(100)}],
        "claimedUnits": [{"ticketId": id::<contract::TicketId>(21), "quantity": 1}],
        "refunded": money(100),
        "returned": [{"ticketId": id::<contract::TicketId>(21), "quantity": 1}],
    });
    let payment: Payment = serde_json::from_value(stored).unwrap();
    let by = Requester::Seller(id(FIRST));
    let rest = decided(&request(by, None), &payment).unwrap();
    assert_eq!(rest.amount, usd(3_000));
    assert!(decided(&request(by, Some(1)), &payment).is_ok(), "failed ones were counted once");
    // The missing price of units returned earlier has to be refunded before more units are
    // returned.
    let more = RefundRequest { returns: vec![units(21, 1)], ..request(by, Some(2_299)) };
    let missing = Err(Refusal::UnitsNotRefunded { missing: usd(1) });
    assert_eq!(decided(&more, &payment), missing);
    let paid_for = RefundRequest { returns: vec![units(21, 1)], ..request(by, Some(2_300)) };
    assert!(decided(&paid_for, &payment).is_ok());
    let before_refunds = {
        let mut stored = serde_json::to_value(by_card()).unwrap();
        stored["state"].as_object_mut().unwrap().remove("refunds");
        serde_json::from_value::<Payment>(stored).unwrap()
    };
    assert!(matches!(before_refunds.state, Paid::Captured { .. }));
    assert!(decided(&admin(None), &before_refunds).is_ok());
}
