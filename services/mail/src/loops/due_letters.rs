//! The order in which due letters are attempted: notices and the oldest letters, in turn.
//!
//! A person waits for a link, whose mail does not wait for the letters of a cancelled show. Every
//! second attempt is that of the oldest other letter: notices alone, also a flood of them, hold
//! back no other mail.

use std::collections::HashSet;

use contract::Timestamp;
use store::{Query, Store, Unavailable};

use crate::domain::Letter;

/// Ids of the letters of a step, at most `page`.
pub(super) async fn due_letters(
    store: &Store,
    page: u32,
    now: Timestamp,
) -> Result<Vec<String>, Unavailable> {
    let on = |index, limit| Query::on(index).equals(true).to(now).limit(limit);
    let due: Vec<Letter> = store.query(on("owed", page)).await?;
    let is_full = u32::try_from(due.len()).is_ok_and(|count| count >= page);
    // Else all due letters are known.
    let notices: Vec<Letter> = if is_full {
        store.query(on("owed_notices", page.div_ceil(2))).await?
    } else {
        due.iter().filter(|letter| letter.is_notice()).cloned().collect()
    };
    let chosen: HashSet<String> = notices.iter().map(|letter| letter.id.clone()).collect();
    let others = due.into_iter().filter(|letter| !chosen.contains(&letter.id));
    let in_turn = in_turn(notices.into_iter(), others).map(|letter| letter.id);
    Ok(in_turn.take(usize::try_from(page).unwrap_or(usize::MAX)).collect())
}

/// One of each, until both end.
fn in_turn<T>(
    mut first: impl Iterator<Item = T>,
    mut second: impl Iterator<Item = T>,
) -> impl Iterator<Item = T> {
    let pairs = std::iter::from_fn(move || match (first.next(), second.next()) {
        (None, None) => None,
        (one, other) => Some([one, other]),
    });
    pairs.flat_map(|pair| pair.into_iter().flatten())
}
