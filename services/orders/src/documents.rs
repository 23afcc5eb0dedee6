//! Collections, keys and indexes of inventories and orders.

use store::{Collection, Index, document};

use crate::domain::{Holdings, Inventory, NetworkHolds, Order, Seller};

/// Inventories, by ticket; indexed by seller and the copied version of the seller's account.
pub static INVENTORIES: Collection = Collection::indexed(
    "inventories",
    &[Index { name: "by_seller", fields: &["seller", "sellerVersion"] }],
);

/// Copies of sellers' accounts, by account.
pub static SELLERS: Collection = Collection::named("sellers");

/// Unpaid holds, by buyer.
pub static HOLDINGS: Collection = Collection::named("holdings");

/// Units held by unpaid orders, by ticket and network.
pub static NETWORK_HOLDS: Collection = Collection::named("network_holds");

/// Orders, by id; indexed by buyer, newest first, and by deadline while active.
pub static ORDERS: Collection = Collection::indexed(
    "orders",
    &[
        Index { name: "by_buyer", fields: &["buyer", "createdAt"] },
        Index { name: "by_deadline", fields: &["active", "expiresAt"] },
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
    NetworkHolds::id_of(holds.ticket_id, &holds.network)
});

document!(Order, ORDERS, |order| order.state.id,
    "buyer" => order.state.buyer,
    "createdAt" => order.state.created_at,
    "active" => order.is_active().then_some(true),
    "expiresAt" => order.state.expires_at,
);
