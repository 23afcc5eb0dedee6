//! Substring searches in a text field. A text search has no index: each step examines a bounded
//! number of documents of a query, in its order, and the next step continues behind them.

use crate::document::Key;
use crate::reads::query::Position;

/// Documents that contain the text, in the order of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<D> {
    /// The documents, at most the requested number.
    pub documents: Vec<D>,
    /// The last examined document, unless it is the last one of the query: the next step starts
    /// behind it.
    pub next: Option<Position>,
}

/// The examined fields of a document.
pub(crate) struct Candidate {
    pub(crate) position: Position,
    /// The searched field.
    pub(crate) text: Key,
}

/// The matching documents of a query.
pub(crate) struct Matches {
    /// Their ids.
    pub(crate) ids: Vec<String>,
    pub(crate) next: Option<Position>,
}

impl Matches {
    /// The first `wanted` candidates that contain `text`, byte by byte, out of `examined_max` at
    /// most.
    pub(crate) fn of(
        candidates: Vec<Candidate>,
        examined_max: usize,
        text: &str,
        wanted: usize,
    ) -> Self {
        let (mut ids, mut next) = (Vec::new(), None);
        let may_be_more = candidates.len() >= examined_max;
        for Candidate { position, text: candidate } in candidates {
            if ids.len() == wanted {
                return Self { ids, next };
            }
            if matches!(&candidate, Key::Text(value) if value.contains(text)) {
                ids.push(position.id.clone());
            }
            next = Some(position);
        }
        let is_full = ids.len() == wanted;
        Self { ids, next: next.filter(|_| may_be_more || is_full) }
    }
}
