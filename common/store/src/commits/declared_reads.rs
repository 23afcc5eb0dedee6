//! The reads that a decision declares.

use std::fmt;
use std::sync::Arc;

use crate::commits::batch_state::LoadRequest;
use crate::document::{Document, decode};

/// Documents that a decision declares to read: all of them are loaded at once, before it runs.
#[derive(Default)]
pub struct Reads(pub(crate) Vec<LoadRequest>);

impl Reads {
    /// Adds the documents with these `_id`s.
    #[must_use]
    pub fn and<D: Document>(mut self, ids: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        self.0.extend(ids.into_iter().map(|id| request::<D>(id.to_string().into())));
        self
    }
}

pub(crate) fn request<D: Document>(id: Arc<str>) -> LoadRequest {
    LoadRequest { collection: D::COLLECTION, id, decode: decode::<D> }
}
