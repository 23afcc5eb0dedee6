//! Problem codes of orders, in addition to those of [`web::Code`].

web::codes! {
    SOLD_OUT = CONFLICT, "sold_out", "Not enough units are available";
    /// The order exceeds the buyer's limit on unpaid units.
    HOLD_LIMIT = CONFLICT, "hold_limit", "No more can be held at once";
    /// Unpaid orders from the buyer's network hold the maximum number of units of the ticket.
    NETWORK_LIMIT = CONFLICT, "network_limit", "No more can be held from your network at once";
    TOTAL_CHANGED = CONFLICT, "total_changed", "The total is not the expected one";
    OWN_TICKET = CONFLICT, "own_ticket", "You cannot order your own ticket";
    NOT_OFFERED = CONFLICT, "not_offered", "The ticket is no longer offered";
    ORDER_COMPLETE = CONFLICT, "order_complete", "The order is complete";
}
