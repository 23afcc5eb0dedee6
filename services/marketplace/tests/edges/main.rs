//! Every edge where input comes in: what is refused and how, and who may do what. The tables are data, in `tables/`; a route that
//! is not in them fails.
//!
//! | module | holds |
//! |---|---|
//! | `bad_inputs` | each bad input gets its exact answer and changes nothing |
//! | `every_route` | HEAD, entity tags and spellings that mean the same, on every route |
//! | `rights` | everybody may do what the table of rights says, and nothing else |
//! | `sessions` | which routes set session cookies, for whom, and that each cookie of a name is tried |
//! | `bounds` | lengths and patterns of the document, compared with the types |
//! | `personal_data` | the effect of an erasure on each collection |
//! | `document` | the operations, as the program's own OpenAPI document has them |
//! | `table`, `rights_table` | the tables, read |
//! | `words` | what stands in angle brackets in a table |
//! | `scene`, `town` | people and things that requests are about, and the marketplace they are in |
//! | `forgery` | tokens and signatures, good and bad |
//! | `call` | a request, and what it was answered |

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod bad_inputs;
mod bounds;
mod call;
mod document;
mod every_route;
mod forgery;
mod personal_data;
mod rights;
mod rights_table;
mod scene;
mod sessions;
mod table;
mod town;
mod words;
