//! Problem codes of orders, in addition to those of [`web::Code`].

web::codes! {
    SOLD_OUT = CONFLICT, "sold_out", "Not enough units are available";
    /// The order exceeds the buyer's limit on unpaid units.
    HOLD_LIMIT = CONFLICT, "hold_limit", "No more can be held at once";
    /// Unpaid orders from the buyer's network hold the maximum number of units of the ticket or of
    /// its show.
    NETWORK_LIMIT = CONFLICT, "network_limit", "No more can be held from your network at once";
    TOTAL_CHANGED = CONFLICT, "total_changed", "The total is not the expected one";
    OWN_TICKET = CONFLICT, "own_ticket", "You cannot order your own ticket";
    NOT_OFFERED = CONFLICT, "not_offered", "The ticket is no longer offered";
    SHOW_CANCELLED = CONFLICT, "show_cancelled", "The show is cancelled";
    /// One order is paid to one seller, and refunded as a whole if its show is cancelled.
    SHOWS_DIFFER = CONFLICT, "shows_differ", "The tickets are not of one show";
    ORDER_COMPLETE = CONFLICT, "order_complete", "The order is complete";
}
