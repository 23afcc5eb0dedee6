//! Limits on the number of refunds of a payment, and payments stored by earlier versions.

use payments::domain::refund::{RefundRequest, Requester};
use payments::domain::{
    ATTEMPTS_OF_SELLER_MAX, Payment, REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX, Refusal,
    State as Paid,
};
use serde_json::json;
use testing::samples::{id, usd};

use super::fixtures::{
    ADMIN, all, ask, by_card, claimed, decided, ended, failed, missing, paid, sent_back,
};
use crate::samples::{FIRST, SECOND};

/// The payment after this many refunds of a cent.
fn after(mut payment: Payment, by: u8, count: u32) -> Payment {
    for _ in 0..count {
        let (claimed, refund) = claimed(&payment, 7, cent(by));
        (payment, _) = paid(&claimed, &refund);
    }
    payment
}

fn cent(by: u8) -> RefundRequest {
    ask(by, Some(1), &[])
}

#[test]
fn one_sellers_refunds_block_no_other_party() {
    let payment = after(by_card(), FIRST, REFUNDS_OF_SELLER_MAX);
    let refused = Err(Refusal::TooManyRefunds { max: REFUNDS_OF_SELLER_MAX });
    assert_eq!(decided(&cent(FIRST), &payment), refused);
    let payment = after(payment, SECOND, REFUNDS_OF_SELLER_MAX);
    let payment = after(payment, ADMIN, REFUNDS_OF_ADMINS_MAX);
    let refused = Err(Refusal::TooManyRefunds { max: REFUNDS_OF_ADMINS_MAX });
    assert_eq!(decided(&cent(ADMIN), &payment), refused);
    let other_admin = RefundRequest { by: Requester::Admin(id(ADMIN + 1)), ..cent(ADMIN) };
    assert_eq!(decided(&other_admin, &payment), refused, "the reserve is for all of them");
    for by in [FIRST, SECOND, ADMIN] {
        let claimed = decided(&all(by), &payment).and_then(|refund| payment.claim(&refund));
        assert!(claimed.is_ok(), "all that is left passes, by {by}: {claimed:?}");
    }
}

#[test]
fn failed_and_returned_refunds_are_not_counted() {
    let mut payment = after(by_card(), FIRST, REFUNDS_OF_SELLER_MAX - 1);
    for end in [failed(), sent_back()] {
        for _ in 0..REFUNDS_OF_SELLER_MAX {
            let (mut claimed, refund) = claimed(&payment, 7, cent(FIRST));
            if end == sent_back() {
                (claimed, _) = paid(&claimed, &refund);
            }
            (payment, _) = ended(&claimed, &refund, end.clone());
        }
    }
    assert!(decided(&cent(FIRST), &payment).is_ok());
}

#[test]
fn a_sellers_failing_refunds_are_limited() {
    let mut payment = by_card();
    for _ in 0..ATTEMPTS_OF_SELLER_MAX {
        // The full remainder passes the limit of refunds that have not failed, and fails again.
        let (claimed, refund) = claimed(&payment, 7, all(FIRST));
        (payment, _) = ended(&claimed, &refund, failed());
    }
    let refused = Err(Refusal::TooManyAttempts { max: ATTEMPTS_OF_SELLER_MAX });
    for request in [all(FIRST), cent(FIRST)] {
        assert_eq!(decided(&request, &payment), refused);
    }
    for other in [all(SECOND), cent(ADMIN), all(ADMIN)] {
        assert!(decided(&other, &payment).is_ok(), "the bound is the seller's own");
    }
}

#[test]
fn a_sellers_returns_of_units_are_limited() {
    let payment = after(by_card(), FIRST, REFUNDS_OF_SELLER_MAX);
    let (payment, _) = claimed(&payment, 7, all(FIRST));
    let one = ask(FIRST, None, &[(21, 1)]);
    let refused = Err(Refusal::TooManyRefunds { max: REFUNDS_OF_SELLER_MAX });
    assert_eq!(decided(&one, &payment), refused, "nothing is left, so nothing more is refunded");
}

#[test]
fn published_refunds_are_limited() {
    let mut payment = after(by_card(), FIRST, 5);
    for number in 0..=u8::MAX {
        let (claimed, refund) = claimed(&payment, number, cent(ADMIN));
        let (after, _) = paid(&claimed, &refund);
        (payment, _) = ended(&after, &refund, sent_back());
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
    let payment: Payment = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(decided(&all(FIRST), &payment).unwrap().amount, usd(3_000));
    assert!(decided(&cent(FIRST), &payment).is_ok(), "failed ones were counted once");
    // The missing price of units returned earlier has to be refunded before more units are
    // returned.
    assert_eq!(decided(&ask(FIRST, Some(2_299), &[(21, 1)]), &payment), missing(1));
    assert!(decided(&ask(FIRST, Some(2_300), &[(21, 1)]), &payment).is_ok());
    stored["state"].as_object_mut().unwrap().remove("refunds");
    let before_refunds: Payment = serde_json::from_value(stored).unwrap();
    assert!(matches!(before_refunds.state, Paid::Captured { .. }));
    assert!(decided(&all(ADMIN), &before_refunds).is_ok());
}
