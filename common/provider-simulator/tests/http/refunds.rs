//! Refunds through the client.

use std::time::Duration;

use futures::future::LocalBoxFuture;
use serde_json::json;
use stripe::ApiErrorsCode;
use stripe_core::refund::{CreateRefund, CreateRefundReason, ListRefund, RetrieveRefund};
use stripe_shared::{PaymentIntent, Refund, RefundReason};

use crate::served::{AMOUNT, Served, capture, refused};

impl Served {
    fn sold<'a>(&'a self, card: &'a str) -> LocalBoxFuture<'a, PaymentIntent> {
        Box::pin(async move {
            let held = self.confirmed(card).await;
            self.ask(&capture(&held)).await.unwrap()
        })
    }

    async fn refund(&self, refund: &Refund) -> Refund {
        self.ask(&RetrieveRefund::new(refund.id.clone())).await.unwrap()
    }
}

fn give_back(intent: &PaymentIntent) -> CreateRefund {
    CreateRefund::new().payment_intent(intent.id.as_str())
}

#[tokio::test]
async fn a_payment_is_refunded_in_parts_and_never_beyond() {
    let served = Served::start();
    let sold = served.sold("pm_card_visa").await;
    let part = give_back(&sold).amount(1_050).reason(CreateRefundReason::RequestedByCustomer);
    let part = served.ask_under("r", &part).await.unwrap();
    assert_eq!((part.amount, part.status.as_deref()), (1_050, Some("succeeded")));
    assert_eq!(part.reason, Some(RefundReason::RequestedByCustomer));
    let (status, error) = refused(served.ask(&give_back(&sold).amount(1_001)).await);
    assert_eq!((status, error.param.as_deref()), (400, Some("amount")));
    let rest = served.ask(&give_back(&sold)).await.unwrap();
    assert_eq!(rest.amount, 1_000);
    let (_, error) = refused(served.ask(&give_back(&sold)).await);
    assert_eq!(error.code, Some(ApiErrorsCode::ChargeAlreadyRefunded));
    let listed = served.ask(&ListRefund::new().payment_intent(sold.id.as_str())).await.unwrap();
    assert_eq!(listed.data.iter().map(|it| it.amount).sum::<i64>(), AMOUNT);
    assert_eq!(served.read("ledger").await["totals"]["usd"]["kept"], 0);
}

#[tokio::test]
async fn refunds_that_take_their_time_end_as_their_card_has_it() {
    let served = Served::start();
    for (card, first, last) in [
        ("pm_card_pendingRefund", "pending", "succeeded"),
        ("pm_card_refundFail", "succeeded", "failed"),
    ] {
        let sold = served.sold(card).await;
        let refund = served.ask(&give_back(&sold)).await.unwrap();
        assert_eq!(refund.status.as_deref(), Some(first));
        served.clock.advance(Duration::from_secs(10));
        let refund = served.refund(&refund).await;
        assert_eq!(refund.status.as_deref(), Some(last));
        assert_eq!(refund.failure_reason.is_some(), last == "failed");
    }
    assert_eq!(served.read("ledger").await["totals"]["usd"]["kept"], AMOUNT);
}

#[tokio::test]
async fn a_refund_is_made_to_fail_by_hand() {
    let served = Served::start();
    let sold = served.sold("pm_card_visa").await;
    let refund = served.ask(&give_back(&sold)).await.unwrap();
    let path = format!("refunds/{}", refund.id);
    served.turn(&path, &json!({ "outcome": "failed" })).await;
    assert_eq!(served.refund(&refund).await.status.as_deref(), Some("failed"));
    let again = served.http.post(served.knob(&path)).json(&json!({ "outcome": "failed" }));
    assert_eq!(again.send().await.unwrap().status(), 409);
}
