//! POST /api/check-ins/batch

use actix_web::post;
use actix_web::web::Data;
use contract::{ShowId, TicketId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use web::nested::{List, Nested};
use web::{Body, Problem, Response};

use super::views::CheckInView;
use crate::Ports;
use crate::domain::{Issuer, ScanId, ScannedText};
use crate::doorkeeper::Doorkeeper;
use crate::merging::{Delivery, OfflineScan, SCANS_PER_COMMIT_MAX};

/// Scans in a request: more than a door admits in half an hour.
const SCANS_MAX: usize = 500;

/// Bytes of a body: a scan has at most 300 characters of a code and 150 others.
const BYTES_MAX: usize = 256 * 1024;

web::body! {
    /// Entries of a door that had no network.
    pub(crate) struct MergeCheckInsBody {
        /// The ticket of the door; of a gate, its own event by default.
        pub(crate) ticket_id: Option<TicketId>,
        /// The show of the door; instead of `ticketId`.
        pub(crate) show_id: Option<ShowId>,
        /// Up to 500 scans whose holders the door admitted.
        #[schema(value_type = Option<Vec<ScanBody>>)]
        pub(crate) scans: Nested<List<ScanBody, SCANS_MAX>>,
    }
}

web::body! {
    /// A scan of a door that had no network.
    pub(crate) struct ScanBody {
        /// The text of the code.
        #[schema(value_type = String, min_length = 1, max_length = 1000)]
        pub(crate) code: ScannedText,
        /// 1 to 64 visible ASCII characters, chosen by the door: a repeat returns the first result.
        #[schema(value_type = String, min_length = 1, max_length = 64)]
        pub(crate) scan_id: ScanId,
        /// The time of the scan. A rotating code is verified at this time.
        pub(crate) at: Timestamp,
    }
}

/// The result of one scan of several.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MergedScanView {
    scan_id: String,
    #[serde(flatten)]
    scan: CheckInView,
}

/// Merges the entries of a door that had no network.
///
/// Of all entries of an admission the earliest counts, whichever door delivers its scans first; the
/// others are conflicts, as is an entry by a code that was not valid. A time in the future counts as
/// the present; an entry of more than 7 days ago is `expired_code`.
#[utoipa::path(
    request_body = MergeCheckInsBody,
    responses(
        (status = 200, description = "The result of each scan, in their order", body = [MergedScanView]),
        (status = 401, description = "Not signed in, or `gate_ended`"),
        (status = 403, description = "The ticket or the show of another seller, or another door than that of the gate"),
        (status = 404, description = "No such ticket or show"),
    ),
    security(("session" = []), ("gateKey" = [])),
)]
#[post("/api/check-ins/batch")]
pub(crate) async fn merge_check_ins(
    ports: Data<Ports>,
    doorkeeper: Doorkeeper,
    body: Body<MergeCheckInsBody, BYTES_MAX>,
) -> Result<Response, Problem> {
    let MergeCheckInsBody { ticket_id, show_id, scans: Nested(List(scans)) } = body.value;
    let requested = doorkeeper.requested((ticket_id, show_id))?;
    let issuer = ports.store.find::<Issuer>(Issuer::ID).await?.unwrap_or_default();
    let mut views = Vec::with_capacity(scans.len());
    // At least one decision, so that the right is checked without scans too.
    for scans in scans.chunks(SCANS_PER_COMMIT_MAX).chain(scans.is_empty().then_some(&[][..])) {
        let now = ports.clock.now();
        let given = scans.iter().map(|ScanBody { code, scan_id, at }| {
            OfflineScan::of((scan_id.clone(), code.as_str(), *at), &issuer, now)
        });
        let delivery = Delivery {
            doorkeeper: doorkeeper.clone(),
            requested: requested.clone(),
            scans: given.collect(),
            counter: ports.counter,
        };
        let merged = ports.store.transact(move |tx| delivery.merge(tx)).await?;
        views.extend(scans.iter().zip(merged).map(|(scan, merged)| MergedScanView {
            scan_id: scan.scan_id.as_str().to_owned(),
            scan: CheckInView::of(merged),
        }));
    }
    Ok(Response::ok(&views))
}
