//! Views of admissions, scans, gates and keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::admission::AdmissionStatus;
use contract::{AdmissionId, GateId, OrderId, ShowId, TicketId, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Admission, CheckIn, CheckInResult, Event, Gate, Issuer, IssuerKey, Terms};
use crate::entry::Scanned;

/// State of an admission.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdmissionStateView {
    /// Its holder may enter.
    Valid,
    /// Its holder has entered.
    Used,
    /// Its unit was refunded, or its show was cancelled.
    Void,
}

/// The right of one holder to enter once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmissionView {
    id: AdmissionId,
    order_id: OrderId,
    ticket_id: TicketId,
    #[serde(skip_serializing_if = "Option::is_none")]
    show_id: Option<ShowId>,
    /// The title of the ticket when it was ordered.
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<Timestamp>,
    /// Number of the unit among those of the ticket in the order, from 1.
    unit: u32,
    /// Units of the ticket in the order.
    units: u32,
    holder: UserId,
    state: AdmissionStateView,
    /// When its holder entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
    /// Version of the code; earlier ones are not accepted.
    credential_version: u16,
    version: u64,
    issued_at: Timestamp,
}

impl From<AdmissionStatus> for AdmissionStateView {
    fn from(status: AdmissionStatus) -> Self {
        match status {
            AdmissionStatus::Valid => Self::Valid,
            AdmissionStatus::Used { .. } => Self::Used,
            AdmissionStatus::Void { .. } => Self::Void,
        }
    }
}

impl From<&Admission> for AdmissionView {
    fn from(Admission { state, terms, .. }: &Admission) -> Self {
        let Terms { title, venue, starts_at } = terms.clone();
        let used_at = match state.status {
            AdmissionStatus::Used { at } => Some(at),
            AdmissionStatus::Valid | AdmissionStatus::Void { .. } => None,
        };
        Self {
            id: state.id,
            order_id: state.order_id,
            ticket_id: state.ticket_id,
            show_id: state.show_id,
            title,
            venue,
            starts_at,
            unit: state.unit,
            units: state.units,
            holder: state.holder,
            state: AdmissionStateView::from(state.status),
            used_at,
            credential_version: state.credential_version,
            version: state.version,
            issued_at: state.issued_at,
        }
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

/// A device that checks codes at a door.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GateView {
    id: GateId,
    name: String,
    /// The show of the door, with all its tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    show_id: Option<ShowId>,
    /// The tickets of the door.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_ids: Option<Vec<TicketId>>,
    created_at: Timestamp,
}

impl From<&Gate> for GateView {
    fn from(gate: &Gate) -> Self {
        let (show_id, ticket_ids) = match &gate.event {
            Event::Show(id) => (Some(*id), None),
            Event::Tickets(ids) => (None, Some(ids.clone())),
        };
        let name = gate.name.as_str().to_owned();
        Self { id: gate.id, name, show_id, ticket_ids, created_at: gate.created_at }
    }
}

/// A public key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeKeyView {
    kty: &'static str,
    crv: &'static str,
    /// The number of the key in codes.
    kid: String,
    /// 32 bytes in URL-safe base64.
    x: String,
}

impl CodeKeyView {
    /// Every key of the issuer, oldest first.
    pub(super) fn all(issuer: &Issuer) -> Vec<Self> {
        let view = |key: &IssuerKey| {
            let x = URL_SAFE_NO_PAD.encode(issuer.public_key(key.kid)?);
            Some(Self { kty: "OKP", crv: "Ed25519", kid: key.kid.to_string(), x })
        };
        issuer.keys.iter().filter_map(view).collect()
    }
}
