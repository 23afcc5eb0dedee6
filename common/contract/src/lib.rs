//! Everything that crosses a service boundary: ids, money, timestamps, and the messages with their
//! subjects. No IO, no async.
//!
//! | module | subject |
//! |---|---|
//! | `id` | `UserId`, `TicketId`, …: 24 hex digits that contain the second of creation |
//! | `money`, `currency` | exact amounts: decimal text outside, integer minor units inside |
//! | `number` | JSON numbers by value, whatever their spelling |
//! | `amount_rules` | the amounts that a payment provider charges |
//! | `payment_provider`, `setting` | the provider, a setting of three services; the declaration of a setting |
//! | `time` | `Timestamp`: UTC, milliseconds |
//! | `text` | free text: normalised, visible, bounded; and folded for comparison |
//! | `backoff` | the pauses between attempts of one operation |
//! | `decided` | the effect of a command on an aggregate |
//! | `message` | messages: a type, an aggregate's full public state, its version |
//! | `envelope`, `sender` | the CloudEvents 1.0 JSON batch of messages, and its serialization |
//! | `catalogue` | every message type, one module per aggregate; every service |

pub mod amount_rules;
pub mod backoff;
pub mod catalogue;
pub mod currency;
pub mod decided;
pub mod envelope;
pub mod id;
pub mod message;
pub mod money;
pub mod number;
pub mod payment_provider;
pub mod sender;
pub mod setting;
pub mod text;
pub mod time;

pub use backoff::Backoff;
pub use catalogue::{
    expiration, inventory, order, part, payment, person, revision, session, ticket, user,
};
pub use currency::Currency;
pub use decided::Decided;
pub use id::{DisputeId, Id, OrderId, PaymentId, RefundId, SessionId, TicketId, TypedId, UserId};
pub use message::{MessageType, Outgoing, State};
pub use money::Money;
pub use payment_provider::PaymentProvider;
pub use setting::Setting;
pub use time::Timestamp;

/// The title of the HTTP interface.
pub const TITLE: &str = "boxoffice";

/// The purpose of the HTTP interface, in one sentence.
pub const SUMMARY: &str = "A marketplace for tickets: offer, order, pay within a minute.";
