//! Reads outside decisions: equality on the first fields of an index, sorted by its last; and
//! searches for a substring, which has no index: each step examines a bounded number of documents
//! of a query, and the next step continues behind them.

use crate::collection::{Collection, Index};
use crate::document::{Document, Key};
use crate::error::Unavailable;

/// Maximum documents in a result: a page of the API is at most 100, a loop's page 500.
pub const QUERY_LIMIT_MAX: u32 = 1_000;

/// A query on one declared index.
///
/// ```
/// use store::Query;
/// let newest_first = Query::on("by_buyer").equals("692000f2a1b2c3d4e5f60718").descending().limit(20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Query {
    pub(crate) index: &'static str,
    pub(crate) equals: Vec<Key>,
    pub(crate) from: Option<Key>,
    pub(crate) to: Option<Key>,
    pub(crate) after: Option<Position>,
    pub(crate) direction: Direction,
    pub(crate) limit: u32,
}

/// The position of a document in an index's order: the content of a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position {
    /// The value of the sort field.
    pub key: Key,
    /// The document's `_id`.
    pub id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Query {
    /// A query on the index of this name: everything in it, ascending, up to [`QUERY_LIMIT_MAX`].
    pub fn on(index: &'static str) -> Self {
        Self {
            index,
            equals: Vec::new(),
            from: None,
            to: None,
            after: None,
            direction: Direction::Ascending,
            limit: QUERY_LIMIT_MAX,
        }
    }

    pub(crate) fn index_in(&self, collection: &Collection) -> Result<&'static Index, Unavailable> {
        collection.index(self.index).ok_or_else(|| {
            let (name, index) = (collection.name, self.index);
            Unavailable::new(format!("cannot query {name}: no index {index} is declared"))
        })
    }

    /// Only documents whose next field of the index has this value.
    pub fn equals(mut self, key: impl Into<Key>) -> Self {
        self.equals.push(key.into());
        self
    }

    /// Only documents whose sort field is this or more.
    pub fn from(mut self, key: impl Into<Key>) -> Self {
        self.from = Some(key.into());
        self
    }

    /// Only documents whose sort field is this or less.
    pub fn to(mut self, key: impl Into<Key>) -> Self {
        self.to = Some(key.into());
        self
    }

    /// Only documents behind this position, in the query's direction.
    pub fn after(mut self, position: impl Into<Option<Position>>) -> Self {
        self.after = position.into();
        self
    }

    /// Smallest sort field first.
    pub fn ascending(mut self) -> Self {
        self.direction = Direction::Ascending;
        self
    }

    /// Greatest sort field first.
    pub fn descending(mut self) -> Self {
        self.direction = Direction::Descending;
        self
    }

    /// At most this number of documents; never more than [`QUERY_LIMIT_MAX`].
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.min(QUERY_LIMIT_MAX);
        self
    }

    /// The position of a document in its order.
    #[must_use]
    pub fn position_of<D: Document>(&self, document: &D) -> Position {
        let index = D::COLLECTION.index(self.index);
        let key = index.map_or(Key::Null, |index| document.key(index.sort_field()));
        Position { key, id: document.document_id() }
    }

    /// Its selection and order as text, without its position and limit.
    #[must_use]
    pub fn selection(&self) -> String {
        format!("{:?}", Self { after: None, limit: 0, ..self.clone() })
    }
}

/// Documents that contain the text, in the order of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<D> {
    /// The documents, at most the requested number.
    pub documents: Vec<D>,
    /// The last examined document, behind which the next step starts; `None` at the end.
    pub next: Option<Position>,
}

pub(crate) struct Candidate {
    pub(crate) position: Position,
    pub(crate) text: Key,
}

/// The ids of the first `wanted` of up to `examined_max` candidates that contain `text`, byte by
/// byte, and the position behind which the next step starts.
pub(crate) fn matching(
    candidates: Vec<Candidate>,
    examined_max: usize,
    text: &str,
    wanted: usize,
) -> (Vec<String>, Option<Position>) {
    let (mut ids, mut next) = (Vec::new(), None);
    let may_be_more = candidates.len() >= examined_max;
    for Candidate { position, text: candidate } in candidates {
        if ids.len() == wanted {
            return (ids, next);
        }
        if matches!(&candidate, Key::Text(value) if value.contains(text)) {
            ids.push(position.id.clone());
        }
        next = Some(position);
    }
    let is_full = ids.len() == wanted;
    (ids, next.filter(|_| may_be_more || is_full))
}
