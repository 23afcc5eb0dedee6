//! Payments: pure decisions on states, commands and the present time.

mod account;
mod bookkeeping;
mod card_attempts;
mod claim;
mod cost_allocation;
mod dispute;
mod ledger;
mod order_copy;
mod payment;
mod provider_event;
mod provider_record;
mod provider_status;
pub mod refund;
mod refusal;
mod remainder;
mod token;
mod top_up;

pub use account::Account;
pub use bookkeeping::booking;
pub use card_attempts::{
    ATTEMPTS_WITHIN, AttemptLimits, CARDS_WITHIN, CardAttempts, CountedAttempt, Hashed, TriedCard,
    WAIT_MAX,
};
pub use claim::Claim;
pub use cost_allocation::CostAllocation;
pub use dispute::{Dispute, DisputeState};
pub use ledger::{AccountId, Cause, Entry, Leg, Line, Side, Transaction, TransactionId};
pub use order_copy::{OrderCopy, Verdict};
pub use payment::{
    ATTEMPTS_OF_SELLER_MAX, Change, Command, Consent, Disputed, Holder, Payment, Purpose,
    REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX, Refunds, Requests, State, Task, VoidReason,
};
pub use provider_event::{EventObject, EventResult, EventState, ProviderEvent, ReportedStatus};
pub use provider_record::{ProviderDisputeStatus, Record, RecordedDispute, RecordedRefund};
pub use provider_status::{Challenge, ProviderRefundStatus, ProviderStatus};
pub use refund::Refund;
pub use refusal::{CardLimit, Refusal};
pub use token::Token;
pub use top_up::TopUpAmount;
