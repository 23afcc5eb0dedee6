//! HTTP layer: problem bodies, rate limits, idempotency keys, pagination, verification of sessions,
//! health, OpenAPI.
//!
//! | module | subject |
//! |---|---|
//! | `body`, `params`, `path` | strict parsing of requests: a response names every violated rule |
//! | `raw_body`, `no_body`, `media_type` | bodies as bytes; routes without a body; `Content-Type` |
//! | `problem`, `code` | RFC 9457 problems with a closed set of codes |
//! | `response` | a complete response as a value, for decisions and idempotency records |
//! | `idempotency`, `canonical` | repeats return the first response, byte for byte; equality of bodies |
//! | `page` | keyset pagination |
//! | `precondition` | entity tags, `If-Match`, `If-None-Match` |
//! | `cross_origin` | CORS for the configured origins |
//! | `session` | verification of session tokens |
//! | `seen`, `seen_storage` | read-your-writes consistency across services |
//! | `client_address`, `client_network` | the origin of a request |
//! | `throttle`, `rate_limit`, `network_slots` | rate limits per key, of a process; fair concurrency limits |
//! | `middleware` | request ids, traces, security headers, metrics |
//! | `edge` | rejection of oversized and cross-site requests |
//! | `health`, `metrics_json`, `openapi` | routes of every process; one document from the routes |

pub mod body;
mod canonical;
pub mod client_address;
pub mod client_network;
pub mod code;
pub mod cross_origin;
pub mod edge;
pub mod health;
pub mod idempotency;
mod media_type;
pub mod metrics_json;
pub mod middleware;
pub mod network_slots;
pub mod no_body;
pub mod openapi;
pub mod page;
pub mod params;
pub mod path;
mod precondition;
pub mod problem;
pub mod rate_limit;
pub mod raw_body;
mod request;
pub mod response;
pub mod seen;
pub mod seen_storage;
pub mod session;
mod short_hash;
pub mod throttle;

pub use body::Body;
pub use client_address::ClientAddress;
pub use client_network::{ClientNetwork, PrivateNetworks};
pub use code::Code;
pub use cross_origin::CorsOrigins;
pub use health::{Health, Impact, ReadyCheck};
pub use idempotency::{Call, once};
pub use middleware::MiddlewareState;
pub use network_slots::{NetworkSlot, NetworkSlots};
pub use no_body::NoBody;
pub use page::{Cursor, List, PageSize, page};
pub use params::QueryString;
pub use path::PathId;
pub use precondition::{PreconditionFailed, Preconditions};
pub use problem::{FieldError, Problem, ProblemBody};
pub use rate_limit::{RateLimiter, RateLimits};
pub use raw_body::RawBody;
pub use request::current_request_id;
pub use response::Response;
pub use seen::Seen;
pub use seen_storage::SeenStorage;
pub use session::{Admin, MaybeSignedIn, Sessions, SignedIn};
pub use throttle::{AddressThrottle, Quota, Throttle};
