//! Problem codes of admissions, in addition to those of [`web::Code`].

web::codes! {
    CLOCK_OFF = CONFLICT, "clock_off", "The clock of the gate is wrong";
    GATE_ENDED = UNAUTHORIZED, "gate_ended", "The key of the gate is not valid any more";
    NOT_VALID = CONFLICT, "not_valid", "The admission is not valid any more";
}
