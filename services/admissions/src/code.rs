//! Problem codes of admissions, in addition to those of [`web::Code`].

web::codes! {
    CLOCK_OFF = CONFLICT, "clock_off", "The clock of the gate is wrong";
    GATE_ENDED = UNAUTHORIZED, "gate_ended", "The key of the gate is not valid any more";
    NOT_LISTED = CONFLICT, "not_listed", "The admission is not offered for resale";
    /// The price exceeds the seller's cap, or the seller forbids resale; `errors` names `price`.
    ABOVE_CAP = CONFLICT, "above_cap", "The price of a resale is too high";
    RESALE_LIMIT = CONFLICT, "resale_limit", "The admission was sold again too often";
    SHOW_STARTED = CONFLICT, "show_started", "The event has begun";
    NOT_VALID = CONFLICT, "not_valid", "The admission is not valid any more";
}
