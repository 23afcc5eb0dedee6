//! Everything that crosses a service boundary: ids, money, timestamps, messages. No IO, no async.

pub mod catalogue;
pub mod decided;
pub mod envelope;
pub mod message;
pub mod payment_provider;
pub mod values;

pub use catalogue::{
    admission, contact, expiration, inventory, link, notice, order, part, payment, person,
    revision, sale, session, show, show_refunds, show_revision, show_terms, ticket, transfer, user,
};
pub use decided::Decided;
pub use message::{MessageType, Outgoing, State};
pub use payment_provider::PaymentProvider;
pub use values::backoff::Backoff;
pub use values::currency::Currency;
pub use values::email::{BrokenAddressRule, EmailAddress, GivenAddress, KnownAddress};
pub use values::id::{
    AdmissionId, DisputeId, GateId, Id, ImageId, OrderId, PaymentId, RefundId, ReportId, SessionId,
    ShowId, TicketId, TransferId, TypedId, UserId,
};
pub use values::language::Language;
pub use values::link_token::LinkToken;
pub use values::money::Money;
pub use values::time::Timestamp;
pub use values::{amount_rules, backoff, currency, id, language, money, number, text, time};

/// The title of the HTTP interface.
pub const TITLE: &str = "boxoffice";

/// The purpose of the HTTP interface, in one sentence.
pub const SUMMARY: &str = "A marketplace for tickets: offer, order, pay within a minute.";
