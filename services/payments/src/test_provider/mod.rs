//! The built-in provider `test`: a small durable ledger that moves no real money.
//!
//! | token | what it does |
//! |---|---|
//! | `tok_visa` | holds the money |
//! | `tok_declined` | declines: `card_declined` |
//! | `tok_insufficient_funds` | declines: `insufficient_funds` |
//! | `tok_slow` | holds the money after three seconds |
//! | `tok_error_after_charge` | holds the money, but the first answer is lost |
//! | any other | declines: `unknown_token` |

mod intent;
mod provider;

pub use intent::{Entry, EntryKind, Intent};
pub use provider::TestProvider;
