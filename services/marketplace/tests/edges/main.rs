//! The inputs of all routes: the exact refusal of each bad input, and the rights of each kind of
//! user. The tables are data, in `tables/`; a route without an entry in them fails.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod bad_inputs;
mod bounds;
mod call;
mod document;
mod every_route;
mod fixture;
mod forgery;
mod page_inputs;
mod page_rights;
mod page_routes;
mod personal_data;
mod placeholders;
mod rights;
mod sessions;
mod table;
mod test_marketplace;
