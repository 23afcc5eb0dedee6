//! The problem codes that orders refuses with, beside the general ones of [`web::Code`].

web::codes! {
    /// Not so many units are left.
    SOLD_OUT = CONFLICT, "sold_out", "Not enough units are available";
    /// The buyer would hold more than one may before paying.
    HOLD_LIMIT = CONFLICT, "hold_limit", "No more can be held at once";
    /// Unpaid orders from the buyer's network hold as many units of the ticket as one network may.
    NETWORK_LIMIT = CONFLICT, "network_limit", "No more can be held from your network at once";
    /// The order costs something else than its buyer expects.
    TOTAL_CHANGED = CONFLICT, "total_changed", "The total is not the expected one";
    /// Sellers cannot buy their own tickets.
    OWN_TICKET = CONFLICT, "own_ticket", "You cannot order your own ticket";
    /// The ticket was withdrawn.
    NOT_OFFERED = CONFLICT, "not_offered", "The ticket is no longer offered";
    /// The order is paid.
    ORDER_COMPLETE = CONFLICT, "order_complete", "The order is complete";
}
