//! Implementation of the port: the calls, their idempotency keys, and the meaning of responses.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use contract::amount_rules::AmountRules;
use contract::{PaymentId, Timestamp};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::{Value, json};
use store::Unavailable;
use stripe::{Client, ClientBuilder, StripeError, StripeRequest as _};
use stripe_client_core::{RequestBuilder, StripeClient, StripeMethod};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CapturePaymentIntent, CreatePaymentIntent,
    CreatePaymentIntentAutomaticPaymentMethods as PaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects as Redirects, ListPaymentIntent,
    RetrievePaymentIntent,
};
use stripe_core::refund::{CreateRefund, RetrieveRefund};
use stripe_shared::PaymentIntentCaptureMethod;
use stripe_types::Currency;

use super::call::{CallError, call, read, under};
use super::conversion::{provider_refund_status, provider_status, units};
use super::objects::{Intent, List, Refund};
use super::settings::{ReturnUrl, StripeSettings};
use super::{PAYMENT_ID, REFUND_ID};
use crate::domain::{ProviderRefundStatus, ProviderStatus, Record, Token};
use crate::provider::gateway::{
    Movements, OpenRequest, OpenResult, PaymentGateway, ProviderPayment, ProviderRefund,
};

/// Additional keys under which the creation of a payment is tried. An order's deadline ends a
/// creation that fails under all of them. A top-up waits until Stripe forgets the keys, so that
/// there are enough for an outage of some minutes.
const OTHER_KEYS_MAX: u32 = 8;

/// Maximum number of pages that are searched for one refund: ten thousand refunds.
const FIND_PAGES_MAX: usize = 100;

/// Stripe, through its client or one of a test.
pub struct StripeGateway<C = Client> {
    pub(super) client: C,
    return_url: Option<ReturnUrl>,
    description: String,
}

/// Result of a check of the API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyCheck {
    /// Accepted.
    Accepted,
    /// Not a valid key.
    NotAccepted,
    /// Accepted, but not permitted to read payment intents.
    MayNotRead,
}

/// The parameters of a confirmation. The client's own type lacks a card's token.
#[derive(Serialize)]
struct Confirmation {
    #[serde(flatten)]
    method: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_url: Option<String>,
}

impl StripeGateway {
    /// Creates the gateway from the settings, without a call.
    ///
    /// # Errors
    /// [`Unavailable`] if the client cannot be created.
    pub fn of(settings: &StripeSettings) -> Result<Self, Unavailable> {
        let client = ClientBuilder::new(settings.secret_key.expose_secret())
            .url(settings.url.clone())
            .timeout(settings.timeout)
            .app_info("boxoffice", Some(env!("CARGO_PKG_VERSION").to_owned()), None)
            .build();
        let cannot = |error| CallError::of("cannot create Stripe's client", error);
        let client = client.map_err(cannot).map_err(|error| error.into_unavailable(""))?;
        Ok(Self::with_client(client, settings.return_url.clone(), settings.describe()))
    }
}

impl<C> StripeGateway<C> {
    /// Creates the gateway with this client.
    pub fn with_client(client: C, return_url: Option<ReturnUrl>, description: String) -> Self {
        Self { client, return_url, description }
    }
}

impl<C> fmt::Debug for StripeGateway<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StripeGateway({})", self.description)
    }
}

impl<C: StripeClient<Err = StripeError> + Send + Sync> StripeGateway<C> {
    /// Checks whether Stripe accepts the key and permits it to read (not create) payments.
    ///
    /// # Errors
    /// [`Unavailable`] if Stripe does not respond.
    pub async fn check_key(&self) -> Result<KeyCheck, Unavailable> {
        let listing = ListPaymentIntent::new().limit(1).build().customize::<List<Intent>>();
        match listing.send(&self.client).await {
            Ok(_) => Ok(KeyCheck::Accepted),
            Err(StripeError::Stripe(_, 401)) => Ok(KeyCheck::NotAccepted),
            Err(StripeError::Stripe(_, 403)) => Ok(KeyCheck::MayNotRead),
            Err(error) => {
                let operation = "cannot check the key";
                Err(CallError::of(operation, error).into_unavailable(operation))
            }
        }
    }

    async fn create(
        &self,
        payment_id: PaymentId,
        amount: i64,
        currency: Currency,
        key: &str,
    ) -> Result<Intent, CallError> {
        // Only payment methods that do not redirect the payer, so that no return URL is required.
        let mut methods = PaymentMethods::new(true);
        methods.allow_redirects = Some(Redirects::Never);
        let creating = CreatePaymentIntent::new(amount, currency)
            .capture_method(PaymentIntentCaptureMethod::Manual)
            .automatic_payment_methods(methods)
            .metadata(HashMap::from([(PAYMENT_ID.to_owned(), payment_id.to_string())]))
            .build()
            .customize::<Intent>()
            .request_strategy(under(key).map_err(CallError::Unknown)?);
        call("open", creating.send(&self.client)).await
    }

    pub(super) async fn intent(&self, reference: &str) -> Result<Intent, Unavailable> {
        let request = RetrievePaymentIntent::new(reference).build().customize::<Intent>();
        read("inquire", request.send(&self.client)).await
    }

    /// After a rejection the status is read: the payment is usually in the intended state already.
    async fn changed(
        &self,
        operation: &str,
        known: ProviderPayment<'_>,
        result: Result<Intent, CallError>,
    ) -> Result<ProviderStatus, Unavailable> {
        let no = match result {
            Ok(intent) => return provider_status(&intent, known.amount),
            Err(error) => error.rejection()?,
        };
        let (payment, details) = (known.payment_id, no.details);
        tracing::info!(%payment, operation, details, "Stripe rejected the call; reading the status");
        self.inquire(known).await
    }
}

