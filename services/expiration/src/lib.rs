//! Deadlines of orders: a hint when one has passed.
