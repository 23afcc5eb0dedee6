//! POST /api/admissions/{id}/resale

use actix_web::post;
use actix_web::web::Data;
use contract::money::Decimal;
use contract::{AdmissionId, Money, TicketId};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;
use web::{Body, PathId, Problem, Response, Trader, once};

use crate::Ports;
use crate::domain::{Refusal, ResalePrice};
use crate::resale;

web::body! {
    /// The terms of a resale.
    pub(crate) struct ResaleBody {
        /// The price, in the currency in which the admission was paid first: at most the part of
        /// that price that the seller allows.
        #[schema(value_type = Decimal)]
        pub(crate) price: ResalePrice,
    }
}

/// A listed admission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResaleView {
    /// The ticket that is on sale, as soon as tickets has stored it.
    ticket_id: TicketId,
}

/// Offers an admission for resale.
///
/// It is on sale as a ticket of one unit, like any other, until it is sold or the event begins.
/// Meanwhile it admits no person. The buyer receives a code of their own; earlier codes are not
/// accepted any more. The price is credited to the account of the holder.
#[utoipa::path(
    request_body = ResaleBody,
    params(
        ("id" = AdmissionId, Path, description = "The admission"),
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response"),
    ),
    responses(
        (status = 201, description = "The admission is listed", body = ResaleView),
        (status = 403, description = "`address_unverified`"),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_valid`, `being_transferred`, `above_cap`, `show_started` or `resale_limit`"),
    ),
    security(("session" = [])),
)]
#[post("/api/admissions/{id}/resale")]
pub(crate) async fn list_for_resale(
    ports: Data<Ports>,
    Trader(who): Trader,
    id: PathId<AdmissionId>,
    body: Body<ResaleBody>,
) -> Result<Response, Problem> {
    let (id, user, call) = (id.0, who.user, body.call);
    let (price, rules) = (body.value.price, ports.settings.amount_rules);
    let decide = move |tx: &mut Tx<'_>| {
        once(tx, &user.to_string(), &call, |tx| {
            let in_currency = |paid: Money| {
                let price = price.in_currency(paid.currency)?;
                rules.check_charge(price).map_err(Refusal::NotChargeable)?;
                Ok(price)
            };
            let ticket_id = resale::list(tx, (id, user), in_currency)?;
            Ok(Response::created(format!("/api/tickets/{ticket_id}"), &ResaleView { ticket_id }))
        })
    };
    Ok(ports.store.transact(decide).await?)
}
