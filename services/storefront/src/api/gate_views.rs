//! Representations of gates, and of admissions at a door.

use contract::{GateId, ShowId, TicketId, Timestamp};
use serde::Deserialize;

use super::check_in_view::CheckInResult;

/// A gate of the visitor.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GateView {
    pub(crate) id: GateId,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) show_id: Option<ShowId>,
    #[serde(default)]
    pub(crate) ticket_ids: Vec<TicketId>,
    pub(crate) created_at: Timestamp,
}

/// A new gate and the secret half of its key.
#[derive(derive_more::Debug, Clone, Deserialize)]
pub(crate) struct NewGateView {
    pub(crate) id: GateId,
    #[debug("…")]
    pub(crate) key: String,
}

/// Numbers of admissions.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct AdmissionCountsView {
    pub(crate) issued: i64,
    pub(crate) used: i64,
    pub(crate) void: i64,
}

/// An entry that does not count.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConflictView {
    pub(crate) result: CheckInResult,
    pub(crate) at: Timestamp,
    #[serde(default)]
    pub(crate) gate_id: Option<GateId>,
    #[serde(default)]
    pub(crate) title: Option<String>,
    #[serde(default)]
    pub(crate) unit: Option<u32>,
    #[serde(default)]
    pub(crate) units: Option<u32>,
}
