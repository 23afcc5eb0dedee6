//! Limits on the number of refunds of one payment.

/// Refunds of one payment that one seller can have requested, without failed ones. A refund of the
/// full remainder is not counted. An order has at most ten tickets, so that a seller can refund
/// each separately and has as many requests in reserve.
pub const REFUNDS_OF_SELLER_MAX: u32 = 20;

/// The same for all administrators together; sellers' requests do not reduce it.
pub const REFUNDS_OF_ADMINS_MAX: u32 = 20;

/// Refunds of one payment that one seller can have requested, including failed ones: each is a call
/// to the provider and a stored document. A card that rejects refunds is detected after far fewer.
pub const ATTEMPTS_OF_SELLER_MAX: u32 = 100;
