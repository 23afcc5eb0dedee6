//! Background work, one file a loop.

mod pursue_payments;

pub use pursue_payments::PursuePayments;