#[async_trait]
impl<C: StripeClient<Err = StripeError> + Send + Sync> PaymentGateway for StripeGateway<C> {
    fn amount_rules(&self) -> AmountRules {
        AmountRules::Stripe
    }

    /// With its own key, so that a repeat returns the first intent. Stripe stores a server error
    /// under a key for a day; then other keys are tried, since an unconfirmed intent has no cost.
    async fn open(&self, opening: OpenRequest) -> Result<OpenResult, Unavailable> {
        let OpenRequest { payment_id, amount } = opening;
        let currency = amount.currency.code().parse::<Currency>();
        let (Ok(units), Ok(currency)) = (units(amount), currency) else {
            let reason = units(amount).err().unwrap_or("currency_not_supported").to_owned();
            return Ok(OpenResult::Rejected { reason });
        };
        let key = format!("{payment_id}:open");
        let mut result = self.create(payment_id, units, currency.clone(), &key).await;
        for again in 1..=OTHER_KEYS_MAX {
            if !matches!(result, Err(CallError::ServerError(_))) {
                break;
            }
            let another_key = format!("{key}:again:{again}");
            result = self.create(payment_id, units, currency.clone(), &another_key).await;
        }
        let no = match result {
            Ok(intent) => return Ok(OpenResult::Opened { reference: intent.id }),
            Err(error) => error.rejection()?,
        };
        tracing::warn!(payment = %payment_id, details = no.details, "Stripe rejected the payment");
        Ok(OpenResult::Rejected { reason: no.reason })
    }

    /// With its own key: a card is charged once. A rejection that is not the bank's, such as an
    /// invalid token, declines the payment unless the intent has another status.
    async fn confirm(
        &self,
        known: ProviderPayment<'_>,
        token: &Token,
    ) -> Result<ProviderStatus, Unavailable> {
        let ProviderPayment { payment_id, reference, .. } = known;
        let token = token.as_str();
        let method = if token.starts_with("tok_") {
            json!({ "payment_method_data": { "type": "card", "card": { "token": token } } })
        } else {
            json!({ "payment_method": token })
        };
        let return_url = self.return_url.as_ref().map(|url| url.of(payment_id));
        let path = format!("/payment_intents/{reference}/confirm");
        let confirming = RequestBuilder::new(StripeMethod::Post, path)
            .form(&Confirmation { method, return_url })
            .customize::<Intent>()
            .request_strategy(under(&format!("{payment_id}:confirm"))?);
        let no = match call("confirm", confirming.send(&self.client)).await {
            Ok(intent) => return provider_status(&intent, known.amount),
            Err(error) => error.rejection()?,
        };
        let declined = ProviderStatus::Declined { reason: no.reason };
        if no.is_by_bank {
            return Ok(declined);
        }
        tracing::warn!(payment = %payment_id, details = no.details, "Stripe rejected the confirmation");
        let status = self.inquire(known).await?;
        Ok(if status == ProviderStatus::Unconfirmed { declined } else { status })
    }

    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        provider_status(&self.intent(known.reference).await?, known.amount)
    }

    /// Without a key, which would store a server error for a day: an intent is captured once only.
    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let capturing = CapturePaymentIntent::new(known.reference).build().customize::<Intent>();
        let result = call("capture", capturing.send(&self.client)).await;
        self.changed("capture", known, result).await
    }

    /// Without a key, which would store a rejection that holds only while a bank decides.
    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let cancelling = CancelPaymentIntent::new(known.reference).build().customize::<Intent>();
        let result = call("void", cancelling.send(&self.client)).await;
        self.changed("void", known, result).await
    }

    /// With the refund's own key, which prevents a second refund. After a rejection the refund is
    /// searched, since an earlier request may have made it.
    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let failed = |reason: &str| ProviderRefundStatus::Failed { reason: reason.to_owned() };
        let amount = match units(refunding.amount) {
            Ok(amount) => amount,
            Err(reason) => return Ok(failed(reason)),
        };
        let refund_id = refunding.refund_id.to_string();
        // One entry only: a map has no order, and a repeat must have the same body.
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
                let details = no.details;
                tracing::warn!(refund = refund_id, details, "Stripe rejected the refund");
                match self.inquire_refund(refunding).await? {
                    ProviderRefundStatus::Unknown => Ok(failed(&no.reason)),
                    status => Ok(status),
                }
            }
            // The response under the key remains for a day, even if the error hides a rejection.
            Err(CallError::ServerError(unavailable)) => {
                let impossible = self.impossible(refunding).await?;
                impossible.map(failed).ok_or(unavailable)
            }
            Err(CallError::Unknown(unavailable)) => Err(unavailable),
        }
    }

    /// Finds a refund by Stripe's id, else by the refund's id among the payment's refunds.
    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        let operation = "inquire_refund";
        if let Some(reference) = refunding.reference {
            let request = RetrieveRefund::new(reference).build().customize::<Refund>();
            return provider_refund_status(&read(operation, request.send(&self.client)).await?);
        }
        let refund_id = refunding.refund_id.to_string();
        let is_it = |refund: &&Refund| refund.own_id() == Some(&refund_id);
        let find =
            |page: &[Refund]| page.iter().find(is_it).map(provider_refund_status).transpose();
        let found = self
            .search_refunds(operation, refunding.payment_reference, FIND_PAGES_MAX, find)
            .await?;
        Ok(found.unwrap_or(ProviderRefundStatus::Unknown))
    }

    async fn record(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable> {
        let status = self.inquire(known).await?;
        let refunds = self.refunds_of(known).await?;
        let disputes = self.disputes_of(known).await?;
        Ok(Record { status, refunds, disputes })
    }

    async fn movements(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable> {
        self.balance_transactions(since, after).await
    }
}
