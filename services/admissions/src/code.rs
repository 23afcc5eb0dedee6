//! Problem codes of admissions, in addition to those of [`web::Code`].

web::codes! {
    NOT_VALID = CONFLICT, "not_valid", "The admission is not valid any more";
}
