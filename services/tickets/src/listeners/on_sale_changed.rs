//! sale.changed: copies the sale that payments publishes, and changes the sums of its show and of
//! its hour by the difference to the known copy.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::sale::{CHANGED, SaleState};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{SaleCopy, SaleRefusal, SaleSums, hour_of};

pub(super) const TYPES: &[MessageType<SaleState>] = &[CHANGED];

pub(super) async fn on_sale_changed(
    ports: Ports,
    received: Received<SaleState>,
) -> Result<Handled, Undeliverable> {
    let sale = received.state;
    Ok(ports.store.transact(move |tx| follow(tx, &sale)).await?)
}

fn follow(tx: &mut Tx<'_>, sale: &SaleState) -> Result<Handled, Stop<SaleRefusal>> {
    let known = tx.get::<SaleCopy>(sale.order_id)?;
    if let Some(known) = &known {
        if known.0.version >= sale.version {
            return Ok(Handled::AlreadyApplied);
        }
        known.check_order(sale)?;
    }
    let known = known.map(|known| known.0);
    let hours = [None, Some(hour_of(sale.ordered_at))];
    let ids = hours.map(|hour| SaleSums::id(sale.show_id, hour));
    for (sums, hour) in tx.get_all::<SaleSums>(&ids)?.into_iter().zip(hours) {
        let none = || SaleSums::none(sale.show_id, hour, sale.paid.currency);
        let sums = sums.unwrap_or_else(none);
        tx.put(sums.changed(known.as_ref(), sale).map_err(SaleRefusal::from)?);
    }
    tx.put(SaleCopy(sale.clone()));
    Ok(Handled::Applied)
}
