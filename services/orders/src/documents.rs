//! Collections, keys and indexes of inventories and orders.

use store::{Collection, Document, Index, Key};

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

impl Document for Inventory {
    const COLLECTION: &'static Collection = &INVENTORIES;

    fn document_id(&self) -> String {
        self.ticket_id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "seller" => self.seller.into(),
            "sellerVersion" => {
                let version = self.seller_version.unwrap_or_default();
                Key::Integer(i64::try_from(version).unwrap_or(i64::MAX))
            }
            _ => Key::Null,
        }
    }
}

impl Document for Seller {
    const COLLECTION: &'static Collection = &SELLERS;

    fn document_id(&self) -> String {
        self.id.to_string()
    }
}

impl Document for Holdings {
    const COLLECTION: &'static Collection = &HOLDINGS;

    fn document_id(&self) -> String {
        self.buyer.to_string()
    }
}

impl Document for NetworkHolds {
    const COLLECTION: &'static Collection = &NETWORK_HOLDS;

    fn document_id(&self) -> String {
        Self::id_of(self.ticket_id, &self.network)
    }
}

impl Document for Order {
    const COLLECTION: &'static Collection = &ORDERS;

    fn document_id(&self) -> String {
        self.state.id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "buyer" => self.state.buyer.into(),
            "createdAt" => self.state.created_at.into(),
            "active" => self.is_active().then_some(true).into(),
            "expiresAt" => self.state.expires_at.into(),
            _ => Key::Null,
        }
    }
}
