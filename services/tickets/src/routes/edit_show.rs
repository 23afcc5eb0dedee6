//! PUT /api/shows/{id}

use actix_web::put;
use actix_web::web::Data;
use contract::{ShowId, Timestamp};
use store::Tx;
use web::nested::Nested;
use web::{Body, PathId, Preconditions, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Description, Details, Refusal, Show, Title};
use crate::revision_request::{requester, revise};
use crate::show_bodies::VenueBody;
use crate::views::{ShowView, shown_in, shown_show, tickets_of};

web::body! {
    /// The new texts, place and times of a show.
    pub(crate) struct EditShowBody {
        /// 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C.
        #[schema(value_type = String, min_length = 1, max_length = 800)]
        pub(crate) title: Title,
        /// 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 10000)]
        pub(crate) description: Option<Description>,
        /// The place.
        #[schema(value_type = VenueBody)]
        pub(crate) venue: Nested<VenueBody>,
        /// When the doors open; not after the start.
        pub(crate) doors_at: Option<Timestamp>,
        /// The start, in the future unless it is unchanged.
        pub(crate) starts_at: Timestamp,
        /// Version of the show that was read; another present version is a conflict.
        pub(crate) version: Option<u64>,
    }
}

/// Replaces the texts, the place and the times of a seller's own show.
///
/// The response is sent once the change is in force, in the show and in all its tickets. While
/// units are held or sold, only a postponement changes the place and the times.
#[utoipa::path(
    request_body = EditShowBody,
    params(
        ("id" = ShowId, Path, description = "The show"),
        ("If-Match" = Option<String>, Header, description = "ETag of the show that was read; 412 if the show was edited since. A sale is not an edit"),
    ),
    responses(
        (status = 200, description = "The present show", body = ShowView, headers(("ETag" = String, description = "The entity tag"))),
        (status = 403, description = "Not the seller of the show"),
        (status = 404, description = "No such show"),
        (status = 409, description = "`reserved`, `show_cancelled` or `version_conflict`"),
    ),
    security(("session" = [])),
)]
#[put("/api/shows/{id}")]
pub(crate) async fn edit_show(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    preconditions: Preconditions,
    body: Body<EditShowBody>,
) -> Result<Response, Problem> {
    let EditShowBody { title, description, venue, doors_at, starts_at, version } = body.value;
    let details = Details { title, description, venue: venue.0.into(), doors_at, starts_at };
    let editor = who.clone();
    let edit = move |tx: &mut Tx<'_>, show: &Show| {
        let change = show.edit(requester(&editor), details.clone(), version, tx.now())?;
        let present = shown_in(tx, show, &editor)?;
        preconditions.check(show.version, || present).map_err(Refusal::from)?;
        Ok(change)
    };
    let show = revise(&ports, id.0.untyped(), edit).await?;
    let tickets = tickets_of(&ports.store, &show).await?;
    Ok(shown_show(&show, &tickets, Some(&who), ports.clock.now()))
}
