//! Accounts and sessions: pure decisions on states, commands and the present time.

mod administrators;
mod admission;
mod device;
pub mod devices;
mod email;
pub mod guesses;
mod password;
pub mod person_request;
mod refusal;
mod session;
mod user;

pub use administrators::Administrators;
pub use admission::Admitted;
pub use device::Device;
pub use devices::Devices;
pub use email::{BrokenAddressRule, EmailAddress, GivenAddress, KnownAddress};
pub use guesses::Guesses;
pub use password::{BrokenPasswordRule, NewPassword, Password};
pub use person_request::PersonRequest;
pub use refusal::Refusal;
pub use session::{Lifetimes, Session};
pub use user::User;
