//! PDF documents of admissions: one page for each, with its QR code, in any script.
//!
//! Documents conform to PDF/A-2a and PDF/UA-1. They contain their fonts, and do not depend on the
//! machine: the same values have the same bytes.
//!
//! | module | contents |
//! |---|---|
//! | `document` | the values of a document |
//! | `fonts` | the fonts that documents embed |
//! | `text` | paragraphs: fallback between fonts, lines, glyphs |
//! | `page` | the ticket and the text below it |
//! | `shapes` | its outline and its QR code |
//! | `renderer` | the file |

mod document;
mod fonts;
mod page;
mod renderer;
mod shapes;
mod text;

pub use document::{Document, Notes, Page};
pub use renderer::{NotRendered, Renderer};
