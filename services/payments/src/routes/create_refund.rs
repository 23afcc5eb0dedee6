//! POST /api/payments/{id}/refunds

use actix_web::post;
use actix_web::web::Data;
use contract::{PaymentId, RefundId};
use store::{Failure, Tx};
use web::body::JsonObject;
use web::{Body, Call, Code, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::commands::{self, inquiry};
use crate::domain::refund::{Method, RefundRequest, Requester};
use crate::domain::{OrderCopy, Payment, Refusal, RequestedAmount};
use crate::routes::run_operation::{is_repeat, run_operation};
use crate::routes::seen_by::seen_by;
use crate::views::refund::RefundView;
use crate::views::returns::{ReturnsBody, parse_returns};

web::body! {
    /// The refund to make.
    pub(crate) struct CreateRefundBody {
        /// Amount in the payment's currency; by default all that the caller may still refund. The
        /// payer cannot choose it.
        #[schema(value_type = Option<contract::money::Decimal>)]
        pub(crate) amount: Option<RequestedAmount>,
        /// Destination; by default the origin of the payment. Credit for a payment by card requires
        /// the payer or the payer's consent, or an administrator.
        pub(crate) to: Option<Method>,
        /// Units of the order to return to sale, each ticket once; none by default, of the payer
        /// all that remain.
        #[schema(value_type = Option<Vec<ReturnsBody>>)]
        pub(crate) returns: Option<Vec<JsonObject<ReturnsBody>>>,
    }
}

/// Refunds a captured payment.
///
/// A seller may refund up to the price of the seller's own tickets, an administrator up to the
/// whole amount. A seller's refund returns units to sale only if all refunds together cover their
/// price, or if the payer has consented to less. The payer of an order that was placed before its
/// show was postponed may return units for their price until the date that the seller has set, and
/// later if a refund that the payer requested has failed. Returns once the money is refunded and
/// the units are on sale, or once the refund has failed; otherwise 202 with the present state after
/// a bounded wait.
#[utoipa::path(
    request_body = CreateRefundBody,
    params(
        ("id" = PaymentId, Path, description = "The payment"),
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response"),
    ),
    responses(
        (status = 201, description = "The refund has succeeded or failed; see `status`", body = RefundView),
        (status = 202, description = "The refund is not decided, or its units are not on sale yet; read it again later", body = RefundView),
        (status = 403, description = "The caller is the payer and the show was not postponed after the order, or a ticket is another seller's"),
        (status = 404, description = "No such payment, or not visible to the signed-in user"),
        (status = 409, description = "`not_captured`, `refund_exceeds`, `units_not_refunded`, `payer_must_agree`, `refund_period_over` or `insufficient_credit`; nothing was refunded"),
    ),
    security(("session" = [])),
)]
#[post("/api/payments/{id}/refunds")]
pub(crate) async fn create_refund(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<PaymentId>,
    body: Body<CreateRefundBody>,
) -> Result<Response, Problem> {
    let CreateRefundBody { amount, to, returns } = body.value;
    let (payment, by) = seen_by(&ports, *id, &who).await?;
    if let Requester::Payer(_) = by {
        check_payer(&ports, &payment, amount.as_ref()).await?;
    }
    let currency = payment.amount.currency;
    let amount = amount.map(|amount| amount.in_currency(currency)).transpose();
    let amount = amount.map_err(|rule| Problem::invalid().error("amount", rule.to_string()))?;
    let returns = parse_returns(returns)?;
    let id = RefundId::from(ports.ids.next(ports.clock.now()));
    let request = RefundRequest { id, by, amount, to, returns };
    let refused = if payment.captured_amount().is_some() && payment.reference().is_some() {
        ask_provider(&ports, &payment, &body.call, &request).await?
    } else {
        None
    };
    let (payment_id, rules) = (payment.id, ports.gateway.amount_rules());
    let begin = move |tx: &mut Tx<'_>| match refused {
        Some(refusal) => Err(refusal.into()),
        None => commands::refund::request(tx, payment_id, &request, rules),
    };
    run_operation(&ports, &body.call, who.user, begin).await
}

/// The payer may return units of a show, for their price. Whether the show is postponed is decided
/// with the request.
async fn check_payer(
    ports: &Ports,
    payment: &Payment,
    amount: Option<&RequestedAmount>,
) -> Result<(), Problem> {
    let order = match payment.order_id() {
        Some(id) => ports.store.find::<OrderCopy>(&id.to_string()).await?,
        None => None,
    };
    if order.is_none_or(|copy| copy.order.show_id.is_none()) {
        return Err(Problem::new(Code::FORBIDDEN));
    }
    let refused = "the payer receives the price of the returned units";
    amount.map_or(Ok(()), |_| Err(Problem::invalid().error("amount", refused)))
}

/// Books refunds and disputes made at the provider, with or without their events. A repeat, and a
/// request that the stored documents refuse, cause no call; returns that refusal.
async fn ask_provider(
    ports: &Ports,
    payment: &Payment,
    call: &Call,
    request: &RefundRequest,
) -> Result<Option<Refusal>, Problem> {
    let (payment_id, rules) = (payment.id, ports.gateway.amount_rules());
    let (repeated, decided) = (call.clone(), request.clone());
    let is_new = ports.store.transact(move |tx| {
        if is_repeat(tx, &repeated, decided.by.user())? {
            return Ok(false);
        }
        commands::refund::decide(tx, payment_id, &decided, rules).map(|_| true)
    });
    match is_new.await {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(Failure::Refused(refusal)) => return Ok(Some(refusal)),
        Err(failure) => return Err(failure.into()),
    }
    let is_known = inquiry::record_when_due(ports, payment).await?;
    // The provider rejects a refund to a card beyond the remainder; a refund to credit does not
    // involve the provider.
    if !is_known && request.to == Some(Method::Credit) {
        return Err(Problem::new(Code::UNAVAILABLE));
    }
    Ok(None)
}
