//! The means of payment that pages offer, by the payment provider.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use contract::payment_provider::PaymentProvider;

use crate::language::Language;
use crate::settings::Settings;

/// The policy of the pages with Stripe's script
/// (<https://docs.stripe.com/security/guide#content-security-policy>).
const POLICY: &str = "default-src 'none'; \
     script-src 'self' https://js.stripe.com https://*.js.stripe.com; \
     style-src 'self'; img-src 'self' data: https://*.stripe.com; \
     connect-src 'self' https://api.stripe.com; form-action 'self'; base-uri 'none'; \
     frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; \
     frame-ancestors 'none'";

/// A page with Stripe's script, and the policy that allows it.
pub(crate) fn allow_script(mut page: HttpResponse) -> HttpResponse {
    page.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    page
}

/// The cards of the payment provider.
#[derive(Debug, Clone)]
pub(crate) struct Cards {
    provider: PaymentProvider,
    /// The public key of the account at Stripe, for its form of cards.
    pub(crate) publishable_key: Option<String>,
}

impl Cards {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            provider: settings.provider,
            publishable_key: settings.stripe_publishable_key.clone(),
        }
    }

    /// Test cards by token, with their names: those of the built-in provider, or of Stripe.
    pub(crate) fn choices(&self, t: Language) -> Vec<(&'static str, &'static str)> {
        match self.provider {
            PaymentProvider::Test => vec![
                ("tok_visa", t.card_visa()),
                ("tok_declined", t.card_declined()),
                ("tok_insufficient_funds", t.card_insufficient()),
                ("tok_slow", t.card_slow()),
            ],
            PaymentProvider::Stripe => vec![
                ("pm_card_visa", t.card_visa()),
                ("pm_card_authenticationRequired", t.card_authentication()),
                ("pm_card_chargeDeclined", t.card_declined()),
                ("pm_card_chargeDeclinedInsufficientFunds", t.card_insufficient()),
            ],
        }
    }
}
