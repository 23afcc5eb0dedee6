//! Orders of shows: sales, refunds of cancelled shows, and the payer's refunds of postponed ones.

mod cancelled;
mod interrupted;
mod postponed;
mod provider;
mod resales;
mod sales;
