//! The part of a service in an export: stored documents, bounded in number and size.

use std::collections::BTreeMap;

use contract::part::Made;
use serde_json::Value;
use store::{Document, Query, Store, Unavailable};

/// Maximum documents of one kind, the newest; the lists of the API have the others.
pub const PART_ITEMS_MAX: u32 = 200;

/// Maximum bytes of all documents: with its envelope half of the largest message of a broker.
pub const PART_BYTES_MAX: usize = 256 * 1024;

/// The part of a service in an export.
#[derive(Debug, Default)]
pub struct Part {
    items: BTreeMap<String, Vec<Value>>,
    bytes: usize,
    is_cut: bool,
}

impl Part {
    /// Adds and returns the documents of a query, without the fields that the JSON pointers name.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not respond, or a document has no JSON form.
    pub async fn query<D: Document>(
        &mut self,
        store: &Store,
        query: Query,
        hidden: &[&str],
    ) -> Result<Vec<D>, Unavailable> {
        let mut found: Vec<D> = store.query(query.limit(PART_ITEMS_MAX + 1)).await?;
        let max = usize::try_from(PART_ITEMS_MAX).unwrap_or(usize::MAX);
        self.is_cut |= found.len() > max;
        found.truncate(max);
        for document in &found {
            self.add(document, hidden)?;
        }
        Ok(found)
    }

    /// Adds the document with this id, if it exists.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub async fn find<D: Document>(&mut self, store: &Store, id: &str) -> Result<(), Unavailable> {
        match store.find::<D>(id).await? {
            Some(document) => self.add(&document, &[]),
            None => Ok(()),
        }
    }

    /// Adds a document, without the fields that these JSON pointers name.
    ///
    /// # Errors
    /// [`Unavailable`] when it has no JSON form.
    pub fn add<D: Document>(&mut self, document: &D, hidden: &[&str]) -> Result<(), Unavailable> {
        let no_json = |error| Unavailable::caused_by("cannot export a document", error);
        let mut value = serde_json::to_value(document).map_err(no_json)?;
        for pointer in hidden {
            remove(&mut value, pointer);
        }
        let bytes = self.bytes + value.to_string().len();
        if bytes > PART_BYTES_MAX {
            self.is_cut = true;
            return Ok(());
        }
        self.bytes = bytes;
        self.items.entry(D::COLLECTION.name.to_owned()).or_default().push(value);
        Ok(())
    }

    pub(super) fn made(self) -> Made {
        Made::Export { items: self.items, is_complete: !self.is_cut }
    }
}

/// Removes the field that a JSON pointer names.
fn remove(value: &mut Value, pointer: &str) {
    let Some((first, rest)) = pointer.trim_start_matches('/').split_once('/') else {
        if let Some(object) = value.as_object_mut() {
            object.remove(pointer.trim_start_matches('/'));
        }
        return;
    };
    if let Some(value) = value.get_mut(first) {
        remove(value, rest);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn exactly_the_hidden_fields_are_removed() {
        let mut value = json!({"a": {"b": 1, "c": 2}, "l": [{"b": 1}], "b": 3});
        for pointer in ["/a/b", "/l/b", "/x/y", "/b"] {
            remove(&mut value, pointer);
        }
        assert_eq!(value, json!({"a": {"c": 2}, "l": [{"b": 1}]}));
    }
}
