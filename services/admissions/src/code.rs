//! Problem codes of admissions, in addition to those of [`web::Code`].

web::codes! {
    NOT_VALID = CONFLICT, "not_valid", "The admission is not valid any more";
    /// A document of many admissions; those of a ticket fit.
    TOO_MANY_PAGES = CONFLICT, "too_many_pages", "The document would have more than 100 pages";
}
