//! Accounts and sessions: pure decisions on states, commands and the present time.

mod administrators;
pub mod devices;
mod email;
pub mod guesses;
mod password;
pub mod person_request;
mod refusal;
mod session;
mod user;

pub use administrators::Administrators;
pub use devices::Devices;
pub use email::{BrokenAddressRule, EmailAddress, GivenAddress, KnownAddress};
pub use guesses::Guesses;
pub use password::{BrokenPasswordRule, NewPassword, Password};
pub use person_request::PersonRequest;
pub use refusal::Refusal;
pub use session::{Device, Lifetimes, Session};
pub use user::{Admitted, User};
