//! admission.voided: ends the resale of the admission.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::admission::{AdmissionState, VOIDED};

use crate::Ports;
use crate::resale::follow;

pub(super) const TYPES: &[MessageType<AdmissionState>] = &[VOIDED];

pub(super) async fn on_admission_voided(
    ports: Ports,
    received: Received<AdmissionState>,
) -> Result<Handled, Undeliverable> {
    let admission = received.state;
    Ok(ports.store.transact(move |tx| follow(tx, &admission)).await?)
}
