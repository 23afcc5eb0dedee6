//! POST /api/check-ins

use actix_web::post;
use actix_web::web::Data;
use contract::{AdmissionId, ShowId, TicketId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Body, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{CheckIn, CheckInResult, Issuer, ScanId, ScannedText};
use crate::entry::{self, Scan};
use crate::event::Event;

web::body! {
    /// A scan at a door: of one ticket, or of a show with all its tickets.
    pub(crate) struct CheckInBody {
        /// The text of the code. Text that is no code is `forged`.
        #[schema(value_type = String, min_length = 1, max_length = 1000)]
        pub(crate) code: ScannedText,
        /// The ticket of the door.
        pub(crate) ticket_id: Option<TicketId>,
        /// The show of the door; instead of `ticketId`.
        pub(crate) show_id: Option<ShowId>,
        /// 1 to 64 visible ASCII characters, chosen by the door: a repeat returns the first result.
        #[schema(value_type = String, min_length = 1, max_length = 64)]
        pub(crate) scan_id: ScanId,
    }
}

/// The result of a scan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckInView {
    result: CheckInResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    admission_id: Option<AdmissionId>,
    /// When the holder entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
}

/// Admits the holder of a valid admission, once.
///
/// For the seller of the ticket or the show. Of two scans at the same instant one is admitted.
#[utoipa::path(
    request_body = CheckInBody,
    responses(
        (status = 200, description = "The result of the scan; an admitted one has used the admission", body = CheckInView),
        (status = 403, description = "The ticket or the show of another seller"),
        (status = 404, description = "No such ticket or show"),
    ),
    security(("session" = [])),
)]
#[post("/api/check-ins")]
pub(crate) async fn check_in(
    ports: Data<Ports>,
    who: SignedIn,
    body: Body<CheckInBody>,
) -> Result<Response, Problem> {
    let CheckInBody { code, ticket_id, show_id, scan_id } = body.value;
    let event = match (ticket_id, show_id) {
        (Some(ticket), None) => Event::Ticket(ticket),
        (None, Some(show)) => Event::Show(show),
        (None, None) => return Err(invalid("is required, or showId")),
        (Some(_), Some(_)) => return Err(invalid("cannot be combined with showId")),
    };
    let issuer = ports.store.find::<Issuer>(Issuer::ID).await?.unwrap_or_default();
    let code = entry::verified(code.as_str(), &issuer, ports.clock.now());
    let scan = Scan { seller: who.user, id: scan_id, event, code };
    let CheckIn { result, admission_id, used_at, .. } =
        ports.store.transact(move |tx| entry::check_in(tx, &scan)).await?;
    Ok(Response::ok(&CheckInView { result, admission_id, used_at }))
}

fn invalid(rule: &str) -> Problem {
    Problem::new(web::Code::INVALID_REQUEST).detail("Nothing was checked").error("ticketId", rule)
}
