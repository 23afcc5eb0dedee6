//! POST /api/shows/{id}/postpone

use actix_web::post;
use actix_web::web::Data;
use contract::{ShowId, Timestamp};
use store::Tx;
use web::nested::Nested;
use web::{Body, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Postponement, Show};
use crate::revision_request::{requester, revise};
use crate::show_bodies::VenueBody;
use crate::views::{ShowProgressView, progress};

web::body! {
    /// New times of a show.
    pub(crate) struct PostponeShowBody {
        /// The new start, in the future and not before the present one.
        pub(crate) starts_at: Timestamp,
        /// When the doors open; not after the start.
        pub(crate) doors_at: Option<Timestamp>,
        /// Until this time buyers may ask for their money: not after the new start, and at least 24
        /// hours away unless the start is nearer. A running period is not shortened.
        pub(crate) refunds_until: Timestamp,
        /// The new place; the present one by default.
        #[schema(value_type = Option<VenueBody>)]
        pub(crate) venue: Nested<Option<VenueBody>>,
    }
}

/// Postpones a show; for its seller and for administrators.
///
/// Orders remain. Until `refundsUntil` their payers may return units for their price.
#[utoipa::path(
    request_body = PostponeShowBody,
    params(("id" = ShowId, Path, description = "The show")),
    responses(
        (status = 202, description = "Postponed, or was already postponed to these times", body = ShowProgressView),
        (status = 403, description = "Not the seller of the show"),
        (status = 404, description = "No such show"),
        (status = 409, description = "`show_cancelled`, `show_begun` or `reserved`"),
    ),
    security(("session" = [])),
)]
#[post("/api/shows/{id}/postpone")]
pub(crate) async fn postpone_show(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    body: Body<PostponeShowBody>,
) -> Result<Response, Problem> {
    let PostponeShowBody { starts_at, doors_at, refunds_until, venue } = body.value;
    let venue = venue.0.map(Into::into);
    let postponement = Postponement { starts_at, doors_at, refunds_until, venue };
    let requester = requester(&who);
    let postpone = move |tx: &mut Tx<'_>, show: &Show| {
        Ok(show.postpone(requester, postponement.clone(), tx.now())?)
    };
    let show = revise(&ports, id.0.untyped(), postpone).await?;
    Ok(progress(&show))
}
