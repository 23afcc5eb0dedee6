//! The pages of sellers, one file each.

mod categories;
pub(super) mod door;
mod figures;
pub(super) mod new_show;
pub(super) mod new_ticket;
pub(super) mod orders;
pub(super) mod overview;
mod own;
pub(super) mod show;
pub(super) mod show_commands;
mod submitted;
pub(super) mod tables;
pub(super) mod ticket;
