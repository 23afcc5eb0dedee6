//! HTTP manners: problem bodies, limits, idempotency keys, pagination, sessions (verified only), health, OpenAPI.
//!
//! | module | holds |
//! |---|---|
//! | `body`, `params`, `path` | requests, parsed strictly: every broken rule is named |
//! | `raw_body`, `no_body`, `media_type` | a body as it came; none; what it is declared as |
//! | `problem`, `code` | RFC 9457 problems with the closed set of codes |
//! | `answer` | an answer in full, as decisions hand it back and idempotency records keep it |
//! | `idempotency`, `canonical` | a repeat gets the first answer, byte for byte; which bodies are the same |
//! | `page` | seek pagination |
//! | `precondition` | entity tags, `If-Match`, `If-None-Match` |
//! | `cross_origin` | CORS, for the origins that a setting names |
//! | `session` | who is asking |
//! | `seen` | a client reads its own writes, in every service |
//! | `client_address`, `client_network` | where a request comes from |
//! | `throttle`, `lids` | so much in a time for each key; what a process takes at the most |
//! | `manners` | request ids, traces, security headers |
//! | `edge` | what no handler is shown: too large, or from another site |
//! | `health`, `openapi` | the routes that every process has; one document from the routes |

pub mod answer;
pub mod body;
mod canonical;
pub mod client_address;
pub mod client_network;
pub mod code;
pub mod cross_origin;
pub mod edge;
pub mod health;
pub mod idempotency;
pub mod lids;
pub mod manners;
pub mod measured;
mod media_type;
pub mod network_places;
pub mod no_body;
pub mod openapi;
pub mod page;
pub mod params;
pub mod path;
mod precondition;
pub mod problem;
pub mod raw_body;
mod request;
pub mod seen;
pub mod session;
mod short_hash;
pub mod throttle;

pub use answer::Answer;
pub use body::Body;
pub use client_address::ClientAddress;
pub use client_network::{ClientNetwork, PrivateNetworks};
pub use code::Code;
pub use cross_origin::CorsOrigins;
pub use health::{Health, Need, ReadyCheck};
pub use idempotency::{Call, once};
pub use lids::{Lids, Limits};
pub use manners::Manners;
pub use network_places::{NetworkPlace, NetworkPlaces};
pub use no_body::NoBody;
pub use page::{Cursor, List, PageSize, page};
pub use params::QueryString;
pub use path::PathId;
pub use precondition::{PreconditionFailed, Preconditions};
pub use problem::{FieldError, Problem, ProblemBody};
pub use raw_body::RawBody;
pub use request::current_request_id;
pub use seen::{Seen, SeenBy};
pub use session::{Admin, MaybeSignedIn, Sessions, SignedIn};
pub use throttle::{AddressThrottle, Quota, Throttle};
