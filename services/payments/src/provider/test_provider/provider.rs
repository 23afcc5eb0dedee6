//! The test provider.

use std::time::Duration;

use async_trait::async_trait;
use contract::{Money, PaymentId, Timestamp};
use sources::{Clock, Ids};
use store::{Committer, Engine, Failure, Options, Position, Query, Stop, Store, Tx, Unavailable};

use super::intent::{Entry, EntryKind, INTENTS, Intent};
use super::misuse::Misuse;
use super::refunds;
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

    async fn stored(&self, payment_id: PaymentId) -> Result<ProviderStatus, Unavailable> {
        let intent = self.store.find::<Intent>(&payment_id.to_string()).await?;
        Ok(intent.map_or(ProviderStatus::Unconfirmed, |intent| intent.status()))
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
        let token = token.as_str();
        if token == "tok_slow" {
            self.clock.sleep(SLOW).await;
        }
        let request = IntentRequest::of(known, token);
        let intent = self.store.transact(move |tx| confirm_once(tx, &request)).await;
        let intent = intent.map_err(unknown)?;
        if token == "tok_error_after_charge" && intent.responses == 1 {
            return Err(Unavailable::new("the provider's response was lost"));
        }
        Ok(intent.status())
    }

    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.stored(known.payment_id).await
    }

    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let id = known.payment_id;
        self.store.transact(move |tx| capture_once(tx, id)).await.map_err(unknown)
    }

    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let request = IntentRequest::of(known, "");
        self.store.transact(move |tx| void_once(tx, &request)).await.map_err(unknown)
    }

    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let (payment_id, refund_id) = (refunding.payment_id, refunding.refund_id);
        let amount = refunding.amount;
        let refunded = self.store.transact(move |tx| {
            let mut intent = tx.get::<Intent>(payment_id)?.ok_or(Misuse::NotHeld)?;
            let refund = refunds::refund_once(&mut intent, refund_id, amount, tx.now())?;
            let is_answered = !refund.loses_response(&intent);
            let status = refund.status(tx.now());
            tx.save(intent);
            Ok(is_answered.then_some(status))
        });
        let lost = || Unavailable::new("the provider's response was lost");
        refunded.await.map_err(unknown)?.ok_or_else(lost)
    }

    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let intent = self.store.find::<Intent>(&refunding.payment_id.to_string()).await?;
        let now = self.clock.now();
        let refund = intent.as_ref().and_then(|intent| intent.refund(refunding.refund_id));
        Ok(refund.map_or(ProviderRefundStatus::Unknown, |refund| refund.status(now)))
    }

    async fn record(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable> {
        let intent = self.store.find::<Intent>(&known.payment_id.to_string()).await?;
        let now = self.clock.now();
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

/// A request about a payment, for use in a decision.
#[derive(Debug, Clone)]
struct IntentRequest {
    payment_id: PaymentId,
    reference: String,
    amount: Money,
    token: String,
}

impl IntentRequest {
    fn of(known: ProviderPayment<'_>, token: &str) -> Self {
        let (reference, token) = (known.reference.to_owned(), token.to_owned());
        Self { payment_id: known.payment_id, reference, amount: known.amount, token }
    }

    /// The intent of a new payment.
    fn fresh(&self, now: Timestamp) -> Intent {
        Intent {
            payment_id: self.payment_id,
            reference: self.reference.clone(),
            amount: self.amount,
            token: None,
            declined: None,
            is_canceled: false,
            responses: 0,
            entries: Vec::new(),
            refunds: Vec::new(),
            created_at: now,
        }
    }
}

fn confirm_once(tx: &mut Tx<'_>, request: &IntentRequest) -> Result<Intent, Stop<Misuse>> {
    let known = tx.get::<Intent>(request.payment_id)?;
    let mut intent = known.unwrap_or_else(|| request.fresh(tx.now()));
    let other_token = intent.token.as_ref().is_some_and(|token| *token != request.token);
    if intent.amount != request.amount || other_token {
        return Err(Misuse::OtherParameters.into());
    }
    intent.responses += 1;
    if intent.token.is_none() && !intent.is_canceled {
        intent.token = Some(request.token.clone());
        let declined = match request.token.as_str() {
            "tok_visa"
            | "tok_slow"
            | "tok_error_after_charge"
            | "tok_error_after_refund"
            | "tok_refund_fails"
            | "tok_refund_pending" => None,
            "tok_declined" => Some("card_declined"),
            "tok_insufficient_funds" => Some("insufficient_funds"),
            _ => Some("unknown_token"),
        };
        intent.declined = declined.map(str::to_owned);
        if declined.is_none() {
            intent.entries.push(Entry { kind: EntryKind::Authorized, at: tx.now() });
        }
    }
    tx.put(intent.clone());
    Ok(intent)
}

fn capture_once(tx: &mut Tx<'_>, payment_id: PaymentId) -> Result<ProviderStatus, Stop<Misuse>> {
    let mut intent = tx.get::<Intent>(payment_id)?.ok_or(Misuse::NotHeld)?;
    match intent.status() {
        ProviderStatus::Captured => return Ok(ProviderStatus::Captured),
        ProviderStatus::Held => {}
        ProviderStatus::Released => return Err(Misuse::Voided.into()),
        ProviderStatus::Unconfirmed
        | ProviderStatus::Challenged(_)
        | ProviderStatus::CapturedPart { .. }
        | ProviderStatus::Declined { .. } => {
            return Err(Misuse::NotHeld.into());
        }
    }
    intent.entries.push(Entry { kind: EntryKind::Captured, at: tx.now() });
    tx.save(intent);
    Ok(ProviderStatus::Captured)
}

/// Releases the amount. A payment that was never confirmed is stored as cancelled, so that a late
/// confirmation fails.
fn void_once(tx: &mut Tx<'_>, request: &IntentRequest) -> Result<ProviderStatus, Stop<Misuse>> {
    let Some(mut intent) = tx.get::<Intent>(request.payment_id)? else {
        tx.insert(Intent { is_canceled: true, ..request.fresh(tx.now()) });
        return Ok(ProviderStatus::Released);
    };
    match intent.status() {
        ProviderStatus::Released => return Ok(ProviderStatus::Released),
        ProviderStatus::Captured | ProviderStatus::CapturedPart { .. } => {
            return Err(Misuse::Captured.into());
        }
        ProviderStatus::Held => {
            intent.entries.push(Entry { kind: EntryKind::Voided, at: tx.now() });
        }
        ProviderStatus::Unconfirmed
        | ProviderStatus::Challenged(_)
        | ProviderStatus::Declined { .. } => {}
    }
    intent.is_canceled = true;
    tx.save(intent);
    Ok(ProviderStatus::Released)
}

fn unknown(failure: Failure<Misuse>) -> Unavailable {
    Unavailable::caused_by("the provider did not respond", failure)
}
