//! POST /api/check-ins

use actix_web::post;
use actix_web::web::Data;
use contract::{ShowId, TicketId};
use web::{Body, Problem, Response};

use super::views::CheckInView;
use crate::Ports;
use crate::domain::{Issuer, ScanId, ScannedText};
use crate::doorkeeper::Doorkeeper;
use crate::entry::{self, Scan};

web::body! {
    /// A scan at a door: of one ticket, or of a show with all its tickets.
    pub(crate) struct CheckInBody {
        /// The text of the code. Text that is no code is `forged`.
        #[schema(value_type = String, min_length = 1, max_length = 1000)]
        pub(crate) code: ScannedText,
        /// The ticket of the door; of a gate, its own event by default.
        pub(crate) ticket_id: Option<TicketId>,
        /// The show of the door; instead of `ticketId`.
        pub(crate) show_id: Option<ShowId>,
        /// 1 to 64 visible ASCII characters, chosen by the door: a repeat returns the first result.
        #[schema(value_type = String, min_length = 1, max_length = 64)]
        pub(crate) scan_id: ScanId,
    }
}

/// Admits the holder of a valid admission, once.
///
/// For the seller of the ticket or the show, and for a gate of its door. Of two scans at the same instant one is admitted.
#[utoipa::path(
    request_body = CheckInBody,
    responses(
        (status = 200, description = "The result of the scan; an admitted one has used the admission", body = CheckInView),
        (status = 401, description = "Not signed in, or `gate_ended`"),
        (status = 403, description = "The ticket or the show of another seller, or another door than that of the gate"),
        (status = 404, description = "No such ticket or show"),
    ),
    security(("session" = []), ("gateKey" = [])),
)]
#[post("/api/check-ins")]
pub(crate) async fn check_in(
    ports: Data<Ports>,
    doorkeeper: Doorkeeper,
    body: Body<CheckInBody>,
) -> Result<Response, Problem> {
    let CheckInBody { code, ticket_id, show_id, scan_id } = body.value;
    let requested = doorkeeper.requested((ticket_id, show_id))?;
    let issuer = ports.store.find::<Issuer>(Issuer::ID).await?.unwrap_or_default();
    let code = entry::verified(code.as_str(), &issuer, ports.clock.now());
    let scan = Scan { doorkeeper, requested, id: scan_id, code, counter: ports.counter };
    let scanned = ports.store.transact_reading(scan.reads(), move |tx| scan.check_in(tx)).await?;
    Ok(Response::ok(&CheckInView::of(scanned)))
}
