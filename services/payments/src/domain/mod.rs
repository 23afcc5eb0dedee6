//! Payments: pure decisions on states, commands and the present time.

mod accounting;
mod card_attempts;
mod dispute;
mod order_copy;
mod payment;
mod provider;
pub mod refund;
mod refund_group;
mod refusal;
mod requested;
mod sale;
mod show_refunds;

pub use accounting::bookkeeping::booking;
pub use accounting::ledger::{
    Account, AccountId, Cause, Entry, Leg, Line, OfDispute, OfPayment, OfRefund, Side, Transaction,
    TransactionId,
};
pub use accounting::shares::{Claim, CostAllocation};
pub use card_attempts::{
    AttemptLimits, CARDS_WITHIN, CardAttempts, CountedAttempt, Hashed, WAIT_MAX,
};
pub use dispute::{Dispute, DisputeState};
pub use order_copy::{OrderCopy, Verdict};
pub use payment::{
    Change, Command, Consent, Disputed, Holder, Payment, Purpose, Refunds, Requests, State, Task,
};
pub use provider::event::{EventObject, EventResult, EventState, ProviderEvent, ReportedStatus};
pub use provider::record::{
    Challenge, ProviderDisputeStatus, ProviderRefundStatus, ProviderStatus, Record,
    RecordedDispute, RecordedRefund,
};
pub use refund::{ATTEMPTS_OF_SELLER_MAX, REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX, Refund};
pub use refund_group::{refund_group, resale_group};
pub use refusal::{CardLimit, Refusal, VoidReason};
pub(crate) use requested::RequestedAmount;
pub use requested::Token;
pub use sale::{NextStep, Progress, Sale, ShowRefund};
pub use show_refunds::{Schedule, ShowRefunds};
