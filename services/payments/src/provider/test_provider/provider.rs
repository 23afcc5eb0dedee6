//! The test provider.

use std::time::Duration;

use async_trait::async_trait;
use contract::Timestamp;
use sources::{Clock, Ids};
use store::{Committer, Engine, Failure, Options, Position, Query, Store, Unavailable};

use super::intent::{INTENTS, Intent, Misuse, Reply};
use crate::domain::{ProviderRefundStatus, ProviderStatus, Record, Token};
use crate::provider::gateway::{
    Movements, OpenRequest, OpenResult, PaymentGateway, ProviderPayment, ProviderRefund,
};

/// Delay of `tok_slow`.
const SLOW: Duration = Duration::from_secs(3);

/// Intents per read of the whole ledger.
const PAGE: u32 = 500;

/// The built-in provider. Clones share the ledger.
#[derive(Clone)]
pub struct TestProvider {
    store: Store,
    clock: Clock,
}

impl TestProvider {
    /// The name of the ledger's store.
    pub const NAME: &str = "test-provider";

    /// Opens the provider's ledger; its committer runs with those of the service.
    ///
    /// # Errors
    /// [`Unavailable`] if the engine cannot be opened.
    pub async fn open(
        engine: Engine,
        clock: Clock,
        ids: Ids,
    ) -> Result<(Self, (Store, Committer)), Unavailable> {
        let collections = vec![&INTENTS];
        let options = Options { source: Self::NAME, collections, clock: clock.clone(), ids };
        let (store, committer) = Store::open(engine, options).await?;
        Ok((Self::on(store.clone(), clock), (store, committer)))
    }

    /// The provider whose ledger is in a store that is open.
    #[must_use]
    pub const fn on(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// The whole ledger, oldest first.
    ///
    /// # Errors
    /// [`Unavailable`] if the engine is unavailable.
    pub async fn ledger(&self) -> Result<Vec<Intent>, Unavailable> {
        self.store.pages_of(Query::on("by_age").limit(PAGE)).all().await
    }

    /// Changes a payment's intent, which is new unless it is stored.
    async fn change<S: Send + 'static>(
        &self,
        known: ProviderPayment<'_>,
        act: impl Fn(&mut Intent, Timestamp) -> Reply<S> + Send + 'static,
    ) -> Result<S, Unavailable> {
        let fresh = Intent::new(known, self.clock.now());
        let changed = self.store.transact(move |tx| {
            let stored = tx.get::<Intent>(fresh.payment_id)?;
            let mut intent = stored.unwrap_or_else(|| fresh.clone());
            let reply = act(&mut intent, tx.now())?;
            tx.put(intent);
            Ok(reply)
        });
        let unknown = |failure: Failure<Misuse>| {
            Unavailable::caused_by("the provider did not respond", failure)
        };
        let reply = changed.await.map_err(unknown)?;
        reply.ok_or_else(|| Unavailable::new("the provider's response was lost"))
    }
}

#[async_trait]
impl PaymentGateway for TestProvider {
    /// The provider's id is derived from the payment, so that nothing is stored yet.
    async fn open(&self, opening: OpenRequest) -> Result<OpenResult, Unavailable> {
        Ok(OpenResult::Opened { reference: format!("test_{}", opening.payment_id) })
    }

    async fn confirm(
        &self,
        known: ProviderPayment<'_>,
        token: &Token,
    ) -> Result<ProviderStatus, Unavailable> {
        if token.as_str() == "tok_slow" {
            self.clock.sleep(SLOW).await;
        }
        let (amount, card) = (known.amount, token.as_str().to_owned());
        self.change(known, move |intent, now| intent.confirm(&card, amount, now)).await
    }

    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        Ok(self.record(known).await?.status)
    }

    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.change(known, Intent::capture).await
    }

    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.change(known, Intent::void).await
    }

    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let (id, amount) = (refunding.refund_id, refunding.amount);
        self.change(refunding.payment(), move |intent, now| intent.refund(id, amount, now)).await
    }

    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let record = self.record(refunding.payment()).await?;
        let refund =
            record.refunds.into_iter().find(|refund| refund.refund_id == Some(refunding.refund_id));
        Ok(refund.map_or(ProviderRefundStatus::Unknown, |refund| refund.status))
    }

    async fn record(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable> {
        let (id, now) = (known.payment_id.to_string(), self.clock.now());
        let intent = self.store.find::<Intent>(&id).await?;
        Ok(intent.unwrap_or_else(|| Intent::new(known, now)).record(now))
    }

    /// The movements of payments that were created since that time.
    async fn movements(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable> {
        let of_page = |after: &str| {
            let (at, id) = after.split_once('.')?;
            let at = Timestamp::from_unix_ms(at.parse().ok()?);
            Some(Position { key: at.into(), id: id.to_owned() })
        };
        let from = Position { key: since.into(), id: String::new() };
        let after = after.and_then(of_page).unwrap_or(from);
        let page: Vec<Intent> =
            self.store.query(Query::on("by_age").after(Some(after)).limit(PAGE)).await?;
        let place = |last: &Intent| format!("{}.{}", last.created_at.unix_ms(), last.payment_id);
        let next = page.last().map(place);
        Ok(Movements { movements: page.iter().filter_map(Intent::movement).collect(), next })
    }
}
