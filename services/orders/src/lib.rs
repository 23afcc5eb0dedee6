//! The arbiter of stock: inventories, holds and orders.
