//! POST /api/payments/top-ups

use actix_web::post;
use actix_web::web::Data;
use contract::money::Decimal;
use contract::{Currency, PaymentId};
use store::Tx;
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use crate::Ports;
use crate::commands::pay::begin_top_up;
use crate::domain::{RequestedAmount, Token};
use crate::routes::run_operation::run_operation;
use crate::views::payment::PaymentView;

web::body! {
    /// The amount to add to the account, and the card to charge.
    pub(crate) struct CreateTopUpBody {
        /// Above zero, at most 10,000,000, with at most the decimals of its currency, and chargeable
        /// by the provider.
        #[schema(value_type = Decimal)]
        pub(crate) amount: RequestedAmount,
        /// `usd` by default.
        pub(crate) currency: Option<Currency>,
        /// The provider's token for a card.
        #[schema(value_type = String, min_length = 1, max_length = 255)]
        pub(crate) token: Token,
    }
}

/// Charges a card and adds the amount to the signed-in user's account.
///
/// Returns once the payment is captured or declined, or needs an action of the payer; otherwise 202
/// with the present state after ten seconds.
#[utoipa::path(
    request_body = CreateTopUpBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response")),
    responses(
        (status = 201, description = "The payment is captured and credited to the account", body = PaymentView),
        (status = 202, description = "Not decided yet: carry out `action`, if present, and read the payment again", body = PaymentView),
        (status = 402, description = "`payment_declined`"),
        (status = 429, description = "`too_many_requests` or `too_many_card_attempts`; nothing was charged", headers(("Retry-After" = u32, description = "Seconds to wait"))),
    ),
    security(("session" = [])),
)]
#[post("/api/payments/top-ups")]
pub(crate) async fn create_top_up(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<CreateTopUpBody>,
) -> Result<Response, Problem> {
    let CreateTopUpBody { amount, currency, token } = body.value;
    let amount = amount
        .of_top_up(currency.unwrap_or_default())
        .and_then(|amount| {
            let checked = ports.gateway.amount_rules().check_charge(amount);
            checked.map(|()| amount).map_err(|broken| broken.to_string())
        })
        .map_err(|rule| Problem::invalid().error("amount", rule))?;
    let payer = who.user;
    let limits = ports.card_settings.for_network(address.into());
    let id = PaymentId::from(ports.ids.next(ports.clock.now()));
    let begin =
        move |tx: &mut Tx<'_>| begin_top_up(tx, id, (payer, amount), token.clone(), &limits);
    run_operation(&ports, &body.call, payer, begin).await
}
