//! Views of admissions, transfers, scans, gates and keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::admission::{AdmissionStatus, Listing};
use contract::money::Decimal;
use contract::transfer::{TransferRecipient, TransferStatus};
use contract::{
    AdmissionId, Currency, GateId, OrderId, ShowId, TicketId, Timestamp, TransferId, UserId,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    Admission, CheckIn, CheckInResult, Event, Gate, Issuer, IssuerKey, Terms, Transfer,
};
use crate::entry::Scanned;

/// State of an admission.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdmissionStateView {
    /// Its holder may enter.
    Valid,
    /// It is offered for resale, and admits no person.
    Listed,
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
    /// The latest transfer that offered it to another person.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_id: Option<TransferId>,
    /// Whether a device shows the code, which it renews.
    is_on_device: bool,
    version: u64,
    issued_at: Timestamp,
    /// The price that was paid first.
    price: Decimal,
    currency: Currency,
    /// The resale of a listed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    resale: Option<ListingView>,
}

/// A resale.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingView {
    /// The ticket that is on sale.
    ticket_id: TicketId,
    price: Decimal,
    /// Whether it ends unless a purchase is under way.
    is_ending: bool,
}

impl From<&Listing> for ListingView {
    fn from(Listing { ticket_id, price, is_ending, .. }: &Listing) -> Self {
        Self { ticket_id: *ticket_id, price: price.to_decimal(), is_ending: *is_ending }
    }
}

impl From<AdmissionStatus> for AdmissionStateView {
    fn from(status: AdmissionStatus) -> Self {
        match status {
            AdmissionStatus::Valid => Self::Valid,
            AdmissionStatus::Listed => Self::Listed,
            AdmissionStatus::Used { .. } => Self::Used,
            AdmissionStatus::Void { .. } => Self::Void,
        }
    }
}

impl From<&Admission> for AdmissionView {
    fn from(admission: &Admission) -> Self {
        let Admission { state, terms, device, transfer, .. } = admission;
        let Terms { title, venue, starts_at, price } = terms.clone();
        let used_at = match state.status {
            AdmissionStatus::Used { at } => Some(at),
            AdmissionStatus::Valid | AdmissionStatus::Listed | AdmissionStatus::Void { .. } => None,
        };
        Self {
            id: state.id,
            order_id: admission.paid_by(),
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
            transfer_id: *transfer,
            is_on_device: device.is_some(),
            version: state.version,
            issued_at: state.issued_at,
            price: price.to_decimal(),
            currency: price.currency,
            resale: admission.listing().map(ListingView::from),
        }
    }
}

/// State of a transfer.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferStateView {
    /// The recipient may accept it.
    Offered,
    /// The recipient holds the admissions.
    Accepted,
    /// The recipient does not want them.
    Declined,
    /// The sender took it back, or one of its admissions was used or is void.
    Cancelled,
    /// The recipient did not accept it in time.
    Expired,
}

/// The part of the signed-in user in a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferRole {
    /// The user offered the admissions.
    Sender,
    /// The admissions are offered to the user.
    Recipient,
}

/// An offer of admissions to another person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferView {
    id: TransferId,
    state: TransferStateView,
    role: TransferRole,
    /// The sender.
    from: UserId,
    /// The recipient, as the sender named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_user: Option<UserId>,
    /// The address of the recipient, shown to the sender while the transfer is offered and no
    /// reader of its mail has opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_email: Option<String>,
    admission_ids: Vec<AdmissionId>,
    /// The title of the show or of the ticket of the first admission.
    title: String,
    offered_at: Timestamp,
    /// When the recipient can no longer accept it.
    expires_at: Timestamp,
    /// When it was accepted, declined or cancelled, or expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    version: u64,
}

impl TransferView {
    /// The transfer, as its sender or its recipient sees it.
    pub(crate) fn of(transfer: &Transfer, user: UserId) -> Self {
        let state = &transfer.state;
        let role = if state.from == user { TransferRole::Sender } else { TransferRole::Recipient };
        let (to_user, to_email) = match (&state.to, role) {
            (TransferRecipient::User { user_id }, _)
            | (TransferRecipient::Claimed { user_id }, TransferRole::Recipient) => {
                (Some(*user_id), None)
            }
            (TransferRecipient::Address { email, .. }, TransferRole::Sender) => {
                (None, Some(email.clone()))
            }
            (TransferRecipient::Claimed { .. }, TransferRole::Sender)
            | (TransferRecipient::Address { .. }, TransferRole::Recipient)
            | (TransferRecipient::DeletedAddress, _) => (None, None),
        };
        let (shown, ended_at) = match state.status {
            TransferStatus::Offered => (TransferStateView::Offered, None),
            TransferStatus::Accepted { at } => (TransferStateView::Accepted, Some(at)),
            TransferStatus::Declined { at } => (TransferStateView::Declined, Some(at)),
            TransferStatus::Cancelled { at } => (TransferStateView::Cancelled, Some(at)),
            TransferStatus::Expired { at } => (TransferStateView::Expired, Some(at)),
        };
        Self {
            id: state.id,
            state: shown,
            role,
            from: state.from,
            to_user,
            to_email,
            admission_ids: state.admissions.clone(),
            title: state.title.clone(),
            offered_at: state.offered_at,
            expires_at: state.expires_at,
            ended_at,
            version: state.version,
        }
    }
}

/// A new transfer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferedTransferView {
    pub(crate) id: TransferId,
    pub(crate) state: TransferStateView,
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
