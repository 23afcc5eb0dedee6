//! Problem codes of admissions, in addition to those of [`web::Code`].

web::codes! {
    ABOVE_CAP = CONFLICT, "above_cap", "The price of a resale is too high";
    BEING_TRANSFERRED = CONFLICT, "being_transferred",
        "The admission is offered to another person already";
    CLOCK_OFF = CONFLICT, "clock_off", "The clock of the gate is wrong";
    DEVICE_ONLY = CONFLICT, "device_only", "The seller allows codes of devices only";
    GATE_ENDED = UNAUTHORIZED, "gate_ended", "The key of the gate is not valid any more";
    HELD_BY_DEVICE = CONFLICT, "held_by_device", "A device shows the code";
    NOT_ENOUGH = CONFLICT, "not_enough", "There are not enough admissions to send";
    NOT_LISTED = CONFLICT, "not_listed", "The admission is not offered for resale";
    NOT_VALID = CONFLICT, "not_valid", "The admission is not valid any more";
    RESALE_LIMIT = CONFLICT, "resale_limit", "The admission was sold again too often";
    SAME_USER = CONFLICT, "same_user", "The recipient is the sender";
    SHOW_STARTED = CONFLICT, "show_started", "The event has begun";
    TOO_MANY_DEVICES = CONFLICT, "too_many_devices", "The admission was bound to too many devices";
    /// A document of many admissions; those of a ticket fit.
    TOO_MANY_PAGES = CONFLICT, "too_many_pages", "The document would have more than 100 pages";
    TRANSFER_ENDED = CONFLICT, "transfer_ended", "The transfer has ended";
}
