//! The built-in provider `test`: a small durable ledger that moves no real money.
//!
//! | token | effect |
//! |---|---|
//! | `tok_visa` | authorises the amount |
//! | `tok_declined` | declines: `card_declined` |
//! | `tok_insufficient_funds` | declines: `insufficient_funds` |
//! | `tok_slow` | authorises the amount after three seconds |
//! | `tok_error_after_charge` | authorises the amount, but the first response is lost |
//! | `tok_error_after_refund` | authorises the amount; the first response to each refund is lost |
//! | `tok_refund_fails` | authorises the amount; every refund fails |
//! | `tok_refund_pending` | authorises the amount; every refund is pending for three seconds |
//! | any other | declines: `unknown_token` |

mod intent;
mod provider;

pub use intent::{Entry, EntryKind, Intent};
pub use provider::TestProvider;
