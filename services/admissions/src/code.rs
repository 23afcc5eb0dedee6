//! Problem codes of admissions, in addition to those of [`web::Code`].

web::codes! {
    BEING_TRANSFERRED = CONFLICT, "being_transferred",
        "The admission is offered to another person already";
    NOT_ENOUGH = CONFLICT, "not_enough", "There are not enough admissions to send";
    NOT_VALID = CONFLICT, "not_valid", "The admission is not valid any more";
    SAME_USER = CONFLICT, "same_user", "The recipient is the sender";
    TRANSFER_ENDED = CONFLICT, "transfer_ended", "The transfer has ended";
}
