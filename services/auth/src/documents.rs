//! Collections, keys and indexes of accounts and sessions.

use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use store::{Collection, Document, Index};

use crate::domain::{Administrators, Devices, EmailAddress, Guesses, PersonRequest, Session, User};

/// Accounts, by id.
pub static USERS: Collection = Collection { name: "users", indexes: &[], searched: &[] };

/// Owner of each e-mail address; the address is the `_id`, which makes it unique.
pub static EMAIL_ADDRESSES: Collection =
    Collection { name: "email_addresses", indexes: &[], searched: &[] };

/// Sessions, by id, deleted when they expire; indexed by user, newest first.
pub static SESSIONS: Collection = Collection {
    name: "sessions",
    indexes: &[
        Index { name: "by_end", fields: &["endsAt"] },
        Index { name: "by_user", fields: &["userId", "createdAt"] },
    ],
    searched: &[],
};

/// Password guesses, by a hash of the e-mail address, or of the e-mail address and the client's
/// address.
pub static GUESSES: Collection = Collection {
    name: "guesses",
    indexes: &[Index { name: "by_end", fields: &["forgetAfter"] }],
    searched: &[],
};

/// Devices with a successful sign-in, by a hash of the e-mail address.
pub static DEVICES: Collection = Collection {
    name: "devices",
    indexes: &[Index { name: "by_end", fields: &["forgetAfter"] }],
    searched: &[],
};

/// Accounts created with an idempotency key, by the key.
pub static SIGN_UP_KEYS: Collection = Collection {
    name: "sign_up_keys",
    indexes: &[Index { name: "by_age", fields: &["createdAt"] }],
    searched: &[],
};

/// Latest export and latest erasure of each person. Indexed by expiry, and by kind and age while
/// parts are missing.
pub static PERSON_REQUESTS: Collection = Collection {
    name: "person_requests",
    indexes: &[
        Index { name: "by_end", fields: &["forgetAfter"] },
        Index { name: "unfinished", fields: &["unfinished", "requestedAt"] },
    ],
    searched: &[],
};

/// Administrators, in one document.
pub static ADMINISTRATORS: Collection =
    Collection { name: "administrators", indexes: &[], searched: &[] };

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

store::document!(User, USERS, |user| user.id);

impl Administrators {
    /// The id of the only document.
    pub const ID: &'static str = "administrators";
}

impl Document for Administrators {
    const COLLECTION: &'static Collection = &ADMINISTRATORS;

    fn document_id(&self) -> String {
        Self::ID.to_owned()
    }
}

store::document!(AddressOwner, EMAIL_ADDRESSES, |owner| owner.email.as_str());

store::document!(Session, SESSIONS, |session| session.id,
    "endsAt" => session.ends_at,
    // An ended session is in no list.
    "userId" => session.signed_out_at.is_none().then_some(session.user_id),
    "createdAt" => session.created_at,
);

store::document!(Guesses, GUESSES, |guesses| guesses.id,
    "forgetAfter" => guesses.forget_after,
);

store::document!(PersonRequest, PERSON_REQUESTS,
    |request| PersonRequest::stored_as(request.user_id, request.action),
    "forgetAfter" => request.forget_after,
    "unfinished" => request.unfinished(),
    "requestedAt" => request.requested_at,
);

store::document!(Devices, DEVICES, |devices| devices.id,
    "forgetAfter" => devices.forget_after,
);

store::document!(SignUpKey, SIGN_UP_KEYS, |key| key.id,
    "createdAt" => key.created_at,
);
