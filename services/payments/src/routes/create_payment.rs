//! POST /api/payments

use actix_web::post;
use actix_web::web::Data;
use contract::{OrderId, PaymentId};
use serde::Deserialize;
use store::{Tx, Unavailable};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use web::body::{Fields, FromFields};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use crate::Ports;
use crate::commands::pay::{self, PaymentSource};
use crate::domain::{OrderCopy, Token};
use crate::routes::run_operation::run_operation;
use crate::views::payment::PaymentView;

/// An order, and the means to pay it.
#[derive(Debug)]
pub(crate) struct CreatePaymentBody {
    order_id: OrderId,
    source: PaymentSource,
}

/// How an order is paid without a card.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
enum Method {
    Credit,
}

impl TryFrom<String> for Method {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "credit" { Ok(Self::Credit) } else { Err("must be credit") }
    }
}

/// Pays an order.
///
/// Returns once the payment is captured, declined or voided, or needs an action of the payer;
/// otherwise 202 with the present state after ten seconds.
#[utoipa::path(
    request_body = CreatePaymentBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response")),
    responses(
        (status = 201, description = "The payment is captured and the order is complete", body = PaymentView),
        (status = 202, description = "Not decided yet: carry out `action`, if present, and read the payment again", body = PaymentView),
        (status = 402, description = "`payment_declined`; nothing was charged"),
        (status = 404, description = "No such order of the signed-in user"),
        (status = 409, description = "`order_cancelled`, `show_cancelled`, `order_expired`, `order_complete`, `payment_in_progress` or `amount_not_chargeable`; nothing was charged"),
        (status = 429, description = "`too_many_requests` or `too_many_card_attempts`; nothing was charged", headers(("Retry-After" = u32, description = "Seconds to wait"))),
    ),
    security(("session" = [])),
)]
#[post("/api/payments")]
pub(crate) async fn create_payment(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<CreatePaymentBody>,
) -> Result<Response, Problem> {
    let CreatePaymentBody { order_id, source } = body.value;
    sources::join_trace_of(order_id);
    let payer = who.user;
    let waiting = ports.orders.waiting_for_own(order_id.untyped(), &ports.clock);
    if waiting.may_arrive() {
        let id = order_id.to_string();
        let own = || async {
            let copy = ports.store.find::<OrderCopy>(&id).await?;
            Ok::<_, Unavailable>(copy.filter(|copy| copy.order.buyer == payer))
        };
        waiting.until_found(own).await?;
    }
    let rules = ports.gateway.amount_rules();
    let limits = ports.card_settings.for_network(address.into());
    let id = PaymentId::from(ports.ids.next(ports.clock.now()));
    let begin =
        move |tx: &mut Tx<'_>| pay::begin(tx, id, order_id, payer, (&source, rules, &limits));
    run_operation(&ports, &body.call, payer, begin).await
}

impl FromFields for CreatePaymentBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let order_id = fields.take::<OrderId>("order_id");
        let source = match fields.take::<Option<Method>>("method") {
            Some(None) => fields.take::<Token>("token").map(PaymentSource::Card),
            Some(Some(Method::Credit)) => {
                fields.reject_combination("token", "method");
                Some(PaymentSource::Credit)
            }
            None => None,
        };
        fields.reject_unknown();
        Some(Self { order_id: order_id?, source: source? })
    }
}

impl PartialSchema for CreatePaymentBody {
    fn schema() -> RefOr<Schema> {
        let token = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(255))
            .description(Some("The provider's token for a card"));
        let method = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["credit"]))
            .description(Some("`credit`, to pay with credit instead of a token"));
        ObjectBuilder::new()
            .property("orderId", OrderId::schema())
            .required("orderId")
            .property("token", token)
            .property("method", method)
            .description(Some("An order, and the means of payment: a token or a method"))
            .into()
    }
}

impl ToSchema for CreatePaymentBody {}
