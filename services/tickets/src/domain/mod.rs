//! Tickets, shows and reports: pure decisions on states, commands and the present time.

mod image;
mod refusal;
mod report;
mod requested;
mod sales;
mod show;
mod show_copy;
mod stock;
mod terms;
mod ticket;

pub use image::{ImageFile, ImageSize};
pub(crate) use refusal::IN_FUTURE;
pub use refusal::Refusal;
pub use report::{
    CLOSED_REPORTS_KEPT, Closing, Complaint, OPEN_REPORTS_MAX, OpenReport, Report, ReportReason,
    ReportRefusal, ReportText, ReportedOffer, Reporter,
};
pub use requested::{Requested, Requester};
pub use sales::{CategorySums, SaleCopy, SaleRefusal, SaleSums, hour_of};
pub use show::{
    Address, DecidedShowRevision, Details, Place, Postponement, REFUND_PERIOD_MIN, Refunds,
    Remainder, SHOW_TICKETS_MAX, Show, ShowRevision, TimeZone,
};
pub use show_copy::ShowCopy;
pub use stock::Stock;
pub use terms::{Description, Price, Quantity, ResaleCap, Search, Terms, Title, Venue};
pub use ticket::{Revision, Ticket};
