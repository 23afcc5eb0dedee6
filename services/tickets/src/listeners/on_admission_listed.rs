//! admission.listed: offers the admission as a ticket of one unit, or ends its resale.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::admission::{AdmissionState, LISTED};

use crate::Ports;
use crate::resale::follow;

pub(super) const TYPES: &[MessageType<AdmissionState>] = &[LISTED];

pub(super) async fn on_admission_listed(
    ports: Ports,
    received: Received<AdmissionState>,
) -> Result<Handled, Undeliverable> {
    let admission = received.state;
    Ok(ports.store.transact(move |tx| follow(tx, &admission)).await?)
}
