//! Collections, keys and indexes of mail.

use store::{Collection, Index, document};

use crate::domain::{Booking, Contact, Letter, Preferences, Recipient, SaleDay, Seller, Show};

/// Letters, by the fact of which they inform. Indexed by the time of the next attempt while they
/// are owed, all of them and the notices, by account, by the time of settlement, and failed ones and
/// those that may be sent again by that time.
pub static LETTERS: Collection = Collection::indexed(
    "letters",
    &[
        Index { name: "owed", fields: &["isOwed", "dueAt"] },
        Index { name: "owed_notices", fields: &["isOwedNotice", "dueAt"] },
        Index { name: "by_user", fields: &["userId", "createdAt"] },
        Index { name: "settled", fields: &["settledAt"] },
        Index { name: "failed", fields: &["hasFailed", "settledAt"] },
        Index { name: "retryable", fields: &["mayRetry", "settledAt"] },
    ],
);

/// Addresses of accounts, by account: copies.
pub static CONTACTS: Collection = Collection::named("contacts");

/// Recent mails to each address, by a hash of the address.
pub static RECIPIENTS: Collection =
    Collection::indexed("recipients", &[Index { name: "by_end", fields: &["forgetAfter"] }]);

/// Preferences, by account.
pub static PREFERENCES: Collection = Collection::named("preferences");

/// Complete orders, by order: copies. Indexed by show, by buyer, and by the end of their use.
pub static BOOKINGS: Collection = Collection::indexed(
    "bookings",
    &[
        Index { name: "by_show", fields: &["showId"] },
        Index { name: "by_buyer", fields: &["buyer"] },
        Index { name: "by_end", fields: &["forgetAfter"] },
    ],
);

/// Shows, by id: copies. Indexed by the start of an announcement, and by the start of the show.
pub static SHOWS: Collection = Collection::indexed(
    "shows",
    &[
        Index { name: "announced", fields: &["isAnnounced", "announcedAt"] },
        Index { name: "by_start", fields: &["startsAt"] },
    ],
);

/// Sellers who have sold, by account.
pub static SELLERS: Collection = Collection::named("sellers");

/// Sales of a seller on a day, by seller and day. Indexed by seller, by the time of the summary, and
/// by the end of their use.
pub static SALE_DAYS: Collection = Collection::indexed(
    "sale_days",
    &[
        Index { name: "by_seller", fields: &["seller"] },
        Index { name: "due", fields: &["isDue", "dueAt"] },
        Index { name: "by_end", fields: &["forgetAfter"] },
    ],
);

document!(Letter, LETTERS, |letter| letter.id,
    "isOwed" => letter.is_owed().then_some(true),
    "isOwedNotice" => (letter.is_owed() && letter.is_notice()).then_some(true),
    "dueAt" => letter.due_at(),
    "userId" => letter.user_id,
    "createdAt" => letter.created_at,
    "settledAt" => letter.settled_at(),
    "hasFailed" => letter.has_failed().then_some(true),
    "mayRetry" => letter.may_retry().then_some(true),
);
document!(Contact, CONTACTS, |contact| contact.user_id);
document!(Recipient, RECIPIENTS, |recipient| recipient.id,
    "forgetAfter" => recipient.forget_after);
document!(Preferences, PREFERENCES, |preferences| preferences.user_id);
document!(Booking, BOOKINGS, |booking| booking.order_id,
    "showId" => booking.show_id,
    "buyer" => booking.buyer,
    "forgetAfter" => booking.forget_after,
);
document!(Show, SHOWS, |show| show.state.id,
    "isAnnounced" => show.announcement.as_ref().map(|_| true),
    "announcedAt" => show.announcement.as_ref().map(|announcement| announcement.since),
    "startsAt" => show.state.starts_at,
);
document!(Seller, SELLERS, |seller| seller.user_id);
document!(SaleDay, SALE_DAYS, |day| day.id,
    "seller" => day.seller,
    "isDue" => day.due_at.map(|_| true),
    "dueAt" => day.due_at,
    "forgetAfter" => day.forget_after,
);
