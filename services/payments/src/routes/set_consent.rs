//! PUT /api/payments/{id}/consent

use actix_web::put;
use actix_web::web::Data;
use contract::PaymentId;
use store::Tx;
use web::body::JsonObject;
use web::{Body, Code, PathId, Preconditions, Problem, Response, SignedIn};

use crate::domain::{Consent, Payment, Refusal};
use crate::refusal::Decision;
use crate::routes::seen_by::seen_by;
use crate::views::payment::shown;
use crate::views::returns::{ReturnsBody, parse_returns};
use crate::{Ports, commands};

web::body! {
    /// The payer's consent; it replaces any earlier consent.
    pub(crate) struct SetConsentBody {
        /// Whether a seller may refund a payment by card to credit, once; false by default.
        pub(crate) credit: Option<bool>,
        /// Units that a seller may return to sale for less than their price, each ticket once; none
        /// by default.
        #[schema(value_type = Option<Vec<ReturnsBody>>)]
        pub(crate) returns: Option<Vec<JsonObject<ReturnsBody>>>,
    }
}

/// Sets the payer's consent for refunds of a captured payment.
///
/// Refunds consume the consent; a repeated request sets it again.
#[utoipa::path(
    request_body = SetConsentBody,
    params(
        ("id" = PaymentId, Path, description = "The payment"),
        ("If-Match" = Option<String>, Header, description = "ETag of the payment that was read; 412 if the payment has another version"),
    ),
    responses(
        (status = 200, description = "The consent", body = Consent),
        (status = 403, description = "The payment of another user"),
        (status = 404, description = "No such payment, or not visible to the signed-in user"),
        (status = 409, description = "`not_captured`, or `refund_exceeds`: more units than remain"),
    ),
    security(("session" = [])),
)]
#[put("/api/payments/{id}/consent")]
pub(crate) async fn set_consent(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<PaymentId>,
    preconditions: Preconditions,
    body: Body<SetConsentBody>,
) -> Result<Response, Problem> {
    let SetConsentBody { credit, returns } = body.value;
    let (payment, _) = seen_by(&ports, *id, &who).await?;
    if payment.buyer != who.user {
        return Err(Problem::new(Code::FORBIDDEN));
    }
    let consent = Consent { credit: credit.unwrap_or_default(), returns: parse_returns(returns)? };
    let (id, agreed) = (payment.id, consent.clone());
    let agree = move |tx: &mut Tx<'_>| agree(tx, id, agreed.clone(), &preconditions);
    ports.store.transact(agree).await?;
    Ok(Response::ok(&consent))
}

fn agree(
    tx: &mut Tx<'_>,
    id: PaymentId,
    consent: Consent,
    preconditions: &Preconditions,
) -> Decision<()> {
    let payment = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    preconditions.check(payment.version, || shown(&payment)).map_err(Refusal::from)?;
    let order = commands::refund::order_of(tx, &payment)?;
    let agreed = payment.agree(consent, order.as_ref())?;
    if agreed != payment {
        tx.save(agreed);
    }
    Ok(())
}
