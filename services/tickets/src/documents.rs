//! Collections, keys and indexes of tickets.

use store::{Collection, Index, document};

use crate::domain::Ticket;

/// Tickets, by id. Indexed by age and price (tickets that can be ordered, all or of a seller; all
/// tickets of a seller), and by start (tickets whose listing ends then).
pub static TICKETS: Collection = Collection {
    name: "tickets",
    indexes: &[
        Index { name: "buyable_by_age", fields: &["buyable", "createdAt"] },
        Index { name: "buyable_by_price", fields: &["buyable", "price"] },
        Index { name: "buyable_of_seller_by_age", fields: &["buyable", "seller", "createdAt"] },
        Index { name: "buyable_of_seller_by_price", fields: &["buyable", "seller", "price"] },
        Index { name: "of_seller_by_age", fields: &["seller", "createdAt"] },
        Index { name: "of_seller_by_price", fields: &["seller", "price"] },
        Index { name: "listed_until", fields: &["isListed", "startsAt"] },
    ],
    searched: &["searchable"],
};

document!(Ticket, TICKETS, |ticket| ticket.id,
    "buyable" => (ticket.is_listed() && ticket.left() > 0).then_some(true),
    "isListed" => ticket.ends_listing().then_some(true),
    "startsAt" => ticket.terms.starts_at,
    "createdAt" => ticket.created_at,
    "price" => price_key(ticket),
    "seller" => ticket.seller,
    "searchable" => ticket.terms.title.folded(),
);

/// Sort key of a price: the number of major units, because prices of different currencies have no
/// order.
fn price_key(ticket: &Ticket) -> i64 {
    let price = ticket.terms.price;
    let thousandths = 10_i64.pow(3 - u32::from(price.currency.minor_digits().min(3)));
    price.minor_units.saturating_mul(thousandths)
}
