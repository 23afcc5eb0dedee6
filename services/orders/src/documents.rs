//! Collections, keys and indexes of inventories and orders.

use store::{Collection, Index, Key};

use crate::domain::{Holdings, Inventory, NetworkHolds, Order, Seller};

/// Inventories, by ticket; indexed by seller and the copied version of the seller's account.
pub static INVENTORIES: Collection = Collection {
    name: "inventories",
    indexes: &[Index { name: "by_seller", fields: &["seller", "sellerVersion"] }],
    searched: &[],
};

/// Copies of sellers' accounts, by account.
pub static SELLERS: Collection = Collection { name: "sellers", indexes: &[], searched: &[] };

/// Unpaid holds, by buyer.
pub static HOLDINGS: Collection = Collection { name: "holdings", indexes: &[], searched: &[] };

/// Units held by unpaid orders, by ticket and network.
pub static NETWORK_HOLDS: Collection =
    Collection { name: "network_holds", indexes: &[], searched: &[] };

/// Orders, by id; indexed by buyer, newest first, and by deadline while active.
pub static ORDERS: Collection = Collection {
    name: "orders",
    indexes: &[
        Index { name: "by_buyer", fields: &["buyer", "createdAt"] },
        Index { name: "by_deadline", fields: &["active", "expiresAt"] },
    ],
    searched: &[],
};

store::document!(Inventory, INVENTORIES, |inventory| inventory.ticket_id,
    "seller" => inventory.seller,
    "sellerVersion" => {
        let version = inventory.seller_version.unwrap_or_default();
        Key::Integer(i64::try_from(version).unwrap_or(i64::MAX))
    },
);

store::document!(Seller, SELLERS, |seller| seller.id);

store::document!(Holdings, HOLDINGS, |holdings| holdings.buyer);

store::document!(NetworkHolds, NETWORK_HOLDS, |holds| NetworkHolds::id_of(
    holds.ticket_id,
    &holds.network
));

store::document!(Order, ORDERS, |order| order.state.id,
    "buyer" => order.state.buyer,
    "createdAt" => order.state.created_at,
    "active" => order.is_active().then_some(true),
    "expiresAt" => order.state.expires_at,
);
