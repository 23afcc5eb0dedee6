//! Commands: each is one transaction of documents, ledger entries and messages.
//!
//! No file here knows responses or status codes: `routes` and `views` do.

pub(crate) mod card_limits;
pub(crate) mod inquiry;
pub(crate) mod inquiry_limit;
pub(crate) mod pay;
pub(crate) mod provider_event;
pub(crate) mod provider_record;
pub(crate) mod refund;
