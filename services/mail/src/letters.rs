//! Letters become owed in the decision that learns of their fact.

use std::collections::HashSet;

use contract::UserId;
use service::person;
use store::{Loaded, Tx};

use crate::domain::Letter;

/// Adds a letter, unless its fact has one. Returns whether it was added.
pub(crate) fn owe(tx: &mut Tx<'_>, letter: Option<Letter>) -> Loaded<bool> {
    let Some(letter) = letter else { return Ok(false) };
    if tx.get::<Letter>(&letter.id)?.is_some() {
        return Ok(false);
    }
    tx.insert(letter);
    Ok(true)
}

/// Adds letters to accounts that are not erased, unless their facts have some. Reads all at once.
pub(crate) fn owe_all(tx: &mut Tx<'_>, letters: Vec<Letter>) -> Loaded<()> {
    let users: Vec<UserId> = letters.iter().filter_map(|letter| letter.user_id).collect();
    let erased = person::are_erased(tx, &users)?;
    let erased: HashSet<UserId> =
        users.into_iter().zip(erased).filter(|(_, is_erased)| *is_erased).map(|it| it.0).collect();
    let ids: Vec<&String> = letters.iter().map(|letter| &letter.id).collect();
    let known = tx.get_all::<Letter>(&ids)?;
    for (letter, known) in letters.into_iter().zip(known) {
        if known.is_none() && !letter.user_id.is_some_and(|user| erased.contains(&user)) {
            tx.insert(letter);
        }
    }
    Ok(())
}
