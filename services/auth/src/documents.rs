//! Collections, keys and indexes of accounts and sessions.

use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use store::{Collection, Index, document};

use crate::domain::{
    Administrators, Devices, EmailAddress, Guesses, Link, LinkRequests, PersonRequest,
    ResetRequest, SecondFactor, Session, User,
};

/// Accounts, by id.
pub static USERS: Collection = Collection::named("users");

/// Owner of each e-mail address; the address is the `_id`, which makes it unique.
pub static EMAIL_ADDRESSES: Collection = Collection::named("email_addresses");

/// Sessions, by id, deleted when they expire; indexed by user, newest first.
pub static SESSIONS: Collection = Collection::indexed(
    "sessions",
    &[
        Index { name: "by_end", fields: &["endsAt"] },
        Index { name: "by_user", fields: &["userId", "createdAt"] },
    ],
);

/// Second factors that are on or pending, by account.
pub static SECOND_FACTORS: Collection = Collection::named("second_factors");

/// Password guesses, by a hash of the e-mail address, or of the e-mail address and the client's
/// address.
pub static GUESSES: Collection =
    Collection::indexed("guesses", &[Index { name: "by_end", fields: &["forgetAfter"] }]);

/// Devices with a successful sign-in, by a hash of the e-mail address.
pub static DEVICES: Collection =
    Collection::indexed("devices", &[Index { name: "by_end", fields: &["forgetAfter"] }]);

/// Accounts created with an idempotency key, by the key.
pub static SIGN_UP_KEYS: Collection =
    Collection::indexed("sign_up_keys", &[Index { name: "by_age", fields: &["createdAt"] }]);

/// Latest export and latest erasure of each person. Indexed by expiry, and by kind and age while
/// parts are missing.
pub static PERSON_REQUESTS: Collection = Collection::indexed(
    "person_requests",
    &[
        Index { name: "by_end", fields: &["forgetAfter"] },
        Index { name: "unfinished", fields: &["unfinished", "requestedAt"] },
    ],
);

/// One-time links of mails, until they are used or expire. Indexed by expiry, by account and by
/// address.
pub static LINKS: Collection = Collection::indexed(
    "links",
    &[
        Index { name: "by_end", fields: &["endsAt"] },
        Index { name: "by_user", fields: &["userId"] },
        Index { name: "by_address", fields: &["email"] },
    ],
);

/// Requests of links that set a password, until the links are sent. Indexed by age.
pub static RESET_REQUESTS: Collection =
    Collection::indexed("reset_requests", &[Index { name: "by_age", fields: &["requestedAt"] }]);

/// Recent requests of mails, by a hash of the e-mail address.
pub static LINK_REQUESTS: Collection =
    Collection::indexed("link_requests", &[Index { name: "by_end", fields: &["forgetAfter"] }]);

/// Administrators, in one document.
pub static ADMINISTRATORS: Collection = Collection::named("administrators");

/// Owner of an e-mail address. An account from before canonical forms has two documents: for its
/// stored address and for the canonical form.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressOwner {
    /// The address.
    pub email: EmailAddress,
    /// The owner.
    pub user_id: UserId,
}

/// Account that an idempotency key created. Without a fingerprint of the request, which contains a
/// password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignUpKey {
    /// Operation and idempotency key.
    pub id: String,
    /// The account.
    pub user_id: UserId,
    /// Time of creation.
    pub created_at: Timestamp,
}

impl Administrators {
    /// The id of the only document.
    pub const ID: &'static str = "administrators";
}

document!(User, USERS, |user| user.id);
document!(Administrators, ADMINISTRATORS, |_it| Administrators::ID);
document!(AddressOwner, EMAIL_ADDRESSES, |owner| owner.email.as_str());

document!(SecondFactor, SECOND_FACTORS, |factor| factor.user_id);

document!(Session, SESSIONS, |session| session.id,
    "endsAt" => session.ends_at,
    // An ended session is in no list.
    "userId" => session.signed_out_at.is_none().then_some(session.user_id),
    "createdAt" => session.created_at,
);

document!(PersonRequest, PERSON_REQUESTS,
    |request| PersonRequest::stored_as(request.user_id, request.action),
    "forgetAfter" => request.forget_after,
    "unfinished" => request.unfinished(),
    "requestedAt" => request.requested_at,
);

document!(Guesses, GUESSES, |guesses| guesses.id, "forgetAfter" => guesses.forget_after);
document!(Devices, DEVICES, |devices| devices.id, "forgetAfter" => devices.forget_after);
document!(Link, LINKS, |link| link.id,
    "endsAt" => link.ends_at,
    "userId" => link.user_id(),
    "email" => link.email.as_str(),
);
document!(LinkRequests, LINK_REQUESTS, |requests| requests.id,
    "forgetAfter" => requests.forget_after);
document!(ResetRequest, RESET_REQUESTS, |request| request.id,
    "requestedAt" => request.requested_at);
document!(SignUpKey, SIGN_UP_KEYS, |key| key.id, "createdAt" => key.created_at);
