//! GET /api/payments/{id}

use actix_web::get;
use actix_web::web::Data;
use contract::PaymentId;
use web::{PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::commands::inquiry;
use crate::routes::seen_by::seen_by;
use crate::views::payment::{PaymentView, shown};

/// Shows a payment.
///
/// For the payer, the sellers of the order and administrators.
#[utoipa::path(
    params(("id" = PaymentId, Path, description = "The payment")),
    responses(
        (status = 200, description = "The payment", body = PaymentView),
        (status = 404, description = "No such payment, or not visible to the signed-in user"),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/{id}")]
pub(crate) async fn show_payment(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<PaymentId>,
) -> Result<Response, Problem> {
    let (mut payment, _) = seen_by(&ports, *id, &who).await?;
    if payment.buyer != who.user {
        return Ok(Response::ok(&PaymentView::of_another(&payment)).tagged(payment.version));
    }
    // The payer may have completed the action, and the provider's event may be late or lost.
    payment = inquiry::when_due(&ports, payment).await?;
    Ok(shown(&payment))
}
