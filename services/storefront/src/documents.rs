//! Collections, keys and indexes of storefront.

use contract::Timestamp;
use store::{Collection, Index, Key, document};

use crate::domain::{Listing, Offer, Show};

/// Tickets with their stock, by id.
pub static OFFERS: Collection = Collection::named("offers");

document!(Offer, OFFERS, |offer| offer.id);

/// Shows, by id.
pub static SHOWS: Collection = Collection::named("shows");

document!(Show, SHOWS, |show| show.id);

/// Entries of the list, by what they lead to. Indexed by start, age and price: all, and those with
/// available units; and by the end of sales.
pub static LISTINGS: Collection = Collection {
    name: "listings",
    indexes: &[
        Index { name: "listed_by_start", fields: &["isListed", "startsAt"] },
        Index { name: "listed_by_age", fields: &["isListed", "createdAt"] },
        Index { name: "listed_by_price", fields: &["isListed", "price"] },
        Index { name: "available_by_start", fields: &["isAvailable", "startsAt"] },
        Index { name: "available_by_age", fields: &["isAvailable", "createdAt"] },
        Index { name: "available_by_price", fields: &["isAvailable", "price"] },
        Index { name: "listed_until", fields: &["isListed", "endsAt"] },
    ],
    searched: &["searchable"],
    is_cached: true,
};

document!(Listing, LISTINGS, |listing| listing.subject,
    "isListed" => listing.is_listed.then_some(true),
    "isAvailable" => listing.is_available.then_some(true),
    "startsAt" => at(listing.starts_at),
    "endsAt" => at(listing.ends_at),
    "createdAt" => listing.created_at,
    "price" => listing.price_key(),
    "searchable" => listing.searchable(),
);

/// Entries without a time are behind those with one.
fn at(time: Option<Timestamp>) -> Key {
    time.map_or(Key::Integer(i64::MAX), Key::from)
}
