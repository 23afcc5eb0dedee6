//! Ids of the documents about an address: hashes, so that they contain no address.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::domain::MailKind;

/// Id of the recipient that has the refusal of an address by its server: of the exact address,
/// since servers may refuse one with a tag and accept that without.
pub(crate) fn refusal_id(email: &str) -> String {
    hash(&email.to_lowercase())
}

/// Id of the recipient that counts the mails of a kind to an address and to all its sub-addresses,
/// which most servers deliver to the same mailbox. The kind follows a space, which no address
/// contains.
pub(crate) fn count_id(email: &str, kind: MailKind) -> String {
    let email = without_tag(&email.to_lowercase());
    match kind {
        MailKind::Verification => hash(&format!("{email} verification")),
        MailKind::Account => hash(&format!("{email} account")),
        MailKind::Transfer => hash(&format!("{email} transfer")),
        // The same document as that of a refusal of the address without tag: most mails are of this
        // kind, to such an address.
        MailKind::Trade => hash(&email),
    }
}

/// Ids of all documents about an address, each once.
pub(crate) fn ids(email: &str) -> BTreeSet<String> {
    let counts = MailKind::ALL.map(|kind| count_id(email, kind));
    counts.into_iter().chain([refusal_id(email)]).collect()
}

/// The address without the tag of a sub-address (RFC 5233, 1): `ann@x.example` of
/// `ann+tickets@x.example`. A local part that is only a tag stays as it is.
fn without_tag(email: &str) -> String {
    let parts = email.rsplit_once('@').and_then(|(local, domain)| {
        let (user, _) = local.split_once('+').filter(|(user, _)| !user.is_empty())?;
        Some((user, domain))
    });
    parts.map_or_else(|| email.to_owned(), |(user, domain)| format!("{user}@{domain}"))
}

fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_addresses_share_the_counts_and_not_the_refusal() {
        for (email, counted) in [
            ("Ann+a@x.example", "ann@x.example"),
            ("ann+@x.example", "ann@x.example"),
            ("ann+a+b@x.example", "ann@x.example"),
            ("ann@x+y.example", "ann@x+y.example"),
            ("+ann@x.example", "+ann@x.example"),
            ("ann", "ann"),
        ] {
            for kind in MailKind::ALL {
                assert_eq!(count_id(email, kind), count_id(counted, kind), "{email}");
            }
        }
        let counts = MailKind::ALL.map(|kind| count_id("ann@x.example", kind));
        assert_eq!(BTreeSet::from(counts).len(), MailKind::ALL.len());
        assert_ne!(refusal_id("ann+a@x.example"), refusal_id("ann@x.example"));
        assert_ne!(
            count_id("ann@x.example", MailKind::Trade),
            count_id("ann@y.example", MailKind::Trade)
        );
    }
}
