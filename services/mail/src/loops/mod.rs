//! Background loops, one file each.

mod announce_shows;
mod due_letters;
mod send_letters;
pub(crate) mod show_letters;
pub(crate) mod summarise_days;

pub(crate) use announce_shows::AnnounceShows;
pub(crate) use send_letters::SendLetters;
