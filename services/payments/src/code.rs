//! The problem codes that payments refuses with, beside the general ones of [`web::Code`].

web::codes! {
    /// The signature under a provider's event is missing, wrong or too old.
    BAD_SIGNATURE = BAD_REQUEST, "bad_signature", "The signature is not the provider's";
    PAYMENT_DECLINED = PAYMENT_REQUIRED, "payment_declined", "The payment was declined";
    ORDER_COMPLETE = CONFLICT, "order_complete", "The order is complete";
    ORDER_CANCELLED = CONFLICT, "order_cancelled", "The order is cancelled";
    SHOW_CANCELLED = CONFLICT, "show_cancelled", "The show is cancelled";
    ORDER_EXPIRED = CONFLICT, "order_expired", "The order has expired";
    AMOUNT_NOT_CHARGEABLE = CONFLICT, "amount_not_chargeable",
        "The amount cannot be charged to a card";
    PAYMENT_IN_PROGRESS = CONFLICT, "payment_in_progress", "The order is being paid";
    NOT_CAPTURED = CONFLICT, "not_captured", "The payment has not been captured";
    PAYMENT_DISPUTED = CONFLICT, "payment_disputed", "The payer disputes the payment";
    REFUND_EXCEEDS = CONFLICT, "refund_exceeds", "More than is left to be given back";
    /// Units were to go back to sale whose price was not refunded; `errors` names `returns`.
    UNITS_NOT_REFUNDED = CONFLICT, "units_not_refunded", "The price of the units is not refunded";
    /// Something that only the payer may choose, and has not agreed to.
    PAYER_MUST_AGREE = CONFLICT, "payer_must_agree", "The payer has not agreed to that";
    /// The show is postponed, and its seller's date for refunds at the payer's request has passed.
    REFUND_PERIOD_OVER = CONFLICT, "refund_period_over", "The period of refunds is over";
    /// The seller's balance is too low for the refund.
    INSUFFICIENT_CREDIT = CONFLICT, "insufficient_credit", "Not enough on the account";
    /// The limit of failed attempts is reached; `Retry-After` is the wait before the next one.
    TOO_MANY_CARD_ATTEMPTS = TOO_MANY_REQUESTS, "too_many_card_attempts",
        "Too many payments by card did not succeed";
}
