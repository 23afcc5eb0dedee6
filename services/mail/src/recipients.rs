//! Ids of the documents about an address: hashes, so that they contain no address.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::domain::MailKind;

/// Id of the recipient that has the refusal of an address by its server.
pub(crate) fn refusal_id(email: &str) -> String {
    hash(&email.to_lowercase())
}

/// Id of the recipient that counts the mails of a kind to an address. The kind follows a space,
/// which no address contains.
pub(crate) fn count_id(email: &str, kind: MailKind) -> String {
    let email = email.to_lowercase();
    match kind {
        MailKind::Verification => hash(&format!("{email} verification")),
        MailKind::Account => hash(&format!("{email} account")),
        // The same document as that of the refusal: most mails are of this kind.
        MailKind::Trade => hash(&email),
    }
}

/// Ids of all documents about an address, each once.
pub(crate) fn ids(email: &str) -> BTreeSet<String> {
    let counts = MailKind::ALL.map(|kind| count_id(email, kind));
    counts.into_iter().chain([refusal_id(email)]).collect()
}

fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}
