//! Everything that crosses a service boundary: ids, money, timestamps, and the messages with their
//! subjects. No IO, no async.
//!
//! | module | subject |
//! |---|---|
//! | `values::id` | `UserId`, `TicketId`, …: 24 hex digits that contain the second of creation |
//! | `values::money`, `currency` | exact amounts: decimal text outside, integer minor units inside |
//! | `values::number` | JSON numbers by value, whatever their spelling |
//! | `values::amount_rules` | the amounts that a payment provider charges |
//! | `values::time` | `Timestamp`: UTC, milliseconds |
//! | `values::text` | free text: normalised, visible, bounded; and folded for comparison |
//! | `values::backoff` | the pauses between attempts of one operation |
//! | `payment_provider`, `setting` | the provider, a setting of three services; the declaration of a setting |
//! | `decided` | the effect of a command on an aggregate |
//! | `message` | messages: a type, an aggregate's full public state, its version |
//! | `envelope`, `sender` | the CloudEvents 1.0 JSON batch of messages, and its serialization |
//! | `catalogue` | every message type, one module per aggregate; every service |

pub mod catalogue;
pub mod decided;
pub mod envelope;
pub mod message;
pub mod payment_provider;
pub mod sender;
pub mod values;

pub use catalogue::{
    expiration, inventory, order, part, payment, person, revision, session, ticket, user,
};
pub use decided::Decided;
pub use message::{MessageType, Outgoing, State};
pub use payment_provider::PaymentProvider;
pub use values::backoff::Backoff;
pub use values::currency::Currency;
pub use values::id::{
    DisputeId, Id, OrderId, PaymentId, RefundId, SessionId, TicketId, TypedId, UserId,
};
pub use values::money::Money;
pub use values::time::Timestamp;
pub use values::{amount_rules, backoff, currency, id, money, number, text, time};

/// The title of the HTTP interface.
pub const TITLE: &str = "boxoffice";

/// The purpose of the HTTP interface, in one sentence.
pub const SUMMARY: &str = "A marketplace for tickets: offer, order, pay within a minute.";
