//! Commands: each is one transaction. Responses are defined in `routes` and `views`.

pub(crate) mod card_limits;
pub(crate) mod inquiry;
pub(crate) mod inquiry_limit;
pub(crate) mod pay;
pub(crate) mod provider_record;
pub(crate) mod refund;
pub(crate) mod sale;
pub(crate) mod show_refund;
