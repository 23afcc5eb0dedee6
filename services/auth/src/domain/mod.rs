//! Accounts and sessions: pure decisions on states, commands and the present time.

mod email;
mod password;
mod refusal;
mod session;
mod user;

pub use email::EmailAddress;
pub use password::{NewPassword, Password};
pub use refusal::Refusal;
pub use session::Session;
pub use user::{Outcome, User};
