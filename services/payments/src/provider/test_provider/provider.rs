//! The test provider.

use std::time::Duration;

use async_trait::async_trait;
use contract::{PaymentId, Timestamp};
use sources::{Clock, Ids};
use store::{Committer, Engine, Failure, Options, Position, Query, Store, Unavailable};

use super::intent::{INTENTS, Intent, Misuse};
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

    async fn find(&self, payment_id: PaymentId) -> Result<Option<Intent>, Unavailable> {
        self.store.find(&payment_id.to_string()).await
    }

    /// Changes a payment's intent, which is new unless it is stored; returns the result and the
    /// intent.
    async fn change<T: Send + 'static>(
        &self,
        known: ProviderPayment<'_>,
        act: impl Fn(&mut Intent, Timestamp) -> Result<T, Misuse> + Send + 'static,
    ) -> Result<(T, Intent), Unavailable> {
        let fresh = Intent::new(known, self.clock.now());
        let changed = self.store.transact(move |tx| {
            let stored = tx.get::<Intent>(fresh.payment_id)?;
            let mut intent = stored.unwrap_or_else(|| fresh.clone());
            let result = act(&mut intent, tx.now())?;
            tx.put(intent.clone());
            Ok((result, intent))
        });
        let unknown = |failure: Failure<Misuse>| {
            Unavailable::caused_by("the provider did not respond", failure)
        };
        changed.await.map_err(unknown)
    }
}

fn response_lost() -> Unavailable {
    Unavailable::new("the provider's response was lost")
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
        let confirm = move |intent: &mut Intent, now| intent.confirm(&card, amount, now);
        let ((), intent) = self.change(known, confirm).await?;
        if token.as_str() == "tok_error_after_charge" && intent.responses == 1 {
            return Err(response_lost());
        }
        Ok(intent.status())
    }

    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let intent = self.find(known.payment_id).await?;
        Ok(intent.map_or(ProviderStatus::Unconfirmed, |intent| intent.status()))
    }

    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let ((), intent) = self.change(known, Intent::capture).await?;
        Ok(intent.status())
    }

    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let ((), intent) = self.change(known, Intent::void).await?;
        Ok(intent.status())
    }

    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let ProviderRefund { payment_id, payment_reference: reference, amount, .. } = refunding;
        let (known, id) = (ProviderPayment { payment_id, reference, amount }, refunding.refund_id);
        let refund = move |intent: &mut Intent, now| intent.make_refund(id, amount, now);
        let (refund, intent) = self.change(known, refund).await?;
        if refund.loses_response(&intent) {
            return Err(response_lost());
        }
        Ok(refund.status(self.clock.now()))
    }

    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let intent = self.find(refunding.payment_id).await?;
        let now = self.clock.now();
        let refund = intent.as_ref().and_then(|intent| intent.refund(refunding.refund_id));
        Ok(refund.map_or(ProviderRefundStatus::Unknown, |refund| refund.status(now)))
    }

    async fn record(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable> {
        let (intent, now) = (self.find(known.payment_id).await?, self.clock.now());
        let nothing = || Record::of(ProviderStatus::Unconfirmed);
        Ok(intent.map_or_else(nothing, |intent| intent.record(now)))
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
