//! View of the result of a scan.

use contract::{AdmissionId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{CheckIn, CheckInResult};
use crate::entry::Scanned;

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
    /// The title of the ticket, its category at a show, if the code is for this door.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Number of the unit among those of the ticket in the order, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<u32>,
    /// Units of the ticket in the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<u32>,
}

impl CheckInView {
    pub(super) fn of((scan, admission): Scanned) -> Self {
        let CheckIn { result, admission_id, used_at, .. } = scan;
        let (unit, units) = admission.as_ref().map(|it| (it.state.unit, it.state.units)).unzip();
        let title = admission.map(|admission| admission.terms.title);
        Self { result, admission_id, used_at, title, unit, units }
    }
}
