//! Free text of requests: normalised (NFC), visible, bounded; and folded for comparison.
//!
//! Every rule uses a property of the Unicode character database, from the `icu` crates.

mod bounded;
mod characters;
mod folding;

pub use bounded::{BrokenTextRule, Line, MARKS_MAX, Paragraphs, Trusted, stored, stored_option};
pub use characters::{
    Layout, Unfit, first_unfit, is_default_ignorable, is_space, is_unassigned, is_word,
};
pub use folding::{folded, nfc};
