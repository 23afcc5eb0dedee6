//! HTTP layer: problem bodies, rate limits, idempotency keys, pagination, verification of sessions,
//! health, OpenAPI.
//!
//! | module | subject |
//! |---|---|
//! | `parsing::body`, `params`, `path` | strict parsing of requests: a response names every violated rule |
//! | `parsing::no_body`, `media_type` | routes without a body; `Content-Type` |
//! | `parsing::canonical` | equality of bodies |
//! | `responses::problem`, `code` | RFC 9457 problems with a closed set of codes |
//! | `responses::response` | a complete response as a value, for decisions and idempotency records |
//! | `responses::idempotency` | repeats return the first response, byte for byte |
//! | `responses::page` | keyset pagination |
//! | `responses::precondition` | entity tags, `If-Match`, `If-None-Match` |
//! | `rate_limits::client_address`, `client_network` | the origin of a request |
//! | `rate_limits::throttle`, `rate_limit`, `network_slots` | rate limits per key, of a process; fair concurrency limits |
//! | `cross_origin` | CORS for the configured origins |
//! | `session` | verification of session tokens |
//! | `seen`, `seen_storage` | read-your-writes consistency across services |
//! | `middleware` | request ids, traces, security headers, metrics |
//! | `edge` | rejection of oversized and cross-site requests |
//! | `operations::health`, `metrics_json`, `openapi` | routes of every process; one document from the routes |

pub mod cross_origin;
pub mod edge;
pub mod middleware;
pub mod operations;
pub mod parsing;
pub mod rate_limits;
mod request;
pub mod responses;
pub mod seen;
pub mod seen_storage;
pub mod session;

pub use cross_origin::CorsOrigins;
pub use middleware::MiddlewareState;
pub use operations::health::{Health, Impact, ReadyCheck};
pub use operations::{health, metrics_json, openapi};
pub use parsing::body::{Body, RawBody};
pub use parsing::no_body::NoBody;
pub use parsing::params::QueryString;
pub use parsing::path::PathId;
pub use parsing::{body, no_body, params, path};
pub use rate_limits::client_address::ClientAddress;
pub use rate_limits::client_network::{ClientNetwork, PrivateNetworks};
pub use rate_limits::network_slots::{NetworkSlot, NetworkSlots};
pub use rate_limits::rate_limit::{RateLimiter, RateLimits};
pub use rate_limits::throttle::{AddressThrottle, Quota, Throttle};
pub use rate_limits::{client_address, client_network, network_slots, rate_limit, throttle};
pub use request::current_request_id;
pub use responses::code::Code;
pub use responses::idempotency::{Call, once};
pub use responses::page::{Cursor, List, Page, PageSize};
pub use responses::precondition::{PreconditionFailed, Preconditions};
pub use responses::problem::{FieldError, Problem, ProblemBody};
pub use responses::response::Response;
pub use responses::{code, idempotency, page, problem, response};
pub use seen::Seen;
pub use seen_storage::SeenStorage;
pub use session::{Admin, MaybeSignedIn, Sessions, SignedIn};
