//! The terms and the stock of ticket 1, which seller 2 offers.

use contract::inventory::InventoryState;
use contract::number::WholeNumber;
use contract::{Timestamp, UserId};
use testing::samples::{id, usd};
use tickets::domain::{Quantity, ResaleCap, Terms, Title};

pub(crate) const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

pub(crate) fn seller() -> UserId {
    id(2)
}

pub(crate) fn terms(quantity: u8, price: i64) -> Terms {
    Terms {
        title: Title::try_from("Concert".to_owned()).unwrap(),
        price: usd(price),
        quantity: Quantity::try_from(WholeNumber(quantity.into())).unwrap(),
        description: None,
        venue: None,
        starts_at: None,
        late_sales: false,
        resale_cap: ResaleCap::default(),
        device_only: false,
    }
}

/// The stock at a version; order 9 has the only held or sold unit.
pub(crate) fn stock(version: u64, held: u32, sold: u32) -> InventoryState {
    let capacity = held.saturating_add(sold);
    InventoryState {
        ticket_id: id(1),
        version,
        ticket_version: 1,
        capacity,
        held,
        sold,
        holder: (capacity == 1).then(|| id(9)),
        revision: None,
        suspended: false,
    }
}
