//! Accounts and sessions: pure decisions on states, commands and the present time.

mod administrators;
mod authenticated;
pub mod devices;
pub mod guesses;
pub mod link;
mod password;
pub mod person_request;
mod refusal;
pub mod second_factor;
mod session;
mod user;

pub use contract::{BrokenAddressRule, EmailAddress, GivenAddress, KnownAddress, LinkToken};

pub use administrators::Administrators;
pub use authenticated::{AdministratorFactor, Authenticated};
pub use devices::Devices;
pub use guesses::Guesses;
pub use link::{Link, LinkRequests, Purpose, ResetRequest};
pub use password::{BrokenPasswordRule, NewPassword, Password};
pub use person_request::PersonRequest;
pub use refusal::Refusal;
pub use second_factor::{GivenCode, SecondFactor};
pub use session::{Device, Lifetimes, Session};
pub use user::{AddressChange, Admitted, Trading, UNDO_LIFETIME, User};
