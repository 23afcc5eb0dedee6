//! How accounts and sessions are kept and found.

use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use store::{Collection, Document, Index, Key};

use crate::domain::{Administrators, Devices, EmailAddress, Guesses, PersonRequest, Session, User};

/// Every account, by id.
pub static USERS: Collection = Collection { name: "users", indexes: &[], searched: &[] };

/// Whose an e-mail address is; being an `_id` makes it unique.
pub static EMAIL_ADDRESSES: Collection =
    Collection { name: "email_addresses", indexes: &[], searched: &[] };

/// Every session, by id, until it has ended by itself; a user's newest first.
pub static SESSIONS: Collection = Collection {
    name: "sessions",
    indexes: &[
        Index { name: "by_end", fields: &["endsAt"] },
        Index { name: "by_user", fields: &["userId", "createdAt"] },
    ],
    searched: &[],
};

/// Guesses at passwords, by a hash of the e-mail address, or of it and the address that they come from.
pub static GUESSES: Collection = Collection {
    name: "guesses",
    indexes: &[Index { name: "by_end", fields: &["forgetAfter"] }],
    searched: &[],
};

/// The devices on which the owner of an account has signed in, by a hash of the e-mail address.
pub static DEVICES: Collection = Collection {
    name: "devices",
    indexes: &[Index { name: "by_end", fields: &["forgetAfter"] }],
    searched: &[],
};

/// Which account an idempotency key made.
pub static SIGN_UP_KEYS: Collection = Collection {
    name: "sign_up_keys",
    indexes: &[Index { name: "by_age", fields: &["createdAt"] }],
    searched: &[],
};

/// The last export and the last erasure of each person; those that end by themselves, by when they are forgotten; those of each kind
/// that lack parts, the oldest first.
pub static PERSON_REQUESTS: Collection = Collection {
    name: "person_requests",
    indexes: &[
        Index { name: "by_end", fields: &["forgetAfter"] },
        Index { name: "unfinished", fields: &["unfinished", "requestedAt"] },
    ],
    searched: &[],
};

/// The administrators, in one document.
pub static ADMINISTRATORS: Collection =
    Collection { name: "administrators", indexes: &[], searched: &[] };

/// Whose an e-mail address is. An account of before canonical forms has two of them: its address as it was stored, and the canonical
/// form of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressOwner {
    /// The address.
    pub email: EmailAddress,
    /// Whose it is.
    pub user_id: UserId,
}

/// Which account an idempotency key made. No fingerprint of the request is kept: it holds a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignUpKey {
    /// Operation and key.
    pub id: String,
    /// The account.
    pub user_id: UserId,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Document for User {
    const COLLECTION: &'static Collection = &USERS;

    fn document_id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Null
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

    fn key(&self, _: &str) -> Key {
        Key::Null
    }
}

impl Document for AddressOwner {
    const COLLECTION: &'static Collection = &EMAIL_ADDRESSES;

    fn document_id(&self) -> String {
        self.email.as_str().to_owned()
    }

    fn key(&self, _: &str) -> Key {
        Key::Null
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
            // One that was ended is on no list.
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
        Self::stored_as(self.user_id, self.wish)
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
