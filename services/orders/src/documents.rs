//! Collections, keys and indexes of inventories and orders.

use store::{Collection, Index, document};

use crate::domain::{Holdings, Inventory, NetworkHolds, Order, Seller, Show};

/// Inventories, by ticket; indexed by seller and the copied version of the seller's account.
pub static INVENTORIES: Collection = Collection::indexed(
    "inventories",
    &[Index { name: "by_seller", fields: &["seller", "sellerVersion"] }],
);

/// Copies of sellers' accounts, by account.
pub static SELLERS: Collection = Collection::named("sellers");

/// Unpaid holds, by buyer.
pub static HOLDINGS: Collection = Collection::named("holdings");

/// Units held by unpaid orders, by ticket or show and network; indexed by the time at which a count
/// became zero.
pub static NETWORK_HOLDS: Collection =
    Collection::indexed("network_holds", &[Index { name: "emptied", fields: &["emptiedAt"] }]);

/// Copies of shows; indexed while a cancelled show may have open orders.
pub static SHOWS: Collection =
    Collection::indexed("shows", &[Index { name: "ending", fields: &["isEnding"] }]);

/// Orders, by id; indexed by buyer, newest first, and while active by deadline and by show.
pub static ORDERS: Collection = Collection::indexed(
    "orders",
    &[
        Index { name: "by_buyer", fields: &["buyer", "createdAt"] },
        Index { name: "by_deadline", fields: &["active", "expiresAt"] },
        Index { name: "open_by_show", fields: &["openShow", "expiresAt"] },
    ],
);

document!(Inventory, INVENTORIES, |inventory| inventory.ticket_id,
    "seller" => inventory.seller,
    "sellerVersion" => {
        i64::try_from(inventory.seller_version.unwrap_or_default()).unwrap_or(i64::MAX)
    },
);

document!(Seller, SELLERS, |seller| seller.id);
document!(Holdings, HOLDINGS, |holdings| holdings.buyer);
document!(NetworkHolds, NETWORK_HOLDS, |holds| {
    NetworkHolds::id_of(holds.of, &holds.network)
},
    "emptiedAt" => holds.emptied_at,
);
document!(Show, SHOWS, |show| show.id,
    "isEnding" => show.is_ending.then_some(true),
);

document!(Order, ORDERS, |order| order.state.id,
    "buyer" => order.state.buyer,
    "createdAt" => order.state.created_at,
    "active" => order.is_active().then_some(true),
    "expiresAt" => order.state.expires_at,
    "openShow" => order.state.show_id.filter(|_| order.is_active()),
);
