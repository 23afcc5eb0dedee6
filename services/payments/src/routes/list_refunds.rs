//! GET /api/payments/{id}/refunds

use actix_web::get;
use actix_web::web::Data;
use contract::PaymentId;
use store::Query;
use web::{Answer, PathId, Problem, ProblemBody, SignedIn};

use super::views::RefundView;
use crate::Ports;
use crate::domain::{REFUNDS_MAX, Refund};
use crate::parties::{Party, seen_by};

/// Lists the refunds of a payment, oldest first, to its payer, its sellers and administrators; a seller sees the own part of them.
#[utoipa::path(
    tag = "payments",
    params(("id" = PaymentId, Path, description = "The payment")),
    responses(
        (status = 200, description = "All of its refunds, 100 at most", body = [RefundView]),
        (status = 400, description = "The id is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such payment of yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/{id}/refunds")]
pub(crate) async fn list_refunds(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<PaymentId>,
) -> Result<Answer, Problem> {
    let (payment, party) = seen_by(&ports, *id, &who).await?;
    let of_payment = Query::on("by_payment").equals(payment.id).limit(REFUNDS_MAX);
    let refunds: Vec<Refund> = ports.store.query(of_payment).await?;
    let views = refunds.iter().filter_map(|refund| match party {
        Party::Admin | Party::Payer => Some(RefundView::from(refund)),
        Party::Seller => RefundView::of_seller(refund, who.user),
    });
    Ok(Answer::ok(&views.collect::<Vec<_>>()))
}
