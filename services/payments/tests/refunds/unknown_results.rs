//! Lost responses, restarts during a refund, and an unavailable provider: each refund is paid
//! exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use parking_lot::Mutex;
use payments::domain::AccountId::{Provider, Refunds};
use payments::domain::{ProviderRefundStatus, ProviderStatus, Token};
use payments::provider::gateway::{OpenRequest, OpenResult, ProviderPayment, ProviderRefund};
use payments::{Options, PaymentGateway, TestProvider};
use serde_json::json;
use store::Unavailable;
use testing::{Platforms, TestApp};

use crate::fixture::PaymentsFixture;
use crate::sale::books;

/// The connection to the provider: records the calls of refunds, and can be interrupted.
struct Line {
    provider: TestProvider,
    calls: Mutex<Vec<&'static str>>,
    is_cut: AtomicBool,
}

#[async_trait]
impl PaymentGateway for Line {
    async fn open(&self, opening: OpenRequest) -> Result<OpenResult, Unavailable> {
        self.provider.open(opening).await
    }

    async fn confirm(
        &self,
        known: ProviderPayment<'_>,
        token: &Token,
    ) -> Result<ProviderStatus, Unavailable> {
        self.provider.confirm(known, token).await
    }

    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.provider.inquire(known).await
    }

    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.provider.capture(known).await
    }

    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.provider.void(known).await
    }

    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        self.calls.lock().push("refund");
        if self.is_cut.load(Ordering::Relaxed) {
            return Err(Unavailable::new("the connection is interrupted"));
        }
        self.provider.refund(refunding).await
    }

    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        self.calls.lock().push("inquire");
        self.provider.inquire_refund(refunding).await
    }
}

async fn start(platforms: Platforms) -> (PaymentsFixture, Arc<Line>) {
    let sessions = platforms.sessions();
    let (clock, ids) = (platforms.clock.clone(), platforms.ids.clone());
    let ledger = platforms.engine(TestProvider::NAME);
    let (provider, ledger) = TestProvider::open(ledger, clock, ids).await.unwrap();
    let line = Arc::new(Line {
        provider: provider.clone(),
        calls: Mutex::default(),
        is_cut: AtomicBool::new(false),
    });
    let platform = platforms.platform_with(payments::NAME, sessions.clone());
    let gateway = Arc::<Line>::clone(&line);
    let mut service = payments::service(platform, gateway, Options::default()).await.unwrap();
    service.stores.push(ledger);
    let app = TestApp::start_in_background(&platforms, sessions, vec![service]);
    (PaymentsFixture { platforms, app, provider }, line)
}

#[tokio::test]
async fn a_refund_with_a_known_result_is_called_once() {
    let (fixture, line) = start(Platforms::in_memory()).await;
    let sale = fixture.sold("tok_visa").await;
    fixture.refund(&fixture.app.admin(), &sale, &json!({})).await.expect(201).text("id");
    assert_eq!(*line.calls.lock(), ["refund"]);
}

#[tokio::test]
async fn a_refund_with_a_lost_response_is_paid_once() {
    let (fixture, line) = start(Platforms::in_memory()).await;
    let sale = fixture.sold("tok_error_after_refund").await;
    let (admin, body) = (fixture.app.admin(), json!({}));
    let asking = fixture.refund(&admin, &sale, &body);
    fixture.app.while_time_passes(Box::pin(asking)).await.expect(201).text("id");
    assert_eq!(*line.calls.lock(), ["refund", "inquire"], "an inquiry precedes a repeat");
    assert_eq!(fixture.paid_refunds().await, [4_100]);
    fixture.books_become(&[]).await;
}

#[tokio::test]
async fn a_restart_before_the_call_refunds_once() {
    let (fixture, line) = start(Platforms::in_memory()).await;
    let sale = fixture.sold("tok_visa").await;
    line.is_cut.store(true, Ordering::Relaxed);
    let (seller, body) = (fixture.seller(1), json!({"amount": 10}));
    let asking = fixture.refund(&seller, &sale, &body);
    let reply = fixture.app.while_time_passes(Box::pin(asking)).await.expect(202);
    assert_eq!((reply.text("status"), reply.at("stripeId")), ("requested".into(), json!(null)));
    assert!(line.calls.lock().starts_with(&["refund", "inquire", "refund", "inquire"]));
    let on_its_way = books(2_100, 1_000, &[(Refunds, 1_000), (Provider, -4_100)]);
    fixture.books_become(&on_its_way).await;
    let PaymentsFixture { platforms, app, .. } = fixture;
    app.stop().await;
    let (fixture, _) = start(platforms).await;
    fixture.list_becomes(&sale, &[("succeeded", 10.0)]).await;
    assert_eq!(fixture.paid_refunds().await, [1_000]);
    fixture.books_become(&books(2_100, 1_000, &[(Provider, -3_100)])).await;
}

#[tokio::test]
async fn a_restart_during_the_call_refunds_once() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sold("tok_error_after_refund").await;
    let seller = fixture.seller(1);
    let body = json!({"amount": 10});
    let given = || async { fixture.paid_refunds().await == [1_000] };
    {
        // The response is lost, and no time passes for a retry.
        let asking = fixture.refund(&seller, &sale, &body);
        let given = fixture.app.eventually("it is refunded", given);
        tokio::select! { _ = asking => panic!("not decided yet"), () = given => {} }
    }
    fixture.books_become(&books(2_100, 1_000, &[(Refunds, 1_000), (Provider, -4_100)])).await;
    let fixture = fixture.restart().await;
    fixture.list_becomes(&sale, &[("succeeded", 10.0)]).await;
    assert_eq!(fixture.paid_refunds().await, [1_000]);
    fixture.books_become(&books(2_100, 1_000, &[(Provider, -3_100)])).await;
}
