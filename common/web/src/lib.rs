//! HTTP manners: problem bodies, limits, idempotency keys, pagination, sessions (verified only), health, OpenAPI.
//!
//! | module | holds |
//! |---|---|
//! | `body`, `params`, `path` | requests, parsed strictly: every broken rule is named |
//! | `raw_body` | a body as it came |
//! | `problem`, `code` | RFC 9457 problems with the closed set of codes |
//! | `answer` | an answer in full, as decisions hand it back and idempotency records keep it |
//! | `idempotency` | a repeat gets the first answer, byte for byte |
//! | `page` | seek pagination |
//! | `session` | who is asking |
//! | `manners` | request ids, traces, cross-site refusal, security headers |
//! | `health`, `openapi` | the routes that every process has; one document from the routes |

pub mod answer;
pub mod body;
pub mod code;
pub mod health;
pub mod idempotency;
pub mod manners;
pub mod measured;
pub mod openapi;
pub mod page;
pub mod params;
pub mod path;
pub mod problem;
pub mod raw_body;
mod request;
pub mod session;

pub use answer::Answer;
pub use body::Body;
pub use code::Code;
pub use health::{Health, Need, ReadyCheck};
pub use idempotency::{Call, once};
pub use manners::Manners;
pub use page::{Cursor, PageSize, page};
pub use params::QueryString;
pub use path::PathId;
pub use problem::{FieldError, Problem, ProblemBody};
pub use raw_body::RawBody;
pub use request::current_request_id;
pub use session::{Admin, MaybeSignedIn, Sessions, SignedIn};
