//! `show_refunds.changed`: copies the progress of a cancelled show's refunds, which payments
//! publishes.

use bus::{Handled, Received, Undeliverable};
use contract::show_refunds::{CHANGED, ShowRefundsState};
use contract::{Decided, MessageType};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Refusal, Show};

pub(super) const TYPES: &[MessageType<ShowRefundsState>] = &[CHANGED];

pub(super) async fn on_show_refunds_changed(
    ports: Ports,
    received: Received<ShowRefundsState>,
) -> Result<Handled, Undeliverable> {
    let refunds = received.state;
    Ok(ports.store.transact(move |tx| follow(tx, &refunds)).await?)
}

fn follow(tx: &mut Tx<'_>, refunds: &ShowRefundsState) -> Result<Handled, Stop<Refusal>> {
    let show = tx.get::<Show>(refunds.show_id)?.ok_or(Refusal::UnknownShow)?;
    match show.follow_refunds(refunds) {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(followed, ()) => {
            tx.save(*followed);
            Ok(Handled::Applied)
        }
    }
}
