//! Declared collections and indexes: an engine creates exactly these, and a query names
//! one of them.

/// A kind of document and its indexes.
#[derive(Debug)]
pub struct Collection {
    /// Its name, unique in the store: `users`.
    pub name: &'static str,
    /// The indexes that queries may use.
    pub indexes: &'static [Index],
    /// Text fields that queries may search for a substring.
    pub searched: &'static [&'static str],
    /// Whether the store keeps documents in its cache, whose bound is their number.
    pub is_cached: bool,
}

/// An index: fields compared for equality, and last the sort field; equal keys are ordered by
/// `_id`.
///
/// A document whose first field is [`Key::Null`](crate::Key::Null) is not in the index, so that an
/// index over, say, unfinished work does not grow with finished work.
#[derive(Debug)]
pub struct Index {
    /// Its name, unique in the collection: `by_buyer`.
    pub name: &'static str,
    /// The fields; the last is the sort field.
    pub fields: &'static [&'static str],
}

impl Index {
    /// The field that selects the documents in the index.
    pub(crate) fn first_field(&self) -> &'static str {
        self.fields.first().copied().unwrap_or_default()
    }

    /// The field by which documents with equal other fields are sorted.
    #[must_use]
    pub fn sort_field(&self) -> &'static str {
        self.fields.last().copied().unwrap_or_default()
    }
}

impl Collection {
    /// A collection whose documents are read by their `_id` only.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self::indexed(name, &[])
    }

    /// A collection with indexes.
    #[must_use]
    pub const fn indexed(name: &'static str, indexes: &'static [Index]) -> Self {
        Self { name, indexes, searched: &[], is_cached: true }
    }

    /// A collection of large documents, such as files: the cache would need their size many times.
    #[must_use]
    pub const fn of_files(name: &'static str) -> Self {
        Self { name, indexes: &[], searched: &[], is_cached: false }
    }

    /// Every field that an index or a search needs, each once, in order of first mention.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        let mut fields = Vec::new();
        let indexed = self.indexes.iter().flat_map(|index| index.fields.iter());
        for field in indexed.chain(self.searched) {
            if !fields.contains(field) {
                fields.push(*field);
            }
        }
        fields
    }

    /// The index of this name.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<&'static Index> {
        self.indexes.iter().find(|index| index.name == name)
    }
}
