//! Problem codes of orders, in addition to those of [`web::Code`].

web::codes! {
    /// Fewer units are available than ordered.
    SOLD_OUT = CONFLICT, "sold_out", "Not enough units are available";
    /// The order exceeds the buyer's limit on unpaid units.
    HOLD_LIMIT = CONFLICT, "hold_limit", "No more can be held at once";
    /// Unpaid orders from the buyer's network hold the maximum number of units of the ticket.
    NETWORK_LIMIT = CONFLICT, "network_limit", "No more can be held from your network at once";
    /// The total differs from the expected one.
    TOTAL_CHANGED = CONFLICT, "total_changed", "The total is not the expected one";
    /// Sellers cannot buy their own tickets.
    OWN_TICKET = CONFLICT, "own_ticket", "You cannot order your own ticket";
    /// The ticket was withdrawn.
    NOT_OFFERED = CONFLICT, "not_offered", "The ticket is no longer offered";
    /// The order is paid.
    ORDER_COMPLETE = CONFLICT, "order_complete", "The order is complete";
}
