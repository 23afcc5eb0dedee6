//! Implementation of the port: the calls, their idempotency keys, and the meaning of responses.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use contract::amount_rules::AmountRules;
use contract::{PaymentId, Timestamp};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use store::Unavailable;
use stripe::{Client, ClientBuilder, StripeError, StripeRequest as _};
use stripe_client_core::{RequestBuilder, StripeClient, StripeMethod};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CapturePaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent,
    CreatePaymentIntentAutomaticPaymentMethods as PaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects as Redirects, ListPaymentIntent,
    RetrievePaymentIntent,
};
use stripe_shared::PaymentIntentCaptureMethod;
use stripe_types::Currency;

use super::PAYMENT_ID;
use super::amount::units;
use super::calls::{call, under};
use super::failure::{CallError, RejectedBy};
use super::objects::{Intent, List};
use super::settings::{ReturnUrl, StripeSettings};
use super::status::provider_status;
use crate::domain::{ProviderRefundStatus, ProviderStatus, Record, Token};
use crate::provider::gateway::{
    Movements, OpenRequest, OpenResult, PaymentGateway, ProviderPayment, ProviderRefund,
};

/// Additional keys under which the creation of a payment is tried. An order's deadline ends a
/// creation that fails under all of them. A top-up waits until Stripe forgets the keys, so that
/// there are enough for an outage of some minutes.
const OTHER_KEYS_MAX: u32 = 8;

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

/// The parameters of a confirmation with a card's token, which the client's own type lacks.
#[derive(Serialize)]
struct ConfirmByToken<'a> {
    payment_method_data: CardByToken<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_url: Option<&'a str>,
}

#[derive(Serialize)]
struct CardByToken<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    card: TokenOnly<'a>,
}

#[derive(Serialize)]
struct TokenOnly<'a> {
    token: &'a str,
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
    /// Checks whether Stripe accepts the key and permits it to read payments. The permission to
    /// create them is not checked.
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

    pub(super) async fn retrieve(
        &self,
        known: ProviderPayment<'_>,
    ) -> Result<ProviderStatus, Unavailable> {
        status_of(known, &self.intent(known.reference).await?)
    }

    /// Reads a payment intent.
    pub(super) async fn intent(&self, reference: &str) -> Result<Intent, Unavailable> {
        let request = RetrievePaymentIntent::new(reference).build().customize::<Intent>();
        let result = call("inquire", request.send(&self.client)).await;
        result.map_err(|error| error.into_unavailable("inquire"))
    }

    /// Converts the result of a change. After a rejection the status is read, since the payment is
    /// usually in the intended state already.
    async fn changed(
        &self,
        operation: &str,
        known: ProviderPayment<'_>,
        result: Result<Intent, CallError>,
    ) -> Result<ProviderStatus, Unavailable> {
        match result {
            Ok(intent) => status_of(known, &intent),
            Err(CallError::Rejected(no)) => {
                let (payment, details) = (known.payment_id, no.details);
                tracing::info!(%payment, operation, details, "Stripe rejected the call; reading the status");
                self.retrieve(known).await
            }
            Err(CallError::ServerError(unavailable) | CallError::Unknown(unavailable)) => {
                Err(unavailable)
            }
        }
    }
}

fn status_of(known: ProviderPayment<'_>, intent: &Intent) -> Result<ProviderStatus, Unavailable> {
    provider_status(intent, known.amount)
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
        match result {
            Ok(intent) => Ok(OpenResult::Opened { reference: intent.id }),
            Err(CallError::Rejected(no)) => {
                tracing::warn!(payment = %payment_id, details = no.details, "Stripe rejected the payment");
                Ok(OpenResult::Rejected { reason: no.reason })
            }
            Err(CallError::ServerError(unavailable) | CallError::Unknown(unavailable)) => {
                Err(unavailable)
            }
        }
    }

    /// With its own key: a card is charged once. A rejection that is not the bank's, such as an
    /// invalid token, declines the payment unless the intent has another status.
    async fn confirm(
        &self,
        known: ProviderPayment<'_>,
        token: &Token,
    ) -> Result<ProviderStatus, Unavailable> {
        let ProviderPayment { payment_id, reference, .. } = known;
        let return_url = self.return_url.as_ref().map(|url| url.of(payment_id));
        let confirming = if token.as_str().starts_with("tok_") {
            let card = TokenOnly { token: token.as_str() };
            let payment_method_data = CardByToken { kind: "card", card };
            let return_url = return_url.as_deref();
            let path = format!("/payment_intents/{reference}/confirm");
            RequestBuilder::new(StripeMethod::Post, path)
                .form(&ConfirmByToken { payment_method_data, return_url })
                .customize::<Intent>()
        } else {
            let mut confirming =
                ConfirmPaymentIntent::new(reference).payment_method(token.as_str());
            if let Some(return_url) = return_url {
                confirming = confirming.return_url(return_url);
            }
            confirming.build().customize::<Intent>()
        };
        let confirming = confirming.request_strategy(under(&format!("{payment_id}:confirm"))?);
        match call("confirm", confirming.send(&self.client)).await {
            Err(CallError::Rejected(no)) if no.by == RejectedBy::Bank => {
                Ok(ProviderStatus::Declined { reason: no.reason })
            }
            Err(CallError::Rejected(no)) => {
                tracing::warn!(payment = %payment_id, details = no.details, "Stripe rejected the confirmation");
                match self.retrieve(known).await? {
                    ProviderStatus::Unconfirmed => {
                        Ok(ProviderStatus::Declined { reason: no.reason })
                    }
                    status => Ok(status),
                }
            }
            result => self.changed("confirm", known, result).await,
        }
    }

    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.retrieve(known).await
    }

    /// Without a key: an intent is captured at most once, and a key would store a server error for
    /// a day.
    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let capturing = CapturePaymentIntent::new(known.reference).build().customize::<Intent>();
        let result = call("capture", capturing.send(&self.client)).await;
        self.changed("capture", known, result).await
    }

    /// Without a key: an intent is cancelled at most once, and a key would store a rejection that
    /// holds only while a bank decides.
    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        let cancelling = CancelPaymentIntent::new(known.reference).build().customize::<Intent>();
        let result = call("void", cancelling.send(&self.client)).await;
        self.changed("void", known, result).await
    }

    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        self.give_back(refunding).await
    }

    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        self.find_refund(refunding).await
    }

    async fn record(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable> {
        self.recorded(known).await
    }

    async fn movements(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable> {
        self.moved(since, after).await
    }
}
