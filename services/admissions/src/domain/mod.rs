//! Admissions, transfers, gates, copies of orders, shows and tickets: pure decisions on states and the
//! present time.

mod admission;
mod binding;
mod booking;
mod cached_document;
mod check_in;
mod counts;
mod event;
mod gate;
mod issuer;
mod public_key;
mod refusal;
mod resale;
mod scan;
mod sender;
mod show;
mod ticket;
mod transfer;
mod units;

pub use admission::{Admission, Entry, Merged, Terms, to_void};
pub use binding::BOUND_VERSION_MAX;
pub use booking::Booking;
pub use cached_document::{CachedDocument, CachedFile};
pub use check_in::{CheckIn, CheckInResult, Conflict};
pub use counts::{COUNTERS_MAX, Counter, Counts};
pub use event::Event;
pub use gate::{Gate, GateKey, GateName};
pub use issuer::{Issuer, IssuerKey};
pub use public_key::{NotAPublicKey, PublicKey};
pub use refusal::Refusal;
pub use resale::ResalePrice;
pub use scan::{NotAScanId, NotScanned, ScanId, ScannedText};
pub use sender::{DAILY_MAX, DAY, Sender};
pub use show::Show;
pub use ticket::Ticket;
pub use transfer::{OPEN_FOR, Transfer};
pub use units::{AdmissionIds, NotAUnitCount, NotAdmissionIds, UNITS_MAX, UnitCount, Units};
