//! How inventories and orders are kept and found.

use store::{Collection, Document, Index, Key};

use crate::domain::{Holdings, Inventory, NetworkHolds, Order, Seller};

/// The stock of every ticket, by ticket; a seller's, by the version of the account that they follow.
pub static INVENTORIES: Collection = Collection {
    name: "inventories",
    indexes: &[Index { name: "by_seller", fields: &["seller", "sellerVersion"] }],
    searched: &[],
};

/// The standing of each seller, by account.
pub static SELLERS: Collection = Collection { name: "sellers", indexes: &[], searched: &[] };

/// What each buyer holds, by buyer.
pub static HOLDINGS: Collection = Collection { name: "holdings", indexes: &[], searched: &[] };

/// What unpaid orders from each network hold of each ticket, by both.
pub static NETWORK_HOLDS: Collection =
    Collection { name: "network_holds", indexes: &[], searched: &[] };

/// Every order, by id; a buyer's newest first, and the active ones by deadline.
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

    fn key(&self, _: &str) -> Key {
        Key::Null
    }
}

impl Document for Holdings {
    const COLLECTION: &'static Collection = &HOLDINGS;

    fn document_id(&self) -> String {
        self.buyer.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Null
    }
}

impl Document for NetworkHolds {
    const COLLECTION: &'static Collection = &NETWORK_HOLDS;

    fn document_id(&self) -> String {
        Self::id_of(self.ticket_id, &self.network)
    }

    fn key(&self, _: &str) -> Key {
        Key::Null
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
