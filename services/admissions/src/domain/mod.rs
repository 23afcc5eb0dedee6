//! Admissions, copies of orders, shows and tickets: pure decisions on states and the present time.

mod admission;
mod booking;
mod cached_document;
mod check_in;
mod issuer;
mod refusal;
mod scan;
mod show;
mod ticket;

pub use admission::{Admission, Terms, to_void};
pub use booking::Booking;
pub use cached_document::{CachedDocument, CachedFile};
pub use check_in::{CheckIn, CheckInResult};
pub use issuer::{Issuer, IssuerKey};
pub use refusal::Refusal;
pub use scan::{NotAScanId, NotScanned, ScanId, ScannedText};
pub use show::Show;
pub use ticket::Ticket;
