//! admission.voided: the orders that bought a resold admission are refunded, each by its
//! seller, the buyer of the order before it.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::admission::{AdmissionState, VOIDED};

use crate::Ports;
use crate::commands;

pub(super) const TYPES: &[MessageType<AdmissionState>] = &[VOIDED];

pub(super) async fn on_admission_voided(
    ports: Ports,
    received: Received<AdmissionState>,
) -> Result<Handled, Undeliverable> {
    let orders = received.state.resales;
    if orders.is_empty() {
        return Ok(Handled::NotForUs);
    }
    let handled = ports.store.transact(move |tx| commands::sale::void_resales(tx, &orders)).await?;
    ports.shows.notify_one();
    Ok(handled)
}
