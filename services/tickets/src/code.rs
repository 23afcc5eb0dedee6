//! Problem codes of tickets, in addition to those of [`web::Code`].

web::codes! {
    TAKEN_DOWN = FORBIDDEN, "taken_down", "An administrator took the ticket down";
    /// The only unit is held or sold, or the change affects held or sold units.
    RESERVED = CONFLICT, "reserved", "The ticket is reserved";
    /// The ticket sells an admission again, whose holder ends the resale.
    RESALE = CONFLICT, "resale", "The ticket is a resale";
    SHOW_CANCELLED = CONFLICT, "show_cancelled", "The show is cancelled";
    SHOW_BEGUN = CONFLICT, "show_begun", "The show has begun";
    OWN_OFFER = CONFLICT, "own_offer", "A seller cannot report their own offer";
    REPORT_LIMIT = CONFLICT, "report_limit", "The account has the maximum number of open reports";
    SHOW_FULL = CONFLICT, "show_full", "The show has the maximum number of tickets";
    BELOW_COMMITTED = CONFLICT, "below_committed", "More units are held or sold already";
    UNSUPPORTED_IMAGE = UNSUPPORTED_MEDIA_TYPE, "unsupported_image",
        "The body must be an image that can be read";
    VERSION_CONFLICT = CONFLICT, "version_conflict", "It was changed since you read it";
}
