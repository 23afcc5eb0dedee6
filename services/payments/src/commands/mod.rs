//! Commands: each is one transaction of documents, ledger entries and messages.
//!
//! No file here knows HTTP; `requests` and `routes` turn results into responses.

pub(crate) mod card_limits;
pub(crate) mod ledger;
pub(crate) mod payment;
pub(crate) mod provider_event;
pub(crate) mod provider_record;
pub(crate) mod refund;
