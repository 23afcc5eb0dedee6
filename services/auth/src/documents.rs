//! Collections, keys and indexes of accounts and sessions.

use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use store::{Collection, Document, Index, Key};

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

impl Document for User {
    const COLLECTION: &'static Collection = &USERS;

    fn document_id(&self) -> String {
        self.id.to_string()
    }
}

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

impl Document for AddressOwner {
    const COLLECTION: &'static Collection = &EMAIL_ADDRESSES;

    fn document_id(&self) -> String {
        self.email.as_str().to_owned()
    }
}

impl Document for Session {
    const COLLECTION: &'static Collection = &SESSIONS;

    fn document_id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "endsAt" => self.ends_at.into(),
            // An ended session is in no list.
            "userId" => self.signed_out_at.is_none().then_some(self.user_id).into(),
            "createdAt" => self.created_at.into(),
            _ => Key::Null,
        }
    }
}

impl Document for Guesses {
    const COLLECTION: &'static Collection = &GUESSES;

    fn document_id(&self) -> String {
        self.id.clone()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "forgetAfter" => self.forget_after.into(),
            _ => Key::Null,
        }
    }
}

impl Document for PersonRequest {
    const COLLECTION: &'static Collection = &PERSON_REQUESTS;

    fn document_id(&self) -> String {
        Self::stored_as(self.user_id, self.action)
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "forgetAfter" => self.forget_after.into(),
            "unfinished" => self.unfinished().into(),
            "requestedAt" => self.requested_at.into(),
            _ => Key::Null,
        }
    }
}

impl Document for Devices {
    const COLLECTION: &'static Collection = &DEVICES;

    fn document_id(&self) -> String {
        self.id.clone()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "forgetAfter" => self.forget_after.into(),
            _ => Key::Null,
        }
    }
}

impl Document for SignUpKey {
    const COLLECTION: &'static Collection = &SIGN_UP_KEYS;

    fn document_id(&self) -> String {
        self.id.clone()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "createdAt" => self.created_at.into(),
            _ => Key::Null,
        }
    }
}
