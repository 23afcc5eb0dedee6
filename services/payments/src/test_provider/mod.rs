//! The built-in provider `test`: a small durable ledger that moves no real money.
//!
//! | token | what it does |
//! |---|---|
//! | `tok_visa` | holds the money |
//! | `tok_declined` | declines: `card_declined` |
//! | `tok_insufficient_funds` | declines: `insufficient_funds` |
//! | `tok_slow` | holds the money after three seconds |
//! | `tok_error_after_charge` | holds the money, but the first answer is lost |
//! | `tok_error_after_refund` | holds the money; the first answer to each refund of it is lost |
//! | `tok_refund_fails` | holds the money; every refund of it fails |
//! | `tok_refund_pending` | holds the money; every refund of it is pending for three seconds |
//! | any other | declines: `unknown_token` |

mod intent;
mod provider;
mod refunds;

pub use intent::{Entry, EntryKind, Intent};
pub use provider::TestProvider;
pub use refunds::IntentRefund;
