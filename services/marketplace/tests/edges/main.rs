//! The inputs of all routes: the exact refusal of each bad input, and the rights of each kind of
//! user. The tables are data, in `tables/`; a route without an entry in them fails.
//!
//! | module | holds |
//! |---|---|
//! | `bad_inputs` | each bad input receives its exact response and changes nothing |
//! | `every_route` | HEAD, entity tags and equivalent spellings, on every route |
//! | `rights` | users have exactly the rights in the table of rights |
//! | `sessions` | which routes set session cookies, for which account; each cookie of a name is tried |
//! | `bounds` | lengths and patterns of the document, compared with the types |
//! | `personal_data` | the effect of an erasure on each collection |
//! | `document` | the operations in the program's own OpenAPI document |
//! | `table`, `rights_table` | parsers of the tables |
//! | `placeholders` | the placeholders in angle brackets in a table |
//! | `fixture`, `test_marketplace` | the people and things that requests name, and their marketplace |
//! | `forgery` | tokens and signatures, valid and forged |
//! | `call` | a request and its response |

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
mod personal_data;
mod placeholders;
mod rights;
mod rights_table;
mod sessions;
mod table;
mod test_marketplace;
