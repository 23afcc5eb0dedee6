//! Admissions, gates, copies of orders, shows and tickets: pure decisions on states and the present time.

mod admission;
mod booking;
mod check_in;
mod counts;
mod event;
mod gate;
mod issuer;
mod refusal;
mod resale;
mod scan;
mod show;
mod ticket;

pub use admission::{Admission, Entry, Merged, Terms, to_void};
pub use booking::Booking;
pub use check_in::{CheckIn, CheckInResult, Conflict};
pub use counts::{COUNTERS_MAX, Counter, Counts};
pub use event::Event;
pub use gate::{Gate, GateKey, GateName};
pub use issuer::{Issuer, IssuerKey};
pub use refusal::Refusal;
pub use resale::ResalePrice;
pub use scan::{NotAScanId, NotScanned, ScanId, ScannedText};
pub use show::Show;
pub use ticket::Ticket;
