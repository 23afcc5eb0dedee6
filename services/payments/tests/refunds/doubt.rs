//! Answers that are lost, restarts half-way, and a provider that does not answer at all: nothing is given back twice or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use parking_lot::Mutex;
use payments::domain::AccountId::{Provider, Refunds};
use payments::domain::{RefundStanding, Standing, Token};
use payments::gateway::{Known, Opened, Opening, Refunding};
use payments::{PaymentGateway, TestProvider};
use serde_json::json;
use store::Unavailable;
use testing::{Platforms, Stage};

use crate::counter::books;
use crate::till::Till;

/// The line to the provider: it notes what is asked of refunds, and may be cut.
struct Line {
    provider: TestProvider,
    asked: Mutex<Vec<&'static str>>,
    is_cut: AtomicBool,
}

#[async_trait]
impl PaymentGateway for Line {
    async fn open(&self, opening: Opening) -> Result<Opened, Unavailable> {
        self.provider.open(opening).await
    }

    async fn confirm(&self, known: Known<'_>, token: &Token) -> Result<Standing, Unavailable> {
        self.provider.confirm(known, token).await
    }

    async fn inquire(&self, known: Known<'_>) -> Result<Standing, Unavailable> {
        self.provider.inquire(known).await
    }

    async fn capture(&self, known: Known<'_>) -> Result<Standing, Unavailable> {
        self.provider.capture(known).await
    }

    async fn void(&self, known: Known<'_>) -> Result<Standing, Unavailable> {
        self.provider.void(known).await
    }

    async fn refund(&self, refunding: Refunding<'_>) -> Result<RefundStanding, Unavailable> {
        self.asked.lock().push("refund");
        if self.is_cut.load(Ordering::Relaxed) {
            return Err(Unavailable::new("the line is cut"));
        }
        self.provider.refund(refunding).await
    }

    async fn inquire_refund(
        &self,
        refunding: Refunding<'_>,
    ) -> Result<RefundStanding, Unavailable> {
        self.asked.lock().push("inquire");
        self.provider.inquire_refund(refunding).await
    }
}

async fn start(platforms: Platforms) -> (Till, Arc<Line>) {
    let sessions = platforms.sessions();
    let (clock, ids) = (platforms.clock.clone(), platforms.ids.clone());
    let ledger = platforms.engine(TestProvider::NAME);
    let (provider, ledger) = TestProvider::open(ledger, clock, ids).await.unwrap();
    let line = Arc::new(Line {
        provider: provider.clone(),
        asked: Mutex::default(),
        is_cut: AtomicBool::new(false),
    });
    let platform = platforms.platform_with(payments::NAME, sessions.clone());
    let gateway = Arc::<Line>::clone(&line);
    let mut service = payments::service(platform, gateway).await.unwrap();
    service.stores.push(ledger);
    let stage = Stage::start_in_background(&platforms, sessions, vec![service]);
    (Till { platforms, stage, provider }, line)
}

#[tokio::test]
async fn a_refund_that_is_not_in_doubt_is_asked_for_once() {
    let (till, line) = start(Platforms::in_memory()).await;
    let sale = till.sold("tok_visa").await;
    till.refund(&till.stage.admin(), &sale, &json!({})).await.expect(201).text("id");
    assert_eq!(*line.asked.lock(), ["refund"]);
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_found_and_given_back_once() {
    let (till, line) = start(Platforms::in_memory()).await;
    let sale = till.sold("tok_error_after_refund").await;
    let (admin, body) = (till.stage.admin(), json!({}));
    let asking = till.refund(&admin, &sale, &body);
    till.stage.while_time_passes(Box::pin(asking)).await.expect(201).text("id");
    assert_eq!(*line.asked.lock(), ["refund", "inquire"], "it is asked for before anything else");
    assert_eq!(till.given_back().await, [4_100]);
    till.books_become(&[]).await;
}

#[tokio::test]
async fn a_restart_before_the_provider_could_be_asked_gives_back_once() {
    let (till, line) = start(Platforms::in_memory()).await;
    let sale = till.sold("tok_visa").await;
    line.is_cut.store(true, Ordering::Relaxed);
    let (seller, body) = (till.seller(1), json!({"amount": 10}));
    let asking = till.refund(&seller, &sale, &body);
    let reply = till.stage.while_time_passes(Box::pin(asking)).await.expect(202);
    assert_eq!((reply.text("status"), reply.at("stripeId")), ("requested".into(), json!(null)));
    assert!(line.asked.lock().starts_with(&["refund", "inquire", "refund", "inquire"]));
    let on_its_way = books(2_100, 1_000, &[(Refunds, 1_000), (Provider, -4_100)]);
    till.books_become(&on_its_way).await;
    let Till { platforms, stage, .. } = till;
    stage.stop().await;
    let (till, _) = start(platforms).await;
    till.list_becomes(&sale, &[("succeeded", 10.0)]).await;
    assert_eq!(till.given_back().await, [1_000]);
    till.books_become(&books(2_100, 1_000, &[(Provider, -3_100)])).await;
}

#[tokio::test]
async fn a_restart_before_the_provider_answered_a_refund_gives_back_once() {
    let till = Till::open().await;
    let sale = till.sold("tok_error_after_refund").await;
    let seller = till.seller(1);
    let body = json!({"amount": 10});
    let given = || async { till.given_back().await == [1_000] };
    {
        // The answer is lost, and no time passes in which it could be asked again.
        let asking = till.refund(&seller, &sale, &body);
        let given = till.stage.eventually("it is given back", given);
        tokio::select! { _ = asking => panic!("not decided yet"), () = given => {} }
    }
    till.books_become(&books(2_100, 1_000, &[(Refunds, 1_000), (Provider, -4_100)])).await;
    let till = till.restart().await;
    till.list_becomes(&sale, &[("succeeded", 10.0)]).await;
    assert_eq!(till.given_back().await, [1_000]);
    till.books_become(&books(2_100, 1_000, &[(Provider, -3_100)])).await;
}
