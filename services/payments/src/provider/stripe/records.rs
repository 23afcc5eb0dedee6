//! Stripe's records beside a payment's status: its refunds and disputes, and all movements of
//! money.

use contract::{Currency, PaymentId, Timestamp};
use serde::Serialize;
use store::Unavailable;
use stripe::StripeError;
use stripe_client_core::{RequestBuilder, StripeClient, StripeMethod};

use super::amount::money;
use super::calls::call;
use super::gateway::StripeGateway;
use super::objects::{BalanceTransaction, Dispute, List, Refund, Source};
use super::status::provider_refund_status;
use super::{PAYMENT_ID, REFUND_ID};
use crate::domain::{ProviderDisputeStatus, Record, RecordedDispute, RecordedRefund};
use crate::provider::gateway::{Movement, Movements, ProviderPayment, Totals};

/// Page size, Stripe's maximum.
const PAGE: i64 = 100;

/// Maximum number of pages of one payment's refunds; more indicate a mistake at the provider.
const PAGES_MAX: usize = 10;

#[derive(Serialize)]
struct DisputesOf<'a> {
    payment_intent: &'a str,
    limit: i64,
}

#[derive(Serialize)]
struct MovementsSince<'a> {
    created: From,
    expand: [&'static str; 1],
    limit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<&'a str>,
}

#[derive(Serialize)]
struct From {
    gte: i64,
}

impl<C: StripeClient<Err = StripeError> + Send + Sync> StripeGateway<C> {
    /// The status of the payment, and all its refunds and disputes.
    pub(super) async fn recorded(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable> {
        let status = self.retrieve(known).await?;
        let refunds = self.refunds_of(known).await?;
        let disputes = self.disputes_of(known).await?;
        Ok(Record { status, refunds, disputes })
    }

    pub(super) async fn refunds_of(
        &self,
        known: ProviderPayment<'_>,
    ) -> Result<Vec<RecordedRefund>, Unavailable> {
        let mut refunds = Vec::new();
        let collect = |page: &[Refund]| {
            for refund in page {
                refunds.push(refund_on_record(refund, known)?);
            }
            Ok(None::<()>)
        };
        self.search_refunds("list_refunds", known.reference, PAGES_MAX, collect).await?;
        Ok(refunds)
    }

    /// One page has more disputes than a payment can have.
    pub(super) async fn disputes_of(
        &self,
        known: ProviderPayment<'_>,
    ) -> Result<Vec<RecordedDispute>, Unavailable> {
        let operation = "list_disputes";
        let parameters = DisputesOf { payment_intent: known.reference, limit: PAGE };
        let listing = RequestBuilder::new(StripeMethod::Get, "/disputes").query(&parameters);
        let listing = listing.customize::<List<Dispute>>();
        let page = call(operation, listing.send(&self.client)).await;
        let page = page.map_err(|error| error.into_unavailable(operation))?;
        let on_record = |dispute: &Dispute| dispute_on_record(dispute).transpose();
        page.data.iter().filter_map(on_record).collect()
    }

    /// A page of balance transactions with their sources.
    pub(super) async fn moved(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable> {
        let operation = "list_balance_transactions";
        let created = From { gte: since.unix_ms().div_euclid(1_000) };
        let expand = ["data.source"];
        let parameters = MovementsSince { created, expand, limit: PAGE, starting_after: after };
        let listing = RequestBuilder::new(StripeMethod::Get, "/balance_transactions");
        let listing = listing.query(&parameters).customize::<List<BalanceTransaction>>();
        let page = call(operation, listing.send(&self.client)).await;
        let page = page.map_err(|error| error.into_unavailable(operation))?;
        let last = page.data.last().map(|transaction| transaction.id.clone());
        let movements = page.data.into_iter().filter_map(|one| movement(one.source?)).collect();
        Ok(Movements { movements, next: last.filter(|_| page.has_more) })
    }
}

fn refund_on_record(
    refund: &Refund,
    known: ProviderPayment<'_>,
) -> Result<RecordedRefund, Unavailable> {
    let own = refund.metadata.as_ref().and_then(|metadata| metadata.get(REFUND_ID));
    Ok(RecordedRefund {
        reference: refund.id.clone(),
        refund_id: own.and_then(|id| id.parse().ok()),
        amount: money(refund.amount, known.amount.currency).map_err(Unavailable::new)?,
        made_at: seconds(refund.created),
        status: provider_refund_status(refund)?,
    })
}

/// `None` for an inquiry, which withdraws no money and is not a dispute yet.
fn dispute_on_record(dispute: &Dispute) -> Result<Option<RecordedDispute>, Unavailable> {
    let status = match dispute.status.as_str() {
        "needs_response" | "under_review" => ProviderDisputeStatus::Open,
        "won" => ProviderDisputeStatus::Won,
        "lost" => ProviderDisputeStatus::Lost,
        _ => return Ok(None),
    };
    let currency = currency(&dispute.currency)?;
    Ok(Some(RecordedDispute {
        reference: dispute.id.clone(),
        amount: money(dispute.amount, currency).map_err(Unavailable::new)?,
        opened_at: seconds(dispute.created),
        status,
    }))
}

/// `None` without a payment intent, for example for a payout.
fn movement(source: Source) -> Option<Movement> {
    let payment_reference = source.payment_intent?;
    let is_charge = source.object.as_deref() == Some("charge");
    let amount = |units: Option<i64>| {
        let currency = currency(source.currency.as_deref()?).ok()?;
        money(units?, currency).ok()
    };
    let totals = || {
        Some(Totals {
            captured: amount(source.amount_captured)?,
            refunded: amount(source.amount_refunded)?,
            is_disputed: source.disputed?,
        })
    };
    let own = source.metadata.as_ref().and_then(|metadata| metadata.get(PAYMENT_ID));
    let payment_id: Option<PaymentId> = own.filter(|_| is_charge).and_then(|id| id.parse().ok());
    let totals = if is_charge { totals() } else { None };
    Some(Movement { payment_reference, payment_id, totals })
}

fn currency(code: &str) -> Result<Currency, Unavailable> {
    code.parse().map_err(|_| Unavailable::new(format!("Stripe names a currency {code}")))
}

fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(seconds.saturating_mul(1_000))
}
