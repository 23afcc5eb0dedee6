//! The problem codes that tickets refuses with, beside the general ones of [`web::Code`].

web::codes! {
    /// An administrator took the ticket down, and only an administrator may offer it again.
    TAKEN_DOWN = FORBIDDEN, "taken_down", "An administrator took the ticket down";
    /// The only unit is held or sold, or units are and the change would touch them.
    RESERVED = CONFLICT, "reserved", "The ticket is reserved";
    /// Fewer units than are held and sold.
    BELOW_COMMITTED = CONFLICT, "below_committed", "More units are held or sold already";
    /// Somebody changed it since it was read.
    VERSION_CONFLICT = CONFLICT, "version_conflict", "It was changed since you read it";
}
