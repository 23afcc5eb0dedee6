//! Sample ids, amounts and states for tests of rules.

use std::time::Duration;

use contract::order::{OrderItem, OrderState, OrderStatus};
use contract::{Currency, Id, Money, Timestamp};

/// An id of equal bytes.
pub fn id<T: From<Id>>(number: u8) -> T {
    Id::from_bytes([number; 12]).into()
}

/// An amount in cents.
pub fn usd(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::USD)
}

/// Units of a ticket of a seller, at a price in cents.
pub fn item(ticket: u8, seller: u8, unit_price: i64, quantity: u32) -> OrderItem {
    OrderItem {
        ticket_id: id(ticket),
        seller: id(seller),
        title: "Concert".to_owned(),
        venue: None,
        starts_at: None,
        unit_price: usd(unit_price),
        quantity,
        returned: 0,
        returned_in_version: None,
        resale: None,
    }
}

/// An unpaid order of these items by buyer 3, placed now, with a minute until its deadline.
pub fn order(number: u8, items: Vec<OrderItem>, now: Timestamp) -> OrderState {
    let price = |item: &OrderItem| item.unit_price.minor_units * i64::from(item.quantity);
    OrderState {
        id: id(number),
        version: 1,
        buyer: id(3),
        status: OrderStatus::Created,
        expires_at: now.plus(Duration::from_mins(1)),
        total: usd(items.iter().map(price).sum()),
        show_id: None,
        items,
        created_at: now,
    }
}
