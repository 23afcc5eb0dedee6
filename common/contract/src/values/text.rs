//! Free text of requests: normalised (NFC), visible and bounded after parsing, and folded for
//! comparison.
//!
//! Every rule uses a property of the Unicode character database, from the `icu` crates.
//!
//! | module | subject |
//! |---|---|
//! | `characters` | the characters that a text may contain |
//! | `bounded` | `Line` and `Paragraphs`: parsed, normalised, bounded text |
//! | `folding` | NFC, and the form in which texts are compared and searched |

mod bounded;
mod characters;
mod folding;

pub use bounded::{BrokenTextRule, Line, MARKS_MAX, Paragraphs, Trusted, stored, stored_option};
pub use characters::{
    Layout, Unfit, first_unfit, is_default_ignorable, is_space, is_unassigned, is_word,
};
pub use folding::{folded, nfc};
