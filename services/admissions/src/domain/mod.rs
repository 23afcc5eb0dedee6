//! Admissions, copies of orders, shows and tickets: pure decisions on states and the present time.

mod admission;
mod binding;
mod booking;
mod check_in;
mod issuer;
mod public_key;
mod refusal;
mod scan;
mod show;
mod ticket;

pub use admission::{Admission, Terms, to_void};
pub use binding::BOUND_VERSION_MAX;
pub use booking::Booking;
pub use check_in::{CheckIn, CheckInResult};
pub use issuer::{Issuer, IssuerKey};
pub use public_key::{NotAPublicKey, PublicKey};
pub use refusal::Refusal;
pub use scan::{NotAScanId, NotScanned, ScanId, ScannedText};
pub use show::Show;
pub use ticket::Ticket;
