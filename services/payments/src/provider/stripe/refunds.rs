//! Refunds through Stripe.

use std::collections::HashMap;

use store::Unavailable;
use stripe::{StripeError, StripeRequest as _};
use stripe_client_core::StripeClient;
use stripe_core::refund::{CreateRefund, ListRefund, RetrieveRefund};

use super::REFUND_ID;
use super::amount::{money, units};
use super::calls::{call, under};
use super::failure::CallError;
use super::gateway::StripeGateway;
use super::objects::{List, Refund};
use super::status::provider_refund_status;
use crate::domain::{ProviderDisputeStatus, ProviderRefundStatus, RecordedRefund};
use crate::provider::gateway::{ProviderPayment, ProviderRefund};

/// Page size, Stripe's maximum.
const PAGE: i64 = 100;

/// Maximum number of pages that are searched; ten thousand refunds of one payment indicate a
/// mistake.
const PAGES_MAX: usize = 100;

impl<C: StripeClient<Err = StripeError> + Send + Sync> StripeGateway<C> {
    /// With the refund's own key, which prevents a second refund. After a rejection the refund is
    /// searched, since an earlier request may have made it.
    pub(super) async fn give_back(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let amount = match units(refunding.amount) {
            Ok(amount) => amount,
            Err(reason) => return Ok(ProviderRefundStatus::Failed { reason: reason.to_owned() }),
        };
        let refund_id = refunding.refund_id.to_string();
        // One entry only: a repeat with the same key must have the same body, and a map has no
        // order.
        let metadata = HashMap::from([(REFUND_ID.to_owned(), refund_id.clone())]);
        let creating = CreateRefund::new()
            .payment_intent(refunding.payment_reference)
            .amount(amount)
            .metadata(metadata)
            .build()
            .customize::<Refund>()
            .request_strategy(under(&refund_id)?);
        match call("refund", creating.send(&self.client)).await {
            Ok(refund) => provider_refund_status(&refund),
            Err(CallError::Rejected(no)) => {
                tracing::warn!(
                    refund = refund_id,
                    details = no.details,
                    "Stripe rejected the refund"
                );
                match self.find_refund(refunding).await? {
                    ProviderRefundStatus::Unknown => {
                        Ok(ProviderRefundStatus::Failed { reason: no.reason })
                    }
                    status => Ok(status),
                }
            }
            // The response under the key remains for a day, even if the error hides a rejection.
            Err(CallError::ServerError(unavailable)) => match self.impossible(refunding).await? {
                Some(reason) => Ok(ProviderRefundStatus::Failed { reason: reason.to_owned() }),
                None => Err(unavailable),
            },
            Err(CallError::Unknown(unavailable)) => Err(unavailable),
        }
    }

    /// The reason why no request can make the refund: other refunds or a dispute used the money.
    /// `None` if it was made, or can be made.
    async fn impossible(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<Option<&'static str>, Unavailable> {
        let ProviderRefund { payment_id, payment_reference: reference, amount, refund_id, .. } =
            refunding;
        let known = ProviderPayment { payment_id, reference, amount };
        let refunds = self.refunds_of(known).await?;
        if refunds.iter().any(|refund| refund.refund_id == Some(refund_id)) {
            return Ok(None);
        }
        let disputes = self.disputes_of(known).await?;
        if disputes.iter().any(|dispute| dispute.status != ProviderDisputeStatus::Won) {
            return Ok(Some("charge_disputed"));
        }
        let intent = self.intent(reference).await?;
        let captured = money(intent.amount_received, amount.currency).map_err(Unavailable::new)?;
        let has_money = |refund: &&RecordedRefund| {
            !matches!(refund.status, ProviderRefundStatus::Failed { .. })
        };
        let refunded = refunds.iter().filter(has_money).map(|refund| refund.amount.minor_units);
        let left = captured.minor_units - refunded.sum::<i64>();
        Ok((left < amount.minor_units).then_some("charge_already_refunded"))
    }

    /// Finds a refund by Stripe's id, else by the refund's id among the payment's refunds.
    pub(super) async fn find_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let operation = "inquire_refund";
        if let Some(reference) = refunding.reference {
            let request = RetrieveRefund::new(reference).build().customize::<Refund>();
            let refund = call(operation, request.send(&self.client)).await;
            return provider_refund_status(
                &refund.map_err(|error| error.into_unavailable(operation))?,
            );
        }
        let refund_id = refunding.refund_id.to_string();
        let is_it = |refund: &&Refund| {
            let metadata = refund.metadata.as_ref();
            metadata.and_then(|metadata| metadata.get(REFUND_ID)) == Some(&refund_id)
        };
        let find =
            |page: &[Refund]| page.iter().find(is_it).map(provider_refund_status).transpose();
        let reference = refunding.payment_reference;
        let found = self.search_refunds(operation, reference, PAGES_MAX, find).await?;
        Ok(found.unwrap_or(ProviderRefundStatus::Unknown))
    }

    /// Reads the refunds of a payment, page by page, until `find` returns a value; `None` after the
    /// last page.
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
            let page = call(operation, listing.send(&self.client)).await;
            let page = page.map_err(|error| error.into_unavailable(operation))?;
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
