//! Letters become owed in the decision that learns of their fact.

use std::collections::{HashMap, HashSet};

use contract::UserId;
use service::person;
use store::{Loaded, Tx};

use crate::domain::{Contact, Letter};

/// The letters that a decision added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owed {
    /// None: each fact had its letter, or the account is erased.
    Nothing,
    /// Letters that wait until their account has a verified address.
    Waiting,
    /// At least one letter that is due now.
    Due,
}

/// Adds letters to accounts that are not erased, unless their facts have some. Reads all at once.
///
/// A letter to an account without a verified address waits, as the sender would postpone it: that
/// costs two further writes. A letter to an account whose contact is not known yet stays due,
/// because a commit compares no versions of absent documents: another replica could add the
/// contact, and look for waiting letters, between the read and the commit.
pub(crate) fn owe(tx: &mut Tx<'_>, letters: Vec<Letter>) -> Loaded<Owed> {
    let users: Vec<UserId> = letters.iter().filter_map(|letter| letter.user_id).collect();
    let ids: Vec<&String> = letters.iter().map(|letter| &letter.id).collect();
    let (erased, contacts) = (person::are_erased(tx, &users), tx.get_all::<Contact>(&users));
    let (known, erased, contacts) = (tx.get_all::<Letter>(&ids)?, erased?, contacts?);
    let erased: HashSet<UserId> =
        users.into_iter().zip(erased).filter(|(_, is_erased)| *is_erased).map(|it| it.0).collect();
    let contacts: HashMap<UserId, Contact> =
        contacts.into_iter().flatten().map(|contact| (contact.user_id, contact)).collect();
    let mut owed = Owed::Nothing;
    for (letter, known) in letters.into_iter().zip(known) {
        if known.is_some() || letter.user_id.is_some_and(|user| erased.contains(&user)) {
            continue;
        }
        let contact = letter.user_id.and_then(|user| contacts.get(&user));
        if contact.is_none_or(|contact| contact.is_verified) {
            owed = Owed::Due;
            tx.insert(letter);
        } else {
            owed = owed.max(Owed::Waiting);
            tx.insert(letter.due(letter.ends_at));
        }
    }
    Ok(owed)
}
