//! Views of tickets and shows.

mod image;
mod show;
mod ticket;

pub(crate) use show::{ShowProgressView, ShowView, progress, shown_in, shown_show, tickets_of};
pub(crate) use ticket::{TicketView, shown};
