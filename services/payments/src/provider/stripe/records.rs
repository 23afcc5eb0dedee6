//! Stripe's lists: the refunds and disputes of a payment, and all movements of money.

use std::collections::BTreeMap;

use contract::{Currency, PaymentId, Timestamp};
use serde_json::json;
use store::Unavailable;
use stripe::{StripeError, StripeRequest as _};
use stripe_client_core::{RequestBuilder, StripeClient, StripeMethod};
use stripe_core::refund::ListRefund;

use super::PAYMENT_ID;
use super::call::read;
use super::conversion::{money, provider_refund_status};
use super::gateway::StripeGateway;
use super::objects::{BalanceTransaction, Dispute, List, Refund, Source};
use crate::domain::{ProviderDisputeStatus, ProviderRefundStatus, RecordedDispute, RecordedRefund};
use crate::provider::gateway::{Movement, Movements, ProviderPayment, ProviderRefund, Totals};

/// Page size, Stripe's maximum.
const PAGE: i64 = 100;

/// Maximum number of pages of one payment's refunds; more indicate a mistake at the provider.
const PAGES_MAX: usize = 10;

impl<C: StripeClient<Err = StripeError> + Send + Sync> StripeGateway<C> {
    /// The reason why no request can make the refund: other refunds or a dispute used the money.
    /// `None` if it was made, or can be made.
    pub(super) async fn impossible(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<Option<&'static str>, Unavailable> {
        let (known, amount) = (refunding.payment(), refunding.amount);
        let refunds = self.refunds_of(known).await?;
        if refunds.iter().any(|refund| refund.refund_id == Some(refunding.refund_id)) {
            return Ok(None);
        }
        let disputes = self.disputes_of(known).await?;
        if disputes.iter().any(|dispute| dispute.status != ProviderDisputeStatus::Won) {
            return Ok(Some("charge_disputed"));
        }
        let intent = self.intent(known.reference).await?;
        let captured = money(intent.amount_received, amount.currency).map_err(Unavailable::new)?;
        let has_money = |refund: &&RecordedRefund| {
            !matches!(refund.status, ProviderRefundStatus::Failed { .. })
        };
        let refunded = refunds.iter().filter(has_money).map(|refund| refund.amount.minor_units);
        let left = captured.minor_units - refunded.sum::<i64>();
        Ok((left < amount.minor_units).then_some("charge_already_refunded"))
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
        let parameters = json!({ "payment_intent": known.reference, "limit": PAGE });
        let listing = RequestBuilder::new(StripeMethod::Get, "/disputes").query(&parameters);
        let listing = listing.customize::<List<Dispute>>();
        let page = read("list_disputes", listing.send(&self.client)).await?;
        let on_record = |dispute: &Dispute| dispute_on_record(dispute).transpose();
        page.data.iter().filter_map(on_record).collect()
    }

    pub(super) async fn balance_transactions(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable> {
        let created = json!({ "gte": since.unix_ms().div_euclid(1_000) });
        let expand = json!(["data.source"]);
        let mut parameters =
            BTreeMap::from([("created", created), ("expand", expand), ("limit", json!(PAGE))]);
        parameters.extend(after.map(|after| ("starting_after", json!(after))));
        let listing = RequestBuilder::new(StripeMethod::Get, "/balance_transactions");
        let listing = listing.query(&parameters).customize::<List<BalanceTransaction>>();
        let page = read("list_balance_transactions", listing.send(&self.client)).await?;
        let last = page.data.last().map(|transaction| transaction.id.clone());
        let movements = page.data.into_iter().filter_map(|one| movement(one.source?)).collect();
        Ok(Movements { movements, next: last.filter(|_| page.has_more) })
    }

    /// Reads the refunds of a payment, page by page, until `find` returns a value.
    pub(super) async fn search_refunds<T>(
        &self,
        operation: &'static str,
        payment_reference: &str,
        pages_max: usize,
        mut find: impl FnMut(&[Refund]) -> Result<Option<T>, Unavailable> + Send,
    ) -> Result<Option<T>, Unavailable> {
        let mut after: Option<String> = None;
        for _ in 0..pages_max {
            let mut listing = ListRefund::new().payment_intent(payment_reference).limit(PAGE);
            if let Some(after) = &after {
                listing = listing.starting_after(after.as_str());
            }
            let listing = listing.build().customize::<List<Refund>>();
            let page = read(operation, listing.send(&self.client)).await?;
            if let Some(found) = find(&page.data)? {
                return Ok(Some(found));
            }
            after = page.data.last().map(|refund| refund.id.clone());
            if !page.has_more || after.is_none() {
                return Ok(None);
            }
        }
        Err(Unavailable::new(format!("{operation}: the payment has too many refunds to read")))
    }
}

fn refund_on_record(
    refund: &Refund,
    known: ProviderPayment<'_>,
) -> Result<RecordedRefund, Unavailable> {
    Ok(RecordedRefund {
        reference: refund.id.clone(),
        refund_id: refund.own_id().and_then(|id| id.parse().ok()),
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
