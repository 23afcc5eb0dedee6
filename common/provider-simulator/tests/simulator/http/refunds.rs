//! Refunds through the client.

use std::time::Duration;

use stripe::ApiErrorsCode;
use stripe_core::refund::{CreateRefund, ListRefund, RetrieveRefund};
use stripe_shared::{PaymentIntent, Refund};

use crate::server::{AMOUNT, TestServer, refused};

impl TestServer {
    pub(crate) async fn refund(&self, refund: &Refund) -> Refund {
        self.send(&RetrieveRefund::new(refund.id.clone())).await.unwrap()
    }
}

fn create_refund(intent: &PaymentIntent) -> CreateRefund {
    CreateRefund::new().payment_intent(intent.id.as_str())
}

#[tokio::test]
async fn partial_refunds_never_exceed_the_payment() {
    let server = TestServer::start();
    let sold = server.sold("pm_card_visa").await;
    let part = server.send_keyed("r", &create_refund(&sold).amount(1_050)).await.unwrap();
    assert_eq!((part.amount, part.status.as_deref()), (1_050, Some("succeeded")));
    let (status, error) = refused(server.send(&create_refund(&sold).amount(1_001)).await);
    assert_eq!((status, error.param.as_deref()), (400, Some("amount")));
    let rest = server.send(&create_refund(&sold)).await.unwrap();
    assert_eq!(rest.amount, 1_000);
    let (_, error) = refused(server.send(&create_refund(&sold)).await);
    assert_eq!(error.code, Some(ApiErrorsCode::ChargeAlreadyRefunded));
    let listed = server.send(&ListRefund::new().payment_intent(sold.id.as_str())).await.unwrap();
    assert_eq!(listed.data.iter().map(|it| it.amount).sum::<i64>(), AMOUNT);
    assert_eq!(server.total("kept").await, 0);
}

#[tokio::test]
async fn delayed_refunds_end_as_their_card_determines() {
    let server = TestServer::start();
    for (card, first, last) in [
        ("pm_card_pendingRefund", "pending", "succeeded"),
        ("pm_card_refundFail", "succeeded", "failed"),
    ] {
        let sold = server.sold(card).await;
        let refund = server.send(&create_refund(&sold)).await.unwrap();
        assert_eq!(refund.status.as_deref(), Some(first));
        server.clock.advance(Duration::from_secs(10));
        let refund = server.refund(&refund).await;
        assert_eq!(refund.status.as_deref(), Some(last));
        assert_eq!(refund.failure_reason.is_some(), last == "failed");
    }
    assert_eq!(server.total("kept").await, AMOUNT);
}
