//! How many refunds of one payment may be requested.

/// Refunds of one payment that one seller may have requested and that have not failed. A refund of all that is left is not counted:
/// an order has at most ten tickets, so a seller can return them one by one and has as many requests in reserve.
pub const REFUNDS_OF_SELLER_MAX: u32 = 20;

/// The same for all administrators together. What sellers requested does not reduce it.
pub const REFUNDS_OF_ADMINS_MAX: u32 = 20;

/// Refunds of one payment that one seller may have requested, failed ones included: each is a call to the provider and a document that is
/// kept. A card that refuses refunds is known after far fewer.
pub const ATTEMPTS_OF_SELLER_MAX: u32 = 100;
