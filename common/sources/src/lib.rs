//! Sources of time, ids and trace context: the system's, or a test's own.
//!
//! Domain modules receive a [`Timestamp`](contract::Timestamp) and ids as arguments; everything
//! around them receives a [`Clock`] and [`Ids`]. A whole marketplace on [`Clock::manual`] and
//! [`Ids::seeded`] runs the same way every time.

mod clock;
pub mod crash;
mod ids;
pub mod span;
mod trace;

pub use clock::{Clock, ManualClock};
pub use ids::Ids;
pub use span::{Span, SpanKind};
pub use trace::{
    Joined, Scope, Trace, begin_trace_of, current_trace, join_trace_of, sample, with_trace,
};
