//! Payments: pure decisions on states, commands and the present time.

mod accounting;
mod amount;
mod card_attempts;
mod dispute;
mod order_copy;
mod payment;
mod provider;
pub mod refund;
mod refusal;
mod token;

pub use accounting::account::Account;
pub use accounting::bookkeeping::booking;
pub use accounting::claim::Claim;
pub use accounting::cost_allocation::CostAllocation;
pub use accounting::ledger::{
    AccountId, Cause, Entry, Leg, Line, OfDispute, OfPayment, OfRefund, Side, Transaction,
    TransactionId,
};
pub use amount::RequestedAmount;
pub use card_attempts::{
    ATTEMPTS_WITHIN, AttemptLimits, CARDS_WITHIN, CardAttempts, CountedAttempt, Hashed, TriedCard,
    WAIT_MAX,
};
pub use dispute::{Dispute, DisputeState};
pub use order_copy::{OrderCopy, Verdict};
pub use payment::{
    Change, Command, Consent, Disputed, Holder, Payment, Purpose, Refunds, Requests, State, Task,
    VoidReason,
};
pub use provider::event::{EventObject, EventResult, EventState, ProviderEvent, ReportedStatus};
pub use provider::record::{ProviderDisputeStatus, Record, RecordedDispute, RecordedRefund};
pub use provider::status::{Challenge, ProviderRefundStatus, ProviderStatus};
pub use refund::{ATTEMPTS_OF_SELLER_MAX, REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX, Refund};
pub use refusal::{CardLimit, Refusal};
pub use token::Token;
