//! The values of a document. Texts are in its language already.

use contract::{Language, Timestamp};

/// A document of one or more admissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// A text that identifies its content: the file contains a hash of it.
    pub id: String,
    /// Its time of creation.
    pub created_at: Timestamp,
    /// The language of its texts, titles excepted.
    pub language: Language,
    /// The title of its window, and in lists of documents.
    pub title: String,
    /// The texts of all its pages.
    pub notes: Notes,
    /// A page for each admission.
    pub pages: Vec<Page>,
}

/// The texts of all pages of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notes {
    /// The name of the code, for assistive technology.
    pub code: String,
    /// How to use the page: a paragraph each.
    pub uses: Vec<String>,
}

/// An admission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The title of its event.
    pub title: String,
    /// The price category.
    pub category: Option<String>,
    /// The start of the event, with its time zone; further times after it.
    pub starts: Option<String>,
    /// Name and address of the venue.
    pub venue: Option<String>,
    /// Its number in its order: `Ticket 2 of 3`.
    pub unit: String,
    /// Its id, with which a seller finds it.
    pub reference: String,
    /// The text of its code.
    pub code: String,
}
